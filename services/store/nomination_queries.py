"""The searches about nominations."""

from typing import Final

NOMINATION_QUERIES: Final[dict[str, str]] = {}
