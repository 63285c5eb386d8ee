"""Reads rotas for people: shifts with names, what is wrong with them, and swaps that wait."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from services.policy.people import person_key
from services.policy.rota import Rota, rota_key, rota_of, shift_key
from services.policy.rota_calendar import calendar_of
from services.policy.rota_findings import FINDINGS_MAX, Engagement, Finding, clashes, gaps
from services.policy.rota_scene import REST_LOOK_MS, engagements_of, names_of
from services.runtime.clock import DAY_MS, to_epoch_ms
from services.runtime.effects import Key, Row
from services.runtime.errors import NotFoundError
from services.runtime.ports import Store

SHOWN_DAYS: Final = 28


class RotaReading:
    """What is planned, in one store, as it is at the moment it is asked for."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    @property
    def now_ms(self) -> int:
        """The moment it is."""
        return to_epoch_ms(self._now())

    def rotas(self) -> Sequence[Mapping[str, Any]]:
        """Return every rota, those that are open first."""
        rows = self._store.select("rotas")
        return [self._named(rota_of(str(row["id"]), row)) for row in rows]

    def one(
        self, rota_id: str, since_ms: int | None = None, until_ms: int | None = None
    ) -> Mapping[str, Any]:
        """Return a rota with its shifts of a time and what is wrong with them. NotFoundError.

        Without times, from now on for four weeks.
        """
        row = self._row(rota_key(rota_id))
        if row is None:
            raise NotFoundError(f"There is no rota {rota_id}; `mercat rota list` lists them.")
        rota = rota_of(rota_id, row)
        begin = max(self.now_ms if since_ms is None else since_ms, rota.starts_at_ms)
        end = begin + SHOWN_DAYS * DAY_MS if until_ms is None else until_ms
        end = min(end, rota.ends_at_ms)
        shifts = self._store.select("shifts_of_rota", (rota_id, end, begin))
        logins = self._logins([str(each["person_id"]) for each in shifts])
        return {
            **self._named(rota),
            "shifts": [{**each, "login": logins.get(str(each["person_id"]))} for each in shifts],
            "findings": [each.told() for each in self._findings(rota, shifts, begin, end)],
        }

    def calendar(self, rota_id: str, login: str | None = None) -> str:
        """Return a rota's shifts as a calendar, or somebody's of them. Raises NotFoundError."""
        row = self._row(rota_key(rota_id))
        if row is None:
            raise NotFoundError(f"There is no rota {rota_id}; `mercat rota list` lists them.")
        shifts = self._store.select("shifts_of_calendar", (rota_id,))
        logins = self._logins([str(each["person_id"]) for each in shifts])
        if login is not None:
            if not self._store.select("person_by_login", (login,)):
                raise NotFoundError(f"There is nobody with the login {login!r}.")
            shifts = [each for each in shifts if logins.get(str(each["person_id"])) == login]
        title = str(row["title"])
        return calendar_of(title, sorted(shifts, key=_start), logins, self.now_ms)

    def swaps_of(self, person_id: str) -> Sequence[Mapping[str, Any]]:
        """Return the swaps that somebody asked for or is asked for, and that are open."""
        rows = self._store.select("swaps_of_person", (person_id, person_id))
        ids = [str(row[name]) for row in rows for name in ("from_id", "to_id")]
        logins = self._logins(ids)
        return [
            {
                **row,
                "from_login": logins.get(str(row["from_id"])),
                "to_login": logins.get(str(row["to_id"])),
                "shift": self._row(shift_key(str(row["shift_id"]))),
            }
            for row in rows
        ]

    def drafts_coached_by(self, person_id: str) -> Sequence[Row]:
        """Return what those whom somebody coaches now have drafted or asked for, newest first."""
        return self._store.select("acts_coached_by", (person_id, self.now_ms, self.now_ms))

    def _findings(
        self, rota: Rota, shifts: Sequence[Row], since_ms: int, until_ms: int
    ) -> list[Finding]:
        own = [_engagement(each) for each in shifts]
        people = {each.person_id for each in own}
        looked = (since_ms - REST_LOOK_MS, until_ms + REST_LOOK_MS)
        everywhere = engagements_of(self._store, people, *looked)
        names = names_of(self._store, people)
        ids = {each.id for each in own}
        wrong = [
            each
            for each in clashes(everywhere, rota.rest_minutes, names, rota.zone)
            if ids & set(each.ids)
        ]
        uncovered = [] if rota.state == "ended" else gaps(own, since_ms, until_ms, rota.zone)
        found = sorted([*uncovered, *wrong], key=lambda each: (each.starts_at_ms, each.kind))
        return found[:FINDINGS_MAX]

    def _named(self, rota: Rota) -> dict[str, Any]:
        logins = self._logins([each for each in (rota.deputy_id, rota.coach_id) if each])
        named = {
            "deputy": logins.get(rota.deputy_id or ""),
            "coach": logins.get(rota.coach_id or ""),
        }
        return {"id": rota.id, **rota.row(), "initials": bool(rota.initials), **named}

    def _logins(self, ids: Sequence[str]) -> Mapping[str, str]:
        rows = self._store.fetch([person_key(each) for each in sorted(set(ids))])
        return {key.id: str(row["login"]) for key, row in rows.items() if row is not None}

    def _row(self, key: Key) -> Row | None:
        return self._store.fetch([key])[key]


def _engagement(row: Mapping[str, Any]) -> Engagement:
    return Engagement(row["starts_at_ms"], row["ends_at_ms"], str(row["id"]), str(row["person_id"]))


def _start(row: Mapping[str, Any]) -> tuple[int, str]:
    return int(row["starts_at_ms"]), str(row["id"])
