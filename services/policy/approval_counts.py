"""Counts for how long acts waited for people's consent, once it is on record."""

from collections.abc import Mapping

from services.runtime.effects import Key, Row
from services.runtime.metrics import Metrics


class ApprovalCounts:
    """Looks at the rows of a command for acts that it approved.

    What went out without anybody's consent waited for nobody, and is not counted.
    """

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def __call__(self, writes: Mapping[Key, Row | None]) -> None:
        """Count each act that was approved with these rows."""
        if not any(key.table == "approvals" for key in writes):
            return
        for key, row in writes.items():
            if key.table == "acts" and row is not None and row["state"] == "approved":
                proposed, approved = row["proposed_at_ms"], row["approved_at_ms"]
                if isinstance(proposed, int) and isinstance(approved, int):
                    waited_seconds = max(0, approved - proposed) / 1_000
                    self._metrics.approval_wait_seconds.observe(waited_seconds)
