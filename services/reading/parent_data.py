"""What the text answered says of its numbers: which are its writer's own, and which references.

A datum that a person gave away in public is theirs all the same: an answer that says it once more
spreads it. And what they quoted as their reference is one in the answer too.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from services.reading.datum import Datum, is_reference
from services.reading.shadow import Shadow

_LENGTH_MIN: Final = 4
_QUOTED: Final = re.compile(r"(?<!\w)(?:[a-z]{1,6}[-/])?\d[\d /-]{3,20}\d(?!\w)")
_OWN: Final = re.compile(
    r"\b(?:my|our) (?:(?:new|old|home|work|mobile|car|van|reg|phone|plate|house"
    r"|flat) ){0,2}(?:number|reg"
    r"|registration|plate|mobile|phone|landline|mob|tel)(?: ?plate| number| no)?(?: is| was|:|'s"
    r"| =)? {0,2}"
    r"([a-z0-9][a-z0-9 -]{3,18}[a-z0-9])"
)


class ParentData:
    """The data and the references of the text that is answered."""

    __slots__ = ("_data", "_references")

    def __init__(self, shadow: Shadow, found: Sequence[Datum]) -> None:
        text = shadow.digits
        self._references = {
            _plain(quoted[0])
            for quoted in _QUOTED.finditer(text)
            if is_reference(text, quoted.start())
        }
        self._data: dict[str, str] = {}
        for datum in found:
            self._add(datum.text, datum.kind)
        for own in _OWN.finditer(text):
            number = _up_to_figures(own[1])
            if any(map(str.isdigit, number)):
                self._add(number, "phone" if _plain(number).isdigit() else "vehicle_plate")

    def _add(self, written: str, kind: str) -> None:
        plain = _plain(written)
        if len(plain) >= _LENGTH_MIN and plain not in self._references:
            self._data.setdefault(plain, kind)

    def is_reference(self, datum: Datum) -> bool:
        """Return whether the text answered gave this number as a reference."""
        return _plain(datum.text) in self._references

    def repeated(self, shadow: Shadow) -> Iterator[Datum]:
        """Yield what an answer says again of the data given to it."""
        if not self._data:
            return
        places = [place for place, each in enumerate(shadow.digits) if each.isalnum()]
        line = "".join(shadow.digits[place] for place in places)
        for plain, kind in self._data.items():
            at = line.find(plain)
            if at >= 0:
                start, end = places[at], places[at + len(plain) - 1] + 1
                if _is_whole(shadow.digits, start, end):
                    yield Datum(kind, start, end, shadow.digits[start:end], "repeated")


def _plain(text: str) -> str:
    return "".join(each for each in text.lower() if each.isalnum())


def _up_to_figures(text: str) -> str:
    """Return a number with the words after it taken off."""
    kept: list[str] = []
    for part in text.split():
        if kept and not any(map(str.isdigit, part)) and len(part) > len("abc"):
            break
        kept.append(part)
    return " ".join(kept)


def _is_whole(text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start], text[end : end + 1]
    return not before.isalnum() and not after.isalnum()
