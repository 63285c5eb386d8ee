"""A journal between memory and a disk that takes its time, refuses, and may die half way."""

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from random import Random

from services.runtime.errors import MercatError, StorageRefusedError
from services.runtime.ports import Commit, Lane, Record
from services.store.memory_journal import MemoryJournal

GROUP_MAX = 4

Records = Sequence[Record]


class PulledFuture(Future[Records]):
    """A future whose waiter does the work: asking for its result carries commits out until it."""

    def __init__(self, work: Callable[[], None]) -> None:
        super().__init__()
        self._work = work

    def result(self, timeout: float | None = None) -> Records:
        """Return the records, carrying out what is queued before them."""
        while not self.done():
            self._work()
        return super().result(timeout)

    def exception(self, timeout: float | None = None) -> BaseException | None:
        """Return the failure, carrying out what is queued before it."""
        while not self.done():
            self._work()
        return super().exception(timeout)


class SlowJournal:
    """Queues commits and carries them out in groups, as the SQLite writer does, when told to.

    A refused group fails whole and leaves nothing. What a power loss finds of the last refused
    group may come back all the same, as with SQLite where the sync failed and nothing was written
    after it.
    """

    def __init__(self, kept: MemoryJournal, random: Random) -> None:
        self.kept = kept
        self.refusal_share = 0.0
        self._random = random
        self._lanes: dict[Lane, deque[tuple[Commit, PulledFuture]]] = {
            lane: deque() for lane in Lane
        }
        self._written_unsynced: list[Commit] = []

    def commit(self, commit: Commit) -> Future[Records]:
        """Queue a commit."""
        future = PulledFuture(self.work)
        self._lanes[commit.lane].append((commit, future))
        return future

    @property
    def waiting(self) -> bool:
        """Whether any commit is queued."""
        return any(self._lanes.values())

    def work(self) -> None:
        """Carry one group out, or refuse it."""
        size = self._random.randint(1, GROUP_MAX)
        group = [
            queue.popleft() for queue in self._lanes.values() for _ in range(min(size, len(queue)))
        ]
        if self._random.random() < self.refusal_share:
            self._written_unsynced = [commit for commit, _ in group]
            for _, future in group:
                future.set_exception(StorageRefusedError("the disk is full"))
            return
        self._written_unsynced = []
        for commit, future in group:
            try:
                future.set_result(self.kept.commit(commit).result())
            except MercatError as error:
                future.set_exception(error)

    def crash(self) -> None:
        """Lose what is queued; keep some of it, unacknowledged, as a crash may."""
        keeps = self._random.random()
        if keeps < 1 / 3:
            for commit in self._written_unsynced:
                self.kept.commit(commit)
        elif keeps < 2 / 3 and self.waiting:
            self.refusal_share = 0.0
            self.work()
        for queue in self._lanes.values():
            queue.clear()
        self._written_unsynced = []
