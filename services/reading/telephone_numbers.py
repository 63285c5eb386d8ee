"""Telephone numbers in a shadow, with the body's own ones left out.

The numbering plans are those of `phonenumbers`; what is ours is which runs of digits are put to
it, and to believe a number that is written as one though no operator has it, as films do. Numbers
that only organisations have (freephone, shared cost, premium, UK 03) tell of no person and are left
out.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import Final

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType

from services.reading.calls import is_called
from services.reading.contacts import Contacts
from services.reading.datum import Datum, is_reference
from services.reading.spoken_digits import SpokenRun
from services.reading.telephones_abroad import (
    BRACKETED,
    is_abroad_shape,
    is_written_as_in,
    parsed,
)

PARSES_MAX: Final = 400
"""A text gets this many candidates weighed; a draft that holds more is no draft."""

PLACES_MAX: Final = 1_500
"""And so many groups of digits looked at as the beginning of a number."""

_DIGITS_MIN: Final = 7
_DIGITS_MAX: Final = 15
_LOCAL_DIGITS_MIN: Final = 6
_LOCAL_GROUPS: Final = frozenset({(6,), (7,), (8,), (3, 3), (3, 4), (4, 4)})
_RUN: Final = re.compile(
    r"(?<![\w@#£$€])(?<!\d[.,:/])(?:\+ ?\(?|\(\+?)?"
    r"\d(?:[ ()./_,~*\u2022\u00b7\n|;:'\"=<>{}\[\]^&\\\u2190-\u2bff\U0001f000-\U0001faff-]{0,4}\d)+"
    r"(?![\d%])(?!\w*@)"
)
_DATE: Final = re.compile(
    r"(?:\d{1,2}([./-])\d{1,2}\1(?:\d{4}|\d\d)(?!\1\d)|\d{4}-\d\d-\d\d)(?!\d)"
)
# These mostly part numbers; only one that begins as telephone numbers do runs over them.
_LOOSE: Final = re.compile(
    r"[,~*\u2022\u00b7\n|;:'\"=<>{}\[\]^&\\\u2190-\u2bff\U0001f000-\U0001faff]"
)
_TIMED: Final = re.compile(r"[:;]")
_GROUP: Final = re.compile(r"\d+")
_SPOKEN_STARTS: Final = re.compile(r"0(?=[1-9])")
_SPOKEN_LENGTHS: Final = (11, 10)
# A long row of spelt digits with a nought in front is some country's number.
_SPELT_LENGTHS: Final = range(9, 13)
_SPELT_WORDS_MIN: Final = 6
# How people write British numbers; a run of other groups is more likely something else.
_BRITISH_GROUPS: Final = frozenset(
    {(11,), (5, 6), (5, 3, 3), (5, 2, 2, 2), (3, 8), (3, 4, 4), (4, 7), (4, 3, 4), (2, 4, 5)}
    | {(3, 3, 5), (2, 9), (6, 5), (4, 4, 3), (5, 2, 4), (5, 4, 2), (5, 1, 5), (3, 2, 3, 3), (7, 4)}
)
# Only these are numbers even where the words before announce a reference.
_USUAL_GROUPS: Final = frozenset({(5, 6), (5, 3, 3), (3, 4, 4), (3, 8)})
_NATIONAL_DIGITS: Final = 10
_PAIR: Final = 2
_AREA_DIGITS: Final = 5
_MOBILE: Final = re.compile(r"07[1-9]\d{8}")
_IN_44: Final = re.compile(r"447\d{9}")
_BRITISH: Final = re.compile(r"0[127]\d{9}")
_ORGANISATIONS: Final = frozenset(
    {PhoneNumberType.TOLL_FREE, PhoneNumberType.SHARED_COST, PhoneNumberType.PREMIUM_RATE}
    | {PhoneNumberType.UAN}
)
_ORGANISATIONS_BRITISH: Final = re.compile(r"(?:0|\+?44)(?:3|8[04-7]|9)\d{5,9}")
_HELPLINES: Final = re.compile(r"116\d{3}|118\d{3}")
_AMERICAN_GROUPS: Final = frozenset({(3, 3, 4), (1, 3, 3, 4), BRACKETED})
_IRISH_AREA: Final = 3
_AMERICAN: Final = re.compile(r"\(\d{3}\)[ .-]?\d{3}[ .-]\d{4}(?!\d)")


class PhoneFinder:
    """Looks for telephone numbers of some regions, the first of which is the body's own."""

    __slots__ = ("_contacts", "_own", "_parses_left", "_places_left", "_regions")

    def __init__(self, own: Sequence[str], regions: Sequence[str], contacts: Contacts) -> None:
        self._regions = tuple(regions)
        self._own = _own_numbers(tuple(own), self._regions)
        self._contacts = contacts
        self._parses_left = PARSES_MAX
        self._places_left = PLACES_MAX

    @property
    def gave_up(self) -> bool:
        """Whether a text held so many candidates that some were not weighed."""
        return self._parses_left <= 0 or self._places_left <= 0

    def find(self, text: str) -> Iterator[Datum]:
        """Yield the telephone numbers of a text in lower case, in order."""
        for run in _RUN.finditer(text):
            if sum(map(str.isdigit, run[0])) < _LOCAL_DIGITS_MIN:
                continue
            if text[run.start() - 1 : run.start()] == "-" and not _is_announced(text, run.start()):
                continue
            yield from self._in_run(text, run.start(), run[0])

    def spoken(self, run: SpokenRun, *, is_rung: bool) -> str | None:
        """Return what telephone number a spelt run says, or None; `is_rung` as announced.

        Words around a number may be numbers too, so it is sought inside the digits.
        """
        digits = f"+{run.digits[2:]}" if run.digits.startswith("00") else run.digits
        if not run.words:
            return self._kind_of(digits, (len(digits),), is_rung=False) or None
        if digits.startswith("+") or is_rung or digits in self._own:
            whole = (len(digits.lstrip("+")),)
            detail = self._kind_of(digits, whole, is_rung=is_rung)
            if detail is not None:
                return detail or None
        for start in _SPOKEN_STARTS.finditer(digits):
            for length in _SPOKEN_LENGTHS:
                number = digits[start.start() : start.start() + length]
                if len(number) == length and not self.gave_up:
                    detail = self._kind_of(number, (length,), is_rung=False)
                    if detail is not None:
                        return detail or None
        is_long = len(digits) in _SPELT_LENGTHS and run.words >= _SPELT_WORDS_MIN
        return "spelt number" if is_long and digits[0] == "0" else None

    def _in_run(self, text: str, offset: int, run: str) -> Iterator[Datum]:
        groups = [(group.start(), group.end()) for group in _GROUP.finditer(run)]
        first = 0
        while first < len(groups) and not self.gave_up:
            self._places_left -= 1
            found = self._longest(text, offset, run, groups[first : first + _DIGITS_MAX + 1])
            if found is None:
                first += 1
                continue
            width, datum = found
            first += width
            if datum is not None:
                yield datum

    def _longest(
        self, text: str, offset: int, run: str, groups: list[tuple[int, int]]
    ) -> tuple[int, Datum | None] | None:
        """Return how many groups make the longest number at the front, and it if it counts."""
        start = groups[0][0]
        passed_over = self._no_number(run, groups)
        if passed_over:
            return passed_over, None
        plus = "+" if "+" in run[max(0, start - 2) : start] else ""
        lengths = [end - begin for begin, end in groups]
        totals = list(accumulate(lengths))
        is_announced = is_called(text, offset + start)
        is_doubtful = not is_announced and is_reference(text, offset + start)
        for width in range(len(totals), 0, -1):
            total = totals[width - 1]
            if total > _DIGITS_MAX or total < _LOCAL_DIGITS_MIN:
                continue
            end = groups[width - 1][1]
            if not plus and run[start] != "0" and _LOOSE.search(run, start, end):
                continue
            digits = plus + "".join(run[begin:close] for begin, close in groups[:width])
            shape = tuple(lengths[:width])
            is_loose = run[start - 1 : start] == "-" or _LOOSE.search(run, start, end) is not None
            if _TIMED.search(run, start, end) and shape not in _BRITISH_GROUPS:
                continue
            if not plus and _AMERICAN.match(text, offset + start - 1):
                shape = BRACKETED
            if is_doubtful and not plus and shape not in _USUAL_GROUPS:
                continue
            detail = self._kind_of(digits, shape, is_rung=is_announced)
            is_alone = width == len(totals) and start <= len("(+ (")
            if detail is None and not is_loose and (is_announced or (is_alone and not is_doubtful)):
                detail = self._abroad(digits, shape, is_rung=is_announced)
            if detail is not None:
                start -= len(plus)
                shown = run[start:end]
                found = Datum("phone", offset + start, offset + end, shown, detail)
                return width, found if detail else None
        return None

    def _no_number(self, run: str, groups: list[tuple[int, int]]) -> int:
        """Return how many groups at the front are a date, or a service that leads elsewhere."""
        start, end = groups[0]
        if run[start:end] in self._contacts.service_numbers:
            return 1
        date = _DATE.match(run, start)
        return sum(begin < date.end() for begin, _ in groups) if date is not None else 0

    def _kind_of(self, digits: str, groups: tuple[int, ...], *, is_rung: bool) -> str | None:
        """Return what kind of number digits are: "" for one that tells of no person, else None."""
        if digits in self._own or digits in self._contacts.service_numbers:
            return ""
        if groups[0] > _IRISH_AREA and _ORGANISATIONS_BRITISH.fullmatch(digits):
            return ""
        if digits.startswith("00"):
            digits = "+" + digits.removeprefix("00")
        if digits.startswith("+"):
            return self._weigh(digits, "", groups, is_rung=True)
        for region in self._regions:
            detail = self._weigh(digits, region, groups, is_rung=is_rung)
            if detail is not None:
                return detail
        if is_rung and groups in _LOCAL_GROUPS and not digits.startswith("0"):
            is_public = _HELPLINES.fullmatch(digits) or self._is_own_without_area(digits)
            return "" if is_public else "local number"
        return None

    def _is_own_without_area(self, digits: str) -> bool:
        return any(number.endswith(digits) for number in self._own)

    def _abroad(self, digits: str, groups: tuple[int, ...], *, is_rung: bool) -> str | None:
        if not is_abroad_shape(digits, groups, is_rung=is_rung):
            return None
        self._parses_left -= 1
        for region in self._contacts.regions_beside:
            if is_written_as_in(region, digits, groups, is_rung=is_rung):
                return region
        return None

    def _weigh(
        self, digits: str, region: str, groups: tuple[int, ...], *, is_rung: bool
    ) -> str | None:
        if not _is_worth_parsing(digits, region, groups, is_rung=is_rung):
            return None
        if region == "GB" and digits.startswith("03") and groups[0] == _IRISH_AREA:
            return None
        self._parses_left -= 1
        number = parsed(digits, region)
        if number is None or not phonenumbers.is_possible_number(number):
            return None
        is_valid = phonenumbers.is_valid_number(number)
        if region and not is_valid and not _looks_like_one(digits, region, groups):
            return None
        if _is_of_organisation(number, digits) or _international(number) in self._own:
            return ""
        return phonenumbers.region_code_for_country_code(number.country_code or 0)


def _is_announced(text: str, start: int) -> bool:
    return text[max(0, start - 6) : start - 1].endswith(("tel", "mob", "phone", "mobile", " "))


def _is_worth_parsing(digits: str, region: str, groups: tuple[int, ...], *, is_rung: bool) -> bool:
    """Return whether digits might be a number of a region, before the costly question."""
    if len(digits.lstrip("+")) < _DIGITS_MIN:
        return False
    if not region:
        return True
    if region in ("US", "CA"):
        return groups in _AMERICAN_GROUPS or is_rung
    if digits.startswith("0"):
        return region != "GB" or is_rung or _is_british_shape(digits, groups)
    if region == "GB":
        is_national = len(digits) == _NATIONAL_DIGITS and digits[0] in "127"
        return (is_rung and is_national) or _IN_44.fullmatch(digits) is not None
    return is_rung or len(groups) > 1


def _is_british_shape(digits: str, groups: tuple[int, ...]) -> bool:
    if groups in _BRITISH_GROUPS or max(groups) <= _PAIR:
        return True
    if len(groups) == 1:
        return len(digits) == _NATIONAL_DIGITS
    if groups[0] == _AREA_DIGITS and _BRITISH.fullmatch(digits) is not None:
        return True
    return _MOBILE.fullmatch(digits) is not None


def _looks_like_one(digits: str, region: str, groups: tuple[int, ...]) -> bool:
    if region == "GB":
        is_national = _BRITISH.fullmatch(digits) or _ORGANISATIONS_BRITISH.fullmatch(digits)
        return is_national is not None or not digits.startswith("0")
    return groups in _AMERICAN_GROUPS if region in ("US", "CA") else digits.startswith("0")


def _is_of_organisation(number: PhoneNumber, digits: str) -> bool:
    return (
        phonenumbers.number_type(number) in _ORGANISATIONS
        or _ORGANISATIONS_BRITISH.fullmatch(digits) is not None
    )


def _international(number: PhoneNumber) -> str:
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


@lru_cache(maxsize=32)
def _own_numbers(own: tuple[str, ...], regions: tuple[str, ...]) -> frozenset[str]:
    """Return the body's numbers, each as its bare digits and in its international form."""
    known: set[str] = set()
    for written in own:
        digits = "".join(letter for letter in written if letter in "+0123456789")
        known.add(digits)
        for region in regions:
            number = parsed(digits, region)
            if number is not None:
                known.add(_international(number))
    return frozenset(known)
