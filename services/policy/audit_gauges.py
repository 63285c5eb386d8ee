"""How far the record is kept elsewhere: the newest head exported, and what none covers yet."""

from collections.abc import Sequence
from typing import Protocol

from services.policy.audit_checkpoints import checkpoint_key
from services.runtime import speaking_metrics as metrics
from services.runtime.clock import Clock, to_epoch_ms
from services.runtime.gauges import Figure, age_seconds
from services.runtime.ports import Store


class Exporting(Protocol):
    """What exports checkpoints; see `services/policy/file_checkpoints.py`."""

    @property
    def exported(self) -> int | None:
        """The number of the checkpoint exported last; None where another process exports."""
        ...


class AuditGauges:
    """Reads how old what was exported is. Tells nothing where nothing is exported from here."""

    def __init__(self, store: Store, clock: Clock, exporting: Exporting) -> None:
        self._store = store
        self._clock = clock
        self._exporting = exporting

    def __call__(self) -> Sequence[Figure]:
        """Return the figures. Raises RetryLaterError."""
        number = self._exporting.exported
        if number is None:
            return ()
        key, last = checkpoint_key(number), self._store.select("audit_checkpoint_last")
        row = self._store.fetch([key])[key]
        at_ms = int(str(row["at_ms"])) if row is not None else 0
        (uncovered,) = self._store.select("gauge_uncovered", (at_ms,))
        newest = int(str(last[0]["number"])) if last else 0
        now_ms = to_epoch_ms(self._clock.now())
        age = age_seconds(now_ms, uncovered["at_ms"])
        figures = [
            Figure(metrics.UNEXPORTED_CHECKPOINTS, max(0, newest - number)),
            Figure(metrics.AUDIT_ENTRIES_UNCOVERED_AGE_SECONDS, age),
        ]
        if at_ms:
            figures.append(Figure(metrics.EXPORTED_HEAD_TIMESTAMP, at_ms / 1_000))
        return figures
