"""Tells how our clock stands to a platform's, as the platform dates what it carries out for us."""

from typing import Final

from services.publish.sender_parts import SenderParts
from services.publish.sending import Sending
from services.runtime.clock import to_epoch_ms
from services.runtime.platform import Performed, PlatformReply

FAR_SECONDS: Final = 300.0
"""From here on it is told: half of what looking at timelines allows for clocks to differ by."""


class PlatformClock:
    """What an account's platform showed of its clock last; it keeps its mind to acts begun once."""

    def __init__(self, parts: SenderParts) -> None:
        self._parts = parts
        self._ahead_seconds = 0.0

    def heard(self, sending: Sending, reply: PlatformReply, begun_ms: int) -> None:
        """Take in a reply that came now to what was asked at a moment."""
        if not isinstance(reply, Performed) or reply.at is None or sending.attempt > 1:
            # What was begun before may have been done then.
            return
        done_ms = to_epoch_ms(reply.at)
        self._ahead_seconds = ahead_seconds(begun_ms, self._parts.now_ms(), done_ms)
        gauge = self._parts.metrics.publish_clock_skew_seconds
        gauge.labels(self._parts.platform.facts.name).set(self._ahead_seconds)

    @property
    def trouble(self) -> str | None:
        """Why people should look at this machine's clock, or None."""
        return trouble_of(self._parts.platform.facts.name, self._ahead_seconds)


def ahead_seconds(begun_ms: int, ended_ms: int, done_ms: int) -> float:
    """Return by how much our clock is ahead of one by which something was done in between.

    Below 0 it is behind, and 0 where both may agree.
    """
    return (max(0, begun_ms - done_ms) - max(0, done_ms - ended_ms)) / 1_000


def trouble_of(platform: str, ahead: float) -> str | None:
    """Return what to do about a clock so many seconds ahead of a platform's, or None."""
    if abs(ahead) < FAR_SECONDS:
        return None
    minutes, side = round(abs(ahead) / 60), "ahead of" if ahead > 0 else "behind"
    hides = "; else what others do there may not be seen" if ahead > 0 else ""
    return (
        f"this machine's clock is {minutes} minutes {side} that of {platform}: "
        f"have it set by the network{hides}"
    )
