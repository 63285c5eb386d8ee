"""A round of nominations and a nomination as rows of the store and back, with what they can be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Final, Literal, Self, cast

from services.policy.fair_draw import list_digest_of
from services.runtime.effects import Key, Row
from services.runtime.errors import RejectError
from services.runtime.ports import Guard

RoundState = Literal["open", "listed", "drawn", "ended"]
NominationState = Literal["made", "chosen", "set-aside", "withdrawn"]
NamedBy = Literal["self", "somebody-else", "staff"]
Answer = Literal["taken-up", "declined"]

ROUND_WORDS: Final[dict[RoundState, str]] = {
    "open": "open for nominations",
    "listed": "listed, and not drawn yet",
    "drawn": "drawn",
    "ended": "over",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """A round for a slot of an account; times in ms. What is fixed with the list never changes.

    `public_source` says which value the public will see, and when; `public_value` is that value.
    """

    id: str
    account: str
    title: str
    state: RoundState
    opened_by: str
    opened_at_ms: int
    closes_at_ms: int
    takeover_id: str | None = None
    listed_by: str | None = None
    drawn_by: str | None = None
    list_digest: str | None = None
    seed_commitment: str | None = None
    seed: str | None = None
    public_source: str | None = None
    public_value: str | None = None
    drawn_order: str | None = None
    outcome: str | None = None
    listed_at_ms: int | None = None
    drawn_at_ms: int | None = None
    ended_at_ms: int | None = None
    one_officer: int = 0
    version: int = 1

    @property
    def key(self) -> Key:
        """Return where its row stands."""
        return round_key(self.id)

    @property
    def order(self) -> list[int]:
        """Return the numbers as they were drawn; none before the draw."""
        return [int(number) for number in (self.drawn_order or "").split()]

    def guard(self) -> Guard:
        """Return the guard that it is still as it was read."""
        return Guard(self.key, self.version)

    def row(self) -> Row:
        """Return it as its row."""
        return {name: getattr(self, name) for name in _ROUND_COLUMNS}

    def changed(self, **values: Any) -> Self:
        """Return it one version on."""
        return replace(self, version=self.version + 1, **values)

    def require(self, *states: RoundState) -> None:
        """Raise RejectError, in words, where it is in none of some states."""
        if self.state not in states:
            wanted = " or ".join(ROUND_WORDS[state] for state in states)
            raise RejectError(
                f"The round {self.title!r} is {ROUND_WORDS[self.state]}; this takes one that is "
                f"{wanted}."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Nomination:
    """Somebody who was named in a round; `agreed` is 1 once they said themselves that they would.

    `number` is their place on the fixed list. A receipt proves to whoever holds it that they are on
    the list; its digest alone is kept.
    """

    id: str
    round_id: str
    state: NominationState
    named_by: NamedBy
    receipt_digest: str
    made_at_ms: int
    name: str | None = None
    contact: str | None = None
    words: str | None = None
    decided_by: str | None = None
    answer: Answer | None = None
    agreed: int = 0
    number: int | None = None
    decided_at_ms: int | None = None
    version: int = 1

    @property
    def key(self) -> Key:
        """Return where its row stands."""
        return nomination_key(self.id)

    def guard(self) -> Guard:
        """Return the guard that it is still as it was read."""
        return Guard(self.key, self.version)

    def row(self) -> Row:
        """Return it as its row."""
        return {name: getattr(self, name) for name in _NOMINATION_COLUMNS}

    def changed(self, **values: Any) -> Self:
        """Return it one version on."""
        return replace(self, version=self.version + 1, **values)

    def forgotten(self, **values: Any) -> Self:
        """Return it one version on, without what says who it is."""
        return self.changed(name=None, contact=None, words=None, **values)


_ROUND_COLUMNS: Final = tuple(each.name for each in fields(Round) if each.name != "id")
_NOMINATION_COLUMNS: Final = tuple(each.name for each in fields(Nomination) if each.name != "id")


def round_key(round_id: str) -> Key:
    """Return where a round's row stands."""
    return Key("nomination_rounds", round_id)


def nomination_key(nomination_id: str) -> Key:
    """Return where a nomination's row stands."""
    return Key("nominations", nomination_id)


def round_of(round_id: str, row: Row) -> Round:
    """Return the round that a row holds."""
    kept = cast("Mapping[str, Any]", row)
    return Round(id=round_id, **{name: kept[name] for name in _ROUND_COLUMNS})


def nomination_of(row: Row) -> Nomination:
    """Return the nomination that a row holds, its id in it."""
    kept = cast("Mapping[str, Any]", row)
    values = {name: kept[name] for name in _NOMINATION_COLUMNS}
    return Nomination(id=str(kept["id"]), **values)


def listed(nominations: Sequence[Nomination]) -> list[tuple[int, str]]:
    """Return the fixed list as it is published: numbers, each with the digest of its receipt."""
    found = [(each.number, each.receipt_digest) for each in nominations if each.number is not None]
    return sorted(found)


def digest_of_list(nominations: Sequence[Nomination]) -> str:
    """Return the digest of the fixed list."""
    return list_digest_of(listed(nominations))
