"""The ladder of trust: on which level somebody stands for an account, why, and where it leads.

Nothing is written as people climb: the level is counted from acts that went out since the last
change. What is kept is what people set, and each fall.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast, get_args

from schemas.verdict import Verdict
from services.policy.authority_data import TrustLadder, TrustLevel
from services.runtime.effects import Key, Row
from services.runtime.ports import Guard

LEVELS: Final[tuple[TrustLevel, ...]] = get_args(TrustLevel)
"""The lowest first."""
SHARES: Final = 100
_DRAW_CHARACTERS: Final = 8
REASON_LENGTH_MAX: Final = 500
BEGINS: Final = "This is where everybody begins."
MEANS: Final[Mapping[TrustLevel, str]] = {
    "every": "every act waits for somebody",
    "first": "the first act of the day waits, and the first to each person",
    "sampled": "a share of the acts waits, drawn by what they say",
    "after": "nothing waits; acts are looked at after they went out",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """Where somebody stands; `row` is what was kept of it, None where nothing was yet.

    `clean_acts` are those since the last step up or change. `first_of_day` and `first_to_person`
    are about the act at hand, and looked at on the level of that name alone.
    """

    person_id: str
    account: str
    level: TrustLevel
    reason: str
    clean_acts: int
    ladder: TrustLadder
    row: Row | None = None
    first_of_day: bool = False
    first_to_person: bool = False

    @property
    def key(self) -> Key:
        """Return where what is kept of it stands."""
        return trust_key(self.person_id, self.account)

    def fact(self, digest: str) -> Mapping[str, Any]:
        """Return it as policy is told of it; `draw` is what an act's digest draws, of 0 to 99."""
        return {
            "level": self.level,
            "first_of_day": self.first_of_day,
            "first_to_person": self.first_to_person,
            "draw": draw_of(digest),
        }

    def told(self) -> dict[str, str]:
        """Return it as its person is told: the level, what it means, and why."""
        return {"level": self.level, "means": MEANS[self.level], "why": self.reason}


def trust_key(person_id: str, account: str) -> Key:
    """Return where a person's trust for an account stands."""
    return Key("trust_levels", f"{person_id}:{account}")


def draw_of(digest: str) -> int:
    """Return what a digest draws, 0 to 99: the same for the same digest."""
    return int(digest[:_DRAW_CHARACTERS], 16) % SHARES


def standing_at(
    row: Row | None, clean_acts: int, ladder: TrustLadder, person_id: str, account: str
) -> Trust:
    """Return where somebody stands: what was kept, or where all begin, and the steps up since."""
    base = ladder.begins if row is None else cast("TrustLevel", row["level"])
    level, left = base, clean_acts
    while level != LEVELS[-1] and left >= _needed(level, ladder):
        left -= _needed(level, ladder)
        level = _above(level)
    since = BEGINS if row is None else str(row["reason"])
    climbed = f" {clean_acts - left} clean acts since led up from {base}." if level != base else ""
    return Trust(
        person_id=person_id,
        account=account,
        level=level,
        reason=f"{since}{climbed}{_onward(level, left, ladder)}",
        clean_acts=left,
        ladder=ladder,
        row=row,
    )


def acts_counted_max(ladder: TrustLadder) -> int:
    """Return how many clean acts are worth counting: as many as lead from bottom to top."""
    steps = ladder.clean_acts
    return steps.every + steps.first + steps.sampled


def below(level: TrustLevel) -> TrustLevel:
    """Return the level that a fall leads to; from the lowest there is none."""
    return LEVELS[max(0, LEVELS.index(level) - 1)]


def falls_by(trust: Trust, verdict: Verdict) -> str | None:
    """Return why a verdict takes its act's author down, or None where it does not."""
    for reason in verdict.reasons:
        if reason.severity == "deny" and reason.rule not in trust.ladder.apart:
            return f"A proposal was refused by {reason.rule}."
    return None


def moved(
    trust: Trust, level: TrustLevel, reason: str, changed_by: str, now_ms: int
) -> tuple[dict[Key, Row | None], list[Guard]]:
    """Return the write that puts somebody on a level, and the guard that nobody was quicker."""
    version = None if trust.row is None else cast("int", trust.row["version"])
    row: Row = {
        "person_id": trust.person_id,
        "account": trust.account,
        "level": level,
        "reason": reason[:REASON_LENGTH_MAX],
        "changed_by": changed_by,
        "clean_acts": trust.clean_acts,
        "changed_at_ms": now_ms,
        "version": (version or 0) + 1,
    }
    return {trust.key: row}, [Guard(trust.key, version)]


def _needed(level: TrustLevel, ladder: TrustLadder) -> int:
    return cast("int", getattr(ladder.clean_acts, level))


def _above(level: TrustLevel) -> TrustLevel:
    return LEVELS[LEVELS.index(level) + 1]


def _onward(level: TrustLevel, clean_acts: int, ladder: TrustLadder) -> str:
    if level == LEVELS[-1]:
        return ""
    more = _needed(level, ladder) - clean_acts
    return f" {more} more clean {'act leads' if more == 1 else 'acts lead'} to {_above(level)}."
