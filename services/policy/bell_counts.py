"""Counts messages to people: taken, refused for good, or put off."""

from collections.abc import Iterable

from services.runtime import metric_labels as labels
from services.runtime.metrics import Metrics
from services.runtime.ringer import Refused, RingerReply, Rung


class BellCounts:
    """Counts what became of each try; of the `channels` there are, from nothing."""

    def __init__(self, metrics: Metrics, channels: Iterable[str] = ()) -> None:
        self._metrics = metrics
        for channel in channels:
            for result in labels.RING_RESULT.values:
                metrics.bell_messages.labels(ringer_of(channel), result)

    def __call__(self, channel: str, reply: RingerReply) -> None:
        """Count one."""
        put_off = "refused" if isinstance(reply, Refused) else "deferred"
        result = "rung" if isinstance(reply, Rung) else put_off
        self._metrics.bell_messages.labels(ringer_of(channel), result).inc()


def ringer_of(channel: str) -> str:
    """Return of which kind a way is: of webhooks, names are the body's own and not told."""
    return channel.partition(":")[0]
