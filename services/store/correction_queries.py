"""The searches about corrections."""

from typing import Final

CORRECTION_QUERIES: Final[dict[str, str]] = {}
