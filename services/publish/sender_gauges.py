"""Keeps one account's share of the gauges: acts in line, and sendings nobody knows about."""

from services.publish.sender_parts import POLL_SECONDS, SenderParts


class SenderGauges:
    """An account's share; of several processes, the one with leave counts it."""

    def __init__(self, parts: SenderParts) -> None:
        self._parts = parts
        self._counted = (0, 0)
        self._counted_at_seconds: float | None = None

    def count(self) -> None:
        """Bring the gauges up to date, once a second at most."""
        now_seconds = self._parts.clock.elapsed_seconds()
        last_seconds = self._counted_at_seconds
        if last_seconds is not None and now_seconds - last_seconds < POLL_SECONDS:
            return
        self._counted_at_seconds = now_seconds
        self._count_as(self._parts.ledger.counts(self._parts.account))

    def count_nothing(self) -> None:
        """Leave the gauges to whoever has leave: each act is counted by one process."""
        self._counted_at_seconds = None
        self._count_as((0, 0))

    def _count_as(self, counts: tuple[int, int]) -> None:
        metrics = self._parts.metrics
        metrics.publish_queue_acts.inc(counts[0] - self._counted[0])
        metrics.publish_unknown_sendings.inc(counts[1] - self._counted[1])
        self._counted = counts
