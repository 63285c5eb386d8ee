"""When posts arrive in an open loop: at moments fixed beforehand, however slow the answers are.

A sender who waits for the last answer before sending the next post stops sending when the program
is slow, and so leaves the worst waits unmeasured (coordinated omission). Here every wait is counted
from the moment a post was due, even where it was handed in late.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Schedule:
    """Arrivals `per_second`, evenly, from `start_seconds` of some clock on."""

    start_seconds: float
    per_second: float
    count: int

    def due_seconds(self, number: int) -> float:
        """Return when arrival `number`, from 0, is due."""
        return self.start_seconds + number / self.per_second

    @property
    def end_seconds(self) -> float:
        """When the last of them has arrived and the next would."""
        return self.due_seconds(self.count)

    def due(
        self, elapsed_seconds: Callable[[], float], wait: Callable[[float], object]
    ) -> Iterator[int]:
        """Yield each arrival's number once it is due; those already late without any wait."""
        for number in range(self.count):
            early_seconds = self.due_seconds(number) - elapsed_seconds()
            if early_seconds > 0:
                wait(early_seconds)
            yield number


def waits_ms(since: Mapping[str, float], until: Mapping[str, float]) -> list[float]:
    """Return how many milliseconds passed for each id of `until` since its moment in `since`."""
    return [(seconds - since[each]) * 1_000 for each, seconds in until.items()]
