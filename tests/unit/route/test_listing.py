"""Inbox, post and case on paper: in order, 80 columns wide, and safe to print."""

import json
import unicodedata
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.reading.plain_text import WIDTH, plain, shortened
from services.route.listing import due_text, inbox_dicts, inbox_text, show_dict, show_text
from services.runtime.clock import to_epoch_ms
from services.runtime.effects import Row
from tests.unit.route.samples import Driver, classified, merge, post, removed

NOW = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
ZONE = "Europe/London"


def case(number: int, hours: float = 1, **changes: Any) -> Row:
    """Return an inbox row that is due in some hours."""
    row: dict[str, Any] = {
        "id": f"{number:032x}",
        "team": "lighting",
        "theme": "lamps-out",
        "priority": "normal",
        "deadline_ms": to_epoch_ms(NOW + timedelta(hours=hours)),
        "posts_live": 2,
        "text": "The lamp is out",
        "source": "house",
    }
    return {**row, **changes}


def test_inbox_lists_overdue_first_then_by_deadline_and_priority() -> None:
    """A team reads from the top down, in text and in JSON alike."""
    rows = [case(1, 5), case(2, 1), case(3, 1, priority="urgent"), case(4, -30)]

    text = inbox_text(rows, NOW, ZONE)

    ids = [line.split()[0] for line in text.splitlines()[6::3]]
    assert [int(each, 16) for each in ids] == [4, 3, 2, 1]
    assert [int(str(each["id"]), 16) for each in inbox_dicts(rows, NOW)] == [4, 3, 2, 1]
    assert text.splitlines()[0] == "lighting: 4 open cases, 1 overdue"


def test_inbox_line_says_all_that_matters() -> None:
    """Three lines hold deadline, priority, theme, count, id, where it was said, first words."""
    lines = inbox_text([case(1, -3)], NOW, ZONE, {"house": "town"}).splitlines()

    assert " ".join(lines[5].split()) == "overdue 3 h Wed 01 Jul 10:00 normal lamps-out 2"
    assert lines[6:] == [f"  {1:032x}  house, as town", "  The lamp is out"]


def test_inbox_says_which_account_can_answer() -> None:
    """Where no account of the body speaks, nobody begins an answer in vain."""
    rows = [case(1), case(2, source="counter"), case(3, source=None)]

    lines = inbox_text(rows, NOW, ZONE, {"house": "town"}).splitlines()
    told = inbox_dicts(rows, NOW, {"house": "town"})

    assert [line[36:] for line in lines[6::3]] == [
        "house, as town",
        "counter, no account speaks there",
        "-, no account speaks there",
    ]
    assert [each["answers_as"] for each in told] == ["town", None, None]


def test_empty_inbox_says_so() -> None:
    """Nothing to do is a sentence, not an empty table."""
    assert inbox_text([], NOW, ZONE) == "No open cases."
    assert inbox_dicts([], NOW) == []


@settings(deadline=None)
@given(st.text(max_size=200), st.text(min_size=1, max_size=60))
def test_inbox_is_never_wider_than_the_screen(text: str, theme: str) -> None:
    """Whatever people write, each line fits and none of it steers the terminal."""
    lines = inbox_text([case(1, -1.99, text=text, theme=theme)], NOW, ZONE).split("\n")

    assert len(lines) == 8
    assert lines[2].index("BY") == lines[5].index("Wed")
    for line in lines:
        assert _width(line) <= WIDTH
        assert all(unicodedata.category(each) not in {"Cc", "Cf"} for each in line)


def _width(line: str) -> int:
    letters = [each for each in line if not unicodedata.combining(each)]
    return len(letters) + sum(unicodedata.east_asian_width(each) in "WF" for each in letters)


def test_removed_first_post_is_shown_as_removed() -> None:
    """A case whose first post is gone still has its line."""
    assert "(removed where it was posted)" in inbox_text([case(1, text=None)], NOW, ZONE)


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        (0.5, "in 30 min"),
        (1.9, "in 114 min"),
        (5, "in 5 h"),
        (47, "in 47 h"),
        (72, "in 3 d"),
        (-0.5, "overdue 30 min"),
        (-100, "overdue 4 d"),
    ],
)
def test_distance_to_a_deadline_is_in_a_fitting_unit(hours: float, expected: str) -> None:
    """Minutes up to two hours, hours up to two days, then days."""
    assert due_text(to_epoch_ms(NOW + timedelta(hours=hours)), NOW) == expected
    assert due_text(None, NOW) == "-"


def test_text_cannot_steer_the_terminal() -> None:
    """Escape sequences, line breaks and direction marks are blanks on paper."""
    assert plain("a\x1b[2Jb\nc\u202ed\u0000e") == "a [2Jb c d e"


def test_wide_characters_count_double() -> None:
    """A Chinese text is cut where its columns end, not its characters."""
    assert shortened("路灯坏了", 5) == "路灯…"
    assert shortened("路灯坏了", 8) == "路灯坏了"


def stored() -> Driver:
    """Return a case of two posts, the second of which was removed."""
    driver = Driver()
    driver.give(
        classified(post(1, "The lamp on Mill Lane is out\n\nAgain!")),
        classified(post(2)),
        removed(2),
    )
    return driver


def shown(driver: Driver) -> tuple[Row, list[Row]]:
    """Return the case as fetched by its key, and its posts as selected."""
    rows: list[Row] = [
        {**row, "id": key.id} for key, row in driver.rows.items() if key.table == "posts"
    ]
    return {name: value for name, value in driver.case().items() if name != "id"}, rows


def test_case_is_shown_with_posts_reason_and_local_times() -> None:
    """Everything known is there: who has it, why, by when, and what was said."""
    driver = stored()

    text = show_text(*shown(driver), ZONE)

    for expected in (
        "Case " + str(driver.case()["id"]),
        "  Posts         1 of 2 still there",
        "  Because       Reads like lighting (80%, by: lamp, dark).",
        "  Due           Mon 09 Mar 2026 17:00 GMT",
        "  Place         Mill Lane",
        "  | The lamp on Mill Lane is out",
        "  | Again!",
        "  | (removed where it was posted)",
    ):
        assert expected in text.split("\n")
    assert all(len(line) <= WIDTH for line in text.split("\n"))


def test_case_as_dictionary_has_iso_times_and_nothing_empty() -> None:
    """The same for programs: moments in UTC, no empty fields, ready for JSON."""
    driver = stored()

    result = json.loads(json.dumps(show_dict(*shown(driver))))

    assert result["case"]["id"] == driver.case()["id"]
    assert result["case"]["deadline"] == "2026-03-09T17:00:00+00:00"
    assert "outcome" not in result["case"]
    assert [each["id"] for each in result["posts"]] == ["post-1", "post-2"]


def test_a_post_is_shown_with_the_account_that_answers_it() -> None:
    """Whoever reads a case sees as whom it can be answered, or that it cannot be."""
    row, posts = shown(stored())
    source = str(posts[0]["source"])

    answered = show_text(row, posts, ZONE, answering={source: "town"}).split("\n")
    unanswered = show_text(row, posts, ZONE).split("\n")
    told: Any = show_dict(row, posts, answering={source: "town"})

    assert answered.count("  Answered as   town") == 2
    assert unanswered.count("  Answered as   no account speaks there") == 2
    assert [each["answers_as"] for each in told["posts"]] == ["town", "town"]


def test_post_without_a_case_is_shown_alone() -> None:
    """What is not the body's has no case to show."""
    driver = Driver()
    driver.give(classified(post(1, "Buy now")))
    rows = [{**driver.post(), "id": "post-1"}]

    assert show_text(None, rows, ZONE).startswith("Post post-1\n  Team          none\n")
    assert "case" not in show_dict(None, rows)


def test_inbox_says_how_many_cases_were_merged_into_one() -> None:
    """Whoever answers sees that more than one case waits for it."""
    lines = inbox_text([case(1, merged_cases=2)], NOW, ZONE).splitlines()

    assert "(and 2 merged) The lamp is out" in lines[7]


def test_case_is_shown_with_what_was_merged_into_it() -> None:
    """Each is named with its deadline, and the nearest one holds."""
    driver = stored()
    row, posts = shown(driver)
    sooner = to_epoch_ms(datetime(2026, 3, 4, 17, tzinfo=UTC))
    merged: list[Row] = [{"id": "case-2", "team": "roads", "deadline_ms": sooner}]

    text = show_text(row, posts, ZONE, merged).split("\n")
    result = show_dict(row, posts, merged)

    assert "  Due           Wed 04 Mar 2026 17:00 GMT" in text
    assert "  Answers also  case-2, due Wed 04 Mar 2026 17:00 GMT" in text
    assert result["merged"] == [
        {"id": "case-2", "team": "roads", "deadline": "2026-03-04T17:00:00+00:00"}
    ]


def test_closed_case_is_shown_with_its_outcome_and_own_deadline() -> None:
    """A merged case names the one that answers it; it is not due with that one."""
    driver = stored()
    driver.give(classified(post(5, conversation_id="conversation-2")))
    driver.give(merge(driver.cases()[0], driver.cases()[1]))
    row, posts = driver.cases()[0], [{**driver.post(), "id": "post-1"}]
    merged: list[Row] = [{"id": "case-3", "team": "roads", "deadline_ms": 0}]

    text = show_text(row, posts, ZONE, merged).split("\n")

    assert "  Outcome       merged" in text
    assert f"  Merged into   {driver.cases()[1]['id']!s}" in text
    assert text.count("  Due           Mon 09 Mar 2026 17:00 GMT") == 2, "the case's and the post's"
