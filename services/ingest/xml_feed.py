"""RSS, Atom and podcasts by feedparser, which reads feeds as they are, not as they should be."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, Final

import feedparser

from services.ingest.feed_entry import ENTRIES_COUNT_MAX, Body, Enclosure, FeedEntry
from services.ingest.sighting import UnreadableItemError

_REFERENCE: Final = re.compile(rb"&#(?:x([0-9a-fA-F]{1,8})|([0-9]{1,8}));")
_FORBIDDEN: Final = bytes(set(range(32)) - {9, 10, 13})
_REPLACEMENT: Final = b"&#xFFFD;"
_CODE_POINT_MAX: Final = 0x10FFFF
_BLANK_MAX: Final = 32


def xml_entries(content: bytes, content_type: str | None) -> list[FeedEntry]:
    """Return the entries of an RSS or Atom document, in its order.

    Raises UnreadableItemError where it is no feed at all. A slip in the XML is read over.
    """
    document = _parsed(_scrubbed(content), content_type)
    entries = document.get("entries", [])
    if not entries and (document.get("bozo") or not document.get("version")):
        problem = document.get("bozo_exception") or "no feed was found in it"
        raise UnreadableItemError(
            "wrong type", f"the answer is not RSS, Atom or JSON Feed: {problem}"[:400]
        )
    whole = dict(document.get("feed", {}))
    return [_entry(dict(entry), whole) for entry in entries[:ENTRIES_COUNT_MAX]]


def _parsed(content: bytes, content_type: str | None) -> Mapping[str, Any]:
    headers = {"content-type": content_type or "application/xml"}
    try:
        # As a stream: feedparser would open bytes that name a file, or an address.
        parsed: Mapping[str, Any] = feedparser.parse(
            BytesIO(content),
            response_headers=headers,
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except Exception as error:  # noqa: BLE001 - on hostile input it raises whatever its parts raise
        raise UnreadableItemError(
            "wrong type", f"the answer is not a feed that can be read: {error}"[:400]
        ) from None
    return parsed


def _scrubbed(content: bytes) -> bytes:
    """Return a document without what XML forbids: one such character would spoil all entries."""
    if b"\x00" in content[:4]:
        return content  # UTF-16 or UTF-32, where every second byte may be zero
    return _REFERENCE.sub(_allowed_reference, content.translate(None, _FORBIDDEN))


def _allowed_reference(reference: re.Match[bytes]) -> bytes:
    hexadecimal, decimal = reference.groups()
    code_point = int(hexadecimal, 16) if hexadecimal else int(decimal)
    is_allowed = (
        (code_point >= _BLANK_MAX or code_point in (9, 10, 13))
        and not 0xD800 <= code_point <= 0xDFFF  # noqa: PLR2004 - the surrogates
        and code_point <= _CODE_POINT_MAX
    )
    return reference.group() if is_allowed else _REPLACEMENT


def _entry(entry: Mapping[str, Any], whole: Mapping[str, Any]) -> FeedEntry:
    reply = entry.get("thr_in-reply-to")
    return FeedEntry(
        native_id=_text(entry.get("id")),
        link=_text(entry.get("link")),
        title=_body(entry.get("title_detail")),
        bodies=_bodies(entry),
        author=_text(entry.get("author")) or _text(whole.get("author")),
        language=_text(entry.get("language")) or _language(entry) or _text(whole.get("language")),
        parent_native_id=_text(reply.get("ref")) if isinstance(reply, Mapping) else None,
        posted_at=_moment(entry.get("published_parsed") or entry.get("updated_parsed")),
        updated=_text(entry.get("updated")),
        enclosures=_enclosures(entry),
    )


def _bodies(entry: Mapping[str, Any]) -> Sequence[Body]:
    found = [_body(detail) for detail in (entry.get("summary_detail"), *entry.get("content", ()))]
    return [body for body in found if body is not None]


def _language(entry: Mapping[str, Any]) -> str | None:
    """Return the language that an Atom entry's content is marked with (`xml:lang`)."""
    marked = [_text(detail.get("language")) for detail in entry.get("content", ())]
    return next((language for language in marked if language), None)


def _body(detail: Any) -> Body | None:
    if not isinstance(detail, Mapping):
        return None
    text = _text(detail.get("value"))
    return Body(text, is_html=detail.get("type") != "text/plain") if text else None


def _enclosures(entry: Mapping[str, Any]) -> Sequence[Enclosure]:
    links = [link for link in entry.get("links", ()) if link.get("rel") == "enclosure"]
    pictures = entry.get("media_content", ())
    return [
        Enclosure(_text(item.get("type")) or _text(item.get("medium")) or "", item.get("title"))
        for item in (*links, *pictures)
    ]


def _moment(parsed: Any) -> datetime | None:
    """Return the UTC moment of feedparser's nine numbers, or None where they are no moment."""
    try:
        if not parsed:
            return None
        year, month, day, hour, minute, second = parsed[:6]
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except (ValueError, TypeError):
        return None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
