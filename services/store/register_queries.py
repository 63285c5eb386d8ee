"""The searches about the register of accounts."""

from typing import Final

REGISTER_QUERIES: Final[dict[str, str]] = {}
