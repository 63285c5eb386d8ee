"""Every event: to bytes and back, frozen, bounded, and readable by readers that know less."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from schemas.act import (
    ActContent,
    ActMedia,
    JudgedAct,
    PerformedAct,
)
from schemas.assignment import (
    Assignment,
    Reroute,
    RerouteRequest,
    RoutedPost,
)
from schemas.case import (
    CaseCloseRequest,
    CaseMergeRequest,
    CaseReopenRequest,
    CaseSplitRequest,
    Closing,
    Merging,
    Reopening,
    Splitting,
)
from schemas.classification import (
    Classification,
    ClassifiedPost,
)
from schemas.codec import decode_event, encode_event
from schemas.dead_letter import DeadLetter
from schemas.documents import events_by_type
from schemas.envelope import Event, digest_id
from schemas.post import (
    TEXT_LENGTH_MAX,
    Media,
    Post,
    Removal,
)
from schemas.topics import TOPICS, Topic
from schemas.verdict import Need, Reason, Verdict
from tests.unit.schemas.strategies import DATA, events_of

PARTS = (Post, Media, Removal, Classification, ClassifiedPost, Assignment, RoutedPost)
CASE_WISHES = (CaseCloseRequest, CaseReopenRequest, CaseMergeRequest, CaseSplitRequest)
CASE_FACTS = (Closing, Reopening, Merging, Splitting)
WISHES = (RerouteRequest, *CASE_WISHES)
ACTS = (ActContent, ActMedia, JudgedAct, PerformedAct, Verdict, Reason, Need)
MODELS = (*events_by_type().values(), *PARTS, *WISHES, Reroute, *CASE_FACTS, *ACTS, DeadLetter)
CARRIED = [(topic, event) for topic in TOPICS for event in topic.events]
EXAMPLES_MAX = 15
"""Of each event, for each test and topic: every event is drawn a hundred times by these alone."""
NAMED_FREELY = ("parameters",)
"""Properties that hold values by names of the writer's choice, not fields of ours."""


def a_post() -> dict[str, Any]:
    """Return a post as it stands in JSON, with no more than it must have."""
    return {
        "post_id": "p1",
        "source": "counter",
        "native_id": "7",
        "revision": "1",
        "conversation_id": "c1",
        "channel": "counter",
        "text": "The gate of the park does not shut.",
        "posted_at": "2026-11-19T09:00:00Z",
        "received_at": "2026-11-19T17:00:00Z",
    }


def a_received(**changes: Any) -> dict[str, Any]:
    """Return a received post as it stands in JSON, with changes to the post."""
    return {
        "specversion": "1.0",
        "id": digest_id("p1"),
        "source": "ingest/counter",
        "type": "mercat.posts.received.v1",
        "subject": "c1",
        "time": "2026-11-19T17:00:00Z",
        "data": {**a_post(), **changes},
    }


def decoded(content: Mapping[str, Any]) -> Event:
    """Read JSON as the topic of received posts would."""
    return decode_event("posts.received.v1", json.dumps(content).encode())


def objects_in(content: Any) -> Iterator[dict[str, Any]]:
    """Walk every object in a JSON value."""
    if isinstance(content, dict):
        yield content
        for name, value in content.items():
            if name not in NAMED_FREELY:
                yield from objects_in(value)
    elif isinstance(content, list):
        for value in content:
            yield from objects_in(value)


def address(topic: Topic) -> str:
    """Return a name that the topic's declaration covers."""
    return topic.name.replace("{team}", "waste")


def test_every_event_has_a_strategy() -> None:
    """An event added to a topic is added to these tests too."""
    assert set(events_by_type().values()) == set(DATA)


@pytest.mark.parametrize(("topic", "event"), CARRIED)
@settings(max_examples=EXAMPLES_MAX)
@given(data=st.data())
def test_an_event_comes_back_as_it_went(
    topic: Topic, event: type[Event], data: st.DataObject
) -> None:
    """What a topic's bytes hold is the event that was encoded, on each topic that carries it."""
    sent = data.draw(events_of(event))

    received = decode_event(address(topic), encode_event(sent))

    assert sent == received
    assert event is type(received)


@pytest.mark.parametrize(("topic", "event"), CARRIED)
@settings(max_examples=EXAMPLES_MAX)
@given(data=st.data())
def test_an_old_reader_passes_over_fields_it_does_not_know(
    topic: Topic, event: type[Event], data: st.DataObject
) -> None:
    """Unknown fields at every level of an event change nothing for a reader of today."""
    sent = data.draw(events_of(event))
    content = json.loads(encode_event(sent))
    for found in list(objects_in(content)):
        found["added_next_year"] = {"any": ["thing", 1, None]}

    received = decode_event(address(topic), json.dumps(content).encode())

    assert sent == received


@pytest.mark.parametrize("event", events_by_type().values())
@settings(max_examples=EXAMPLES_MAX)
@given(data=st.data())
def test_absent_fields_are_left_out(event: type[Event], data: st.DataObject) -> None:
    """No event spends bytes on saying null."""
    sent = data.draw(events_of(event))

    content = json.loads(encode_event(sent))

    assert all(value is not None for found in objects_in(content) for value in found.values())


@pytest.mark.parametrize("model", MODELS)
def test_contracts_are_frozen(model: type[BaseModel]) -> None:
    """No model of the contracts can be changed after it was made; each ignores extra fields."""
    assert model.model_config["frozen"] is True
    assert model.model_config["extra"] == "ignore"
    assert model.model_config["allow_inf_nan"] is False


def test_an_event_cannot_be_changed() -> None:
    """Setting a field of an event raises."""
    event = decoded(a_received())

    with pytest.raises(ValidationError, match="frozen"):
        event.subject = "another"


@pytest.mark.parametrize(
    "changes",
    [
        {"text": "x" * (TEXT_LENGTH_MAX + 1)},
        {"text": 7},
        {"text": None},
        {"post_id": ""},
        {"post_id": "x" * 33},
        {"channel": "fax"},
        {"media": [{"kind": "image"}] * 17},
        {"posted_at": "9999-12-31T23:59:59Z"},
        {"posted_at": "2026-11-19T09:00:00"},
    ],
)
def test_a_field_outside_its_bounds_is_refused(changes: dict[str, Any]) -> None:
    """A post with one field that is too long, of another type or impossible is no post."""
    with pytest.raises(ValidationError) as refusal:
        decoded(a_received(**changes))

    assert next(iter(changes)) in str(refusal.value)


@pytest.mark.parametrize("post_ids", [[], ["p1"] * 51])
def test_a_split_of_no_post_or_of_too_many_is_refused(post_ids: list[str]) -> None:
    """A split names from one post to fifty."""
    with pytest.raises(ValidationError, match="post_ids"):
        CaseSplitRequest.model_validate(
            {
                "case_id": "c1",
                "conversation_id": "v1",
                "post_ids": post_ids,
                "reason": "Another matter",
                "requested_by": "Morag",
            }
        )


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"\xff\xfe",
        b"{",
        b"[]",
        b'"text"',
        b'{"type": "mercat.posts.received.v1"}',
        b'{"type": "mercat.posts.shouted.v1"}',
        b"[" * 10_000,
        json.dumps(a_received(text="lone \ud800 surrogate")).encode(),
    ],
)
def test_bytes_that_are_no_event_raise_one_kind_of_error(value: bytes) -> None:
    """Whatever is wrong with a value, its reader has one error to catch."""
    with pytest.raises(ValidationError):
        decode_event("posts.received.v1", value)


def test_an_event_of_another_topic_is_refused() -> None:
    """A topic yields the events it declares and no others."""
    event = decoded(a_received())

    with pytest.raises(ValidationError, match=r"mercat\.posts\.received\.v1"):
        decode_event("posts.routed.v1", encode_event(event))


def test_an_event_without_its_type_is_refused_where_a_topic_carries_several() -> None:
    """A reader never guesses which event it has before it."""
    content = a_received()
    del content["type"]

    with pytest.raises(ValidationError, match="type"):
        decoded(content)


def test_a_probability_that_is_no_number_is_refused() -> None:
    """Neither NaN nor infinity passes for a probability."""
    fields = {name: 0.5 for name in Classification.model_fields if name.endswith("_probability")}

    with pytest.raises(ValidationError) as refusal:
        Classification.model_validate({**fields, "team_probability": float("nan")})

    assert "team_probability" in str(refusal.value)
