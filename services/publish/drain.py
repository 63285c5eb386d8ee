"""Measures how long a halt takes to take effect: until what was on its way has ended."""

import threading
from collections.abc import Callable

from services.runtime.clock import Clock


class Drain:
    """Knows whether an act is on its way, and how long one outlived a halt.

    An act counts from before its start is committed until its platform answered. A halt finds
    either nothing on its way, and holds at once, or one act, and holds when that has ended. Where
    a halt is heard of late, an act that ended in between had outlived it until its end.
    """

    def __init__(self, clock: Clock, observe: Callable[[float], None]) -> None:
        self._clock = clock
        self._observe = observe
        self._lock = threading.Lock()
        self._on_its_way = False
        self._halted_at_seconds: float | None = None
        self._ended_at_seconds: float | None = None
        self.last_seconds: float | None = None

    def begin(self) -> None:
        """Say that an act is about to be started."""
        with self._lock:
            self._on_its_way = True

    def end(self) -> None:
        """Say that nothing is on its way any more."""
        with self._lock:
            self._on_its_way = False
            self._ended_at_seconds = self._clock.elapsed_seconds()
            if self._halted_at_seconds is not None:
                self._measure(self._ended_at_seconds - self._halted_at_seconds)

    def halted(self, ago_seconds: float = 0.0) -> None:
        """Say that a halt was committed, now or some seconds ago."""
        with self._lock:
            at_seconds = self._clock.elapsed_seconds() - max(0.0, ago_seconds)
            if not self._on_its_way:
                ended_at_seconds = self._ended_at_seconds
                outlived = 0.0 if ended_at_seconds is None else ended_at_seconds - at_seconds
                self._measure(max(0.0, outlived))
            elif self._halted_at_seconds is None:
                self._halted_at_seconds = at_seconds

    def _measure(self, seconds: float) -> None:
        self._halted_at_seconds = None
        self.last_seconds = seconds
        self._observe(seconds)
