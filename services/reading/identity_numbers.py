"""Numbers that name one person or one account: NHS, CHI, National Insurance, IBAN, payment card.

Check digits are those of `python-stdnum`. A number whose check digit fails counts only where the
words before it say what it is.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib import import_module
from typing import Any, Final

from stdnum import iban, luhn
from stdnum.gb import nhs, upn

from services.reading.datum import Datum, before, is_reference

_NUMBERED: Final = r"\b\W{0,3}(?:(?:number|no|num|is|was|yw|rhif|here|:)\b\W{0,3}){0,3}$"
_NHS_SAID: Final = re.compile(r"\b(?:nhs|gig|health)" + _NUMBERED)
_CHI_SAID: Final = re.compile(r"\bchi" + _NUMBERED)
_CARD_SAID: Final = re.compile(
    r"\b(?:(?:debit|credit|bank|payment|visa|mastercard|amex)(?: card)?|card)" + _NUMBERED
)
_IBAN_SAID: Final = re.compile(r"\biban" + _NUMBERED)
_INSURANCE_SAID: Final = re.compile(
    r"\b(?:n\.?i\.?|nino|national insurance|yswiriant gwladol)" + _NUMBERED
)
_TAX_SAID: Final = re.compile(r"\b(?:utr|unique taxpayer reference|tax reference)" + _NUMBERED)
_PASSPORT_SAID: Final = re.compile(r"\b(?:passport|pasbort)" + _NUMBERED)

_DIGITS: Final = re.compile(
    r"(?<![\w£$€+])(?<!\d[.,/])\d(?:(?:[ -]{0,2}|\.(?=\d{4}(?!\d)))\d){8,}(?![\w%])"
)
_GROUP: Final = re.compile(r"\d+")
_CARD_LENGTHS: Final = range(13, 20)
_CARD_START: Final = re.compile(r"3[47]|4|5[0-8]|6|2[2-7]")
_HEALTH_LENGTH: Final = 10
_HEALTH_GROUPS: Final = frozenset({(3, 3, 4), (6, 4), (10,)})
_CHI_DATE: Final = re.compile(r"(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d{6}")

_IBAN_START: Final = re.compile(r"(?<![\w/])[a-z]{2}\d{2}(?=(?:[ -]?[a-z0-9]){11})")
_IBAN_PART: Final = re.compile(r"[ -]?([a-z0-9]{1,30})(?!\w)")
_IBAN_LENGTHS: Final = range(15, 35)
_INSURANCE: Final = re.compile(
    r"(?<!\w)(?!bg|gb|kn|nk|nt|tn|zz)([a-ceghj-prtw-zq][a-ceghj-npq-tw-z])"
    r"[ -]?\d{2}[ -]?\d{2}[ -]?\d{2}([ -]?[a-d])?(?!\w)"
)
_DRIVER: Final = re.compile(
    r"(?<!\w)[a-z][a-z9]{4}[ -]?\d[0156]\d[0-3]\d{2}[ -]?[a-z9]{2}[ -]?\d[a-z]{2}(?!\w)"
)
_PUPIL: Final = re.compile(r"(?<!\w)[a-hj-kmnp-rt-z]\d{11}[0-9a-z](?!\w)")
_SORT_CODE: Final = re.compile(r"(?<![\w-])\d{2}-\d{2}-\d{2}(?![\w-])")
_ACCOUNT: Final = re.compile(r"(?<![\w-])\d{8}(?![\w-])|(?<![\w-])\d{4} \d{4}(?![\w-])")
_ACCOUNT_AFTER_LENGTH: Final = 60
_BORN: Final = re.compile(
    r"\b(?:date of birth|d\.?o\.?b\b\.?|born on|dyddiad geni)\W{0,3}(?:is\s|on\s|:)?\s?(?:the\s)?"
    r"(\d{1,2}[./ -]\d{1,2}[./ -](?:\d{4}|\d\d)|\d{1,2}(?:st|nd|rd|th)? (?:of )?[a-z]{3,9},? \d{4})"
)
_PASSPORT: Final = re.compile(r"(?<!\w)(?:\d{9}|[a-z]\d{8})(?!\w)")
_TAXPAYER: Final = re.compile(r"(?<!\w)\d{5} ?\d{5}(?!\w)")

_MAYBE_SAID: Final = re.compile(r"passport|pasbort|utr|tax")
_SAID: Final = (
    (_PASSPORT, _PASSPORT_SAID, "passport"),
    (_TAXPAYER, _TAX_SAID, "GB taxpayer reference"),
)

# Each region's number of a person: module of stdnum, how it is written, and whether it needs its
# name before it, since so many other numbers pass the same check.
_NATIONAL: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "AU": (("au.tfn", r"\d{3} \d{3} \d{3}"),),
    "BE": (("be.nn", r"\d\d\.\d\d\.\d\d-\d{3}\.\d\d"),),
    "CA": (("ca.sin", r"\d{3}[ -]\d{3}[ -]\d{3}"),),
    "DE": (("de.idnr", r"\d{2} ?\d{3} ?\d{3} ?\d{3}"),),
    "DK": (("dk.cpr", r"\d{6}-\d{4}"),),
    "ES": (("es.dni", r"\d{8}-?[a-z]"), ("es.nie", r"[xyz]-?\d{7}-?[a-z]")),
    "FI": (("fi.hetu", r"\d{6}[-+a]\d{3}[0-9a-y]"),),
    "FR": (("fr.nir", r"[12] ?\d\d ?\d\d ?\d[\dab] ?\d{3} ?\d{3} ?\d\d"),),
    "IE": (("ie.pps", r"\d{7}[a-w][a-iw]?"),),
    "IT": (("it.codicefiscale", r"[a-z]{6}\d\d[a-z]\d\d[a-z]\d{3}[a-z]"),),
    "NL": (("nl.bsn", r"\d{4}\.\d\d\.\d{3}"),),
    "NO": (("no.fodselsnummer", r"\d{6} ?\d{5}"),),
    "NZ": (("nz.ird", r"\d{2,3}-\d{3}-\d{3}"),),
    "PL": (("pl.pesel", r"\d{11}"),),
    "PT": (("pt.cc", r"\d{8} ?\d ?[a-z]{2}\d"),),
    "SE": (("se.personnummer", r"(?:\d\d)?\d{6}[-+]\d{4}"),),
    "US": (("us.ssn", r"\d{3}-\d{2}-\d{4}"),),
}


def identity_numbers(text: str, regions: Sequence[str]) -> Iterator[Datum]:
    """Yield the numbers of persons and accounts in a text in lower case that holds digits."""
    yield from _ibans(text)
    yield from _in_digits(text)
    yield from _with_letters(text)
    yield from _bank_accounts(text)
    for region in regions:
        for module, pattern in _national(region):
            for match in pattern.finditer(text):
                if module.is_valid(match[0]) and not is_reference(text, match.start()):
                    yield _datum("national_id", match, region)


def dates_of_birth(text: str) -> Iterator[Datum]:
    """Yield the dates in a text in lower case that are said to be someone's birth."""
    for match in _BORN.finditer(text):
        yield Datum("date_of_birth", match.start(1), match.end(1), match[1], "")


def spoken_identity(digits: str, said: str) -> str | None:
    """Return the kind of a number given in bare digits after some words, or None."""
    return _kind_of_digits(digits, (len(digits),), said, is_doubtful=False)


def _datum(kind: str, match: re.Match[str], detail: str) -> Datum:
    return Datum(kind, match.start(), match.end(), match[0], detail)


def _in_digits(text: str) -> Iterator[Datum]:
    for run in _DIGITS.finditer(text):
        groups = [group.span() for group in _GROUP.finditer(text, run.start(), run.end())]
        first = 0
        while first < len(groups):
            width, datum = _at_front(text, groups[first : first + _CARD_LENGTHS.stop])
            if datum is not None:
                yield datum
            first += width


def _at_front(text: str, groups: list[tuple[int, int]]) -> tuple[int, Datum | None]:
    """Return how many groups of digits were used up, at least one, and what they are."""
    start = groups[0][0]
    lengths = tuple(end - begin for begin, end in groups)
    for width in range(len(groups), 0, -1):
        total = sum(lengths[:width])
        if total != _HEALTH_LENGTH and total not in _CARD_LENGTHS:
            continue
        digits = "".join(text[begin:end] for begin, end in groups[:width])
        is_doubtful = is_reference(text, start)
        said = before(text, start)
        kind = _kind_of_digits(digits, lengths[:width], said, is_doubtful=is_doubtful)
        if kind is not None:
            end = groups[width - 1][1]
            return width, Datum(kind, start, end, text[start:end], "")
    return 1, None


def _kind_of_digits(
    digits: str, groups: tuple[int, ...], said: str, *, is_doubtful: bool
) -> str | None:
    if len(digits) in _CARD_LENGTHS:
        is_card = _CARD_START.match(digits) is not None and luhn.is_valid(digits)
        return "payment_card" if is_card or _CARD_SAID.search(said) else None
    if len(digits) != _HEALTH_LENGTH:
        return None
    if _CHI_SAID.search(said):
        return "chi_number"
    if _NHS_SAID.search(said):
        return "nhs_number"
    is_spaced_out = len(groups) == _HEALTH_LENGTH
    if is_doubtful or not (groups in _HEALTH_GROUPS or is_spaced_out) or not nhs.is_valid(digits):
        return None
    return "chi_number" if _CHI_DATE.fullmatch(digits) else "nhs_number"


def _ibans(text: str) -> Iterator[Datum]:
    for start in _IBAN_START.finditer(text):
        compact, end = start[0], start.end()
        ends: list[tuple[str, int]] = []
        while (part := _IBAN_PART.match(text, end)) and len(compact) < _IBAN_LENGTHS.stop:
            compact, end = compact + part[1], part.end()
            if len(compact) in _IBAN_LENGTHS:
                ends.append((compact, end))
        valid = [end for compact, end in ends if iban.is_valid(compact)]
        if not valid and ends and _IBAN_SAID.search(before(text, start.start())):
            valid = [ends[0][1]]
        for end in valid[:1]:
            yield Datum("iban", start.start(), end, text[start.start() : end], "")


def _with_letters(text: str) -> Iterator[Datum]:
    for match in _INSURANCE.finditer(text):
        is_said = _INSURANCE_SAID.search(before(text, match.start())) is not None
        if is_said or (match[2] and not is_reference(text, match.start())):
            yield _datum("national_insurance_number", match, "")
    for match in _DRIVER.finditer(text):
        yield _datum("national_id", match, "GB driving licence")
    for match in _PUPIL.finditer(text):
        if upn.is_valid(match[0]):
            yield _datum("national_id", match, "GB pupil number")
    if not _MAYBE_SAID.search(text):
        return
    for pattern, said, detail in _SAID:
        for match in pattern.finditer(text):
            if said.search(before(text, match.start())):
                yield _datum("national_id", match, detail)


def _bank_accounts(text: str) -> Iterator[Datum]:
    for match in _SORT_CODE.finditer(text):
        near = text[match.end() : match.end() + _ACCOUNT_AFTER_LENGTH]
        is_said = "sort" in before(text, match.start())
        account = _ACCOUNT.search(near)
        if account is not None and (is_said or "account" in near[: account.start()]):
            yield _datum("bank_account", match, "sort code")
            start, end = (match.end() + place for place in account.span())
            yield Datum("bank_account", start, end, account[0], "account number")


@lru_cache(maxsize=32)
def _national(region: str) -> tuple[tuple[Any, re.Pattern[str]], ...]:
    return tuple(
        (import_module(f"stdnum.{name}"), re.compile(rf"(?<!\w){pattern}(?!\w)"))
        for name, pattern in _NATIONAL.get(region, ())
    )
