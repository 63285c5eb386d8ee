"""A bell as a value: what is told to one person on one occasion, and its rows in the store."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, Self, cast, get_args

from schemas.envelope import digest_id
from services.runtime.effects import Key, Row, without_id

Urgency = Literal["urgent", "usual", "low"]
Family = Literal["alarm", "urgent", "usual", "low"]
"""What is counted together, so that a storm of one family hides nothing of another."""
Group = Literal[
    "account",
    "act",
    "approval",
    "bell",
    "case",
    "erasure",
    "expiry",
    "glass",
    "halt",
    "handover",
    "incident",
    "letters",
    "nomination",
    "register",
    "report",
    "restore",
    "rota",
    "rules",
    "sign-in",
    "takeover",
    "trust",
]
"""What bells are about, in the words by which people mute them: the first word of a kind."""
GROUPS: Final[tuple[Group, ...]] = get_args(Group)
PLACES: Final[Mapping[Family, int]] = {"alarm": 0, "urgent": 1, "usual": 2, "low": 3}
"""Which goes first where many wait."""
SUBJECT_LENGTH_MAX: Final = 120
BODY_LENGTH_MAX: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """Something that rings people: what it is, and of many like it, which.

    `kind` is two words with a dot, its group and what happened; `which` tells this occasion from
    every other of its kind. `about` is the path in the API under which more is said.
    """

    kind: str
    which: str
    to: frozenset[str]
    urgency: Urgency
    subject: str
    body: str
    about: str = ""
    alarm: bool = False

    @property
    def family(self) -> Family:
        """Return with what it is counted."""
        return "alarm" if self.alarm else self.urgency


@dataclass(frozen=True, slots=True, kw_only=True)
class Bell:
    """What one person is told; `times` is of how many occasions it tells."""

    id: str
    person_id: str
    kind: str
    family: Family
    urgency: Urgency
    about: str
    subject: str
    body: str
    link: str
    rung_at_ms: int
    times: int = 1
    read_at_ms: int | None = None
    version: int = 1

    @property
    def key(self) -> Key:
        """Return where it stands."""
        return Key("bells", self.id)

    @property
    def group(self) -> str:
        """Return what it is about, in the word by which it can be muted."""
        return self.kind.partition(".")[0]

    def row(self) -> Row:
        """Return its row."""
        named = {name: getattr(self, name) for name in self.__slots__}
        return cast("Row", without_id(named))

    def again(self, times: int) -> Self:
        """Return it telling of more occasions, unread."""
        return replace(self, times=self.times + times, read_at_ms=None, version=self.version + 1)


def bell_of(row: Mapping[str, Any]) -> Bell:
    """Return the bell of a row with its id in it."""
    return Bell(**{name: row[name] for name in Bell.__slots__})


def bell_id(kind: str, which: str, person_id: str) -> str:
    """Return the id under which somebody is told of an occasion: the same at every try."""
    return digest_id("bell", kind, which, person_id)


def rung(occasion: Occasion, person_id: str, now_ms: int, address: str | None) -> Bell:
    """Return the bell that an occasion is to one person; `address` stands before links."""
    link = f"{address}/api/v1/{occasion.about}" if address and occasion.about else ""
    return Bell(
        id=bell_id(occasion.kind, occasion.which, person_id),
        person_id=person_id,
        kind=occasion.kind,
        family=occasion.family,
        urgency=occasion.urgency,
        about=occasion.about,
        subject=occasion.subject[:SUBJECT_LENGTH_MAX],
        body=occasion.body[:BODY_LENGTH_MAX],
        link=link,
        rung_at_ms=now_ms,
    )
