"""An entry of a feed, of whatever format, and its way to a sighting."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from urllib.parse import urljoin, urlsplit

from schemas.post import MEDIA_COUNT_MAX, TEXT_LENGTH_MAX, Media
from services.ingest.html_text import html_to_text
from services.ingest.normalise import (
    clean_text,
    content_revision,
    id_field,
    in_utc,
    line_field,
    shortened,
)
from services.ingest.sighting import (
    RAW_BYTES_MAX,
    Refused,
    Sighting,
    UnreadableItemError,
    refused,
)

ENTRIES_COUNT_MAX: Final = 5_000
"""How many entries of one document are read: the first, which are the newest."""

BODY_LENGTH_MAX: Final = 500_000
_REVISION_LENGTH_MAX: Final = 64
_LINK_LENGTH_MAX: Final = 2_048
_KINDS: Final[Mapping[str, Literal["image", "video", "audio"]]] = {
    "image": "image",
    "video": "video",
    "audio": "audio",
}


@dataclass(frozen=True, slots=True)
class Body:
    """A text of an entry and whether it is written in HTML."""

    text: str
    is_html: bool


@dataclass(frozen=True, slots=True)
class Enclosure:
    """Something that came with an entry: its media type as the feed says, and a description."""

    media_type: str
    description: str | None


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """What an entry says, as found: nothing cleaned, nothing bounded.

    `bodies` are its texts in several lengths, of which the longest counts. `updated` is the edit
    stamp as written.
    """

    native_id: str | None
    link: str | None
    title: Body | None
    bodies: Sequence[Body]
    author: str | None
    language: str | None
    parent_native_id: str | None
    posted_at: datetime | None
    updated: str | None
    enclosures: Sequence[Enclosure]

    def raw(self) -> bytes:
        """Return enough of the entry for a person to find it again."""
        texts = [self.native_id, self.link, self.title.text if self.title else None]
        texts.extend(body.text for body in self.bodies)
        return "\n".join(text[:RAW_BYTES_MAX] for text in texts if text).encode(
            "utf-8", "backslashreplace"
        )[:RAW_BYTES_MAX]


def entry_sighting(
    entry: FeedEntry, source: str, base_address: str, place: str
) -> Sighting | Refused:
    """Return what an entry says, or why it cannot be read; never raises."""
    try:
        return _sighting(entry, source, base_address, place)
    except UnreadableItemError as error:
        return refused(error, place, entry.raw())


def _sighting(entry: FeedEntry, source: str, base_address: str, place: str) -> Sighting:
    native_id = entry.native_id or entry.link
    if not native_id:
        raise UnreadableItemError(
            "missing field", "the entry has neither an id nor a link to be known by"
        )
    if not entry.title and not entry.bodies:
        raise UnreadableItemError("missing field", "the entry has neither a title nor a text")
    text = shortened(_text(entry), TEXT_LENGTH_MAX)
    media = tuple(_media(enclosure) for enclosure in entry.enclosures[:MEDIA_COUNT_MAX])
    return Sighting(
        kind="received",
        source=source,
        native_id=id_field("id", native_id, 512),
        channel="feed",
        revision=_revision(entry.updated) or content_revision(text, media, None),
        parent_native_id=_parent(entry.parent_native_id),
        author=_cut_line(entry.author, 256),
        text=text,
        language_hint=_cut_line(entry.language, 16),
        media=media,
        link=_web_link(entry.link, base_address),
        posted_at=in_utc("the date", entry.posted_at) if entry.posted_at else None,
        place_in_source=place,
        raw=entry.raw(),
    )


def _text(entry: FeedEntry) -> str:
    title = _plain(entry.title) if entry.title else ""
    body = max((_plain(body) for body in entry.bodies), key=len, default="")
    # Feeds of short posts repeat the beginning of the text as its title.
    if not title or body.startswith(title.rstrip("….")):
        return body
    return f"{title}\n\n{body}".strip()


def _plain(body: Body) -> str:
    text = body.text[:BODY_LENGTH_MAX]
    return clean_text(html_to_text(text) if body.is_html else text)


def _revision(updated: str | None) -> str | None:
    if not updated or len(updated) > _REVISION_LENGTH_MAX:
        return None
    return line_field("updated", updated, _REVISION_LENGTH_MAX)


def _parent(native_id: str | None) -> str | None:
    return id_field("in-reply-to", native_id, 512) if native_id else None


def _cut_line(text: str | None, length_max: int) -> str | None:
    return line_field("name", text[:length_max], length_max) if text else None


def _media(enclosure: Enclosure) -> Media:
    family = enclosure.media_type.partition("/")[0].strip().lower()
    return Media(kind=_KINDS.get(family, "other"), alt=_cut_line(enclosure.description, 2_000))


def _web_link(link: str | None, base_address: str) -> str | None:
    """Return an absolute web address, or None: a link that could run something is not kept."""
    if not link or len(link) > _LINK_LENGTH_MAX:
        return None
    try:
        address = urljoin(base_address, link.strip())
        is_web = urlsplit(address).scheme in ("http", "https")
    except ValueError:
        return None
    if not is_web or len(address) > _LINK_LENGTH_MAX:
        return None
    return line_field("link", address, _LINK_LENGTH_MAX)
