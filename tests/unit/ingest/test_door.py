"""The door: once, in order, never after a removal, never for those who object."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.codec import decode_event, encode_event
from schemas.envelope import digest_id
from schemas.post import PostEdited, PostReceived, PostRemoved
from schemas.topics import POSTS_RECEIVED
from services.ingest.door import REVISIONS_COUNT_MAX
from services.ingest.objections import objection_id
from services.ingest.sighting import Sighting, conversation_id, post_id
from services.runtime.effects import Key
from services.runtime.view import UndeclaredReadError, View
from tests.unit.ingest.samples import NOW, POTHOLE, HouseDoor, pothole, removal


def test_a_new_post_comes_in() -> None:
    """The first revision of a post becomes one event that carries all of it."""
    house = HouseDoor()

    assert house.see(POTHOLE) == "admit"

    event = house.events[0]
    assert isinstance(event, PostReceived)
    assert event.id == digest_id("received", "town", "17", "r1")
    assert event.subject == event.data.conversation_id
    assert event.subject == conversation_id("town", "17", POTHOLE.posted_at or NOW)
    assert event.source == "/ingest/town"
    assert event.traceparent == f"00-{event.data.post_id}-{event.id[:16]}-01"
    assert event.data.text == POTHOLE.text
    assert event.data.posted_at == POTHOLE.posted_at
    assert event.data.received_at == NOW == event.time


def test_a_post_without_a_time_was_posted_when_it_came() -> None:
    """Where the source does not say when, the moment of arrival stands in."""
    house = HouseDoor()
    house.see(pothole(posted_at=None))

    assert isinstance(house.events[0], PostReceived)
    assert house.events[0].data.posted_at == NOW


def test_the_same_revision_comes_in_once() -> None:
    """A repeat leaves no event, however often it comes."""
    house = HouseDoor()

    assert [house.see(POTHOLE) for _ in range(3)] == ["admit", "duplicate", "duplicate"]
    assert len(house.events) == 1


def test_another_revision_is_an_edit_in_the_same_conversation() -> None:
    """An edit says the new words and stays in its conversation, even if it names another."""
    house = HouseDoor()
    house.see(POTHOLE)

    judgement = house.see(pothole(revision="r2", text="Filled!", root_native_id="elsewhere"))

    assert judgement == "edit"
    edited = house.events[1]
    assert isinstance(edited, PostEdited)
    assert edited.data.text == "Filled!"
    assert edited.subject == house.events[0].subject
    assert edited.id != house.events[0].id


def test_the_same_id_at_another_source_is_another_post() -> None:
    """Native ids mean something at their source alone."""
    house = HouseDoor()
    house.see(POTHOLE)

    assert house.see(pothole(source="feed")) == "admit"
    assert house.events[0].subject != house.events[1].subject


def test_a_removal_is_carried_through_once() -> None:
    """A removal becomes one event without any of the words."""
    house = HouseDoor()
    house.see(POTHOLE)

    assert [house.see(removal()), house.see(removal())] == ["remove", "duplicate"]
    gone = house.events[1]
    assert isinstance(gone, PostRemoved)
    assert gone.data.post_id == post_id("town", "17", POTHOLE.posted_at or NOW)
    assert gone.subject == house.events[0].subject
    assert len(house.events) == 2
    assert b"Linden" not in encode_event(gone)


def test_a_removal_by_a_source_that_knows_nothing_else_finds_the_conversation() -> None:
    """A removal names no root; the conversation is the one the post was given at first sight."""
    house = HouseDoor()
    house.see(pothole(root_native_id="1"))
    house.see(removal())

    assert house.events[1].subject == conversation_id("town", "1", POTHOLE.posted_at or NOW)


def test_a_post_that_arrives_after_its_removal_stays_out() -> None:
    """A removal of a post never seen leaves no event, and no copy comes in afterwards."""
    house = HouseDoor()

    judgements = [house.see(removal()), house.see(POTHOLE), house.see(pothole(revision="r2"))]

    assert judgements == ["remember_removal", "removed_before", "removed_before"]
    assert house.events == []


def test_an_edit_after_the_removal_stays_out() -> None:
    """What was taken back does not return by an edit."""
    house = HouseDoor()
    house.see(POTHOLE)
    house.see(removal())

    assert house.see(pothole(revision="r2")) == "removed_before"


def test_a_reply_joins_its_parents_conversation() -> None:
    """A reply to a known post goes where that post is, not where its own root says."""
    house = HouseDoor()
    house.see(pothole(native_id="2", root_native_id="1"))
    house.see(pothole(native_id="3", parent_native_id="2", root_native_id="2"))

    assert house.events[1].subject == house.events[0].subject


def test_a_reply_to_a_known_root_joins_it_when_its_parent_is_unknown() -> None:
    """Where the parent was never seen, the root's own conversation is the next best."""
    house = HouseDoor()
    house.see(pothole(native_id="2", root_native_id="1"))
    house.see(pothole(native_id="9", parent_native_id="unseen", root_native_id="2"))

    assert house.events[1].subject == house.events[0].subject


def test_a_reply_that_comes_before_its_parent_shares_the_conversation() -> None:
    """A parent that arrives late finds its conversation already begun in its name."""
    house = HouseDoor()
    house.see(pothole(native_id="2", parent_native_id="1"))
    house.see(pothole(native_id="1"))

    assert house.events[0].subject == house.events[1].subject
    assert [PostReceived, PostReceived] == [type(event) for event in house.events]


def test_all_who_answer_a_post_nobody_has_seen_meet_in_one_conversation() -> None:
    """Replies to one unseen root share a conversation, and the root joins it when it comes."""
    house = HouseDoor()
    house.see(pothole(native_id="2", parent_native_id="1", root_native_id="1"))
    house.see(pothole(native_id="3", parent_native_id="1", root_native_id="1"))
    house.see(pothole(native_id="1"))

    assert 1 == len({event.subject for event in house.events})


def test_a_root_removed_before_it_came_stays_out_and_keeps_its_conversation() -> None:
    """A removal of a post that was only answered to is remembered without an event."""
    house = HouseDoor()
    house.see(pothole(native_id="17-1", parent_native_id="17"))

    assert [house.see(removal()), house.see(POTHOLE)] == ["remember_removal", "removed_before"]
    house.see(pothole(native_id="17-2", parent_native_id="17"))
    assert house.events[0].subject == house.events[1].subject


def test_old_revisions_are_forgotten_only_past_the_bound() -> None:
    """As many revisions as the bound says are known for repeats, the newest ones."""
    house = HouseDoor()
    for number in range(REVISIONS_COUNT_MAX + 1):
        house.see(pothole(revision=f"r{number}"))

    assert "duplicate" == house.see(pothole(revision="r1"))
    assert "edit" == house.see(pothole(revision="r0"))


@pytest.mark.parametrize("objection", [objection_id("ailsa", "town"), objection_id("AILSA")])
def test_who_objects_is_not_read(objection: str) -> None:
    """An objection at this source or at every source keeps posts and edits out, untraced."""
    house = HouseDoor()
    house.rows[Key("objections", objection)] = {"source": "town", "reason": "asked by letter"}

    assert house.see(POTHOLE) == "objected"
    assert house.events == []
    assert len(house.rows) == 1


def test_an_objection_elsewhere_does_not_hold_here() -> None:
    """A person may object at one source and be heard at another."""
    house = HouseDoor()
    house.rows[Key("objections", objection_id("ailsa", "feed"))] = {"source": "feed"}

    assert house.see(POTHOLE) == "admit"


def test_what_an_objector_takes_back_is_removed_all_the_same() -> None:
    """An objection never keeps a post from being removed."""
    house = HouseDoor()
    house.see(POTHOLE)
    house.rows[Key("objections", objection_id("ailsa"))] = {"source": "*"}

    assert house.see(removal(author="@Ailsa")) == "remove"


def test_needs_declares_everything_that_handle_reads() -> None:
    """A view that allows one key less raises for at least one kind of sighting."""
    house = HouseDoor()
    reply = pothole(parent_native_id="1", root_native_id="0")
    keys = house.door.needs(reply)

    house.see(reply)
    assert len(set(keys)) == 5
    view = View(dict.fromkeys(keys[1:]))
    view.narrow(keys[1:])
    with pytest.raises(UndeclaredReadError):
        house.door.judge(reply, view)


def test_an_event_survives_its_encoding() -> None:
    """What the door gives is what a reader of the topic gets."""
    house = HouseDoor()
    for sighting in (POTHOLE, pothole(revision="r2"), removal()):
        house.see(sighting)

    decoded = [decode_event(POSTS_RECEIVED.name, encode_event(event)) for event in house.events]

    assert house.events == decoded


SIGHTINGS: st.SearchStrategy[list[Sighting]] = st.lists(
    st.one_of(
        st.builds(
            lambda native_id, revision, parent: replace(
                POTHOLE, native_id=native_id, revision=revision, parent_native_id=parent
            ),
            st.sampled_from("abc"),
            st.sampled_from(["r1", "r2"]),
            st.sampled_from([None, "a", "b"]),
        ),
        st.builds(removal, st.sampled_from("abc")),
    ),
    max_size=20,
)


@given(SIGHTINGS)
def test_replay_from_zero_changes_nothing(sightings: list[Sighting]) -> None:
    """Handing in everything a second time leaves no event and no other state."""
    house = HouseDoor()
    for sighting in sightings:
        house.see(sighting)
    events, rows = list(house.events), dict(house.rows)

    for sighting in sightings:
        house.see(sighting)

    assert events == house.events
    assert rows == house.rows


@given(SIGHTINGS)
def test_nothing_follows_a_removal_and_nothing_repeats(sightings: list[Sighting]) -> None:
    """Per post: received first, edits after, removed last; one conversation; no id twice."""
    house = HouseDoor()
    for sighting in sightings:
        house.see(sighting)

    by_post: dict[str, list[str]] = {}
    for event in house.events:
        assert isinstance(event, PostReceived | PostEdited | PostRemoved)
        by_post.setdefault(event.data.post_id, []).append(event.type.split(".")[2])
    assert len({event.id for event in house.events}) == len(house.events)
    for facts in by_post.values():
        assert facts[0] == "received"
        assert "received" not in facts[1:]
        assert "removed" not in facts[:-1]
