"""Pages of a long list: how many at once, and opaque cursors that say where the next begins."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import Query

from services.runtime.errors import InputInvalidError

ITEMS_MAX: Final = 200
ITEMS_USUAL: Final = 50
CURSOR_LENGTH_MAX: Final = 500

Place = str | int
Limit = Annotated[int, Query(ge=1, le=ITEMS_MAX, description="How many at most.")]
Cursor = Annotated[
    str | None,
    Query(
        max_length=CURSOR_LENGTH_MAX,
        description="Where to go on: from the `next` of the page before, never made up.",
    ),
]


def cursor_of(what: Mapping[str, str | None], place: Sequence[Place]) -> str:
    """Return a cursor behind the place of the last item shown, good for this list alone."""
    content = json.dumps([_digest(what), *place], separators=(",", ":")).encode()
    return urlsafe_b64encode(content).rstrip(b"=").decode("ascii")


def place_in(
    cursor: str | None, what: Mapping[str, str | None], start: tuple[Place, ...]
) -> tuple[Place, ...]:
    """Return the place a cursor stands for, of the same form as `start`; `start` for None.

    Raises InputInvalidError for one that was made up, or that belongs to another list.
    """
    if cursor is None:
        return start
    try:
        found = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (Base64Error, ValueError, RecursionError):
        found = None
    if isinstance(found, list) and found[:1] == [_digest(what)]:
        place = tuple(found[1:])
        if [type(each) for each in place] == [type(each) for each in start]:
            return place
    raise InputInvalidError(
        "This cursor does not belong to this list; leave it out to begin at the first page."
    )


def next_link(path: str, what: Mapping[str, str | None], limit: int, place: Sequence[Place]) -> str:
    """Return the address of the page behind a place."""
    kept = {name: value for name, value in what.items() if value is not None}
    return f"{path}?{urlencode({**kept, 'limit': limit, 'cursor': cursor_of(what, place)})}"


def _digest(what: Mapping[str, str | None]) -> str:
    return sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()[:12]
