"""The searches about sign-in."""

from typing import Final

SIGN_IN_QUERIES: Final[dict[str, str]] = {}
