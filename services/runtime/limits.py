"""The bounds a running stage keeps to, and the budget of dead letters that stops it."""

from collections import deque
from dataclasses import dataclass

from services.runtime.errors import DeadLetterLimitError


@dataclass(frozen=True, slots=True)
class StageLimits:
    """How much a stage takes at once, how long it lingers for more, and when it gives up.

    `in_flight_max` counts batches being worked out or committed. More than `dead_letters_max`
    dead letters among the last `dead_letters_window` events stop the stage.
    """

    batch_max: int = 500
    linger_seconds: float = 0.0
    in_flight_max: int = 3
    dead_letters_max: int = 100
    dead_letters_window: int = 1_000
    retry_wait_seconds_max: float = 5.0


class DeadLetterBudget:
    """Counts dead letters over a sliding window of events."""

    def __init__(self, limits: StageLimits) -> None:
        self._limits = limits
        self._runs: deque[tuple[int, int]] = deque()
        self._events = 0
        self._letters = 0

    def spend(self, events: int, letters: int) -> None:
        """Count a batch. Raises DeadLetterLimitError once the window holds too many."""
        self._runs.append((events, letters))
        self._events += events
        self._letters += letters
        while self._events - self._runs[0][0] >= self._limits.dead_letters_window:
            old_events, old_letters = self._runs.popleft()
            self._events -= old_events
            self._letters -= old_letters
        if self._letters > self._limits.dead_letters_max:
            raise DeadLetterLimitError(
                f"{self._letters} of the last {self._events} events became dead letters; "
                "see `mercat dead-letters list`, mend the cause, then start Mercat again"
            )
