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

from services.reading.datum import Datum, before, is_reference

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
    r"\d(?:[ ()./_,~*\u2022\u00b7\n-]{0,4}\d)+(?![\d%])(?!\w*@)"
)
_DATE: Final = re.compile(r"(?:\d{1,2}([./-])\d{1,2}\1(?:\d{4}|\d\d)|\d{4}-\d\d-\d\d)(?!\d)")
# These mostly part numbers; only one that begins as telephone numbers do runs over them.
_LOOSE: Final = re.compile(r"[,~*\u2022\u00b7\n]")
_GROUP: Final = re.compile(r"\d+")
_CALL: Final = re.compile(
    r"\b(?:call|ring|phone|telephone|tel|mobile|mob|text|whatsapp|landline|dial|cell|phoned|rang|"
    r"called|ff?on\w*|ffôn\w*|galw\w*|symudol)\b"
    r"(?:\W{0,3}\b(?:me|us|him|her|them|you|on|at|is|was|no|num|number|phone|mobile|ar|i|yw|nhw)\b)"
    r"{0,4}\W{0,3}$"
)
_SPOKEN_STARTS: Final = re.compile(r"0(?=[1-9])")
_SPOKEN_LENGTHS: Final = (11, 10)
# How people write British numbers; a run of other groups is more likely something else.
_BRITISH_GROUPS: Final = frozenset(
    {(11,), (5, 6), (5, 3, 3), (5, 2, 2, 2), (3, 8), (3, 4, 4), (4, 7), (4, 3, 4), (2, 4, 5)}
    | {(3, 3, 5), (2, 9), (6, 5), (4, 4, 3), (5, 2, 4), (5, 4, 2), (5, 1, 5), (3, 2, 3, 3), (7, 4)}
)
_NATIONAL_DIGITS: Final = 10
_PAIR: Final = 2
_MOBILE: Final = re.compile(r"07[1-9]\d{8}")
_IN_44: Final = re.compile(r"447\d{9}")
_BRITISH: Final = re.compile(r"0[127]\d{9}")
_ORGANISATIONS: Final = frozenset(
    {PhoneNumberType.TOLL_FREE, PhoneNumberType.SHARED_COST, PhoneNumberType.PREMIUM_RATE}
    | {PhoneNumberType.UAN}
)
_ORGANISATIONS_BRITISH: Final = re.compile(r"(?:0|\+?44)(?:3|8[04-7]|9)\d{5,9}")
_HELPLINES: Final = re.compile(r"116\d{3}|118\d{3}")
_AMERICAN_GROUPS: Final = frozenset({(3, 3, 4), (1, 3, 3, 4)})


class PhoneFinder:
    """Looks for telephone numbers of some regions, the first of which is the body's own."""

    __slots__ = ("_own", "_parses_left", "_places_left", "_regions")

    def __init__(self, own: Sequence[str], regions: Sequence[str]) -> None:
        self._regions = tuple(regions)
        self._own = _own_numbers(tuple(own), self._regions)
        self._parses_left = PARSES_MAX
        self._places_left = PLACES_MAX

    @property
    def gave_up(self) -> bool:
        """Whether a text held so many candidates that some were not weighed."""
        return self._parses_left <= 0 or self._places_left <= 0

    def find(self, text: str) -> Iterator[Datum]:
        """Yield the telephone numbers of a text in lower case, in order."""
        for run in _RUN.finditer(text):
            if text[run.start() - 1 : run.start()] == "-" and not _is_announced(text, run.start()):
                continue
            yield from self._in_run(text, run.start(), run[0])

    def spoken(self, digits: str, *, is_rung: bool) -> str | None:
        """Return what telephone number stands in spelt digits, or None; `is_rung` as announced.

        Words around a number may be numbers too, so it is sought inside the digits.
        """
        if digits.startswith("+") or is_rung:
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
        return None

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
        date = _DATE.match(run, start)
        if date is not None:
            width = sum(group_start < date.end() for group_start, _ in groups)
            return width, None
        plus = "+" if "+" in run[max(0, start - 2) : start] else ""
        lengths = [end - begin for begin, end in groups]
        totals = list(accumulate(lengths))
        is_announced = is_called(text, offset + start)
        is_doubtful = not is_announced and is_reference(text, offset + start)
        for width in range(len(totals), 0, -1):
            total = totals[width - 1]
            if total > _DIGITS_MAX or total < _LOCAL_DIGITS_MIN:
                continue
            if is_doubtful and width == 1 and not plus:
                continue
            end = groups[width - 1][1]
            if not plus and run[start] != "0" and _LOOSE.search(run, start, end):
                continue
            digits = plus + "".join(run[begin:close] for begin, close in groups[:width])
            detail = self._kind_of(digits, tuple(lengths[:width]), is_rung=is_announced)
            if detail is not None:
                start -= len(plus)
                shown = run[start:end]
                found = Datum("phone", offset + start, offset + end, shown, detail)
                return width, found if detail else None
        return None

    def _kind_of(self, digits: str, groups: tuple[int, ...], *, is_rung: bool) -> str | None:
        """Return what kind of number digits are: "" for one that tells of no person, else None."""
        if digits in self._own:
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
            return "" if _HELPLINES.fullmatch(digits) else "local number"
        return None

    def _weigh(
        self, digits: str, region: str, groups: tuple[int, ...], *, is_rung: bool
    ) -> str | None:
        if not _is_worth_parsing(digits, region, groups, is_rung=is_rung):
            return None
        self._parses_left -= 1
        number = _parsed(digits, region)
        if number is None or not phonenumbers.is_possible_number(number):
            return None
        is_valid = phonenumbers.is_valid_number(number)
        if region and not is_valid and not _looks_like_one(digits, region, groups):
            return None
        if _is_of_organisation(number, digits) or _international(number) in self._own:
            return ""
        return phonenumbers.region_code_for_country_code(number.country_code or 0)


def is_called(text: str, start: int) -> bool:
    """Return whether the words before a place ask to ring or text the number that follows."""
    return _CALL.search(before(text, start)) is not None


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
        return (is_rung and len(digits) == _NATIONAL_DIGITS) or _IN_44.fullmatch(digits) is not None
    return is_rung or len(groups) > 1


def _is_british_shape(digits: str, groups: tuple[int, ...]) -> bool:
    if groups in _BRITISH_GROUPS or max(groups) <= _PAIR:
        return True
    if len(groups) == 1:
        return len(digits) == _NATIONAL_DIGITS
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


def _parsed(digits: str, region: str) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(digits, region or None)
    except phonenumbers.NumberParseException:
        return None


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
            number = _parsed(digits, region)
            if number is not None:
                known.add(_international(number))
    return frozenset(known)
