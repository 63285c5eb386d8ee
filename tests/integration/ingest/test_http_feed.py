"""Fetching a feed from a real server, on its good days and its bad ones."""

import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.ingest.configuration import FeedSettings
from services.ingest.http_feed import DOCUMENT_BYTES_MAX, HttpFeed, addresses_of
from services.ingest.source import ITEMS_COUNT_MAX, Poll
from services.runtime.clock import ManualClock
from services.runtime.errors import SourceUnavailableError
from tests.integration.ingest.feed_server import Answer, FeedServer, feed_server
from tests.unit.ingest.samples import seen

MakeFeed = Callable[..., HttpFeed]


def rss(count: int) -> bytes:
    """Return a feed of `count` entries, the newest first."""
    items = "".join(
        f"<item><guid>{number}</guid><title>Post {number}</title></item>"
        for number in reversed(range(count))
    )
    return f'<rss version="2.0"><channel><title>T</title>{items}</channel></rss>'.encode()


def always(*pieces: bytes, status: int = 200, **headers: str) -> Callable[..., Answer]:
    """Return a way to answer everything alike."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _path, _headers: Answer(status, named, pieces)


def ids(poll: Poll) -> list[str]:
    """Return the ids that a poll gave."""
    return [seen(item).native_id for item in poll.items]


@pytest.fixture
def server() -> Iterator[FeedServer]:
    """A server of this test's own."""
    with feed_server() as running:
        yield running


@pytest.fixture
def make_feed(server: FeedServer, clock: ManualClock) -> Iterator[MakeFeed]:
    """Make sources that ask the server, and no proxy."""
    with httpx.Client(trust_env=False, timeout=10) as client:

        def made(resolve: Callable[[str], list[str]] = addresses_of, **changes: Any) -> HttpFeed:
            settings = {"name": "news", "url": f"{server.address}/feed"} | changes
            return HttpFeed(FeedSettings.model_validate(settings), clock, client, resolve)

        yield made


def test_entries_are_fetched_oldest_first(server: FeedServer, make_feed: MakeFeed) -> None:
    """A poll gives the document's entries and says when to ask again."""
    server.answer = always(rss(3), content_type="application/rss+xml")
    poll = make_feed(poll_seconds=60).poll({})

    assert ids(poll) == ["0", "1", "2"]
    assert poll.wait_seconds == 60
    assert not poll.finished


def test_an_unchanged_feed_is_not_fetched_again(server: FeedServer, make_feed: MakeFeed) -> None:
    """Both validators are sent back word for word; 304 is fresh and has no items."""

    def answer(_path: str, headers: dict[str, str]) -> Answer:
        if headers.get("if-none-match") == '"v1"':
            return Answer(304)
        stamps = {"etag": '"v1"', "last-modified": "Mon, 02 Mar 2026 09:00:00 GMT"}
        return Answer(200, stamps, (rss(1),))

    server.answer = answer
    first = make_feed().poll({})
    second = make_feed().poll(json.loads(json.dumps(first.state)))

    assert ids(first) == ["0"]
    assert ids(second) == []
    assert first.state == second.state
    assert server.asked[1][1]["if-modified-since"] == "Mon, 02 Mar 2026 09:00:00 GMT"


def test_a_validator_that_cannot_be_sent_back_is_dropped(
    server: FeedServer, make_feed: MakeFeed
) -> None:
    """A server that stamps its feed with signs no header may hold is asked without them."""
    server.answer = always(rss(1), etag="\xe9" * 3, last_modified="x" * 2_000)
    state = make_feed().poll({}).state

    assert list(state) == ["url"]
    assert ids(make_feed().poll(state)) == ["0"]


def test_another_address_starts_anew(server: FeedServer, make_feed: MakeFeed) -> None:
    """Validators of one feed mean nothing to another."""
    server.answer = always(rss(1), etag='"v1"')
    state = make_feed().poll({}).state
    make_feed(url=f"{server.address}/other").poll(state)

    assert "if-none-match" not in server.asked[1][1]


def test_a_long_feed_is_given_in_parts(server: FeedServer, make_feed: MakeFeed) -> None:
    """The document is fetched once; its validators are kept only when all of it was given."""
    server.answer = always(rss(ITEMS_COUNT_MAX + 2), etag='"v1"')
    feed = make_feed()
    first = feed.poll({})
    again = feed.poll({**first.state})
    second = feed.poll(first.state)

    assert len(first.items) == ITEMS_COUNT_MAX
    assert first.wait_seconds is None
    assert "etag" not in first.state
    assert ids(second) == ids(again) == [str(ITEMS_COUNT_MAX), str(ITEMS_COUNT_MAX + 1)]
    assert second.state["etag"] == '"v1"'
    assert len(server.asked) == 1


def test_a_new_process_fetches_a_half_given_feed_again(
    server: FeedServer, make_feed: MakeFeed
) -> None:
    """What was given before is given once more, and the door knows it."""
    server.answer = always(rss(ITEMS_COUNT_MAX + 2), etag='"v1"')
    state = make_feed().poll({}).state

    assert ids(make_feed().poll(state))[0] == "0"
    assert "if-none-match" not in server.asked[1][1]


@pytest.mark.parametrize(
    ("status", "headers", "wait_seconds"),
    [
        (429, {"retry_after": "120"}, 120.0),
        (503, {"retry_after": "Mon, 02 Mar 2026 09:10:00 GMT"}, 600.0),
        (503, {}, None),
        (429, {"retry_after": "soon"}, None),
        (500, {}, None),
        (404, {}, None),
        (403, {}, None),
    ],
)
def test_trouble_is_said_with_the_wait_that_was_asked_for(
    server: FeedServer,
    make_feed: MakeFeed,
    status: int,
    headers: dict[str, str],
    wait_seconds: float | None,
) -> None:
    """Whatever the server answers, the sentence names it; a wait it asks for is passed on."""
    server.answer = always(b"no", status=status, **headers)

    with pytest.raises(SourceUnavailableError, match=f"/feed answered {status}") as caught:
        make_feed().poll({})

    assert wait_seconds == caught.value.wait_seconds


def test_a_feed_gone_for_good_is_finished(server: FeedServer, make_feed: MakeFeed) -> None:
    """It is not asked forever; the note says what to do."""
    server.answer = always(b"", status=410)
    poll = make_feed().poll({})

    assert poll.finished
    assert poll.note is not None
    assert "gone for good (410); take source news out of the settings" in poll.note


@pytest.mark.parametrize(
    "body", [b"<html>Log in</html>", b"", b"{}", b'{"version": 1}', b"\x00\xff", b"<rss"]
)
def test_what_is_no_feed_is_trouble(server: FeedServer, make_feed: MakeFeed, body: bytes) -> None:
    """A page in place of the feed leaves the state as it was."""
    server.answer = always(body, etag='"bad"')

    with pytest.raises(SourceUnavailableError, match="/feed: "):
        make_feed().poll({})


def test_an_answer_that_names_a_file_is_no_feed(
    server: FeedServer, make_feed: MakeFeed, tmp_path: Path
) -> None:
    """A server cannot have us read a file of ours in its place."""
    (tmp_path / "feed.xml").write_bytes(rss(1))
    server.answer = always(str(tmp_path / "feed.xml").encode())

    with pytest.raises(SourceUnavailableError, match="not RSS"):
        make_feed().poll({})


def test_broken_xml_gives_what_can_be_read(server: FeedServer, make_feed: MakeFeed) -> None:
    """Entries before and after a slip come in."""
    server.answer = always(rss(3).replace(b"Post 1", b"Post & 1 <br>"))

    assert ids(make_feed().poll({})) == ["0", "1", "2"]


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_an_oversized_document_is_left(
    server: FeedServer, make_feed: MakeFeed, encoding: str
) -> None:
    """Five megabytes are the most, counted unpacked: a small bomb is stopped as well."""
    body = b" " * (DOCUMENT_BYTES_MAX + 1)
    packed = gzip.compress(body) if encoding == "gzip" else body
    server.answer = always(packed, content_encoding=encoding)

    with pytest.raises(SourceUnavailableError, match="larger than 5,242,880 bytes"):
        make_feed().poll({})


def test_a_packed_document_is_unpacked(server: FeedServer, make_feed: MakeFeed) -> None:
    """The source asks for gzip and understands it."""
    server.answer = always(gzip.compress(rss(2)), content_encoding="gzip")

    assert ids(make_feed().poll({})) == ["0", "1"]
    assert server.asked[0][1]["accept-encoding"] == "gzip"


@pytest.mark.parametrize(("encoding", "reason"), [("br", "nobody asked for"), ("gzip", "error")])
def test_a_packing_that_cannot_be_undone_is_trouble(
    server: FeedServer, make_feed: MakeFeed, encoding: str, reason: str
) -> None:
    """Neither a packing never asked for nor a broken one is read."""
    server.answer = always(b"not packed", content_encoding=encoding)

    with pytest.raises(SourceUnavailableError, match=reason):
        make_feed().poll({})


def test_a_server_that_dawdles_is_left(
    server: FeedServer, make_feed: MakeFeed, clock: ManualClock
) -> None:
    """A server that sends a little at a time cannot hold the source for ever."""

    def answer(_path: str, _headers: dict[str, str]) -> Answer:
        clock.advance(31)
        return Answer(200, {}, (rss(1),))

    server.answer = answer

    with pytest.raises(SourceUnavailableError, match="took longer than 30 seconds"):
        make_feed().poll({})


def test_a_document_cut_short_is_trouble(server: FeedServer, make_feed: MakeFeed) -> None:
    """Half a feed is not taken for the whole."""
    server.answer = lambda _path, _headers: Answer(200, {"connection": "close"}, (rss(1),), 10_000)

    with pytest.raises(SourceUnavailableError, match="RemoteProtocolError"):
        make_feed().poll({})


def test_a_server_that_is_not_there_is_trouble(make_feed: MakeFeed) -> None:
    """A closed port is said to be one."""
    with pytest.raises(SourceUnavailableError, match="ConnectError"):
        make_feed(url="http://127.0.0.1:9/feed").poll({})


def redirects(*hops: str) -> Callable[[str, dict[str, str]], Answer]:
    """Return a way to answer /feed by redirects, one after the other, and then by a feed."""
    remaining = list(hops)

    def answer(_path: str, _headers: dict[str, str]) -> Answer:
        if remaining:
            return Answer(301, {"location": remaining.pop(0)})
        return Answer(200, {}, (rss(1),))

    return answer


def test_a_redirect_within_the_host_is_followed(server: FeedServer, make_feed: MakeFeed) -> None:
    """Three times; links are relative to where the feed was found."""
    server.answer = redirects("/a", "b", f"{server.address}/c/feed")

    assert ids(make_feed().poll({})) == ["0"]
    assert [path for path, _ in server.asked] == ["/feed", "/a", "/b", "/c/feed"]


@pytest.mark.parametrize(
    ("hops", "reason"),
    [
        (["/a", "/b", "/c", "/d"], "redirects more than 3 times"),
        (["file:///etc/hostname"], "no web address"),
        (["http://["], "no web address"),
        (["gopher://news.example/feed"], "no web address"),
        (["http://127.0.0.1:99999/feed"], "did not answer as it should"),
        (["http://localhost:1/feed"], "redirects to localhost, inside a private network"),
        (["http://metadata.example/"], "inside a private network"),
        (["http://[::ffff:10.0.0.1]/"], "inside a private network"),
    ],
)
def test_a_redirect_astray_is_not_followed(
    server: FeedServer, make_feed: MakeFeed, hops: list[str], reason: str
) -> None:
    """Too many, to no web address, or to a machine that only we can reach."""
    server.answer = redirects(*hops)
    names = {
        "localhost": ["127.0.0.1"],
        "metadata.example": ["203.0.114.7", "169.254.169.254"],
        "::ffff:10.0.0.1": ["::ffff:10.0.0.1"],
    }

    with pytest.raises(SourceUnavailableError, match=reason):
        make_feed(resolve=names.__getitem__).poll({})


def test_a_private_redirect_is_followed_where_the_settings_allow_it(
    server: FeedServer, make_feed: MakeFeed
) -> None:
    """A body may keep its feeds inside its own network."""
    server.answer = redirects(server.address.replace("127.0.0.1", "localhost") + "/feed")

    assert ids(make_feed(private_addresses=True).poll({})) == ["0"]


def test_https_is_not_left_by_a_redirect(clock: ManualClock) -> None:
    """A feed that was asked for in private is not fetched in public."""
    answers = httpx.MockTransport(
        lambda _: httpx.Response(302, headers={"location": "http://news.example/feed"})
    )
    settings = FeedSettings(name="news", url="https://news.example/feed")

    with (
        httpx.Client(transport=answers) as client,
        pytest.raises(SourceUnavailableError, match="redirects away from https"),
    ):
        HttpFeed(settings, clock, client).poll({})


def test_names_are_looked_up_for_real() -> None:
    """The machine knows itself, and says plainly when it knows nobody of a name."""
    assert "127.0.0.1" in addresses_of("localhost")
    with pytest.raises(SourceUnavailableError, match="not a host that can be found"):
        addresses_of("nowhere.invalid")


def test_closing_forgets_the_document_in_hand(server: FeedServer, make_feed: MakeFeed) -> None:
    """After closing, the rest of a long document is fetched again."""
    server.answer = always(rss(ITEMS_COUNT_MAX + 2))
    feed = make_feed()
    state = feed.poll({}).state
    feed.close()

    assert len(feed.poll(state).items) == ITEMS_COUNT_MAX
    assert len(server.asked) == 2
