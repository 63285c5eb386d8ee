"""Routing from event to rows and word to others: opened, joined, edited, kept in order."""

from datetime import timedelta

import pytest

from schemas.classification import Urgency
from schemas.codec import decode_event, encode_event
from schemas.envelope import Event, timed_like
from services.runtime.clock import to_epoch_ms
from services.runtime.view import View
from services.store.tables import TABLES
from tests.unit.route.samples import (
    MONDAY,
    MUCH_LATER,
    Driver,
    classification,
    classified,
    post,
    removed,
    reroute,
)


def test_post_opens_case_and_is_announced_twice() -> None:
    """A first post opens a case whose id depends on conversation and post, on both topics."""
    driver = Driver()

    driver.give(classified(post()))

    routed = driver.last_routed().data.assignment
    assert driver.topics() == ["posts.routed.v1", "teams.lighting.posts.v1"]
    case_id = timed_like("post-1", "case", "conversation-1", "post-1")
    assert case_id == driver.case()["id"] == routed.case_id
    assert (routed.team, routed.why, routed.theme) == ("lighting", "classifier", "lamps-out")
    assert routed.reason == "Reads like lighting (80%, by: lamp, dark)."
    assert routed.case_opened
    assert not driver.last_routed().data.edited


def test_one_event_is_announced_on_both_topics_and_names_its_cause() -> None:
    """What stands on two topics is one event, known by its id, caused by the one handled."""
    driver = Driver()

    driver.give(classified(post()))

    first, second = (emit.event for emit in driver.emitted)
    assert first.id == second.id
    assert {"c-post-1-1"} == {first.causationid, second.causationid}
    assert "conversation-1" == first.subject == second.subject


def test_announcements_survive_their_codec() -> None:
    """What is emitted can be encoded and decoded on the topic it is emitted to."""
    driver = Driver()

    driver.give(classified(post()), reroute("roads"), removed())

    for emit in driver.emitted:
        assert emit.event == decode_event(emit.topic, encode_event(emit.event))


def test_rows_hold_declared_columns_only() -> None:
    """Every row written fits the table that the store declares for it."""
    driver = Driver()

    driver.give(classified(post()), classified(post(2)), removed(2), removed(9), reroute("roads"))

    for key, row in driver.rows.items():
        assert row.keys() <= {column.name for column in TABLES[key.table].columns}


def test_handler_reads_only_what_it_declared() -> None:
    """The keys named beforehand are the post's and its conversation's, for every kind of event."""
    stage = Driver().stage

    keys = [stage.needs(event) for event in (classified(post()), removed(), reroute("roads"))]

    assert {(("posts", "post-1"), ("conversations", "conversation-1"))} == set(keys)


def test_event_of_another_kind_is_a_bug() -> None:
    """An event that the topic does not carry raises, so that the runner sets it aside."""
    stage = Driver().stage
    event = Event(id="1", source="/x", type="another", subject="x", time=MONDAY)

    with pytest.raises(TypeError, match="another is not routed"):
        stage.needs(event)
    with pytest.raises(TypeError, match="another is not routed"):
        stage.handle(event, None, View({}), MONDAY)


def test_second_post_joins_the_case_of_its_conversation() -> None:
    """A reply stays with the conversation's team, whatever it reads like, and says so."""
    driver = Driver()

    driver.give(classified(post()), classified(post(2, "Any news?"), classification("roads")))

    routed = driver.last_routed().data.assignment
    assert (routed.team, routed.why, routed.theme) == ("lighting", "conversation", "lamps-out")
    assert routed.reason == "The conversation is with lighting, so this stays there."
    assert not routed.case_opened
    assert (driver.case()["posts_live"], driver.case()["posts_total"]) == (2, 2)
    assert driver.case()["id"] == driver.post(2)["case_id"]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [("normal", "urgent", "urgent"), ("urgent", "low", "urgent"), ("low", "low", "low")],
)
def test_priority_of_an_open_case_only_rises(
    first: Urgency, second: Urgency, expected: Urgency
) -> None:
    """A later post may raise a case's priority and never lowers it."""
    driver = Driver()

    driver.give(
        classified(post(), classification(urgency=first)),
        classified(post(2), classification(urgency=second)),
    )

    assert expected == driver.case()["priority"]
    assert expected == driver.last_routed().data.assignment.priority


def test_deadline_of_an_open_case_only_comes_nearer() -> None:
    """A later calm post leaves the deadline, a pressing one brings it forward."""
    driver = Driver()
    driver.give(classified(post()))
    first_ms = driver.case()["deadline_ms"]

    driver.give(classified(post(2)))
    second_ms = driver.case()["deadline_ms"]
    driver.give(classified(post(3, "There is a live wire!")), classified(post(4)))

    in_an_hour = MONDAY + timedelta(minutes=3, hours=1)
    assert first_ms == second_ms == to_epoch_ms(MONDAY.replace(day=9, hour=17))
    assert to_epoch_ms(in_an_hour) == driver.case()["deadline_ms"]
    assert in_an_hour == driver.last_routed().data.assignment.deadline


def test_deadline_counts_from_what_was_said_but_never_from_the_future() -> None:
    """A platform's clock that runs ahead does not give the team more time."""
    driver = Driver()
    ahead = post(1, "live wire", posted_at=MONDAY + timedelta(days=30), received_at=MONDAY)

    driver.give(classified(ahead))

    assert to_epoch_ms(MONDAY + timedelta(hours=1)) == driver.case()["deadline_ms"]


def test_what_is_not_the_bodys_gets_no_case_and_no_team_topic() -> None:
    """A post for nobody is on record and on the common topic alone, without deadline."""
    driver = Driver()

    driver.give(classified(post(1, "Buy now, cheap bulbs")))

    routed = driver.last_routed().data.assignment
    assert driver.topics() == ["posts.routed.v1"]
    assert (routed.team, routed.deadline, routed.case_id) == ("none", None, None)
    assert driver.cases() == []
    assert driver.conversation()["team"] == "none"


def test_conversation_with_nobody_is_decided_by_its_next_post() -> None:
    """A conversation that began with spam goes to a team once a post speaks of its work."""
    driver = Driver()

    driver.give(classified(post(1, "Buy now")), classified(post(2, "The lamp is out")))

    assert (driver.post(2)["team"], driver.post(2)["why"]) == ("lighting", "classifier")
    assert driver.case()["first_post_id"] == "post-2"


def test_nothing_a_person_said_before_changes_priority_or_deadline() -> None:
    """The same words in a new conversation are treated alike, whoever says them, how often ever."""
    driver = Driver()
    said = [post(1, conversation_id=f"conversation-{n}", post_id=f"post-{n}") for n in range(1, 9)]

    driver.give(*map(classified, said), classified(post(9, conversation_id="c", author="Bo")))

    assert {"normal"} == {case["priority"] for case in driver.cases()}
    assert len({case["deadline_ms"] for case in driver.cases()}) == 1


def test_replay_gives_the_same_rows_and_events_whenever_it_runs() -> None:
    """Nothing is taken from the clock: a replay years later gives the same, id for id."""
    events = (classified(post()), classified(post(2)), reroute("roads"), removed(2), removed())
    first, again = Driver(), Driver()

    first.give(*events)
    again.give(*events, now=MUCH_LATER)

    assert first.rows == again.rows
    assert first.emitted == again.emitted


def test_event_handled_again_leaves_the_same_rows() -> None:
    """A repeat that slipped past the runner counts no post twice."""
    once, twice = Driver(), Driver()

    once.give(classified(post()), classified(post(2)))
    twice.give(classified(post()), classified(post(2)), classified(post(2)), classified(post()))

    assert once.case() == twice.case()
    assert {emit.event.id for emit in once.emitted} == {emit.event.id for emit in twice.emitted}
