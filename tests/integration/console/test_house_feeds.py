"""The house platform's feeds, read by the readers that Mercat itself listens with."""

import json
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from schemas.act import ActMedia
from services.house.threads import HouseAct
from services.ingest.feeds import feed_items
from services.ingest.sighting import Sighting
from tests.integration.console.house_parts import ADDRESS, HouseUnderTest

ATOM = "{http://www.w3.org/2005/Atom}"
URDU = "کرک گیٹ میں بجلی کا کھمبا <خراب> ہے & اندھیرا"


@pytest.fixture
def place(tmp_path: Path) -> Iterator[HouseUnderTest]:
    """An open platform."""
    made = HouseUnderTest(tmp_path)
    yield made
    made.house.close()


def read(place: HouseUnderTest, path: str) -> dict[str, Sighting]:
    """Return what Mercat's own reader sees of a feed, by author."""
    answer = place.ask("GET", path)
    assert 200 == answer.status_code
    items = feed_items(answer.content, answer.headers["content-type"], "feed", f"{ADDRESS}{path}")
    seen = [item for item in items if isinstance(item, Sighting)]
    assert len(items) == len(seen)
    return {str(item.author): item for item in seen}


@pytest.mark.parametrize("path", ["/house/feed.{}", "/house/threads/{}.{{}}"])
@pytest.mark.parametrize("ending", ["atom", "json"])
def test_a_feed_is_read_whole(place: HouseUnderTest, path: str, ending: str) -> None:
    """Text, author, language, time and link come out as they went in."""
    root = place.say("ann", URDU, language="ur")
    answer = place.say("council", "We will mend it by Friday.", root)

    seen = read(place, path.format(root if "{{" in path else ending).format(ending))

    asked, official = seen["Ann (@ann)"], seen["Test Council (@council)"]
    assert (URDU, "ur") == (asked.text, asked.language_hint)
    assert "We will mend it by Friday." == official.text
    assert f"{ADDRESS}/house/threads/{root}#post-{answer}" == official.link
    assert official.posted_at == place.clock.now()


def test_both_formats_name_a_post_alike(place: HouseUnderTest) -> None:
    """A post is known again in another format, another feed, and after an edit by its revision."""
    root = place.say("ann", "Firts!")
    before = read(place, "/house/feed.atom")["Ann (@ann)"]
    place.clock.advance(60)
    place.act("ann", HouseAct("edit", "First!", target=root))

    formats = [
        read(place, path)["Ann (@ann)"]
        for path in ("/house/feed.atom", "/house/feed.json", f"/house/threads/{root}.atom")
    ]

    assert {before.native_id} == {seen.native_id for seen in formats}
    assert {"First!"} == {seen.text for seen in formats}
    assert before.revision not in {seen.revision for seen in formats}


def test_an_answer_names_its_parent(place: HouseUnderTest) -> None:
    """A reader of the Atom feed can put a thread together."""
    root = place.say("ann", "When?")
    place.say("council", "On Thursday.", root)

    seen = read(place, "/house/feed.atom")

    parent = seen["Test Council (@council)"].parent_native_id
    assert seen["Ann (@ann)"].native_id == parent


def test_the_atom_feed_has_what_the_standard_asks_for(place: HouseUnderTest) -> None:
    """RFC 4287: feed and entries have id, title and updated; each entry an author; ids differ."""
    for number in range(3):
        place.say("ann", f"Post {number}")
    answer = place.ask("GET", "/house/feed.atom")

    feed = ET.fromstring(answer.content)

    entries = feed.findall(f"{ATOM}entry")
    assert "application/atom+xml" in answer.headers["content-type"]
    assert 3 == len(entries)
    for element in (feed, *entries):
        for name in ("id", "title", "updated"):
            assert 1 == len(element.findall(f"{ATOM}{name}"))
    assert all(entry.findtext(f"{ATOM}author/{ATOM}name") for entry in entries)
    assert 4 == len({element.findtext(f"{ATOM}id") for element in (feed, *entries)})
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert {"self": f"{ADDRESS}/house/feed.atom", "alternate": f"{ADDRESS}/house"} == links


def test_the_json_feed_has_what_the_standard_asks_for(place: HouseUnderTest) -> None:
    """JSON Feed 1.1: version, title and items; each item an id and a content."""
    root = place.say("ann", "When?")
    answer = place.ask("GET", f"/house/threads/{root}.json")

    feed = json.loads(answer.content)

    assert "application/feed+json" in answer.headers["content-type"]
    assert "https://jsonfeed.org/version/1.1" == feed["version"]
    assert "Ask us: Test <Council>" == feed["title"]
    assert f"{ADDRESS}/house/threads/{root}.json" == feed["feed_url"]
    (item,) = feed["items"]
    assert {"id", "url", "content_text", "date_published", "authors", "language"} == set(item)


def test_an_empty_feed_is_a_feed(place: HouseUnderTest) -> None:
    """Before the first post, readers find nothing and no fault."""
    assert {} == read(place, "/house/feed.json")
    assert [] == ET.fromstring(place.ask("GET", "/house/feed.atom").content).findall(f"{ATOM}entry")


def test_a_picture_without_words_has_a_title(place: HouseUnderTest) -> None:
    """Atom asks every entry for one."""
    place.act("council", HouseAct("statement", media=(ActMedia(sha256="0" * 64),)))

    feed = ET.fromstring(place.ask("GET", "/house/feed.atom").content)

    assert "A picture" == feed.findtext(f"{ATOM}entry/{ATOM}title")


def test_links_begin_with_the_address_in_the_settings(tmp_path: Path) -> None:
    """Behind a proxy the platform is known by another address than it is asked at."""
    place = HouseUnderTest(tmp_path, address="https://mercat.example")
    root = place.say("ann", "When?")

    feed = json.loads(place.ask("GET", "/house/feed.json").content)

    place.house.close()
    assert f"https://mercat.example/house/threads/{root}#post-{root}" == feed["items"][0]["url"]


def test_an_unknown_format_is_told(place: HouseUnderTest) -> None:
    """There is no feed of that ending."""
    assert 404 == place.ask("GET", "/house/feed.rss").status_code
