"""Postcodes and street addresses of homes in a shadow, those of public buildings left out."""

import re
from collections.abc import Iterator
from typing import Final

from services.reading.datum import Datum, before, is_reference, word_set
from services.reading.shadow import Shadow

_AREAS: Final = word_set(
    "AB AL B BA BB BD BF BH BL BN BR BS BT BX CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT"
    " DY E EC EH EN EX FK FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD"
    " LE LL LN LS LU M ME MK ML N NE NG NN NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK"
    " SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC WD WF WN WR WS WV YO"
    " ZE"
)
_POSTCODE: Final = re.compile(
    r"(?<![\w&/-])([a-z]{1,2})(\d[a-z]|\d{1,2})([ -]{0,2})(\d)([a-z]{2})(?![\w]|-\w)"
)
_NEVER_INWARD: Final = frozenset("cikmov")
# What follows a figure in ordinary writing: half past two, fourth, five kilometres.
_UNITS: Final = word_set("am pm st nd rd th km cm mm kg mg ml mb kb kw kv mw mp ok mi ft")

# A public building's name, and after it nothing but the rest of an address.
_FACILITY: Final = re.compile(
    r"\b(?i:offices?|hall|library|centre|center|school|academy|college|hospital|surgery|clinic"
    r"|depot|museum|gallery|theatre|pool|station|stadium|hub|headquarters|hq|church|chapel|car park"
    r"|park and ride|chambers|pavilion|gym|cemetery|crematorium|university|freepost|po box"
    r"|ll?yfrgell|[cg]h?anolfan|neuadd|swyddfa\w*|ysgol|ysbyty|amgueddfa|theatr|gorsaf)"
    r"(?:[,\s(:]+(?:at|on|in|is|of|the|address|our|yn|ar|y|yr|[A-Z0-9][\w'.-]*))*[,\s(:]*$"
)
_HOME: Final = re.compile(
    r"\b(?:your (?:home|house|address|flat|property|postcode)|you live|home|flat|lives?|living"
    r"|tenant|cartref|byw)\b"
)
_CONTEXT_LENGTH: Final = 110

_STREET: Final = (
    r"street|st|road|rd|avenue|ave|lane|ln|drive|dr|close|crescent|cres|place|pl|terrace|terr|court"
    r"|ct|gardens|gdns|grove|way|row|walk|square|sq|wynd|vennel|brae|loan|loaning|quay|mews|rise"
    r"|hill|view|parade|path|gate|gait|bank|croft|heights|vale|circus|cottages|villas|park|green"
)
_ADDRESS: Final = re.compile(
    r"(?<![\w/.:£$€-])((?i:flat|apartment|apt|unit|room|fflat) \w{1,4}(?:/\w{1,3})?,? )?"
    r"(?:[Nn]o\.? ?)?(\d{1,3}[A-Ha-h]?(?:/\d{1,2})?),? "
    rf"((?:[A-Z][\w'.-]+,? ){{1,3}}?(?:(?i:{_STREET}))|[A-Z][a-z]+(?:gate|gait|wynd|brae)"
    r"|(?:Stryd|Heol|Ffordd|Lôn|Rhodfa|Clos|Teras|Maes|Bryn|Tan|Rhes|Llwybr)"
    r"(?: [A-Z]?[\w'-]+){1,3}?)(?![\w'])"
)
_NO_STREET: Final = re.compile(
    r"\b(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|monday|tuesday|wednesday|thursday|friday"
    r"|saturday|sunday|mon|tue|wed|thu|fri|sat|sun|am|pm|the|and|new|council)\b"
)
# A number after these counts buses, phases or lamp posts, or tells where in a public street.
_NO_HOUSE: Final = re.compile(
    r"\b(?:bus(?:es)?|route|service|phase|junction|bay|ward|zone|page|item|stage|section|class"
    r"|column|post|light|lamp|streetlight|bin|pole|stop|platform|gate|lot|plot|area|stand|since|in"
    r"|between|outside|opposite|near|beside|behind|from|to|and|by|nearly|over|about|around|all"
    r"|of|only|than|another|first|last|next|these|those|some|other|m|a|b|january|february|march"
    r"|april|may|june|july|august|september|october|november|december|front of|next to|frontage"
    r"|works? (?:at|on))[ #:]{0,2}$"
)


def postal_addresses(shadow: Shadow) -> Iterator[Datum]:
    """Yield postcodes, and streets with a house number, that no public building's name precedes."""
    for match in _POSTCODE.finditer(shadow.text):
        if _is_postcode(shadow, match) and not _is_public(shadow, match.start()):
            yield Datum("postcode", match.start(), match.end(), match[0].upper(), "")
    for match in _ADDRESS.finditer(shadow.cased):
        if _is_home(shadow.text, match) and not _is_public(shadow, match.start()):
            yield Datum("address", match.start(), match.end(), match[0], "")


def _is_postcode(shadow: Shadow, match: re.Match[str]) -> bool:
    area, gap, figure, letters = match[1].upper(), match[3], match[4], match[5]
    written = shadow.cased[match.start() : match.end()]
    if letters in _UNITS and (written != written.upper() or letters in ("am", "pm", "km", "th")):
        return False
    if is_reference(shadow.text, match.start()) and not gap:
        return False
    is_known = area in _AREAS
    if written == written.upper() and len(gap) == 1:
        return is_known or len(area) > 1
    is_inward = figure.isdigit() and not _NEVER_INWARD.intersection(letters)
    return is_known and is_inward


def _is_home(text: str, match: re.Match[str]) -> bool:
    if match[1]:
        return True
    street = text[match.start(3) : match.end(3)]
    return not _NO_STREET.search(street) and not _NO_HOUSE.search(before(text, match.start()))


def _is_public(shadow: Shadow, start: int) -> bool:
    """Return whether a public building's name leads up to here, and nobody's home is spoken of."""
    said = before(shadow.cased, start, _CONTEXT_LENGTH)
    return _FACILITY.search(said) is not None and _HOME.search(said.lower()) is None
