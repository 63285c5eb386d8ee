"""Posts of an ordinary day, year or ten million of them, each made without those before it."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Final

from services.town.authors import author_handle, author_number
from services.town.draw import Draw, Draws, Weights
from services.town.labelled_texts import LabelledText
from services.town.phrases import ACCOUNT, EDIT_NOTES, PICTURES, TEAM_ACCOUNTS
from services.town.rates import USUAL, RateProfile, Timetable
from services.town.rows import Row, edited_row, instant_text, removal_row
from services.town.wording import DISTRICTS, STREETS, Wording, said, wording_of

LOOK_BACK_MAX: Final = 400
"""How many posts back a reply, an edit, a removal or a repeat may reach."""

TEAM_SHARES: Final = {
    "waste": 15.0, "roads": 11.0, "lighting": 5.0, "parking": 7.0, "drainage": 4.0, "housing": 8.0,
    "environmental-health": 5.0, "parks": 6.0, "libraries-leisure": 5.0, "schools": 7.0,
    "social-care": 4.0, "tax-benefits": 6.0, "planning": 4.0, "transport": 6.0,
    "elections-registration": 2.0, "contact": 6.0, "none": 9.0,
}  # fmt: skip
_URGENCY_SHARES: Final = {"emergency": 0.12, "urgent": 0.5, "normal": 1.0, "low": 1.0}

_REPLY: Final = 0.12
_LATE: Final = 0.006
_LATE_MINUTES_MAX: Final = 90
_REPEAT_WORDING: Final = 0.05
"""How often a text is said word for word as it was written: some things everybody says."""


class Kind(IntEnum):
    """What a place in the stream holds."""

    POST = 0
    EDIT = 1
    REMOVAL = 2
    REPEAT = 3


_KINDS: Final = Weights((0.94, 0.02, 0.01, 0.03))


@dataclass(frozen=True, slots=True)
class TextPool:
    """All texts ready to be said, how often each is, and which may answer a post to a team."""

    wordings: tuple[Wording, ...]
    weights: Weights
    team_places: dict[str, tuple[int, ...]]


def text_pool(texts: Sequence[LabelledText]) -> TextPool:
    """Return the pool of these texts; a team's share is spread over the texts it has."""
    team_places: defaultdict[str, list[int]] = defaultdict(list)
    for place, text in enumerate(texts):
        team_places[text.team].append(place)
    weights = [
        TEAM_SHARES.get(text.team, 1.0)
        / len(team_places[text.team])
        * _URGENCY_SHARES[text.urgency]
        for text in texts
    ]
    places = {team: tuple(found) for team, found in team_places.items()}
    return TextPool(tuple(map(wording_of, texts)), Weights(weights), places)


class PostStream:
    """Ordinary posts by their number: `row(n)` costs the same for the first and the ten-millionth.

    Rows stand in the order of their arrival; a late one, an edit or a repeat says an earlier time.
    """

    def __init__(self, pool: TextPool, draws: Draws, timetable: Timetable, label: str) -> None:
        self._pool = pool
        self._draws = draws
        self._timetable = timetable
        self._label = label

    def arrived_ms(self, number: int) -> int:
        """Return when a row arrives; never before the row in front of it."""
        return self._timetable.moment_ms(number, self._draws.at("arrived", number).fraction())

    def kind(self, number: int) -> Kind:
        """Return what a place holds; the first is always a post."""
        drawn = self._draws.at("kind", number).weighted(_KINDS)
        return Kind(drawn) if number else Kind.POST

    def source_text(self, number: int) -> LabelledText:
        """Return the labelled text behind the post at or behind a place."""
        post = number if self.kind(number) is Kind.POST else self._target(number)
        return self._pool.wordings[self._text_place(post)].source

    def row(self, number: int) -> Row:
        """Return the row at a place."""
        kind = self.kind(number)
        if kind is Kind.POST:
            return self._post(number)
        target = self._target(number)
        if kind is Kind.REMOVAL:
            return removal_row(self._native_id(target), self.arrived_ms(number))
        row = self._post(target)
        if kind is Kind.REPEAT:
            return row
        note = self._draws.at("edit", number).choice(EDIT_NOTES)
        return edited_row(row, f"{row['text']} {note}", self.arrived_ms(number))

    def rows(self, first: int, end: int) -> Iterator[Row]:
        """Yield the rows from one place up to, not including, another."""
        return map(self.row, range(first, end))

    def _native_id(self, number: int) -> str:
        return f"{self._label}-{number:08d}"

    def _target(self, number: int) -> int:
        """Return the post that an edit, a removal, a repeat or a reply at this place means."""
        back = 1 + int(min(number, LOOK_BACK_MAX) * self._draws.at("back", number).fraction() ** 2)
        target = max(0, number - back)
        while target and self.kind(target) is not Kind.POST:
            target -= 1
        return target

    def _parent(self, number: int) -> int | None:
        if number and self._draws.at("reply", number).chance(_REPLY):
            return self._target(number)
        return None

    def _root(self, number: int) -> int:
        # Each step leads to a lower number, and only one in eight leads on.
        while (parent := self._parent(number)) is not None:
            number = parent
        return number

    def _text_place(self, number: int) -> int:
        root = self._root(number)
        first = self._draws.at("text", root).weighted(self._pool.weights)
        if root == number:
            return first
        team = self._pool.wordings[first].source.team
        return self._draws.at("answer", number).choice(self._pool.team_places[team])

    def _author(self, number: int, parent: int | None) -> str:
        draw = self._draws.at("who", number)
        # One answer in five is its root's author, coming back.
        if parent is not None and draw.chance(0.2):
            draw = self._draws.at("who", self._root(number))
        return author_handle(self._draws, author_number(draw))

    def _post(self, number: int) -> Row:
        wording = self._pool.wordings[self._text_place(number)]
        draw = self._draws.at("post", number)
        parent = self._parent(number)
        posted_ms = self.arrived_ms(number)
        if draw.chance(_LATE):
            posted_ms -= 60_000 * (5 + draw.integer(_LATE_MINUTES_MAX - 5))
        as_written = draw.chance(_REPEAT_WORDING)
        row: Row = {
            "id": self._native_id(number),
            "posted_at": instant_text(posted_ms),
            "author": self._author(number, parent),
            "text": wording.source.text if as_written else said(wording, draw),
        }
        if parent is not None:
            row["root_id"] = self._native_id(self._root(number))
            row["parent_id"] = self._native_id(parent)
        _add_circumstances(row, wording, draw)
        return row


def _add_circumstances(row: Row, wording: Wording, draw: Draw) -> None:
    """Add what a platform tells beside the words, for the share of posts where it does."""
    source = wording.source
    if draw.chance(0.04):
        row["channel"] = draw.choice(("feed", "webhook"))
    if "@mercatburgh" in row["text"]:
        row["account"] = ACCOUNT
    elif source.team in TEAM_ACCOUNTS and draw.chance(0.25):
        row["account"] = TEAM_ACCOUNTS[source.team]
    if not wording.names_place and draw.chance(0.05):
        row["place"] = draw.choice((*STREETS, *DISTRICTS))
    if draw.chance(0.3):
        row["language"] = source.language
    if draw.chance(0.06):
        row["media"] = [{"kind": "image", "alt": draw.choice(PICTURES[source.team])}]


class TownGenerator:
    """Streams of ordinary posts from one pool of texts and one seed."""

    def __init__(self, texts: Sequence[LabelledText], seed: int) -> None:
        self.draws = Draws(seed)
        self.pool = text_pool(texts)

    def stream(
        self,
        start: datetime,
        duration: timedelta,
        count: int,
        profile: RateProfile = USUAL,
        label: str = "post",
    ) -> PostStream:
        """Return `count` posts spread over a stretch of time; ids begin with `label`."""
        return PostStream(self.pool, self.draws, Timetable(start, duration, count, profile), label)
