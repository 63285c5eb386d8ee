"""JSON Lines in, JSON Lines out."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.classify.answers import BATCH_SIZE, classify_lines
from tests.unit.classify.samples import small_classifier

CLASSIFIER = small_classifier()


def answers(*lines: str) -> list[Any]:
    """Return the answers to lines, read."""
    return [json.loads(line) for line in classify_lines(lines, CLASSIFIER)]


def asked(text: str, name: object = "a") -> str:
    """Return a line that asks about a text."""
    return json.dumps({"id": name, "text": text})


def test_a_line_is_answered_in_full() -> None:
    """The answer holds what the command promises, and nothing else."""
    (answer,) = answers(asked("The street lamp is out, please mend the street lamp"))

    assert ["id", "language", "team", "teams", "sentiment", "intent", "urgency", "terms"] == list(
        answer
    )
    assert ("a", "en", "lighting") == (answer["id"], answer["language"], answer["team"])
    assert answer["team"] == answer["teams"][0]
    assert ["team", "sentiment", "urgency", "intent"] == list(answer["terms"])
    assert "street lamp" in answer["terms"]["team"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("7" * 5_000, "not JSON"),
        ('{"id": NaN, "text": "x"}', "not JSON"),
        ('{"id": 1e999, "text": "x"}', "an id of another kind"),
        ("[1]", "not an object"),
        ('{"id": 1}', "no text"),
        ('{"id": 1, "text": 5}', "no text"),
        ('{"id": [1], "text": "x"}', "an id of another kind"),
        ("x" * 1_000_001, "over 1,000,000 letters"),
    ],
)
def test_a_bad_line_gets_a_sentence_and_its_neighbours_go_on(line: str, reason: str) -> None:
    """The sentence names the line and what is wrong with it."""
    before, bad, after = answers(asked("bin"), line, asked("bin"))

    assert before == after
    assert (None, 2) == (bad["id"], bad["line"])
    assert bad["error"].startswith(f"line 2: {reason}")


def test_blank_lines_are_passed_over() -> None:
    """A line of nothing is neither answered nor wrong, but it is counted."""
    assert [3] == [answer["line"] for answer in answers("\n", "  \n", "nonsense\n")]


def test_batches_keep_order() -> None:
    """More lines than one batch are answered in the order in which they came."""
    lines = [asked("bin", n) for n in range(BATCH_SIZE + 3)]

    assert list(range(BATCH_SIZE + 3)) == [answer["id"] for answer in answers(*lines)]


def test_half_a_character_in_an_id_comes_back() -> None:
    """A lone surrogate cannot be written as text; its escape can."""
    (line,) = classify_lines([asked("bin", "\ud800")], CLASSIFIER)

    assert "\ud800" == json.loads(line)["id"]
    assert line.isascii()


@given(st.text(st.characters(), max_size=200))
def test_any_line_is_answered(line: str) -> None:
    """No line stops the next ones."""
    got = answers(line, asked("bin"))

    assert "a" == got[-1]["id"]
