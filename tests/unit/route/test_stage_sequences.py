"""Whatever comes in whatever order: what the rows say holds together."""

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.classification import PostClassified, Urgency
from schemas.envelope import Event
from schemas.post import PostRemoved
from services.route.decisions import PRIORITIES
from services.runtime.effects import Key
from tests.unit.route.samples import (
    MUCH_LATER,
    Driver,
    classification,
    classified,
    post,
    removed,
    reroute,
)

NUMBERS = st.integers(1, 3)
TEXTS = st.sampled_from(["the lamp", "a live wire", "buy now", "a pothole", "hm"])
TEAMS = st.sampled_from(["lighting", "roads", "none", "contact"])
URGENCIES: st.SearchStrategy[Urgency] = st.sampled_from(PRIORITIES)


def _said(number: int, revision: int, text: str, team: str, urgency: Urgency) -> PostClassified:
    said = post(number, text, revision=str(revision))
    return classified(said, classification(team, urgency=urgency))


EVENTS: st.SearchStrategy[list[Event]] = st.lists(
    st.one_of(
        st.builds(_said, NUMBERS, st.integers(1, 4), TEXTS, TEAMS, URGENCIES),
        st.builds(removed, NUMBERS),
        st.builds(reroute, TEAMS, NUMBERS),
    ),
    max_size=12,
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


@settings(max_examples=300, deadline=None)
@given(EVENTS)
def test_rows_agree_with_one_another(events: list[Event]) -> None:
    """One open case at most; the conversation's copy of it is the case's own row; links lead on."""
    driver = Driver()

    driver.give(*events)

    cases = {str(row["id"]): row for row in driver.cases()}
    assert sum(case["state"] == "open" for case in cases.values()) <= 1
    for key, row in driver.rows.items():
        if key.table == "posts":
            assert row.get("case_id") is None or row["case_id"] in cases
        if key.table == "conversations" and row.get("case_id") is not None:
            case = cases[str(row["case_id"])]
            assert {name: row[f"case_{name}"] for name in ("state", "team", "deadline_ms")} == {
                name: case[name] for name in ("state", "team", "deadline_ms")
            }
            assert case["state"] == "closed" or case["team"] == row["team"] != "none"
    for case in cases.values():
        assert case["case_before"] is None or case["case_before"] in cases
        assert case["case_before"] != case["id"]


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
