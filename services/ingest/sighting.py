"""What a source saw, before the door decides whether it comes in."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final, Literal

from schemas.envelope import digest_id, timed_id
from schemas.post import Channel, Media
from services.runtime.errors import InputInvalidError

RAW_BYTES_MAX: Final = 65_536
"""How much of a refused item is kept for the person who looks at its dead letter."""

DETAIL_LENGTH_MAX: Final = 1_000
PLACE_LENGTH_MAX: Final = 512
REVISION_MARK_LENGTH: Final = 16
IDS_REMEMBERED_MAX: Final = 4_096
"""Each id is asked for several times on a post's way through the door."""

RefusalCause = Literal[
    "not JSON",
    "not CSV",
    "not Unicode",
    "too deep",
    "too long",
    "missing field",
    "unknown field",
    "wrong type",
    "bad value",
    "bad date",
]


@dataclass(frozen=True, slots=True)
class Sighting:
    """One revision of a post, or word of its removal, cleaned and within the bounds of `Post`.

    Only the functions of `normalise.py` should fill its texts: the door trusts them. `revision` is
    the platform's edit stamp or the digest of the content, and empty for a removal. `posted_at` is
    None where the source does not say; for a removal it is when the post was taken away.
    `place_in_source` is the line or item, in words; `raw` is what was read, at most
    `RAW_BYTES_MAX` bytes. Both are for dead letters alone.
    """

    kind: Literal["received", "removed"]
    source: str
    native_id: str
    channel: Channel
    revision: str = ""
    root_native_id: str | None = None
    parent_native_id: str | None = None
    author: str | None = None
    text: str = ""
    language_hint: str | None = None
    media: tuple[Media, ...] = ()
    place: str | None = None
    account: str | None = None
    link: str | None = None
    posted_at: datetime | None = None
    place_in_source: str = ""
    raw: bytes = b""


@dataclass(frozen=True, slots=True)
class Refused:
    """An item that cannot become a sighting: its place, one cause ops count by, and a sentence."""

    place: str
    cause: RefusalCause
    detail: str
    raw: bytes


class UnreadableItemError(InputInvalidError):
    """One item cannot be read; the text says what is wrong and what would cure it."""

    def __init__(self, cause: RefusalCause, detail: str) -> None:
        super().__init__(detail)
        self.cause: RefusalCause = cause


def refused(error: UnreadableItemError, place: str, raw: bytes) -> Refused:
    """Return the refusal that an error at a place amounts to, everything within bounds."""
    return Refused(
        place=place[:PLACE_LENGTH_MAX],
        cause=error.cause,
        detail=f"{place}: {error}"[:DETAIL_LENGTH_MAX],
        raw=raw[:RAW_BYTES_MAX],
    )


def refusal_id(source: str, refusal: Refused) -> str:
    """Return the dead letter's id: the same item refused twice gives one dead letter, not two."""
    raw_text = refusal.raw.decode("latin-1")
    return digest_id("refused", source, refusal.place, refusal.cause, raw_text)


@lru_cache(IDS_REMEMBERED_MAX)
def known_id(source: str, native_id: str) -> str:
    """Return the row id under which the door knows a post, seen or only answered to."""
    return digest_id("post", source, native_id)


def post_id(source: str, native_id: str, first_seen: datetime) -> str:
    """Return the id that all revisions of a post share; made at first sight, then remembered."""
    return timed_id(first_seen, "post", source, native_id)


def conversation_id(source: str, root_native_id: str, first_seen: datetime) -> str:
    """Return the id of the conversation under a root; made at first sight, then remembered."""
    return timed_id(first_seen, "conversation", source, root_native_id)


@lru_cache(IDS_REMEMBERED_MAX)
def revision_mark(source: str, native_id: str, revision: str) -> str:
    """Return the 16 characters by which one revision of a post is known for a repeat."""
    return digest_id("revision", source, native_id, revision)[:REVISION_MARK_LENGTH]
