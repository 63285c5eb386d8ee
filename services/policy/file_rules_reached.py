"""Keeps in the keys folder how far the rules have come: apart from the database and its backups."""

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import structlog

from services.policy.rules_reached import NOWHERE, Reached
from services.runtime.errors import SettingsError
from services.store.file_keys import KeyFolder

_LINE: Final = re.compile(r"(?P<number>[1-9][0-9]{0,15}) (?P<revision>[0-9a-f]{64})")

log = structlog.get_logger(__name__)


class KeptReached:
    """One line of a file with mode 0600, beside the key that signs rules; it only goes forward.

    Any number of processes may share the folder. Where it cannot be written, as a mounted secret
    cannot, what lies in it still counts, and nothing is added to it.
    """

    def __init__(self, folder: KeyFolder, installation: str) -> None:
        self._folder = folder
        self._name = f"reached-{installation}"
        self._last = NOWHERE
        self._refused = False

    def read(self) -> Reached:
        """Return how far the rules have come. Raises SettingsError where the file is damaged."""
        path = self._folder.folder / self._name
        if not path.is_file():
            return NOWHERE
        found = _LINE.fullmatch(self._folder.secret(self._name))
        if found is None:
            raise SettingsError(
                f"{path} does not say how far the rules have come; bring that file back from a "
                "copy of the keys folder"
            )
        return Reached(int(found["number"]), found["revision"])

    def keep(self, reached: Reached) -> None:
        """Keep a higher number, and nothing lower."""
        if reached.number <= self._last.number or self._refused:
            return
        try:
            with self._alone():
                if reached.number > self.read().number:
                    self._folder.write(self._name, f"{reached.number} {reached.revision}")
        except OSError as error:
            self._refused = True
            log.warning(
                "how far the rules have come is not kept apart from the database",
                number=reached.number,
                reason=error.strerror,
            )
        else:
            self._last = reached

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other processes from writing meanwhile: of two, the lower would stand."""
        descriptor = os.open(self._folder.folder, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)
