"""Commits refused to order, for runners in any process."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path

from services.runtime.errors import MercatError, StorageRefusedError
from services.runtime.ports import Commit, Journal, Record

Fault = Callable[[Commit], None]


class FaultyJournal:
    """A journal that refuses commits to order, and keeps nothing of those."""

    def __init__(self, kept: Journal, fault: Fault) -> None:
        self.fault = fault
        self._kept = kept

    def commit(self, commit: Commit) -> Future[Sequence[Record]]:
        """Give a commit on, unless it is refused."""
        try:
            self.fault(commit)
        except MercatError as error:
            refused: Future[Sequence[Record]] = Future()
            refused.set_exception(error)
            return refused
        return self._kept.commit(commit)


class LettersRefused:
    """Refuses the first commits that set something aside, and notes so as a file in `folder`."""

    def __init__(self, folder: Path, count: int) -> None:
        self.left = count
        self._folder = folder

    def __call__(self, commit: Commit) -> None:
        """Raise StorageRefusedError for a commit that writes rows, while any is left to refuse."""
        if commit.writes and self.left:
            self.left -= 1
            (self._folder / "refused").touch()
            raise StorageRefusedError("the disk is full")
