"""Null characters in texts: no use to anybody, and PostgreSQL has no place for them.

Every door looks for them, so that what one store takes the other takes, too.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from pydantic import BaseModel

NULL: Final = "\0"
NULL_ESCAPED: Final = b"\\u0000"
"""How JSON writes one: bytes without this hold none, which is quickly seen."""
NULL_SHOWN: Final = "\\0"
SENTENCE: Final = "there is a null character in it; remove it"


def holds_null(value: Any) -> bool:
    """Return whether any text within a value holds a null character, however deep."""
    if isinstance(value, str):
        return NULL in value
    if isinstance(value, BaseModel):
        return any(holds_null(inner) for _, inner in value)
    if isinstance(value, Mapping):
        return any(holds_null(inner) for pair in value.items() for inner in pair)
    if isinstance(value, Iterable) and not isinstance(value, bytes):
        return any(map(holds_null, value))
    return False


def without_null(value: Any) -> Any:
    """Return a value as it is. Raises ValueError where a text within holds a null character."""
    if holds_null(value):
        raise ValueError(SENTENCE)
    return value


def shown_null(text: str) -> str:
    """Return a text with its null characters written out."""
    return text.replace(NULL, NULL_SHOWN)
