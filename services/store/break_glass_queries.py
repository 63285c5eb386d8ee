"""The searches about halts that expire and of broken glass."""

from typing import Final

BREAK_GLASS_QUERIES: Final[dict[str, str]] = {}
