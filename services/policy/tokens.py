"""Personal tokens: how one looks, and the digest that is kept of it."""

from hashlib import sha256
from typing import Final

PREFIX: Final = "mercat_"
TOKEN_LENGTH_MAX: Final = 128


def token_of(drawn: str) -> str:
    """Return a token around text that cannot be guessed; its beginning lets scanners know it."""
    return f"{PREFIX}{drawn}"


def token_digest(token: str) -> str:
    """Return what is kept of a token.

    A plain SHA-256 is enough: a token holds 256 random bits, so there is nothing to guess from it.
    """
    return sha256(token[:TOKEN_LENGTH_MAX].encode("utf-8", "surrogatepass")).hexdigest()
