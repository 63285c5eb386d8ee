"""RSS, Atom and podcasts, entry by entry."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.post import Media
from services.ingest.feeds import feed_items
from services.ingest.sighting import Refused, Sighting, UnreadableItemError
from tests.unit.ingest.samples import refusal, seen

ADDRESS = "https://news.mercatburgh.example/feed"

ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:thr="http://purl.org/syndication/thread/1.0"
 xml:lang="en"><title>Burgh news</title><author><name>Newsroom</name></author>
<entry><id>tag:a,2</id><title>Lamp &amp; post</title><link href="/posts/2"/>
<published>2026-03-02T08:00:00Z</published><updated>2026-03-02T08:30:00Z</updated>
<content type="html">&lt;p&gt;Dark &lt;b&gt;again&lt;/b&gt;.&lt;/p&gt;</content>
<author><name>Ailsa</name></author><thr:in-reply-to ref="tag:a,1"/></entry>
<entry><id>tag:a,1</id><title>Bins</title><summary>No bins on Monday</summary>
<updated>2026-03-01T08:00:00Z</updated></entry></feed>"""

PODCAST = """<?xml version="1.0"?>
<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel>
<title>Burgh talk</title><language>cy</language>
<item><guid>ep-1</guid><title>Potholes</title>
<description>&lt;b&gt;Notes&lt;/b&gt; on roads</description>
<pubDate>Mon, 02 Mar 2026 09:00:00 GMT</pubDate><link>https://talk.example/1</link>
<enclosure url="https://talk.example/1.mp3" type="audio/mpeg" length="1"/></item>
</channel></rss>"""


def rss(*items: str) -> bytes:
    """Return an RSS document of these items."""
    return f'<rss version="2.0"><channel><title>T</title>{"".join(items)}</channel></rss>'.encode()


def read(content: bytes | str) -> list[Sighting | Refused]:
    """Return what a document's entries become."""
    encoded = content.encode() if isinstance(content, str) else content
    return feed_items(encoded, "application/xml", "news", ADDRESS)


def test_atom_entries_come_oldest_first() -> None:
    """A feed begins with its newest entry; people are heard in the order they spoke."""
    first, second = (seen(item) for item in read(ATOM))

    assert (first.native_id, second.native_id) == ("tag:a,1", "tag:a,2")
    assert first.text == "Bins\n\nNo bins on Monday"
    assert first.author == "Newsroom"


def test_an_atom_entry_is_read_in_full() -> None:
    """Words, author, link, parent, time and edit stamp each find their place."""
    entry = seen(read(ATOM)[1])

    assert entry.text == "Lamp & post\n\nDark again."
    assert entry.author == "Ailsa"
    assert entry.channel == "feed"
    assert entry.link == "https://news.mercatburgh.example/posts/2"
    assert entry.parent_native_id == "tag:a,1"
    assert entry.posted_at == datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    assert entry.revision == "2026-03-02T08:30:00Z"
    assert entry.language_hint == "en"
    assert entry.place_in_source == f"{ADDRESS}, entry 1"


def test_a_podcast_brings_its_sound() -> None:
    """An episode is a post with its notes and a sound beside it."""
    episode = seen(read(PODCAST)[0])

    assert episode.text == "Potholes\n\nNotes on roads"
    assert episode.media == (Media(kind="audio"),)
    assert episode.posted_at == datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    assert episode.language_hint == "cy"
    assert len(episode.revision) == 32


def test_an_edit_without_a_stamp_is_seen_by_its_content() -> None:
    """Other words give another revision, the same words the same."""
    item = "<item><guid>1</guid><title>Bins {}</title></item>"
    monday, tuesday, again = (
        seen(read(rss(item.format(day)))[0]) for day in ("Monday", "Tuesday", "Monday")
    )

    assert monday.revision == again.revision != tuesday.revision


def test_a_title_that_repeats_the_text_is_said_once() -> None:
    """Feeds of short posts cut the text for a title."""
    texts = "<title>The bins are…</title><description>The bins are late</description>"
    item = f"<item><guid>1</guid>{texts}</item>"

    assert seen(read(rss(item))[0]).text == "The bins are late"


def test_ids_stay_as_they_are_written() -> None:
    """An id that looks like a path is no link: it must not change with the feed's address."""
    assert (
        seen(read(rss("<item><guid>posts/7</guid><title>x</title></item>"))[0]).native_id
        == "posts/7"
    )


def test_an_entry_is_known_by_its_link_where_it_has_no_id() -> None:
    """Old RSS has no ids."""
    items = read(rss("<item><link>https://x.example/7</link><title>x</title></item>"))

    assert seen(items[0]).native_id == "https://x.example/7"


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "data:text/html,x", "http://[", "x" * 3_000]
)
def test_a_link_that_leads_nowhere_good_is_left_out(link: str) -> None:
    """Only web addresses are kept; the post itself comes in."""
    item = f"<item><guid>1</guid><title>x</title><link>{link}</link></item>"

    assert seen(read(rss(item))[0]).link is None


def test_an_entry_that_is_too_long_is_shortened() -> None:
    """A whole article is cut, with a mark, rather than lost."""
    items = read(
        rss(f"<item><guid>1</guid><title>x</title><description>{'y' * 60_000}</description></item>")
    )

    assert len(seen(items[0]).text) == 20_000
    assert seen(items[0]).text.endswith("[…]")


@pytest.mark.parametrize(
    ("bad", "cause"),
    [
        ("<item><title>no id</title></item>", "missing field"),
        ("<item><guid>2</guid></item>", "missing field"),
        (f"<item><guid>{'x' * 600}</guid><title>x</title></item>", "too long"),
        (
            "<item><guid>2</guid><title>x</title>"
            "<pubDate>Fri, 31 Dec 9999 23:59:59 GMT</pubDate></item>",
            "bad date",
        ),
    ],
)
def test_a_bad_entry_is_refused_alone(bad: str, cause: str) -> None:
    """Its neighbours come in, and the refusal names the entry."""
    good = "<item><guid>{0}</guid><title>{0}</title></item>"
    after, refused, before = read(rss(good.format("one"), bad, good.format("three")))

    assert (seen(before).native_id, seen(after).native_id) == ("one", "three")
    assert cause == refusal(refused).cause
    assert f"{ADDRESS}, entry 2: " in refusal(refused).detail


@pytest.mark.parametrize(
    "poison", ["&#xD800;", "&#0;", "\x00", "\x0b", "&#xFFFFFFF;", "&#55296;", "\u202e"]
)
def test_poison_in_one_entry_spoils_no_other(poison: str) -> None:
    """Characters that XML forbids would make the whole document unreadable."""
    items = read(
        rss(
            f"<item><guid>1</guid><title>bad{poison}</title></item>",
            "<item><guid>2</guid><title>good</title></item>",
        )
    )

    assert [seen(item).native_id for item in items] == ["2", "1"]
    assert seen(items[1]).text.startswith("bad")
    assert "\u202e" not in seen(items[1]).text


def test_a_date_that_cannot_be_read_is_left_out() -> None:
    """A feed's home-made date is no reason to lose the post."""
    items = read(rss("<item><guid>1</guid><title>x</title><pubDate>soonish</pubDate></item>"))

    assert seen(items[0]).posted_at is None


def test_a_slip_in_the_xml_is_read_over() -> None:
    """An unescaped ampersand does not lose a feed its readers."""
    items = read(rss("<item><guid>1</guid><title>Bins & bags</title></item>"))

    assert seen(items[0]).text == "Bins & bags"


@pytest.mark.parametrize(
    "content",
    [b"", b"<html><body>Log in</body></html>", b"/etc/hostname", b"plain", bytes(range(256))],
)
def test_what_is_no_feed_is_said_to_be_none(content: bytes) -> None:
    """A log-in page in place of a feed is trouble, not an empty feed; bytes are never a path."""
    with pytest.raises(UnreadableItemError, match=r"not RSS|not a feed"):
        read(content)


def test_an_empty_feed_is_a_feed() -> None:
    """Nothing to say is not trouble."""
    assert read(rss()) == []


def test_entities_do_not_grow() -> None:
    """A document that would unfold to gigabytes is not unfolded."""
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    bomb = (
        f'<!DOCTYPE r [<!ENTITY l0 "lol">{levels}]>'
        + rss("<item><guid>1</guid><title>&l11;</title></item>").decode()
    )

    assert sum(len(seen(item).text) for item in read(bomb)) < 1_000


@settings(max_examples=50)
@given(st.binary(max_size=200), st.sampled_from([b"", b"<rss><channel><item><guid>1</guid>"]))
def test_any_document_is_items_or_a_sentence(content: bytes, start: bytes) -> None:
    """Whatever a server sends, each entry is a sighting or a refusal, or none is a feed."""
    try:
        items = read(start + content)
    except UnreadableItemError:
        return

    assert all(isinstance(item, Sighting | Refused) for item in items)
