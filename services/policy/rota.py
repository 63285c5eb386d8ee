"""What a rota is, its shifts and their swaps: rows, and the grant that each shift has.

A shift's grant is given when the shift is planned. Its window is the shift, so nothing has to run
for leave to begin or end at the edge.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, Literal, cast

from services.runtime.effects import Key, Row
from services.runtime.ports import Guard
from services.store.rota_tables import ROTA_GRANT_COLUMNS
from services.store.takeover_tables import GRANT_COLUMNS

RotaState = Literal["open", "ended"]
ShiftState = Literal["planned", "called-off", "done"]
SwapState = Literal["asked", "agreed", "done", "declined", "withdrawn"]
"""`agreed`: both gave their word, and an officer is still to allow too short a rest."""
SHIFTS_MAX: Final = 1_000
"""So many shifts of one rota are planned ahead at a time."""
INITIALS_MAX: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Rota:
    """Who may speak as an account by turns, and what every shift of it may do."""

    id: str
    account: str
    title: str
    zone: str
    kinds: str
    themes: str = ""
    languages: str = ""
    answers: str | None = None
    state: RotaState = "open"
    deputy_id: str | None = None
    coach_id: str | None = None
    made_by: str
    reason: str | None = None
    initials: int = 0
    rest_minutes: int = 0
    quota_hour: int | None = None
    quota_day: int | None = None
    starts_at_ms: int
    ends_at_ms: int
    made_at_ms: int
    version: int = 1

    @property
    def key(self) -> Key:
        """Return where its row stands."""
        return rota_key(self.id)

    def row(self) -> dict[str, Any]:
        """Return it as its row."""
        return _row(self)

    def guard(self) -> Guard:
        """Return the guard that it is as it was read."""
        return Guard(self.key, self.version)

    def grant(self, shift: "Shift", given_by: str, initials: str | None, why: str) -> Row:
        """Return the row of the grant that a shift of it has."""
        return {
            **{column.name: None for column in (*GRANT_COLUMNS, *ROTA_GRANT_COLUMNS)},
            "person_id": shift.person_id,
            "account": self.account,
            "kinds": self.kinds,
            "themes": self.themes,
            "languages": self.languages or None,
            "answers": self.answers,
            "state": "live",
            "given_by": given_by,
            "reason": why,
            "starts_at_ms": shift.starts_at_ms,
            "ends_at_ms": shift.ends_at_ms,
            "origin": "rota",
            "rota_id": self.id,
            "shift_id": shift.id,
            "deputy_id": self.deputy_id,
            "coach_id": self.coach_id,
            "initials": initials if self.initials else None,
            "quota_hour": self.quota_hour,
            "quota_day": self.quota_day,
            "version": 1,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """One person's turn; `uid` and `sequence` are what a calendar knows it by."""

    id: str
    rota_id: str
    account: str
    person_id: str
    grant_id: str
    uid: str
    starts_at_ms: int
    ends_at_ms: int
    state: ShiftState = "planned"
    note: str | None = None
    sequence: int = 0
    version: int = 1

    @property
    def key(self) -> Key:
        """Return where its row stands."""
        return shift_key(self.id)

    def row(self) -> dict[str, Any]:
        """Return it as its row."""
        return _row(self)

    def guard(self) -> Guard:
        """Return the guard that it is as it was read."""
        return Guard(self.key, self.version)

    def changed(self, **values: Any) -> "Shift":
        """Return it with some values changed, which calendars are told by its sequence."""
        return replace(self, sequence=self.sequence + 1, version=self.version + 1, **values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """A shift that its holder offers to another, for one of theirs or for nothing."""

    id: str
    shift_id: str
    from_id: str
    to_id: str
    other_shift_id: str | None = None
    state: SwapState = "asked"
    reason: str | None = None
    asked_at_ms: int
    answered_at_ms: int | None = None
    version: int = 1

    @property
    def key(self) -> Key:
        """Return where its row stands."""
        return swap_key(self.id)

    def row(self) -> dict[str, Any]:
        """Return it as its row."""
        return _row(self)

    def guard(self) -> Guard:
        """Return the guard that it is as it was read."""
        return Guard(self.key, self.version)

    def moved(self, state: SwapState, now_ms: int) -> "Swap":
        """Return it in another state."""
        return replace(self, state=state, answered_at_ms=now_ms, version=self.version + 1)


def rota_key(rota_id: str) -> Key:
    """Return where a rota's row stands."""
    return Key("rotas", rota_id)


def shift_key(shift_id: str) -> Key:
    """Return where a shift's row stands."""
    return Key("shifts", shift_id)


def swap_key(swap_id: str) -> Key:
    """Return where a swap's row stands."""
    return Key("swaps", swap_id)


def rota_of(rota_id: str, row: Row) -> Rota:
    """Return the rota that a row holds."""
    return Rota(**_values(rota_id, row))


def shift_of(shift_id: str, row: Row) -> Shift:
    """Return the shift that a row holds."""
    return Shift(**_values(shift_id, row))


def swap_of(swap_id: str, row: Row) -> Swap:
    """Return the swap that a row holds."""
    return Swap(**_values(swap_id, row))


def initials_of(name: str) -> str:
    """Return the initials of a name: of `Kirsty Ann MacLeod`, KAM."""
    letters = [word[0].upper() for word in name.split() if word[0].isascii() and word[0].isalpha()]
    return "".join(letters[:INITIALS_MAX])


def _values(row_id: str, row: Row) -> dict[str, Any]:
    return {**cast("Mapping[str, Any]", row), "id": row_id}


def _row(value: Rota | Shift | Swap) -> dict[str, Any]:
    return {name: each for name, each in asdict(value).items() if name != "id"}
