"""What may be asked of broken glass: the list with what is overdue, and when it was practised."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from services.policy.break_glass import Glass, glass_of
from services.policy.people import person_key
from services.runtime.clock import to_epoch_ms
from services.runtime.ports import Store

GLASSES_MAX: Final = 200
PEOPLE: Final = ("asked_by", "agreed_by", "reviewed_by")


class BreakGlassReading:
    """Reads broken glass of one store, with logins in place of ids; `now` is the clock port's."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    def latest(self, *, limit: int = GLASSES_MAX) -> Sequence[Mapping[str, Any]]:
        """Return what was asked for, the latest first."""
        now_ms = to_epoch_ms(self._now())
        rows = self._store.select("broken_glasses", (min(limit, GLASSES_MAX),))
        return [self._told(glass_of(str(row["id"]), row), now_ms) for row in rows]

    def last_drill_at_ms(self) -> int | None:
        """Return when it was last practised, or None."""
        (row,) = self._store.select("glass_drill_last")
        return row["at_ms"] if isinstance(row["at_ms"], int) else None

    def _told(self, each: Glass, now_ms: int) -> dict[str, Any]:
        people = {name: self._login(getattr(each, name)) for name in PEOPLE}
        told = {**asdict(each), **people, "login": self._login(each.person_id)}
        return {
            **told,
            "state": "lapsed" if each.lapsed_at(now_ms) else each.state_at(now_ms),
            "overdue": each.overdue_at(now_ms),
            "drill": bool(each.drill),
            "one_officer": bool(each.one_officer),
        }

    def _login(self, person_id: str | None) -> str | None:
        key = person_key(person_id or "")
        row = None if person_id is None else self._store.fetch([key])[key]
        return None if row is None else str(row["login"])
