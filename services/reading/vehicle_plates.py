"""Registration plates of vehicles in a shadow: British ones, and those of its neighbours."""

import re
from collections.abc import Iterator
from typing import Final

from services.reading.datum import Datum, before, is_reference, word_set
from services.reading.shadow import Shadow

_CURRENT: Final = re.compile(
    r"(?<![\w-])([a-hj-pr-y][a-hj-pr-y][ .-]?)((?=[oil]?\d)[0oil1-35-8][0-9oil])([ ._-]{0,2})"
    r"([a-hj-pr-z]{3})(?![\w-])"
)
_AGE: Final = re.compile(r"0[2-9]|[1-3]\d|[5-8]\d")
_FIGURES: Final = str.maketrans("oil", "011")
_OLDER: Final = re.compile(
    r"(?<![\w-])(?:([a-hj-npqr-ty])(\d{1,3})([ .-]?)([a-hj-pr-y]{3})"
    r"|([a-hj-pr-y]{3})([ .-]?)(\d{1,3})([a-hj-npr-ty]))(?![\w-])"
)
_IRISH: Final = re.compile(
    r"(?<![\w-])(?:1[3-9]|2\d)[12]([ -])(?:ce|cn|cw|dl|g|ke|kk|ky|ld|lh|lk|lm|ls|mh|mn|mo|oy|rn"
    r"|so|tn?|ts|wd|wh"
    r"|ww|wx|w|c|d|l)\1\d{1,6}(?![\w-])"
)
# As other countries write them, to be read beside a vehicle alone.
_ABROAD: Final = re.compile(
    r"(?<![\w/-])(?:[A-ZÄÖÜ]{1,3}[- ][A-Z]{1,2}[- ]?\d{1,4}[EH]?"
    r"|[A-HJ-NP-TV-Z]{2}[- ]\d{3}[- ][A-HJ-NP-TV-Z]{2}"
    r"|\d{4}[- ]?[BCDFGHJ-NPR-TV-Z]{3}|[A-Z]{2}[- ]?\d{3}[- ]?[A-Z]{2}"
    r"|[A-Z]{2,3} [0-9][0-9A-Z]{3,4}"
    r"|[A-Z]{3}[- ]\d{3,4}|\d{1,2}-[A-Z]{2,3}-\d{1,2}|[A-Z]{1,2}-\d{2,3}-[A-Z]{1,3}"
    r"|\d{2}-[A-Z]{2}-[A-Z]{2}"
    r"|[A-Z]{2}-[A-Z]{2}-\d{2}|[A-Z]{2}-\d{2}-\d{2}|\d{2,3}[- ][A-Z]{1,2}[- ]\d{1,6}"
    r"|[A-Z]{1,2} \d{2,3} [A-Z]{3}"
    r"|[A-Z]{1,2}IZ ?\d{1,4}|[A-Z]{2}Z ?\d{1,4})(?![\w-])"
)
_DATELESS: Final = re.compile(
    r"(?<![\w-])(?:[a-z]{1,3}[ -]?\d{1,4}|\d{1,4}[ -]?[a-z]{1,3}"
    r"|[a-z]{1,3}[ -]?\d{1,4}[ -]?[a-z]{1,3}"
    r"|\d[a-z]{2,3}[ -]?\d{2,3}|[a-z]{1,3}-[a-z]{1,2}[ -]?\d{1,4}"
    r"|\d{1,4}[ -][a-z]{1,2}[ -]\d{1,6})(?![\w-])"
)
_VEHICLES: Final = word_set(
    "car cars van vans vehicle vehicles reg regs registration registered plate plates lorry"
    " lorries"
    " motorbike motorcycle motor bike moped scooter parked taxi cab driver truck caravan campervan"
    " trailer numberplate cerbyd fan cofrestru hatchback saloon estate hire towed clamped keeper"
    " suv"
    " coupe minibus pickup jeep tractor minicab rav4 dvla mot impounded uplifted wagen auto autos"
    " kennzeichen pkw fahrzeug parkt voiture véhicule immatriculée immatriculation immatriculé"
    " plaque"
    " coche vehículo matrícula furgoneta auto automobile targa samochód samochodu auta"
    " rejestracyjny"
    " rejestracyjnym tablica kenteken ford vauxhall corsa fiesta golf focus astra transit bmw audi"
    " mercedes toyota nissan qashqai juke volvo skoda seat honda hyundai kia mazda fiat renault"
    " clio"
    " peugeot citroen vw volkswagen tesla range rover land mini polo dacia insignia parking pcn"
    " clamp pound windscreen bonnet tyre tyres"
)
_REGISTERED: Final = re.compile(
    r"\b(?:reg|regs|registration|registered|plate|number ?plate|cofrestru|kennzeichen"
    r"|immatricul\w*"
    r"|plaque|matr[ií]cula|targa|rejestracyjn\w*|kenteken)\b"
    r"(?:\W{0,3}(?:number|no|mark|is|was|of|as|reads?|reading|it's|mit|mit dem|ist|est|es|é|the"
    r"|its|your|her|his))"
    r"{0,4}\W{0,3}$"
)
_AFTER_LENGTH: Final = 24
# Three letters after a road's or a district's number: EH12 and, A90 the.
_WORDS: Final = word_set(
    "and the for are was has had not you but all can our out who may now see due via per off own"
    " any new one two six ten day bus car bin mon tue wed thu fri sat sun jan feb mar apr jun jul"
    " aug sep oct nov dec one yes let get got put run set use way why how too yet eco max min van"
)
# What ships, standards and the law number.
_NAMES: Final = word_set("mv rv ms en bs iso din eu foi eir ssi hgv ev pm co no")
_ROADS: Final = re.compile(
    r"(?:[abm] ?\d{1,4}|\d{1,4} ?(?:[a-c]|am|pm|st|nd|rd|th|km|cm|mm|kg|mph|ft|m|h))"
)
_YEAR: Final = re.compile(r"^[a-z]+[ -]?(?:19|20)\d\d$")
_MODEL: Final = re.compile(r"\b(?:model|type|class|size|form|version|part|euro)\W{1,2}$")


def vehicle_plates(shadow: Shadow) -> Iterator[Datum]:
    """Yield the plates of a text that holds digits; those of rarer forms only near a vehicle."""
    for match in _CURRENT.finditer(shadow.latin):
        if _is_current(shadow, match):
            yield _datum(match)
    for match in _IRISH.finditer(shadow.latin):
        if _is_capital(shadow, match) and not is_reference(shadow.text, match.start()):
            yield _datum(match)
    if not _VEHICLES.isdisjoint(shadow.letters):
        yield from _beside_vehicles(shadow)


def _beside_vehicles(shadow: Shadow) -> Iterator[Datum]:
    text = shadow.latin
    for match in _OLDER.finditer(text):
        letters = match[4] or match[5]
        if letters not in _WORDS and _is_near_vehicle(text, match) and _is_capital(shadow, match):
            yield _datum(match)
    for match in _ABROAD.finditer(shadow.cased):
        if _is_near_vehicle(text, match) and not _is_other(text, match):
            yield _datum(match)
    for match in _DATELESS.finditer(text):
        is_plate = _REGISTERED.search(before(text, match.start())) and not _is_other(text, match)
        if is_plate and (_is_capital(shadow, match) or " " not in match[0]):
            yield _datum(match)


def _datum(match: re.Match[str]) -> Datum:
    return Datum("vehicle_plate", match.start(), match.end(), match[0].upper(), "")


def _is_other(text: str, match: re.Match[str]) -> bool:
    """Return whether what looks like a plate is a road, a size, a model or a reference."""
    written = text[match.start() : match.end()]
    said = before(text, match.start())
    if _ROADS.fullmatch(written) is not None or _MODEL.search(said) is not None:
        return True
    letters = _LETTERS.findall(written)
    if letters[-1] in _WORDS or letters[0] in _NAMES or _YEAR.search(written):
        return True
    return is_reference(text, match.start()) and _REGISTERED.search(said) is None


def _is_current(shadow: Shadow, match: re.Match[str]) -> bool:
    if not _AGE.fullmatch(match[2].translate(_FIGURES)):
        return False
    if _MODEL.search(before(shadow.text, match.start())):
        return False
    is_near = _is_near_vehicle(shadow.text, match)
    if len(match[1]) > len("ab"):
        return is_near and _is_capital(shadow, match) and match[4] not in _WORDS
    if is_near:
        return match[4] not in _WORDS or (_is_capital(shadow, match) and match[4] != "eco")
    if is_reference(shadow.text, match.start()) or match[4] in _WORDS:
        return False
    return _is_capital(shadow, match) or not match[3]


def _is_near_vehicle(text: str, match: re.Match[str]) -> bool:
    around = before(text, match.start()) + " "
    around += text[match.end() : match.end() + _AFTER_LENGTH].partition("\n")[0]
    return not _VEHICLES.isdisjoint(_LETTERS.findall(around))


_LETTERS: Final = re.compile(r"[^\W\d_]+")


def _is_capital(shadow: Shadow, match: re.Match[str]) -> bool:
    written = shadow.cased[match.start() : match.end()].translate(_FIGURES)
    return written == written.upper()
