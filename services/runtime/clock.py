"""Time as a port, and a clock that moves only when told."""

from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

HOUR_MS: Final = 3_600_000
DAY_MS: Final = 24 * HOUR_MS

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


class Clock(Protocol):
    """Tells time. Everything that asks for it takes a clock, so that tests and replays decide it.

    `now` is wall time in UTC and may jump (a leap, an operator, a daemon); it is for records.
    `elapsed_seconds` only grows and means nothing but differences; it is for waiting and measuring.
    """

    def now(self) -> datetime:
        """Return the present moment, in UTC."""
        ...

    def elapsed_seconds(self) -> float:
        """Return seconds since an arbitrary start, never running backwards."""
        ...


class ManualClock:
    """A clock that stands still until told to move: for tests and simulations."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)
        self._elapsed_seconds = 0.0

    def now(self) -> datetime:
        """Return the moment last set."""
        return self._now

    def elapsed_seconds(self) -> float:
        """Return the seconds this clock was moved forward, jumps left out."""
        return self._elapsed_seconds

    def advance(self, seconds: float) -> None:
        """Move on by some seconds, as time does."""
        assert seconds >= 0, "time passes forwards; use jump for a wall clock set back"
        self._now += timedelta(seconds=seconds)
        self._elapsed_seconds += seconds

    def jump(self, seconds: float) -> None:
        """Set the wall clock by some seconds, either way, without time passing."""
        self._now += timedelta(seconds=seconds)


def to_epoch_ms(moment: datetime) -> int:
    """Return whole milliseconds since 1970, the form in which rows hold moments."""
    return (moment - _EPOCH) // _MILLISECOND


def from_epoch_ms(epoch_ms: int) -> datetime:
    """Return the UTC moment that a row's milliseconds stand for."""
    return _EPOCH + epoch_ms * _MILLISECOND
