"""What may be asked of incidents: those in a state, one with its evidence, and the timelines."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final, cast

from services.policy.incident import EVIDENCE_MAX, Incident, incident_key, incident_of
from services.runtime.actor import PROGRAM_ID
from services.runtime.effects import Key, Row
from services.runtime.errors import NotFoundError
from services.runtime.ports import Store

INCIDENTS_MAX: Final = 500
PEOPLE: Final = ("opened_by", "closed_by")
SHOWN: Final = ("kind", "remote_id", "target", "link", "digest", "seen_at_ms")
TIMELINE: Final = ("baseline_at_ms", "read_at_ms", "trouble", "trouble_since_ms")


class IncidentReading:
    """Reads incidents of one store, with logins in place of ids."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def in_state(self, state: str, *, limit: int = INCIDENTS_MAX) -> Sequence[Mapping[str, Any]]:
        """Return incidents in a state, the latest first."""
        rows = self._store.select("incidents_in_state", (state, min(limit, INCIDENTS_MAX)))
        return [self._told(incident_of(str(row["id"]), row)) for row in rows]

    def one(self, incident_id: str) -> Mapping[str, Any]:
        """Return an incident with its evidence, the earliest first. Raises NotFoundError."""
        row = self._row(incident_key(incident_id))
        if row is None:
            raise NotFoundError(
                f"There is no incident {incident_id}; `mercat incidents list` has them."
            )
        kept = self._store.select("incident_evidence_of", (incident_id, EVIDENCE_MAX))
        evidence = [
            {
                **{name: each[name] for name in SHOWN},
                "done_at_ms": each["at_ms"],
                "text": cast("bytes", each["content"] or b"").decode("utf-8", "replace"),
            }
            for each in kept
        ]
        halt = self._row(Key("halts", str(row["halt_id"])))
        return {
            **self._told(incident_of(incident_id, row)),
            "evidence": evidence,
            "halted": halt is not None and halt["state"] == "halted",
        }

    def timelines(self) -> Sequence[Mapping[str, Any]]:
        """Return how far each account was read back, and what keeps it from being read."""
        rows = self._store.select("timelines")
        return [{"account": row["id"], **{name: row[name] for name in TIMELINE}} for row in rows]

    def _told(self, each: Incident) -> dict[str, Any]:
        return {**asdict(each), **{name: self._login(getattr(each, name)) for name in PEOPLE}}

    def _login(self, person_id: str | None) -> str | None:
        if person_id == PROGRAM_ID:
            return PROGRAM_ID
        row = None if person_id is None else self._row(Key("persons", person_id))
        return None if row is None else str(row["login"])

    def _row(self, key: Key) -> Row | None:
        return self._store.fetch([key])[key]
