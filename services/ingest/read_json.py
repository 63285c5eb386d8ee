"""JSON from strangers: every way in which it can be bad ends in one sentence, never in a crash."""

import json
import re
from typing import Any, Final, NoReturn

from services.ingest.sighting import UnreadableItemError

DEPTH_MAX: Final = 64

# A string is swallowed whole even where its end is missing: looking for the end again from every
# quote inside it would take time that grows with the square of the length.
_TOKEN: Final = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)


def decode_utf8(content: bytes) -> str:
    """Return bytes as text. Raises UnreadableItemError where they are not UTF-8."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableItemError(
            "not Unicode", f"byte {error.start} is not valid UTF-8; save the file as UTF-8"
        ) from None


def read_json(content: bytes) -> Any:
    """Return what a JSON text holds.

    Raises UnreadableItemError for bytes that are not UTF-8, for anything that is not JSON (NaN and
    numbers of thousands of digits too), and for nesting deeper than `DEPTH_MAX`.
    """
    text = decode_utf8(content)
    if text.count("[") + text.count("{") > DEPTH_MAX:
        _refuse_if_too_deep(text)
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise UnreadableItemError(
            "not JSON", f"not JSON at character {error.pos}: {error.msg}; check quotes and commas"
        ) from None
    except ValueError:
        raise UnreadableItemError("not JSON", "a number has too many digits; shorten it") from None


def _refuse_constant(name: str) -> NoReturn:
    raise UnreadableItemError("not JSON", f"{name} is not JSON; leave the field out")


def _refuse_if_too_deep(text: str) -> None:
    depth = 0
    for token in _TOKEN.finditer(text):
        sign = text[token.start()]
        if sign in "[{":
            depth += 1
            if depth > DEPTH_MAX:
                raise UnreadableItemError(
                    "too deep", f"nested deeper than {DEPTH_MAX} levels; a post needs three"
                )
        elif sign in "]}":
            depth -= 1
