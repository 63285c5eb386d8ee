"""Whatever comes in whatever order: what the rows say holds together."""

from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.case import ClosingOutcome
from schemas.classification import PostClassified, Urgency
from schemas.envelope import Event, timed_like
from schemas.post import PostRemoved
from services.route.decisions import PRIORITIES
from services.runtime.effects import Key
from tests.unit.route.samples import (
    MUCH_LATER,
    Driver,
    classification,
    classified,
    close,
    merge,
    post,
    removed,
    reopen,
    reroute,
    split,
)

NUMBERS = st.integers(1, 3)
TEXTS = st.sampled_from(["the lamp", "a live wire", "buy now", "a pothole", "hm"])
TEAMS = st.sampled_from(["lighting", "roads", "none", "contact"])
URGENCIES: st.SearchStrategy[Urgency] = st.sampled_from(PRIORITIES)


def _said(number: int, revision: int, text: str, team: str, urgency: Urgency) -> PostClassified:
    said = post(number, text, revision=str(revision))
    return classified(said, classification(team, urgency=urgency))


def _opened_by(number: int) -> dict[str, str]:
    post_id = f"post-{number}"
    return {"id": timed_like(post_id, "case", "conversation-1", post_id)}


def _split_off(number: int, off: int) -> dict[str, str]:
    cause = split(_opened_by(number), off)
    return {"id": timed_like(f"post-{off}", "split", cause.id)}


def _alone(team: str, number: int, case: dict[str, str]) -> Event:
    return reroute(team, number, case_id=case["id"])


SAID = st.builds(_said, NUMBERS, st.integers(1, 4), TEXTS, TEAMS, URGENCIES)
CASES = st.sampled_from([*map(_opened_by, (1, 1, 2)), _split_off(1, 2), _split_off(1, 3)])
OUTCOMES = st.sampled_from(get_args(ClosingOutcome))
UNTOUCHED: st.SearchStrategy[list[Event]] = st.lists(
    st.one_of(SAID, st.builds(removed, NUMBERS), st.builds(reroute, TEAMS, NUMBERS)),
    max_size=12,
)
"""What happens where nobody touches a case itself."""
THREE: tuple[Event, ...] = tuple(classified(post(number)) for number in (1, 2, 3))
BEGUN: tuple[tuple[Event, ...], ...] = ((), THREE, (*THREE, split(_opened_by(1), 2)))
ACTS: st.SearchStrategy[list[Event]] = st.lists(
    st.one_of(
        SAID,
        st.builds(removed, NUMBERS),
        st.builds(reroute, TEAMS, NUMBERS),
        st.builds(_alone, TEAMS, NUMBERS, CASES),
        st.builds(close, CASES, OUTCOMES),
        st.builds(reopen, CASES),
        st.builds(merge, CASES, CASES),
        st.builds(split, CASES, NUMBERS, NUMBERS),
        st.builds(split, CASES, NUMBERS),
    ),
    max_size=12,
)
EVENTS: st.SearchStrategy[list[Event]] = st.builds(
    lambda begun, acts: [*begun, *acts], st.sampled_from(BEGUN), ACTS
)


@settings(max_examples=300, deadline=None)
@given(EVENTS)
def test_latest_case_counts_its_live_posts(events: list[Event]) -> None:
    """The count of live posts is that of the rows, and an open case has at least one."""
    driver = Driver()

    driver.give(*events)

    conversation = driver.rows.get(Key("conversations", "conversation-1"), {"case_id": None})
    case_id = conversation.get("case_id")
    if case_id is None:
        return
    case = driver.rows[Key("cases", str(case_id))]
    posts = [row for key, row in driver.rows.items() if key.table == "posts"]
    live = sum(row["case_id"] == case_id and row["state"] == "live" for row in posts)
    assert case["posts_live"] == live
    assert case["state"] == "closed" or live >= 1


@settings(max_examples=200, deadline=None)
@given(UNTOUCHED)
def test_one_case_is_open_at_most(events: list[Event]) -> None:
    """Where nobody splits or reopens one, a conversation has one open case or none."""
    driver = Driver()

    driver.give(*events)

    assert sum(case["state"] == "open" for case in driver.cases()) <= 1


@settings(max_examples=300, deadline=None)
@given(EVENTS)
def test_rows_agree_with_one_another(events: list[Event]) -> None:
    """The conversation's copy of its latest case is the case's own row, and links lead on."""
    driver = Driver()

    driver.give(*events)

    cases = {str(row["id"]): row for row in driver.cases()}
    for key, row in driver.rows.items():
        if key.table == "posts":
            assert row.get("case_id") is None or row["case_id"] in cases
        if key.table == "conversations" and row.get("case_id") is not None:
            case = cases[str(row["case_id"])]
            copied = ("state", "outcome", "team", "deadline_ms", "merged_into", "posts_live")
            assert {name: row[f"case_{name}"] for name in copied} == {
                name: case[name] for name in copied
            }
            assert case["state"] == "closed" or case["team"] == row["team"] != "none"
    for case in cases.values():
        assert case["case_before"] is None or case["case_before"] in cases
        assert case["case_before"] != case["id"]
        assert case["split_from"] is None or case["split_from"] in cases
        assert (case["outcome"] == "merged") == (case["merged_into"] is not None)
        assert (case["state"] == "closed") == (case["outcome"] is not None)


@settings(max_examples=200, deadline=None)
@given(EVENTS)
def test_every_merge_ends_at_a_case_that_is_not_merged(events: list[Event]) -> None:
    """Following a merged case from one to the next never leads round in a ring."""
    driver = Driver()

    driver.give(*events)

    cases = {row["id"]: row for row in driver.cases()}
    for case in cases.values():
        steps, into = 0, case["merged_into"]
        while into is not None and steps <= len(cases):
            steps, into = steps + 1, cases[into]["merged_into"]
        assert steps <= len(cases)


@settings(max_examples=200, deadline=None)
@given(EVENTS)
def test_what_was_removed_stays_removed(events: list[Event]) -> None:
    """After a removal nothing of that post is in its row or in any later event."""
    driver = Driver()
    gone: set[str] = set()

    for event in events:
        driver.emitted.clear()
        driver.give(event)
        if isinstance(event, PostRemoved):
            gone.add(event.data.post_id)
        if isinstance(event, PostClassified) and event.data.post.post_id in gone:
            assert driver.emitted == []

    for post_id in gone:
        row = driver.rows[Key("posts", post_id)]
        assert (row["state"], row["text"], row["author"]) == ("removed", None, None)


@settings(max_examples=100, deadline=None)
@given(EVENTS)
def test_replay_gives_the_same(events: list[Event]) -> None:
    """The same events give the same rows and the same words to others, at any time."""
    first, again = Driver(), Driver()

    first.give(*events)
    again.give(*events, now=MUCH_LATER)

    assert first.rows == again.rows
    assert first.emitted == again.emitted
