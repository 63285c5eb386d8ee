"""A correction as a row of the store and back, and what is still to be done of it."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final, Literal, Self, cast

from services.policy.act import Act
from services.runtime.effects import Key, Row
from services.runtime.errors import RejectError
from services.runtime.ports import Guard

CorrectionState = Literal["open", "closed"]
Choice = Literal["keep", "delete"]
OFFICER: Final = "data-protection-officer"
QUOTED_MAX: Final = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What was wrong with an act that went out, and the acts that put it right; times in ms."""

    id: str
    act_id: str
    account: str
    found_by: str
    mistake: str
    found_at_ms: int
    state: CorrectionState = "open"
    case_id: str | None = None
    choice: Choice | None = None
    chosen_by: str | None = None
    choice_reason: str | None = None
    removal_act_id: str | None = None
    note_act_id: str | None = None
    apology_act_id: str | None = None
    no_apology: str | None = None
    closed_by: str | None = None
    outcome: str | None = None
    personal_data: int = 0
    one_officer: int = 0
    chosen_at_ms: int | None = None
    closed_at_ms: int | None = None
    version: int = 1

    @property
    def key(self) -> Key:
        """Return where its row stands."""
        return correction_key(self.id)

    @property
    def act_ids(self) -> dict[str, str]:
        """Return the acts that put it right, by what each is."""
        acts = {
            "removal": self.removal_act_id,
            "note": self.note_act_id,
            "apology": self.apology_act_id,
        }
        return {part: act_id for part, act_id in acts.items() if act_id is not None}

    def guard(self) -> Guard:
        """Return the guard that it is still as it was read."""
        return Guard(self.key, self.version)

    def row(self) -> Row:
        """Return it as its row."""
        return {name: getattr(self, name) for name in _COLUMNS}

    def changed(self, **values: Any) -> Self:
        """Return it one version on."""
        return replace(self, version=self.version + 1, **values)

    def require_open(self) -> None:
        """Raise RejectError where it is closed."""
        if self.state != "open":
            raise RejectError("That correction is closed; open another one.")


_COLUMNS: Final = tuple(each.name for each in fields(Correction) if each.name != "id")


def correction_key(correction_id: str) -> Key:
    """Return where a correction's row stands."""
    return Key("corrections", correction_id)


def correction_of(correction_id: str, row: Row) -> Correction:
    """Return the correction that a row holds."""
    kept = cast("Mapping[str, Any]", row)
    return Correction(id=correction_id, **{name: kept[name] for name in _COLUMNS})


def missing(
    correction: Correction, gone_out: Collection[str], told: Collection[str]
) -> Iterator[str]:
    """Yield what is still to be done, in words.

    `gone_out` are the ids of acts that were carried out; `told` whom somebody told.
    """
    if correction.choice is None:
        yield "decide whether it stays with a note, or is deleted"
    elif correction.choice == "delete" and correction.removal_act_id not in gone_out:
        yield "have it deleted"
    elif correction.choice == "keep" and correction.note_act_id not in gone_out:
        yield "have a note go out under it"
    if correction.no_apology is None and correction.apology_act_id not in gone_out:
        yield "have an apology go out, or say why none is due"
    if not told:
        yield "tell those whom it concerns, and note it"
    elif correction.personal_data and OFFICER not in told:
        yield "tell the data protection officer, and note it"


def apology_suggested(act: Act) -> str:
    """Return an apology to begin with: what was said, that it was wrong, and that we are sorry.

    What is right has to be put in by whoever sends it; the rules judge it like any other words.
    """
    said = " ".join(act.text.split())
    quoted = said if len(said) <= QUOTED_MAX else f"{said[: QUOTED_MAX - 1].rstrip()}…"
    return f"We said here: “{quoted}” That was wrong, and we are sorry. What is right: "
