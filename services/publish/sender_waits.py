"""How many accounts wait for their platform, by platform."""

from collections.abc import Sequence

from services.runtime import speaking_metrics as metrics
from services.runtime.gauges import Figure
from services.runtime.ports import Store


class SenderWaits:
    """Reads the sendings that wait for a platform."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(self) -> Sequence[Figure]:
        """Return how many accounts wait for each platform, none among them. RetryLaterError."""
        rows = self._store.select("gauge_senders")
        return [
            Figure(metrics.SENDERS_WAITING, float(str(row["senders"])), (str(row["platform"]),))
            for row in rows
        ]
