"""Numbers by which countries know their people: identity cards, tax, passports, licences.

Where the words before a number name it, its shape is enough; a few kinds are known by their check
digits alone, which `python-stdnum` works out.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from importlib import import_module
from typing import Any, Final, NamedTuple

from stdnum.gb import upn

from services.reading.datum import Datum, is_reference, word_set
from services.reading.shadow import Shadow

_DRIVER: Final = re.compile(
    r"(?<!\w)[a-z][a-z9]{4}[ -]?\d[015678]\d[0-3]\d{2}[ -]?[a-z9]{2}[ -]?[\da-z][a-z]{2}(?!\w)"
)
_PUPIL: Final = re.compile(r"(?<!\w)[a-hj-kmnp-rt-z]\d{11}[0-9a-z](?!\w)")

_BETWEEN: Final = r"\b[^\d\n£$€]{0,28}?(?<![a-z0-9#/-])"
_WRITTEN: Final = (
    r"((?:[a-z]{1,3}[ .-]?)?\d(?:[ ./-]{0,2}\d){4,17}(?:-?[a-z]{1,2}\d{0,2}| [a-z])?"
    r"|[a-z]{1,2}\d[a-z0-9]{4,12})"
    r"(?![\w/])"
)


class _Named(NamedTuple):
    kind: str
    cues: str
    words: frozenset[str]
    token: str = _WRITTEN


# The words that must be in a text at all are the first letters-only part of each cue.
_NAMED: Final = (
    _Named(
        "passport",
        r"(?:passport|pasbort|passeport|reisepass\w*|pasaporte|paszport\w*|passaporto|pașaport\w*"
        r"|paspoort)",
        word_set(
            "passport pasbort passeport reisepass reisepassnummer pasaporte paszport paszportu"
            " passaporto pașaport pașaportul paspoort"
        ),
        r"([a-z]{0,2} ?\d{3} ?\d{3} ?\d{2,3}|[a-z]{1,2}\d{6,8}|[a-z]\d{2}[a-z]{2}\d{5}"
        r"|[cfghjklmnprtvwxyz0-9]{9})(?!\w)",
    ),
    _Named(
        "driving_licence",
        r"(?:driv(?:ing|er'?s?) ?licen[cs]e|driver number|dvla|führerschein\w*|permis de conduire"
        r"|carn(?:et|é) de conducir|prawo jazdy|trwydded yrru|patente)",
        word_set("driving driver drivers dvla führerschein permis conducir jazdy yrru patente"),
        r"((?=[a-z0-9 -]{0,8}\d)[a-z0-9]{5,18})(?!\w)",
    ),
    _Named(
        "national_id",
        r"(?:pesel|ppsn?|pps number|bsn|burgerservicenummer|ssn|social (?:security|insurance)"
        r"|codice fiscale"
        r"|personnummer|cpr|hetu|henkilötunnus|steuer-?id\w*|steueridentifikationsnummer|idnr"
        r"|identifikationsnummer|sozialversicherungsnummer|versicherungsnummer"
        r"|s[ée]curit[ée] sociale|nir"
        r"|ahv|cnp|egn|rodn[ée] číslo|num[ée]ro national|rijksregisternummer|f[øo]dselsnummer|oib"
        r"|jmbg"
        r"|isikukood|asmens kodas|amka|tfn|tax file|aadhaar|kimlik\w*|cnic|nric|national (?:id"
        r"|identity"
        r"|identification)(?: card)?|identity (?:card|number|document)|id (?:card|number)"
        r"|dow[oó]d\w*"
        r"|personalausweis\w*|ausweisnummer|carte d'identité|residen(?:ce|t) permit|brp"
        r"|visa number"
        r"|steuernummer|nif|nie|dni)",
        word_set(
            "pesel pps ppsn bsn burgerservicenummer ssn social codice personnummer cpr hetu"
            " henkilötunnus steuer steuerid steueridentifikationsnummer idnr identifikationsnummer"
            " sozialversicherungsnummer versicherungsnummer sociale nir ahv cnp egn rodné national"
            " rijksregisternummer fødselsnummer fodselsnummer oib jmbg isikukood asmens amka tfn"
            " tax aadhaar kimlik cnic nric identity id dowód dowodu personalausweis ausweisnummer"
            " d'identité identité permit brp visa steuernummer nif nie dni personalausweisnummer"
        ),
    ),
    _Named(
        "national_id",
        r"(?:utr|unique taxpayer reference|tax reference)",
        word_set("utr taxpayer tax"),
        r"(\d{5} ?\d{5})(?!\w)",
    ),
    _Named(
        "national_id",
        r"(?:prison(?:er)?|inmate|offender|home office|student|matriculation|pupil"
        r"|scottish candidate|upn|scn)"
        r"(?: (?:number|no\.?|id|ref))",
        word_set(
            "prison prisoner inmate offender home student matriculation pupil candidate upn scn"
        ),
        r"([a-z]?\d[\da-z]{4,12})(?!\w)",
    ),
    _Named(
        "health_number",
        r"(?:patient|hospital|health(?: and care)?|h&c|medical(?: card| record)?|gp|prescription"
        r"|ehic|ghic"
        r"|medicare|krankenversicherung\w*|versichertennummer)(?:'?s)? ?(?:number|no\.?|id|num"
        r"|record)",
        word_set(
            "patient patients hospital health medical gp prescription ehic ghic medicare h c"
            " versichertennummer"
        ),
    ),
)
_NOT_NIE: Final = re.compile(r"nie\b")
_SPANISH: Final = re.compile(r"(?<!\w)(?:[xyz]-?\d{7}|\d{8})-?[a-z](?!\w)")
_DAYS: Final = re.compile(r"\b(?:dni|nie|nif)$")


class _Checked(NamedTuple):
    region: str
    module: str
    pattern: str


# Numbers that their check digits give away by themselves, in any country.
_FIGURES: Final = (_Checked("FR", "fr.nir", r"[12] ?\d\d ?\d\d ?\d[\dab] ?\d{3} ?\d{3} ?\d\d"),)
_LETTERED: Final = (
    _Checked("FI", "fi.hetu", r"\d{6}[-+a]\d{3}[0-9a-y]"),
    _Checked("IT", "it.codicefiscale", r"[a-z]{6}\d\d[a-z]\d\d[a-z]\d{3}[a-z]"),
    _Checked("PT", "pt.cc", r"\d{8} ?\d ?[a-z]{2}\d"),
)
# And those that other numbers pass the check of now and then: in the body's own country alone.
_LIKELY: Final = (
    _Checked("AU", "au.tfn", r"\d{3} \d{3} \d{3}"),
    _Checked("BE", "be.nn", r"\d\d\.\d\d\.\d\d-\d{3}\.\d\d"),
    _Checked("CA", "ca.sin", r"\d{3}[ -]\d{3}[ -]\d{3}"),
    _Checked("DE", "de.idnr", r"\d{2} ?\d{3} ?\d{3} ?\d{3}"),
    _Checked("DK", "dk.cpr", r"\d{6}-\d{4}"),
    _Checked("ES", "es.dni", r"\d{8}-?[a-z]"),
    _Checked("ES", "es.nie", r"[xyz]-?\d{7}-?[a-z]"),
    _Checked("IE", "ie.pps", r"\d{7}[a-w][a-iw]?"),
    _Checked("NL", "nl.bsn", r"\d{4}\.\d\d\.\d{3}"),
    _Checked("NO", "no.fodselsnummer", r"\d{6} ?\d{5}"),
    _Checked("NZ", "nz.ird", r"\d{2,3}-\d{3}-\d{3}"),
    _Checked("PL", "pl.pesel", r"\d{11}"),
    _Checked("SE", "se.personnummer", r"(?:\d\d)?\d{6}[-+]\d{4}"),
    _Checked("US", "us.ssn", r"\d{3}-\d{2}-\d{4}"),
)
_FRENCH_WITHOUT_KEY: Final = re.compile(
    r"(?<![\w.,/-])[12][ .]\d\d[ .](?:0[1-9]"
    r"|1[0-2])[ .]\d[\dab][ .]\d{3}[ .]\d{3}(?:[ .]\d\d)?(?!\w)"
)


def national_identities(
    shadow: Shadow, regions: Sequence[str], *, is_mixed: bool
) -> Iterator[Datum]:
    """Yield the numbers by which persons are registered, in a text that holds digits.

    `is_mixed` says that letters and figures touch somewhere in it.
    """
    text = shadow.digits
    yield from _named(shadow, text)
    yield from _checked_in(text, _checked(_FIGURES, tuple(regions)))
    for match in _FRENCH_WITHOUT_KEY.finditer(text):
        yield _datum("national_id", match, "FR")
    if not is_mixed:
        return
    yield from _checked_in(text, _checked(_LETTERED, ()))
    for match in _DRIVER.finditer(text):
        yield _datum("driving_licence", match, "GB driving licence")
    for match in _PUPIL.finditer(text):
        if upn.is_valid(match[0]):
            yield _datum("national_id", match, "GB pupil number")


def _checked_in(text: str, kinds: Iterable[tuple[Any, re.Pattern[str], str]]) -> Iterator[Datum]:
    for module, pattern, region in kinds:
        for match in pattern.finditer(text):
            if module.is_valid(match[0]) and not is_reference(text, match.start()):
                yield _datum("national_id", match, region)


def _named(shadow: Shadow, text: str) -> Iterator[Datum]:
    if _ALL_WORDS.isdisjoint(shadow.letters):
        return
    for named, pattern in _PATTERNS:
        if named.words.isdisjoint(shadow.letters):
            continue
        for match in pattern.finditer(text):
            if named.kind != "driving_licence" and is_reference(text, match.start(2)):
                continue
            if _DAYS.search(match[1]) and not _SPANISH.match(text, match.start(2)):
                continue
            if sum(map(str.isdigit, match[2])) >= _DIGITS_MIN:
                yield Datum(named.kind, match.start(2), match.end(2), match[2], "named")


_DIGITS_MIN: Final = 4
_ALL_WORDS: Final = frozenset().union(*(named.words for named in _NAMED))
_PATTERNS: Final = tuple(
    (named, re.compile(rf"(?<!\w)({named.cues}){_BETWEEN}{named.token}")) for named in _NAMED
)


def _datum(kind: str, match: re.Match[str], detail: str) -> Datum:
    return Datum(kind, match.start(), match.end(), match[0], detail)


@lru_cache(maxsize=32)
def _checked(
    sure: tuple[_Checked, ...], regions: tuple[str, ...]
) -> tuple[tuple[Any, re.Pattern[str], str], ...]:
    likely = [each for each in _LIKELY if each.region in regions]
    return tuple(
        (
            import_module(f"stdnum.{each.module}"),
            re.compile(rf"(?<![\w/-]){each.pattern}(?![\w-])"),
            each.region,
        )
        for each in (*sure, *likely)
    )
