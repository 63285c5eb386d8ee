"""Every event: to bytes and back, frozen, bounded, and readable by readers that know less."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from schemas.act import (
    ActContent,
    ActJudged,
    ActKind,
    ActMedia,
    ActPerformed,
    JudgedAct,
    PerformedAct,
)
from schemas.assignment import (
    Assignment,
    PostRerouted,
    PostRouted,
    Reroute,
    RerouteRequest,
    RerouteRequested,
    RoutedPost,
    Why,
)
from schemas.case import (
    CaseClosed,
    CaseCloseRequest,
    CaseCloseRequested,
    CaseMerged,
    CaseMergeRequest,
    CaseMergeRequested,
    CaseReopened,
    CaseReopenRequest,
    CaseReopenRequested,
    CaseSplit,
    CaseSplitRequest,
    CaseSplitRequested,
    Closing,
    ClosingOutcome,
    Merging,
    Reopening,
    Splitting,
)
from schemas.classification import (
    Classification,
    ClassifiedPost,
    Intent,
    PostClassified,
    Sentiment,
    Urgency,
)
from schemas.codec import decode_event, encode_event
from schemas.dead_letter import DeadLetter, DeadLetterWritten
from schemas.documents import events_by_type
from schemas.envelope import Event, digest_id
from schemas.post import (
    TEXT_LENGTH_MAX,
    Channel,
    Media,
    Post,
    PostEdited,
    PostReceived,
    PostRemoved,
    Removal,
)
from schemas.topics import TOPICS, Topic
from schemas.verdict import Decision, Need, Reason, Role, Severity, Verdict

PARTS = (Post, Media, Removal, Classification, ClassifiedPost, Assignment, RoutedPost)
CASE_WISHES = (CaseCloseRequest, CaseReopenRequest, CaseMergeRequest, CaseSplitRequest)
CASE_FACTS = (Closing, Reopening, Merging, Splitting)
WISHES = (RerouteRequest, *CASE_WISHES)
ACTS = (ActContent, ActMedia, JudgedAct, PerformedAct, Verdict, Reason, Need)
MODELS = (*events_by_type().values(), *PARTS, *WISHES, Reroute, *CASE_FACTS, *ACTS, DeadLetter)
CARRIED = [(topic, event) for topic in TOPICS for event in topic.events]

identifiers = st.text(min_size=1, max_size=32)
slugs = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,3}", fullmatch=True)
probabilities = st.floats(0, 1)
terms = st.lists(st.text(max_size=80), max_size=5).map(tuple)
instants = st.datetimes(
    min_value=datetime(1970, 1, 2),  # noqa: DTZ001 - the zone is drawn apart
    max_value=datetime(2200, 12, 30),  # noqa: DTZ001 - the zone is drawn apart
    timezones=st.integers(-840, 840).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)


def texts(length_max: int, length_min: int = 0) -> st.SearchStrategy[str]:
    """Return texts up to a field's bound, most of them short."""
    return st.text(min_size=length_min, max_size=min(length_max, 60))


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Return a value, or none."""
    return st.none() | values


def one_of(literal: Any) -> st.SearchStrategy[str]:
    """Return one of the values a Literal lists."""
    return st.sampled_from(get_args(literal))


media = st.builds(Media, kind=st.sampled_from(["image", "other"]), alt=maybe(texts(2_000)))
posts = st.builds(
    Post,
    post_id=identifiers,
    source=texts(64, 1),
    native_id=texts(512, 1),
    revision=texts(64, 1),
    conversation_id=identifiers,
    parent_native_id=maybe(texts(512)),
    channel=one_of(Channel),
    author=maybe(texts(256)),
    text=texts(TEXT_LENGTH_MAX),
    language_hint=maybe(texts(16).map(lambda text: text[:16])),
    media=st.lists(media, max_size=3).map(tuple),
    place=maybe(texts(512)),
    account=maybe(texts(256)),
    link=maybe(texts(2_048)),
    posted_at=instants,
    received_at=instants,
)
removals = st.builds(
    Removal,
    post_id=identifiers,
    source=texts(64, 1),
    native_id=texts(512, 1),
    conversation_id=identifiers,
    removed_at=instants,
    received_at=instants,
)
classifications = st.builds(
    Classification,
    language=st.from_regex(r"[a-z]{2}", fullmatch=True),
    language_probability=probabilities,
    team=slugs,
    team_probability=probabilities,
    team_terms=terms,
    teams=st.lists(slugs, min_size=1, max_size=3).map(tuple),
    team_probabilities=st.lists(probabilities, max_size=3).map(tuple),
    sentiment=one_of(Sentiment),
    sentiment_probability=probabilities,
    sentiment_terms=terms,
    urgency=one_of(Urgency),
    urgency_probability=probabilities,
    urgency_terms=terms,
    intent=one_of(Intent),
    intent_probability=probabilities,
    intent_terms=terms,
    model=st.text(max_size=32),
)
assignments = st.builds(
    Assignment,
    team=slugs,
    theme=maybe(slugs),
    priority=one_of(Urgency),
    why=one_of(Why),
    rule=maybe(texts(512)),
    reason=texts(512),
    deadline=maybe(instants),
    case_id=maybe(identifiers),
    case_opened=st.booleans(),
)
requests = st.builds(
    RerouteRequest,
    post_id=identifiers,
    conversation_id=identifiers,
    case_id=maybe(identifiers),
    team=slugs,
    theme=maybe(slugs),
    reason=texts(512),
    requested_by=texts(256, 1),
)
reroutes = st.builds(
    Reroute,
    post_id=identifiers,
    conversation_id=identifiers,
    case_id=maybe(identifiers),
    team_before=slugs,
    team=slugs,
    theme=maybe(slugs),
    deadline=maybe(instants),
    reason=texts(512),
    requested_by=texts(256, 1),
)
dead_letters = st.builds(
    DeadLetter,
    dead_letter_id=identifiers,
    stage=texts(64),
    stage_version=st.text(max_size=32),
    origin=texts(128),
    place=texts(512),
    event_id=maybe(identifiers),
    cause=texts(64),
    detail=texts(1_000),
    size_bytes=st.integers(0, 2**53),
    written_at=instants,
)
case_parts = {
    "case_id": identifiers,
    "conversation_id": identifiers,
    "reason": texts(512),
    "requested_by": texts(256, 1),
}
outcomes = one_of(ClosingOutcome)
post_ids = st.lists(identifiers, min_size=1, max_size=50).map(tuple)
digests = st.from_regex(r"[0-9a-f]{64}", fullmatch=True)
rules = st.from_regex(r"[a-z0-9_]{1,20}/[a-z0-9_]{1,20}", fullmatch=True)
needs = st.builds(
    Need,
    roles=st.lists(one_of(Role), min_size=1, max_size=7).map(tuple),
    count=st.integers(1, 5),
)
reasons = st.builds(
    Reason,
    rule=rules,
    severity=one_of(Severity),
    message=st.from_regex(r"[a-z0-9_]{1,20}(\.[a-z0-9_]{1,20}){0,2}", fullmatch=True),
    parameters=st.dictionaries(
        texts(40),
        texts(200) | st.integers(-(2**53), 2**53) | probabilities | st.booleans(),
        max_size=4,
    ),
    sentence=texts(400, 1),
    cure=texts(400),
    citation=texts(512),
    need=maybe(needs),
)
verdicts = st.builds(
    Verdict,
    decision=one_of(Decision),
    reasons=st.lists(reasons, max_size=3).map(tuple),
    needs=st.lists(needs, max_size=3).map(tuple),
    obligations=st.lists(texts(512), max_size=3).map(tuple),
    revision=texts(512),
    checked=st.lists(rules, max_size=3).map(tuple),
    failure=maybe(texts(512)),
)
act_parts = {
    "act_id": identifiers,
    "account": slugs,
    "kind": one_of(ActKind),
    "digest": digests,
    "case_id": maybe(identifiers),
}
DATA: dict[type[Event], st.SearchStrategy[Any]] = {
    PostReceived: posts,
    PostEdited: posts,
    PostRemoved: removals,
    PostClassified: st.builds(
        ClassifiedPost, post=posts, classification=classifications, edited=st.booleans()
    ),
    PostRouted: st.builds(
        RoutedPost,
        post=posts,
        classification=classifications,
        assignment=assignments,
        edited=st.booleans(),
    ),
    RerouteRequested: requests,
    PostRerouted: reroutes,
    CaseCloseRequested: st.builds(CaseCloseRequest, outcome=outcomes, **case_parts),
    CaseReopenRequested: st.builds(CaseReopenRequest, **case_parts),
    CaseMergeRequested: st.builds(CaseMergeRequest, into_case_id=identifiers, **case_parts),
    CaseSplitRequested: st.builds(CaseSplitRequest, post_ids=post_ids, **case_parts),
    CaseClosed: st.builds(Closing, team=slugs, outcome=outcomes, **case_parts),
    CaseReopened: st.builds(Reopening, team=slugs, deadline=instants, **case_parts),
    CaseMerged: st.builds(
        Merging,
        team=slugs,
        into_case_id=identifiers,
        into_team=slugs,
        deadline=instants,
        **case_parts,
    ),
    CaseSplit: st.builds(
        Splitting,
        team=slugs,
        post_ids=post_ids,
        new_case_id=identifiers,
        deadline=instants,
        **case_parts,
    ),
    DeadLetterWritten: dead_letters,
    ActJudged: st.builds(
        JudgedAct, phase=st.sampled_from(["proposal", "sending"]), verdict=verdicts, **act_parts
    ),
    ActPerformed: st.builds(
        PerformedAct,
        verdict_id=identifiers,
        revision=texts(512),
        grant_id=identifiers,
        approvers=st.lists(texts(64, 1), max_size=8).map(tuple),
        remote_id=texts(512, 1),
        link=maybe(texts(2_048)),
        performed_at=instants,
        **act_parts,
    ),
}
NAMED_FREELY = ("parameters",)
"""Properties that hold values by names of the writer's choice, not fields of ours."""


def events_of(event: type[Event]) -> st.SearchStrategy[Event]:
    """Return events of one type with anything in them that their fields allow."""
    return st.builds(
        event,
        id=identifiers,
        source=texts(128, 1),
        subject=texts(256, 1),
        time=instants,
        data=DATA[event],
        causationid=maybe(identifiers),
        traceparent=maybe(texts(64)),
    )


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
