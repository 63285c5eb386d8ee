"""A feed's document, whatever its format, into sightings or refusals: one for each entry."""

from services.ingest.feed_entry import FeedEntry, entry_sighting
from services.ingest.json_feed import json_entries
from services.ingest.sighting import Refused, Sighting, UnreadableItemError, refused
from services.ingest.xml_feed import xml_entries


def feed_items(
    content: bytes, content_type: str | None, source: str, address: str
) -> list[Sighting | Refused]:
    """Return what each entry says, oldest last as feeds have it turned round: oldest first.

    An entry that is no longer in the document is not taken for removed: feeds forget. Raises
    UnreadableItemError where the document is no feed.
    """
    is_json = content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")
    entries = json_entries(content) if is_json else xml_entries(content, content_type)
    items = [
        _item(entry, source, address, f"{address}, entry {number}")
        for number, entry in enumerate(entries, start=1)
    ]
    items.reverse()
    return items


def _item(
    entry: FeedEntry | UnreadableItemError, source: str, address: str, place: str
) -> Sighting | Refused:
    if isinstance(entry, UnreadableItemError):
        return refused(entry, place, b"")
    return entry_sighting(entry, source, address, place)
