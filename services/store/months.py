"""Months as the ids of posts tell them: a part of the table for each, by name and bounds."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final, NamedTuple

from schemas.envelope import SECONDS_MASK, TIME_DIGITS

MONTHS_OF_YEAR: Final = 12


class Month(NamedTuple):
    """A part of the posts: its table, its first id and the first id behind it."""

    table: str
    first_id: str
    end_id: str


def months_around(now: datetime, before: int, after: int) -> Iterator[Month]:
    """Yield the month of a moment in UTC with those around it, oldest first."""
    number = now.year * MONTHS_OF_YEAR + now.month - 1
    for each in range(number - before, number + after + 1):
        begin, end = _begin(each), _begin(each + 1)
        yield Month(f"posts_{begin:%Y_%m}", id_at(begin), id_at(end))


def _begin(number: int) -> datetime:
    year, month = divmod(number, MONTHS_OF_YEAR)
    return datetime(year, month + 1, 1, tzinfo=UTC)


def id_at(moment: datetime) -> str:
    """Return what the ids of a second begin with: less than any of them, more than all before."""
    return f"{int(moment.timestamp()) & SECONDS_MASK:0{TIME_DIGITS}x}"
