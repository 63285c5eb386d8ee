"""What may be asked of corrections: those in a state, and one whole with what is left to do."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from services.policy.act import act_key, act_of
from services.policy.correction import (
    Correction,
    apology_suggested,
    correction_key,
    correction_of,
    missing,
)
from services.policy.correction_orders import NOTICES_MAX
from services.policy.corrections import went_out
from services.runtime.effects import Key, Row
from services.runtime.errors import NotFoundError
from services.runtime.ports import Store

CORRECTIONS_MAX: Final = 500
PEOPLE: Final = ("found_by", "chosen_by", "closed_by")


class CorrectionReading:
    """Reads corrections of one store, with logins in place of ids."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def in_state(self, state: str, *, limit: int = CORRECTIONS_MAX) -> Sequence[Mapping[str, Any]]:
        """Return corrections in a state, the latest first."""
        rows = self._store.select("corrections_in_state", (state, min(limit, CORRECTIONS_MAX)))
        return [self._told(correction_of(str(row["id"]), row)) for row in rows]

    def one(self, correction_id: str) -> Mapping[str, Any]:
        """Return a correction with its acts, who was told, and what is left. NotFoundError."""
        row = self._row(correction_key(correction_id))
        if row is None:
            raise NotFoundError(
                f"There is no correction {correction_id}; `mercat correct list` has them."
            )
        correction = correction_of(correction_id, row)
        notices = self._store.select("correction_notices_of", (correction_id, NOTICES_MAX))
        sendings = {
            part: self._row(Key("sendings", act_id)) for part, act_id in correction.act_ids.items()
        }
        gone_out = {correction.act_ids[part] for part, row in sendings.items() if went_out(row)}
        told = {str(each["whom"]) for each in notices}
        left = list(missing(correction, gone_out, told)) if correction.state == "open" else []
        act = self._row(act_key(correction.act_id))
        suggested = None if act is None else apology_suggested(act_of(correction.act_id, act))
        return {
            **self._told(correction),
            "acts": [self._act_told(*each) for each in correction.act_ids.items()],
            "notices": [self._notice_told(each) for each in notices],
            "left": left,
            "apology_suggested": suggested,
        }

    def _told(self, each: Correction) -> dict[str, Any]:
        people = {name: self._login(getattr(each, name)) for name in PEOPLE}
        return {**asdict(each), **people, "personal_data": bool(each.personal_data)}

    def _act_told(self, part: str, act_id: str) -> Mapping[str, Any]:
        act, sending = self._row(act_key(act_id)), self._row(Key("sendings", act_id))
        return {
            "part": part,
            "act_id": act_id,
            "state": None if act is None else act["state"],
            "sending": None if sending is None else sending["state"],
        }

    def _notice_told(self, row: Row) -> Mapping[str, Any]:
        told = {name: row[name] for name in ("whom", "by_way_of", "told_at_ms")}
        return {**told, "told_by": self._login(row["told_by"])}

    def _login(self, person_id: Any) -> str | None:
        row = None if person_id is None else self._row(Key("persons", str(person_id)))
        return None if row is None else str(row["login"])

    def _row(self, key: Key) -> Row | None:
        return self._store.fetch([key])[key]
