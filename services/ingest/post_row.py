"""The documented form in which replayed files and webhooks give a post, and its way to a sighting.

One JSON object, or one CSV row, is one post: `{"id": "17", "text": "...", "posted_at": "..."}`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from schemas.post import MEDIA_COUNT_MAX, TEXT_LENGTH_MAX, Channel, Media
from services.ingest.normalise import (
    content_revision,
    id_field,
    line_field,
    parse_instant,
    text_field,
)
from services.ingest.sighting import (
    RAW_BYTES_MAX,
    RefusalCause,
    Refused,
    Sighting,
    UnreadableItemError,
    refused,
)

SOURCE_PATTERN: Final = r"^[a-z0-9-]{1,64}$"


class MediaRow(BaseModel):
    """A picture, sound or film: its kind, and its description where there is one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["image", "video", "audio", "other"] = "other"
    alt: str | None = None


class PostRow(BaseModel):
    """The fields a post may have; `id` is needed, and `text` unless it is a removal.

    `root_id` and `parent_id` name the post that began the conversation and the one answered.
    `revision` is the platform's edit stamp. `posted_at` is ISO 8601 with a zone; on a removal it is
    when the post was taken away. `account` is the body's account that was addressed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["received", "removed"] = "received"
    id: str
    text: str | None = None
    revision: str | None = None
    root_id: str | None = None
    parent_id: str | None = None
    source: str | None = Field(default=None, pattern=SOURCE_PATTERN)
    channel: Channel | None = None
    author: str | None = None
    language: str | None = None
    media: tuple[MediaRow, ...] = ()
    place: str | None = None
    account: str | None = None
    link: str | None = None
    posted_at: str | None = None


FIELDS: Final = frozenset(PostRow.model_fields)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where rows come from, and so what a row that is silent about it gets.

    `rows_name_source` lets a row name another source or channel than its file's: for replays of
    what several sources saw, never for rows that strangers write. `zone` is for times without one.
    """

    source: str
    channel: Channel
    zone: tzinfo | None = None
    rows_name_source: bool = False


def sighting_of(
    fields: Mapping[str, Any], origin: Origin, place: str, raw: bytes
) -> Sighting | Refused:
    """Return what a row's fields say, or why they cannot be read; never raises."""
    try:
        return _sighting(PostRow.model_validate(dict(fields)), origin, place, raw)
    except ValidationError as error:
        return refused(_plain(error), place, raw)
    except UnreadableItemError as error:
        return refused(error, place, raw)


def _sighting(row: PostRow, origin: Origin, place: str, raw: bytes) -> Sighting:
    if row.kind == "received" and row.text is None:
        raise UnreadableItemError("missing field", "text is missing; a post needs one")
    if not origin.rows_name_source and (row.source or row.channel):
        raise UnreadableItemError(
            "unknown field", "source and channel stand in the settings; leave them out of the post"
        )
    text = text_field("text", row.text or "", TEXT_LENGTH_MAX)
    media = _media(row.media)
    where = line_field("place", row.place, 512)
    revision = line_field("revision", row.revision, 64) or content_revision(text, media, where)
    return Sighting(
        kind=row.kind,
        source=row.source or origin.source,
        native_id=id_field("id", row.id, 512),
        channel=row.channel or origin.channel,
        revision=revision if row.kind == "received" else "",
        root_native_id=_optional_id("root_id", row.root_id),
        parent_native_id=_optional_id("parent_id", row.parent_id),
        author=line_field("author", row.author, 256),
        text=text,
        language_hint=line_field("language", row.language, 16),
        media=media,
        place=where,
        account=line_field("account", row.account, 256),
        link=line_field("link", row.link, 2_048),
        posted_at=_posted_at(row, origin),
        place_in_source=place,
        raw=raw[:RAW_BYTES_MAX],
    )


def _optional_id(name: str, native_id: str | None) -> str | None:
    return id_field(name, native_id, 512) if native_id else None


def _posted_at(row: PostRow, origin: Origin) -> datetime | None:
    return parse_instant("posted_at", row.posted_at, origin.zone) if row.posted_at else None


def _media(rows: tuple[MediaRow, ...]) -> tuple[Media, ...]:
    if len(rows) > MEDIA_COUNT_MAX:
        raise UnreadableItemError(
            "too long", f"media has {len(rows)} entries and may have {MEDIA_COUNT_MAX}"
        )
    return tuple(Media(kind=row.kind, alt=line_field("media alt", row.alt, 2_000)) for row in rows)


def _plain(error: ValidationError) -> UnreadableItemError:
    """Return the first of pydantic's findings, in words for whoever wrote the row."""
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    field = ".".join(str(part) for part in first["loc"])[:80].encode("utf-8", "replace").decode()
    cause: RefusalCause
    match first["type"]:
        case "missing":
            cause, detail = "missing field", f"{field} is missing; a post needs one"
        case "extra_forbidden":
            known = ", ".join(sorted(FIELDS))
            cause, detail = "unknown field", f"{field} is not a field of a post; they are: {known}"
        case "string_unicode":
            cause, detail = "not Unicode", f"{field} is not valid Unicode; export it as UTF-8"
        case "literal_error" | "string_pattern_mismatch":
            cause, detail = "bad value", f"{field} cannot be that: {first['msg']}"
        case _:
            cause, detail = "wrong type", f"{field} is of the wrong type: {first['msg']}"
    return UnreadableItemError(cause, detail)
