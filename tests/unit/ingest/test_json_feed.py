"""JSON Feed, item by item."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from schemas.post import Media
from services.ingest.feeds import feed_items
from services.ingest.sighting import Refused, Sighting, UnreadableItemError
from tests.unit.ingest.samples import refusal, seen

ADDRESS = "https://news.mercatburgh.example/feed.json"
VERSION = "https://jsonfeed.org/version/1.1"


def read(*items: Any, **document: Any) -> list[Sighting | Refused]:
    """Return what the items of a JSON Feed become."""
    whole = {"version": VERSION, "title": "T", "items": list(items)} | document
    return feed_items(json.dumps(whole).encode(), "application/feed+json", "news", ADDRESS)


def test_an_item_is_read_in_full() -> None:
    """Words, author, language, link, times and attachments each find their place."""
    item = {
        "id": "7",
        "url": "https://news.mercatburgh.example/7",
        "title": "Lamps",
        "content_html": "<p>Dark &amp; wet</p>",
        "date_published": "2026-03-02T09:00:00+01:00",
        "date_modified": "2026-03-02T10:00:00Z",
        "authors": [{"name": "Ailsa"}],
        "attachments": [{"url": "x", "mime_type": "image/png", "title": "The lamp"}],
        "tags": ["lamps"],
    }

    post = seen(read(item, language="gd")[0])

    assert post.text == "Lamps\n\nDark & wet"
    assert post.posted_at == datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    assert post.revision == "2026-03-02T10:00:00Z"
    assert (post.author, post.language_hint, post.channel) == ("Ailsa", "gd", "feed")
    assert post.media == (Media(kind="image", alt="The lamp"),)
    assert post.link == "https://news.mercatburgh.example/7"


def test_a_number_for_an_id_is_its_digits() -> None:
    """The specification asks readers for it; the author of version 1.0 is read as well."""
    post = seen(read({"id": 7, "content_text": "Bins", "author": {"name": "Ailsa"}})[0])

    assert (post.native_id, post.text, post.author) == ("7", "Bins", "Ailsa")


def test_items_come_oldest_first() -> None:
    """As in any feed, the newest stands first in the document."""
    items = read({"id": "2", "content_text": "new"}, {"id": "1", "content_text": "old"})

    assert [seen(item).native_id for item in items] == ["1", "2"]


@pytest.mark.parametrize(
    ("bad", "cause"),
    [
        ({"content_text": "no id"}, "missing field"),
        ({"id": "2"}, "missing field"),
        ({"id": "2", "content_text": 5}, "wrong type"),
        ({"id": ["2"], "content_text": "x"}, "wrong type"),
        ("not an object", "wrong type"),
        ({"id": "2", "content_text": "half \ud83d"}, "not Unicode"),
        ({"id": "\ud83d", "content_text": "x"}, "bad value"),
        ({"id": "2", "content_text": "x", "date_published": "9999-01-01T00:00:00Z"}, "bad date"),
    ],
)
def test_a_bad_item_is_refused_alone(bad: Any, cause: str) -> None:
    """Its neighbours come in."""
    good = {"content_text": "x"}
    after, refused, before = read({"id": "1", **good}, bad, {"id": "3", **good})

    assert (seen(after).native_id, seen(before).native_id) == ("3", "1")
    assert cause == refusal(refused).cause
    assert "entry 2" in refusal(refused).place


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({"version": "2"}, "no JSON Feed"),
        ({"version": None}, "no JSON Feed"),
        ({"items": None}, "no list of items"),
        ({"items": {}}, "no list of items"),
    ],
)
def test_other_json_is_no_feed(document: dict[str, Any], reason: str) -> None:
    """An error message in JSON is trouble, not an empty feed."""
    with pytest.raises(UnreadableItemError, match=reason):
        read(**document)


def test_broken_json_is_no_feed() -> None:
    """Half a document is refused whole: it will be asked for again."""
    with pytest.raises(UnreadableItemError, match="not JSON"):
        feed_items(b'{"version": "https://jsonfeed.org/version/1", "items": [', None, "n", ADDRESS)
