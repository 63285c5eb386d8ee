"""Postcodes and street addresses of homes in a shadow, those of public buildings left out."""

import re
from collections.abc import Iterator
from typing import Final

from services.reading.addresses_abroad import addresses_abroad
from services.reading.datum import Datum, before, is_reference, word_set
from services.reading.public_places import is_public
from services.reading.shadow import Shadow

_AREAS: Final = word_set(
    "AB AL B BA BB BD BF BH BL BN BR BS BT BX CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN"
    " DT"
    " DY E EC EH EN EX FK FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD"
    " LE LL LN LS LU M ME MK ML N NE NG NN NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK"
    " SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC WD WF WN WR WS WV YO"
    " ZE"
)
_POSTCODE: Final = re.compile(
    r"(?<![\w&/-])([a-z]{1,2})(\d[a-z]|\d{1,2})([ .,_/-]{0,2})(\d)([a-z]{2})(?![\w]|-\w)"
)
_NEVER_INWARD: Final = frozenset("cikmov")
# What follows a figure in ordinary writing: half past two, fourth, five kilometres.
_UNITS: Final = word_set("am pm st nd rd th km cm mm kg mg ml mb kb kw kv mw mp ok mi ft")
_POSTCODE_SAID: Final = re.compile(r"\b(?:post ?codes?|cod post)\b[^\d\n]{0,12}$")

_STREET: Final = (
    r"street|st|road|rd|avenue|ave|lane|ln|drive|dr|close|crescent|cres|place|pl|terrace|terr"
    r"|court"
    r"|ct|gardens|gdns|grove|way|row|walk|square|sq|wynd|vennel|brae|loan|loaning|quay|mews|rise"
    r"|hill|view|parade|path|gate|gait|bank|croft|heights|vale|circus|cottages|villas|park|green"
    r"|esplanade|boulevard|pend|entry|steading|steadings|dell|dene|mount|meadows?|fields?|shore"
)
_WELSH: Final = (
    r"(?:Stryd|Heol|Ffordd|Lôn|Rhodfa|Clos|Teras|Maes|Bryn|Tan|Rhes"
    r"|Llwybr)(?: [A-Z]?[\w'-]+){1,3}?"
)
_HOUSE: Final = r"\d{1,4}[A-Ha-h]?(?:[/-]\d{1,2})?"
_NAMED: Final = (
    rf"((?:[A-Z][\w'.-]+,? ){{1,3}}?(?i:{_STREET})|[A-Z][a-z]+(?:gate|gait|wynd|brae|hill|port)"
    rf"|{_WELSH})"
    r"(?!\w|'(?!s\b))"
)
_FLAT: Final = (
    r"(?i:(?:flat|apartment|apt|unit|fflat) ?(?:\d{1,3}[a-z]?(?:[/-]\d{1,3})?|[a-z]|\d[fr]\d)"
    r"|(?:ground floor|basement|top|garden) flat)|\d[FfRrLl]\d|\d/\d{1,2}|[GPgp]F\d|\d{1,2}[LRlr]"
)
_ADDRESS: Final = re.compile(rf"(?<![\w/:£$€-])(?<!\d\.)({_HOUSE}),? {_NAMED}")
_IN_FLAT: Final = re.compile(
    rf"(?<![\w/.:£$€-])(?:{_FLAT}),? (?:at )?{_HOUSE},? (?:{_NAMED}"
    rf"|[A-Z][a-z][\w'-]+(?: [A-Z][\w'-]+)?)"
)
_HOUSE_WORDS: Final = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen"
    r"|sixteen|seventeen|eighteen|nineteen|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty"
    r"|ninety)"
    r"(?:[- ](?:one|two|three|four|five|six|seven|eight|nine))?"
    r"|a hundred(?: and)?(?: [a-z-]{3,12}){1,2})"
)
_SPELT: Final = re.compile(
    rf"\b(?i:(?:at|to|from|in|is|it's|no\.?|number|house"
    rf"|flat))[ :,]{{1,2}}((?i:{_HOUSE_WORDS}),? {_NAMED})"
)
_TURNED: Final = re.compile(
    rf"\b((?:[A-Z][\w'-]+ ){{1,3}}(?i:{_STREET}),? (?i:number|no\.?|nr\.?|house) ?{_HOUSE})(?!\w)"
)
_SMALL: Final = re.compile(
    r"\b(?:at|to|from|is|no|number|house|flat|live|lives|living)[ :]{1,2}(\d{1,4}[a-h]?,? "
    r"(?!(?:way|lane|mile|metre|new|bus|minute|hour|day|side|main|more|other|car|private"
    r"|public)\b)"
    r"[a-z][\w'-]{2,20}(?: [a-z][\w'-]{2,20})? "
    r"(?:street|road|avenue|lane|drive|crescent|terrace|gardens|grove|wynd|vennel|row|brae"
    r"|close))\b"
)
_SMALL_WORDS: Final = word_set(
    "street road avenue lane drive crescent terrace gardens grove wynd vennel row brae close"
)
_RANGE: Final = re.compile(r"\d\w? (?:to|-) $")
_HOUSE_NAMED: Final = re.compile(
    r"\b(?:[Ll]ives?|[Ll]iving|[Hh]ome|[Rr]esid(?:es|ing)|[Ss]tays?|[Aa]ddress|[Dd]eliver(?:ed)?)"
    r"(?: is| at| in| to| out at| up at){1,2} "
    r"((?:The )?(?:[A-Z][\w'-]+ ){1,3}(?:Cottage|House|Lodge|Farm|Farmhouse|Villa|Croft|Bothy"
    r"|Bungalow"
    r"|Manse|Mill|Barn|Steading|Rectory|Vicarage)(?:, (?:[A-Z][\w'-]+ ?){1,3})?)"
)
_SPELT_FIRST: Final = re.compile(
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|teen|ty|hundred),? [A-Z]"
)
_FLAT_WORDS: Final = word_set("flat apartment apt unit fflat gf pf")
_FLAT_FIRST: Final = re.compile(r"\d(?:[frl]\d|/\d{1,2},? \d|[lr],? \d)")
_NUMBER_WORDS: Final = word_set("number no nr house")
_HOME_WORDS: Final = word_set(
    "live lives living home reside resides residing stay stays address deliver delivered"
)
_IN_WORDS: Final = ((_SPELT, word_set(_STREET.replace("|", " "))), (_HOUSE_NAMED, _HOME_WORDS))
_CALENDAR: Final = (
    r"january|february|march|april|may|june|july|august|september|october|november|december"
    r"|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec"
)
_NO_STREET: Final = re.compile(
    rf"\b(?:{_CALENDAR}|monday|tuesday|wednesday|thursday|friday"
    r"|saturday|sunday|mon|tue|wed|thu|fri|sat|sun|am|pm|the|and|new|council|national|scottish"
    r"|british|english|welsh|free|public|local)\b|^(?:way|place|close|court|square|lane|drive|high|street|car|bus|hill|sports?|primary|country"
    r"|national"
    r"|city|town|business|retail|industrial|theme|skate|play|water|wild|world) "
)
# A number after these counts buses, phases or lamp posts, or tells where in a public street.
_NO_HOUSE: Final = re.compile(
    r"(?:\b(?:bus(?:es)?|route|service|phase|junction|bay|ward|zone|page|item|stage|section|class"
    r"|column|post|light|lamp|streetlight|bin|pole|stop|platform|gate|lot|plot|area|stand|since|in"
    r"|between|outside|opposite|near|beside|behind|nearly|over|around|all|of|and|by|from"
    r"|only|than|another|first|last|next|these|those|some|other|m|a|b|front of|next to|frontage"
    rf"|more|least|most|just|under|off|round|after|until|till|{_CALENDAR}"
    r"|the|top|past|(?:mon|tues|wednes|thurs|fri|satur|sun)day|\w*works? (?:at|on))"
    r"|\bfrom [\d\w][^.\n]{0,40}\bto|\d\w? ?(?:to|-|and|&|or|,))[ #:]{0,2}$"
)
_HOUSE_OF: Final = re.compile(
    r"\b(?:owners?|residents?|tenants?|occupiers?|householders?|neighbours?|lady|ladies|man|men"
    r"|woman"
    r"|couple|family|families|people|folk|person|chap|gentleman|lad|girl|boy|door|home|house|kids"
    r"|garden|drive|driveway|hedge|fence|roof|bin|bins|dog|customer|caller|complaints?|messages?"
    r"|calls?"
    r"|objections?|letters?|emails?|reports?|objectors?|complainants?|applicants?|mr|mrs|ms|miss"
    r"|\w+'s?)\b"
    r"[^.!?\n]{0,18}\b(?:of|from|in|at)[ ]$"
)
_UP_TO: Final = re.compile(
    r"\s?(?:to|-|until|and|,|as far as)\s?\d|\s(?:to|until|as far as)\s[A-Z]"
)
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_NUMBERS: Final = re.compile(
    r"\b(?:numbers?|nos\.?|houses|flats) \d{1,4}\w?(?:, \d{1,4}\w?){0,4},? (?:and|&|or) $"
)
_COUNTED: Final = re.compile(
    r"(?: (?:north|south|east|west))?\s(?:bus|closures?|roadworks|diversion|plan|party|market"
    r"|facts|route|trail"
    r"|residents?|homes|houses|households|people|neighbours|families|crossings?|shops|businesses"
    r"|properties|flats|bins|cars|drivers|children|pupils|volunteers|parents|trees|spaces|lights"
    r"|lamps|gates|signs|bays|benches|centre|depot|library|school|hub|office|hall|surgery|church|station|site|junctions?|works|buses|stops?|tickets|places|visitors)\b"
)
_CONTEXT_LENGTH: Final = 60


def postal_addresses(shadow: Shadow, places: re.Pattern[str], *, is_mixed: bool) -> Iterator[Datum]:
    """Yield postcodes, and streets with a house number, unless they are a public building's.

    `is_mixed` says that letters and figures touch somewhere in the text.
    """
    for match in _POSTCODE.finditer(shadow.latin if is_mixed else ""):
        if _is_postcode(shadow, match) and not is_public(shadow, *match.span(), places):
            yield Datum("postcode", match.start(), match.end(), match[0].upper(), "")
    for match in _ADDRESS.finditer(shadow.cased):
        if _is_home(shadow, match) and not is_public(shadow, *match.span(), places):
            yield Datum("address", match.start(), match.end(), match[0], "")
    yield from _less_usual(shadow, places)
    yield from addresses_abroad(shadow, places)


def addresses_in_words(shadow: Shadow, places: re.Pattern[str]) -> Iterator[Datum]:
    """Yield streets whose house number is spelt out, and homes that have a name."""
    patterns = [pattern for pattern, words in _IN_WORDS if not words.isdisjoint(shadow.letters)]
    if not _SPELT_FIRST.search(shadow.cased):
        patterns = [pattern for pattern in patterns if pattern is not _SPELT]
    for pattern in patterns:
        for match in pattern.finditer(shadow.cased):
            street = match[1]
            if not _NO_STREET.search(street.lower()) and not is_public(
                shadow, match.start(1), match.end(1), places
            ):
                is_named = pattern is _HOUSE_NAMED
                if not (is_named and places.search(street)):
                    yield Datum("address", match.start(1), match.end(1), street, "in words")


def _less_usual(shadow: Shadow, places: re.Pattern[str]) -> Iterator[Datum]:
    has_flat = not _FLAT_WORDS.isdisjoint(shadow.letters) or _FLAT_FIRST.search(shadow.text)
    patterns = [_IN_FLAT] if has_flat else []
    if not _NUMBER_WORDS.isdisjoint(shadow.letters):
        patterns.append(_TURNED)
    for pattern in patterns:
        for match in pattern.finditer(shadow.cased):
            is_street = not _NO_STREET.search(match[0].lower())
            if is_street and not is_public(shadow, *match.span(), places):
                yield Datum("address", match.start(), match.end(), match[0], "")
    if not _SMALL_WORDS.isdisjoint(shadow.letters):
        yield from _in_small_letters(shadow, places)


def _in_small_letters(shadow: Shadow, places: re.Pattern[str]) -> Iterator[Datum]:
    for match in _SMALL.finditer(shadow.cased):
        said = before(shadow.text, match.start(1), _CONTEXT_LENGTH)
        is_other = (
            _UP_TO.match(shadow.cased, match.end())
            or _RANGE.search(said)
            or _NO_STREET.search(match[1])
            or _COUNTED.match(shadow.text, match.end())
        )
        if not is_other and not is_public(shadow, *match.span(1), places):
            yield Datum("address", match.start(1), match.end(1), match[1], "")


def _is_postcode(shadow: Shadow, match: re.Match[str]) -> bool:
    area, gap, figure, letters = match[1].upper(), match[3], match[4], match[5]
    written = shadow.cased[match.start() : match.end()]
    if letters in _UNITS and (written != written.upper() or letters in ("am", "pm", "km", "th")):
        return False
    if is_reference(shadow.text, match.start()) and not gap:
        return False
    is_known = area in _AREAS
    is_said = _POSTCODE_SAID.search(before(shadow.text, match.start())) is not None
    if gap.strip() and not is_said and written != written.upper():
        return False
    if written == written.upper() and len(gap) == 1:
        return is_known or len(area) > 1
    is_inward = figure.isdigit() and not _NEVER_INWARD.intersection(letters)
    return is_known and is_inward


def _is_home(shadow: Shadow, match: re.Match[str]) -> bool:
    street = shadow.text[match.start(2) : match.end(2)]
    if _NO_STREET.search(street):
        return False
    said = before(shadow.text, match.start(), _CONTEXT_LENGTH)
    if _YEAR.fullmatch(match[1]) is not None:
        return False
    if _NUMBERS.search(said):
        return True
    if _COUNTED.match(shadow.text, match.end()):
        return False
    if _HOUSE_OF.search(said):
        return _UP_TO.match(shadow.cased, match.end()) is None or " and " in said
    return _NO_HOUSE.search(said) is None
