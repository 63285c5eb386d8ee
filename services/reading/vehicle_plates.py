"""Registration plates of British vehicles in a shadow."""

import re
from collections.abc import Iterator
from typing import Final

from services.reading.datum import Datum, before, is_reference, word_set
from services.reading.shadow import Shadow

_CURRENT: Final = re.compile(
    r"(?<![\w-])([a-hj-pr-y][a-hj-pr-y] ?)(0[2-9]|[1-3]\d|[5-8]\d)([ -]?)([a-hj-pr-z]{3})(?![\w-])"
)
_OLDER: Final = re.compile(
    r"(?<![\w-])(?:([a-hj-npqr-ty])(\d{1,3})([ -]?)([a-hj-pr-y]{3})"
    r"|([a-hj-pr-y]{3})([ -]?)(\d{1,3})([a-hj-npr-ty]))(?![\w-])"
)
_DATELESS: Final = re.compile(
    r"(?<![\w-])(?:[a-z]{1,3} ?\d{1,4}|\d{1,4} ?[a-z]{1,3}|[a-z]{2}\d{2} ?[a-z]{3})(?![\w-])"
)
_VEHICLE: Final = re.compile(
    r"\b(?:cars?|vans?|vehicles?|reg|registration|plate|plates|lorry|motorbike|motorcycle|bike"
    r"|parked|taxi|cab|driver|truck|caravan|trailer|number ?plate|car|cerbyd|fan|cofrestru)\b"
)
_REGISTERED: Final = re.compile(
    r"\b(?:reg|registration|plate|number ?plate|cofrestru)\b(?:\W{0,3}(?:number|no|mark|is|was|of))"
    r"{0,3}\W{0,3}$"
)
_AFTER_LENGTH: Final = 24
# Three letters after a road's or a district's number: EH12 and, A90 the.
_WORDS: Final = word_set(
    "and the for are was has had not you but all can our out who may now see due via per off own"
    " any new one two six ten day bus car bin mon tue wed thu fri sat sun jan feb mar apr jun jul"
    " aug sep oct nov dec one yes let get got put run set use way why how too yet"
)
_ROADS: Final = frozenset("abm")


def vehicle_plates(shadow: Shadow) -> Iterator[Datum]:
    """Yield the plates of a text that holds digits; those of old form only near a vehicle."""
    text = shadow.text
    for match in _CURRENT.finditer(text):
        if _is_current(shadow, match):
            yield _datum(match)
    if not _VEHICLE.search(text):
        return
    for match in _OLDER.finditer(text):
        letters = match[4] or match[5]
        if letters not in _WORDS and _is_near_vehicle(text, match) and _is_capital(shadow, match):
            yield _datum(match)
    for match in _DATELESS.finditer(text):
        if _REGISTERED.search(before(text, match.start())) and _is_capital(shadow, match):
            yield _datum(match)


def _datum(match: re.Match[str]) -> Datum:
    return Datum("vehicle_plate", match.start(), match.end(), match[0].upper(), "")


def _is_current(shadow: Shadow, match: re.Match[str]) -> bool:
    is_near = _is_near_vehicle(shadow.text, match)
    if " " in match[1]:
        return is_near and _is_capital(shadow, match)
    if is_near:
        return match[4] not in _WORDS or _is_capital(shadow, match)
    if is_reference(shadow.text, match.start()) or match[4] in _WORDS:
        return False
    return _is_capital(shadow, match) or not match[3]


def _is_near_vehicle(text: str, match: re.Match[str]) -> bool:
    after = text[match.end() : match.end() + _AFTER_LENGTH].partition("\n")[0]
    return _VEHICLE.search(before(text, match.start()) + " " + after) is not None


def _is_capital(shadow: Shadow, match: re.Match[str]) -> bool:
    written = shadow.cased[match.start() : match.end()]
    return written == written.upper()
