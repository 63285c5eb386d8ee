"""The searches about bells."""

from typing import Final

BELL_QUERIES: Final[dict[str, str]] = {}
