"""The house platform as a source: what people post there comes in, what the body posts does not."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from schemas.act import ActMedia
from schemas.post import PostEdited, PostReceived, PostRemoved
from services.bootstrap import Embedded
from services.house.sqlite_house import House, open_house
from services.house.threads import HouseAct
from services.ingest.configuration import HouseSettings
from services.ingest.house_source import HouseOrigin, HouseSource
from services.ingest.sighting import Sighting
from services.ingest.source import ITEMS_COUNT_MAX
from services.runtime.clock import ManualClock
from services.runtime.errors import SourceUnavailableError, StorageRefusedError
from services.runtime.system_clock import SystemClock
from services.settings import EnvironmentSettings, read_body
from tests.fakes import wait_until
from tests.folders import make_folder

SOURCE = "{kind: house, name: house, poll_seconds: 0.1}"
PICTURE = ActMedia(sha256="0" * 64, alt="A full bin")


@pytest.fixture
def house(tmp_path: Path, clock: ManualClock) -> Iterator[House]:
    """A platform with two people."""
    made = open_house(tmp_path, clock)
    made.welcome("ann", "Ann")
    made.welcome("bob", "Bob")
    yield made
    made.close()


@pytest.fixture
def source(house: House) -> HouseSource:
    """A source that listens to it, answered by the council's account."""
    return HouseSource(
        HouseSettings(name="house"),
        HouseOrigin(house, "council", "social.example", "https://mercat.example"),
    )


def say(house: House, handle: str, text: str, parent: str | None = None) -> str:
    """Have somebody post; return the post's id."""
    act = HouseAct("reply" if parent else "statement", text, "en", target=parent)
    return house.carry_out(handle, act).remote_id


def sightings(source: HouseSource, after: int = 0) -> list[Sighting]:
    """Return what a poll sees; all of it can be read."""
    items = source.poll({"after": after}).items
    assert all(isinstance(item, Sighting) for item in items)
    return [item for item in items if isinstance(item, Sighting)]


def test_a_post_comes_in_with_all_that_is_known(house: House, source: HouseSource) -> None:
    """Thread, parent, author, account, language, pictures and link are carried."""
    root = say(house, "ann", "The bin is full.")
    act = HouseAct("reply", "Ours too.", "cy", (PICTURE,), root)
    answer = house.carry_out("bob", act).remote_id

    _, seen = sightings(source)

    assert (answer, root, root, "1") == (
        seen.native_id,
        seen.root_native_id,
        seen.parent_native_id,
        seen.revision,
    )
    assert ("platform", "@bob@social.example", "@council@social.example", "cy") == (
        seen.channel,
        seen.author,
        seen.account,
        seen.language_hint,
    )
    assert [("image", "A full bin")] == [(item.kind, item.alt) for item in seen.media]
    assert f"https://mercat.example/house/threads/{root}#post-{answer}" == seen.link


def test_an_edit_is_a_revision_and_a_removal_a_removal(house: House, source: HouseSource) -> None:
    """What changed is told from where the last poll ended."""
    edited, gone = say(house, "ann", "Firts."), say(house, "bob", "Second.")
    after = int(source.poll({}).state["after"])
    house.carry_out("ann", HouseAct("edit", "First.", target=edited))
    house.carry_out("bob", HouseAct("delete", target=gone))

    seen = sightings(source, after)

    assert [("received", edited, "2", "First."), ("removed", gone, "", "")] == [
        (each.kind, each.native_id, each.revision, each.text) for each in seen
    ]


def test_what_the_body_posts_stays_out(house: House, source: HouseSource) -> None:
    """Nobody has to answer the body's own words, and the poll goes on behind them."""
    token = house.enrol("council", "The Council")
    root = say(house, "ann", "When?")
    house.carry_out("council", HouseAct("reply", "On Thursday.", target=root), token)

    poll = source.poll({})

    assert 1 == len(poll.items)
    assert {"after": 2} == poll.state
    assert [] == list(source.poll(poll.state).items)


def test_a_full_poll_is_followed_at_once(house: House, source: HouseSource) -> None:
    """What waited is read in parts, without a pause between them."""
    for number in range(ITEMS_COUNT_MAX + 1):
        say(house, "ann", f"Post {number}")

    first = source.poll({})
    second = source.poll(first.state)

    assert (ITEMS_COUNT_MAX, None) == (len(first.items), first.wait_seconds)
    assert (1, 2.0) == (len(second.items), second.wait_seconds)


def test_an_older_copy_is_read_from_its_beginning(house: House, source: HouseSource) -> None:
    """A number from a later day than the platform's own means that it was brought back."""
    say(house, "ann", "Again.")

    assert ["Again."] == [seen.text for seen in sightings(source, after=900)]


def test_a_disk_that_refuses_is_a_source_that_is_away(
    house: House, source: HouseSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The source is asked again later, as any other that does not answer."""

    def refuses() -> int:
        raise StorageRefusedError("the disk is full")

    monkeypatch.setattr(house, "last_sequence", refuses)

    with pytest.raises(SourceUnavailableError, match="the disk is full"):
        source.poll({})


def test_a_conversation_holds_together_through_the_door(tmp_path: Path) -> None:
    """New, edited and removed posts of a thread become events of one conversation, once each."""
    folder = make_folder(tmp_path / "body", sources=[SOURCE])
    settings = read_body(folder, EnvironmentSettings())
    embedded = Embedded(folder, settings, SystemClock())
    house = embedded.house
    assert house is not None
    house.welcome("ann", "Ann")
    house.welcome("bob", "Bob")
    token = house.enrol("council", "The Council")
    log = embedded.journal.log
    topic = "posts.received.v1"
    embedded.start()
    try:
        root = say(house, "ann", "The bins in Mill Lane were not emptied.")
        act = HouseAct("reply", "They come on Thursday.", target=root)
        official = house.carry_out("council", act, token).remote_id
        wait_until(lambda: log.end_offset(topic) == 1)
        thanks = say(house, "bob", "Thank you!", official)
        wait_until(lambda: log.end_offset(topic) == 2)
        house.carry_out("bob", HouseAct("edit", "Thanks!", target=thanks))
        wait_until(lambda: log.end_offset(topic) == 3)
        house.carry_out("bob", HouseAct("delete", target=thanks))
        wait_until(lambda: log.end_offset(topic) == 4)
        wait_until(lambda: embedded.lag() == 0)
    finally:
        events = [record.event for record in log.read(topic, 0, 10)]
        embedded.stop()

    kinds = [PostReceived, PostReceived, PostEdited, PostRemoved]
    assert kinds == [type(event) for event in events]
    assert 1 == len({event.subject for event in events if event is not None})
