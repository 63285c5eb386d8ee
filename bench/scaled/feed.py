"""Posts that go on coming in at fixed moments, in a thread, whatever the measuring one does."""

import threading
import time
from collections import deque
from collections.abc import Iterable
from concurrent.futures import Future
from types import TracebackType
from typing import Final, Self

from bench.arrivals import Schedule
from bench.errors import MeasurementError
from services.runtime.embedded_door import DoorRunner
from services.runtime.step import Intake

LEAD_SECONDS: Final = 0.1
COUNT_MAX: Final = 1_000_000


class Feed:
    """Hands posts in, so many a second, from entering until leaving or until there are no more.

    A sender that waited for what it measures would send fewer posts the slower the answers are.
    Where the door refused one, asking and leaving raise MeasurementError.
    """

    def __init__(self, door: DoorRunner, posts: Iterable[Intake], rate: int) -> None:
        self._door = door
        self._posts = posts
        self._rate = rate
        self._count = 0
        self._futures: deque[Future[None]] = deque()
        self._error: BaseException | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="feed", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopping.set()
        self._thread.join()
        if error is None:
            self._raise_refusal()

    def count(self) -> int:
        """Return how many posts were handed in so far."""
        self._raise_refusal()
        return self._count

    def _raise_refusal(self) -> None:
        if self._error is not None:
            raise MeasurementError(f"the door took no more posts: {self._error}") from self._error

    def _run(self) -> None:
        schedule = Schedule(time.perf_counter() + LEAD_SECONDS, self._rate, COUNT_MAX)
        due = schedule.due(time.perf_counter, time.sleep)
        try:
            for post, _ in zip(self._posts, due, strict=False):
                if self._stopping.is_set():
                    break
                self._futures.append(self._door.deliver([post]))
                self._count += 1
                while self._futures and self._futures[0].done():
                    self._futures.popleft().result()
            for future in self._futures:
                future.result()
        except BaseException as error:  # noqa: BLE001 - raised by whoever counts or leaves
            self._error = error
