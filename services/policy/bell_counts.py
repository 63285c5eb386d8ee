"""Counts messages to people: taken, refused for good, or put off."""

from services.runtime.metrics import Metrics
from services.runtime.ringer import Refused, RingerReply, Rung


class BellCounts:
    """Counts what became of each try."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def __call__(self, channel: str, reply: RingerReply) -> None:
        """Count one."""
        put_off = "refused" if isinstance(reply, Refused) else "deferred"
        result = "rung" if isinstance(reply, Rung) else put_off
        self._metrics.bell_messages.labels(channel, result).inc()
