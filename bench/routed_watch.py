"""Notes when each post appears on posts.routed.v1, as a program that reads the topic sees it."""

import threading
import time
from typing import Final, Self

from bench.embedded_town import RunningTown, routed_native_id
from schemas.topics import POSTS_ROUTED

_WAIT_SECONDS: Final = 0.2
_READ_RECORDS: Final = 1_000


class RoutedWatch:
    """Reads along in a thread of its own while its `with` block lasts.

    `routed_seconds` maps a post's native id to the moment it was first seen routed.
    """

    def __init__(self, town: RunningTown) -> None:
        self.routed_seconds: dict[str, float] = {}
        self._log = town.log
        self._offset = town.log.end_offset(POSTS_ROUTED.name)
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ending.is_set():
            if self._log.wait(POSTS_ROUTED.name, self._offset, _WAIT_SECONDS):
                self._read(time.perf_counter())
        self._read(time.perf_counter())

    def _read(self, seen_seconds: float) -> None:
        while records := self._log.read(POSTS_ROUTED.name, self._offset, _READ_RECORDS):
            for record in records:
                self.routed_seconds.setdefault(routed_native_id(record), seen_seconds)
            self._offset = records[-1].offset + 1
