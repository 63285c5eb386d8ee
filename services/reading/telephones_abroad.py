"""Numbers of other countries written as at home, without their country's code.

Almost any row of digits is a number somewhere, so one counts only where it is written in the groups
that its own country writes it in, or where somebody is to be rung on it.
"""

from functools import lru_cache
from typing import Final

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat

BRACKETED: Final = (-3, 3, 4)
"""The groups of a number whose area is in brackets, as in America."""

_LENGTHS: Final = range(8, 12)
_GROUPS_MIN: Final = 3
_PAIR: Final = 2
_DAYS: Final = 31
_MINUTES: Final = 60
_NO_AREAS: Final = frozenset({"US", "CA"})
_FICTIONAL: Final = "555"


def parsed(digits: str, region: str) -> PhoneNumber | None:
    """Return digits as a number of a region, or of the world where it is empty; None for none."""
    try:
        return phonenumbers.parse(digits, region or None)
    except phonenumbers.NumberParseException:
        return None


def is_abroad_shape(digits: str, groups: tuple[int, ...], *, is_rung: bool) -> bool:
    """Return whether digits might be another country's number, before the costly question."""
    if len(digits) not in _LENGTHS or len(set(digits)) <= _PAIR:
        return False
    if is_rung or groups == BRACKETED:
        return True
    if groups == (3, 3, 4) and digits[3:6] == _FICTIONAL:
        return True
    return digits[0] == "0" and len(groups) >= _GROUPS_MIN and not _is_series(digits, groups)


def is_written_as_in(region: str, digits: str, groups: tuple[int, ...], *, is_rung: bool) -> bool:
    """Return whether digits are a number of a region, written as it is written there."""
    if region in _NO_AREAS:
        is_american = groups in (BRACKETED, (1, 3, 3, 4)) or groups == (3, 3, 4)
        return is_american and parsed(digits, region) is not None
    if groups == BRACKETED:
        return False
    return _fits(region, digits, groups, is_rung)


@lru_cache(maxsize=4_096)
def _fits(region: str, digits: str, groups: tuple[int, ...], is_rung: bool) -> bool:  # noqa: FBT001 - a cache's key
    number = parsed(digits, region)
    if number is None or not phonenumbers.is_possible_number(number):
        return False
    if is_rung and phonenumbers.is_valid_number(number):
        return True
    written = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
    usual = tuple(map(len, written.replace("-", " ").replace("(", " ").replace(")", " ").split()))
    return len(usual) >= _GROUPS_MIN and usual == groups


def _is_series(digits: str, groups: tuple[int, ...]) -> bool:
    """Return whether the groups are small or rise one by one, as times and drawn numbers do."""
    values, place = [], 0
    for width in groups:
        values.append(int(digits[place : place + width]))
        place += width
    return max(values) <= _DAYS or (values == sorted(values) and max(values) < _MINUTES)
