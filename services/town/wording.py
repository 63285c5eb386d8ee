"""The same thing said by another person: another street, another greeting, a slip of the thumb."""

import re
from dataclasses import dataclass
from typing import Final

from services.town.draw import Draw
from services.town.labelled_texts import LabelledText
from services.town.phrases import ACCOUNT, CLOSERS, HASHTAGS, OPENERS

STREETS: Final = (
    "Cross Street", "Tolbooth Wynd", "Fishmarket Close", "Kirkgate", "Abbey Road North",
    "Castlehill", "Mill Lane", "Harbour Row", "Linden Avenue", "Saltcoats Drive", "Weavers' Vennel",
)  # fmt: skip
DISTRICTS: Final = ("Braehead", "Northmuir", "Eastfield", "Port Mercat", "Gallowhill")

_STREET_CHANGE: Final = 0.55
_OPENER: Final = 0.16
_CLOSER: Final = 0.16
_SLIP: Final = 0.18
_MENTION: Final = 0.05
_HASHTAG: Final = 0.06

_GROUPS: Final = (STREETS, DISTRICTS)
_FINDERS: Final = {name: (group, place) for group in _GROUPS for place, name in enumerate(group)}
# A name that is part of a school's or a library's name stays: there is one of each in the town.
_NAMES: Final = re.compile(
    rf"\b({'|'.join(map(re.escape, _FINDERS))})\b(?! (?:Nursery|Primary|High|Academy|Court|Rise))"
)
_FRAGILE: Final = re.compile(r"\d{4}|@|\.example")
_PAIR: Final = re.compile("[a-z]{2}")


@dataclass(frozen=True, slots=True)
class Wording:
    """A text cut at the streets and districts it names, ready to be said of others.

    `fragile` texts hold a number or an address, in which no letter may slip.
    """

    source: LabelledText
    pieces: tuple[str, ...]
    fragile: bool

    @property
    def names_place(self) -> bool:
        """Whether the text speaks of a street or district that could be another."""
        return len(self.pieces) > 1

    def moved(self, shift: int) -> str:
        """Return the text about streets and districts `shift` places further down the lists."""
        pieces = list(self.pieces)
        for place in range(1, len(pieces), 2):
            group, number = _FINDERS[pieces[place]]
            pieces[place] = group[(number + shift) % len(group)]
        return "".join(pieces)


def wording_of(source: LabelledText) -> Wording:
    """Return a text cut at its places: every second piece is the name of one."""
    pieces = tuple(_NAMES.split(source.text))
    return Wording(source, pieces, bool(_FRAGILE.search(source.text)))


def said(wording: Wording, draw: Draw) -> str:
    """Return the text as one more person would say it; what it means stays the same."""
    text = wording.source.text
    if wording.names_place and draw.chance(_STREET_CHANGE):
        text = wording.moved(1 + draw.integer(len(STREETS) * len(DISTRICTS) - 1))
    if wording.source.urgency in ("emergency", "urgent"):
        # Nobody adds a joke to a call for help.
        return text
    if draw.chance(_SLIP):
        text = _slipped(text, wording.fragile, draw)
    language = wording.source.language
    if language in OPENERS:
        if draw.chance(_OPENER):
            text = f"{draw.choice(OPENERS[language])} {text}"
        if draw.chance(_CLOSER):
            text = f"{text} {draw.choice(CLOSERS[language])}"
    if not wording.fragile and draw.chance(_MENTION):
        handle = ACCOUNT if draw.chance(0.5) else "@mercatburgh"
        text = f"{handle} {text}" if draw.chance(0.6) else f"{text} {handle}"
    if draw.chance(_HASHTAG):
        text = f"{text} {draw.choice(HASHTAGS[wording.source.team])}"
    return text


def _slipped(text: str, fragile: bool, draw: Draw) -> str:  # noqa: FBT001 - a fact about the text, passed on
    kind = draw.fraction()
    if kind < 0.35:  # noqa: PLR2004 - shares of kinds, said once
        return text.lower()
    if kind < 0.55:  # noqa: PLR2004 - the same
        return text.rstrip(".!")
    if kind < 0.6 or fragile:  # noqa: PLR2004 - the same
        return text.replace(",", "")
    return _mistyped(text, draw)


def _mistyped(text: str, draw: Draw) -> str:
    """Return the text with two letters swapped, one left out or one struck twice."""
    pair = _PAIR.search(text, draw.integer(len(text)))
    if pair is None:
        return text
    at = pair.start()
    first, second = pair[0][0], pair[0][1]
    typed = draw.choice((second + first, first, first + first + second))
    return f"{text[:at]}{typed}{text[at + 2 :]}"
