"""How fast a recording is played back: as it was, some times faster, or as fast as it is taken."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Anchor:
    """A moment of the recording and the reading of the running clock that stands for it."""

    posted_at: datetime
    elapsed_seconds: float


@dataclass(frozen=True, slots=True)
class Pace:
    """`times_faster` than life: 1 is as recorded; None is flat out, without any waiting."""

    times_faster: float | None

    def wait_seconds(
        self, anchor: Anchor | None, posted_at: datetime | None, elapsed_seconds: float
    ) -> float:
        """Return how long a post has to wait for its moment: 0 where it is due, or overdue.

        A post without a time goes with the one before it, and so does one out of order.
        """
        if self.times_faster is None or anchor is None or posted_at is None:
            return 0.0
        recorded_seconds = (posted_at - anchor.posted_at).total_seconds()
        due_seconds = anchor.elapsed_seconds + recorded_seconds / self.times_faster
        return max(0.0, due_seconds - elapsed_seconds)
