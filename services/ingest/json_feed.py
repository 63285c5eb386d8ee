"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/), item by item."""

from datetime import datetime
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, ValidationError

from services.ingest.feed_entry import ENTRIES_COUNT_MAX, Body, Enclosure, FeedEntry
from services.ingest.normalise import parse_instant
from services.ingest.read_json import read_json
from services.ingest.sighting import RefusalCause, UnreadableItemError

_VERSION_PREFIX: Final = "https://jsonfeed.org/version/"
_READ: Final = ConfigDict(frozen=True, extra="ignore")


class JsonAuthor(BaseModel):
    """Who wrote an item."""

    model_config = _READ

    name: str | None = None


class JsonAttachment(BaseModel):
    """Something to listen to or look at."""

    model_config = _READ

    mime_type: str = ""
    title: str | None = None


class JsonItem(BaseModel):
    """One item; the specification asks readers to take a number for an id as its digits."""

    model_config = _READ

    id: str | int
    url: str | None = None
    title: str | None = None
    content_html: str | None = None
    content_text: str | None = None
    summary: str | None = None
    language: str | None = None
    date_published: str | None = None
    date_modified: str | None = None
    authors: tuple[JsonAuthor, ...] = ()
    author: JsonAuthor | None = None
    attachments: tuple[JsonAttachment, ...] = ()


def json_entries(content: bytes) -> list[FeedEntry | UnreadableItemError]:
    """Return each item of a JSON Feed, or in its place the reason why it cannot be read.

    Raises UnreadableItemError where the document is no JSON Feed at all.
    """
    document = read_json(content)
    version = document.get("version") if isinstance(document, dict) else None
    items = document.get("items") if isinstance(document, dict) else None
    # An early edition wrote the prefix with www; both are the same format.
    if not isinstance(version, str) or not version.replace("//www.", "//").startswith(
        _VERSION_PREFIX
    ):
        raise UnreadableItemError("wrong type", "the answer is JSON, but no JSON Feed (no version)")
    if not isinstance(items, list):
        raise UnreadableItemError("wrong type", "the JSON Feed has no list of items")
    language = document.get("language")
    fallback = language if isinstance(language, str) else None
    return [_entry_or_error(item, fallback) for item in items[:ENTRIES_COUNT_MAX]]


def _entry_or_error(item: Any, language: str | None) -> FeedEntry | UnreadableItemError:
    try:
        return _entry(JsonItem.model_validate(item), language)
    except UnreadableItemError as error:
        return error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        field = ".".join(str(part) for part in first["loc"])[:80]
        cause: RefusalCause = "missing field" if first["type"] == "missing" else "wrong type"
        return UnreadableItemError(cause, f"{field or 'the item'}: {first['msg']}")


def _entry(item: JsonItem, language: str | None) -> FeedEntry:
    texts = [(item.content_html, True), (item.content_text, False), (item.summary, False)]
    names = [author.name for author in (*item.authors, item.author) if author and author.name]
    return FeedEntry(
        native_id=str(item.id),
        link=item.url,
        title=Body(item.title, is_html=False) if item.title else None,
        bodies=[Body(text, is_html=is_html) for text, is_html in texts if text],
        author=names[0] if names else None,
        language=item.language or language,
        parent_native_id=None,
        posted_at=_posted_at(item),
        updated=item.date_modified,
        enclosures=[Enclosure(found.mime_type, found.title) for found in item.attachments],
    )


def _posted_at(item: JsonItem) -> datetime | None:
    written = item.date_published or item.date_modified
    return parse_instant("date_published", written, None) if written else None
