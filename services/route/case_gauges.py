"""How many cases wait, by team: open, overdue, and due within the hour."""

from collections.abc import Sequence
from typing import Final

from services.runtime import listening_metrics as metrics
from services.runtime.clock import Clock, to_epoch_ms
from services.runtime.gauges import Figure
from services.runtime.ports import Store

SOON_MS: Final = 3_600_000
_TOLD: Final = (
    (metrics.CASES_OPEN, "open_cases"),
    (metrics.CASES_OVERDUE, "overdue_cases"),
    (metrics.CASES_DUE_SOON, "due_soon_cases"),
)


class CaseGauges:
    """Reads the cases. A team of the settings without any is told, as none."""

    def __init__(self, store: Store, clock: Clock, teams: Sequence[str]) -> None:
        self._store = store
        self._clock = clock
        self._teams = teams

    def __call__(self) -> Sequence[Figure]:
        """Return the figures of every team. Raises RetryLaterError."""
        now_ms = to_epoch_ms(self._clock.now())
        rows = self._store.select("gauge_cases", (now_ms, now_ms, now_ms + SOON_MS))
        by_team = {str(row["team"]): row for row in rows}
        return [
            Figure(metric, float(str(by_team[team][name])) if team in by_team else 0.0, (team,))
            for team in dict.fromkeys([*self._teams, *by_team])
            for metric, name in _TOLD
        ]
