"""A rehearsal beside the rules it is proposed with: of these very ones, and told as it was."""

from typing import Any

import pytest

from services.policy.rehearsal_bound import rehearsal_lines, require_rehearsal_of
from services.policy.rehearsal_document import FORMAT
from services.runtime.errors import RejectError

BEFORE, AFTER, OTHER = "a" * 64, "b" * 64, "c" * 64
DOCUMENT: dict[str, Any] = {
    "format": FORMAT,
    "before": BEFORE,
    "after": AFTER,
    "summary": ["Of 9 replies of the last 30 days, 2 would have been held that went out."],
}


@pytest.mark.parametrize("document", [DOCUMENT, {}])
def test_a_rehearsal_of_these_rules_passes_and_so_does_none(document: dict[str, Any]) -> None:
    """A change of comments needs no rehearsal."""
    require_rehearsal_of(document, BEFORE, AFTER)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"after": OTHER}, "of rules cccccccccccc, and those proposed are bbbbbbbbbbbb"),
        ({"before": OTHER}, "with rules cccccccccccc, and in force are aaaaaaaaaaaa"),
        ({"format": "other"}, "is none"),
        ({"after": None}, "of rules None"),
    ],
)
def test_a_rehearsal_of_other_rules_is_refused(values: dict[str, Any], said: str) -> None:
    """Which of the two is another is said, and what to do."""
    with pytest.raises(RejectError, match=said) as refused:
        require_rehearsal_of({**DOCUMENT, **values}, BEFORE, AFTER)

    assert "Rehearse again: `mercat policy rehearse WORK --json`" in str(refused.value)


def test_what_a_rehearsal_said_is_told_line_by_line() -> None:
    """With the digest that its author saw, whatever order its parts were kept in."""
    first, last = rehearsal_lines(DOCUMENT)

    assert f"rehearsed: {DOCUMENT['summary'][0]}" == first
    assert last.startswith("digest of its rehearsal ")
    assert last == rehearsal_lines(dict(reversed(DOCUMENT.items())))[-1]
    assert last != rehearsal_lines({**DOCUMENT, "acts": 9})[-1]


def test_no_rehearsal_is_said_to_be_none() -> None:
    """Whoever agrees should know that nobody has looked."""
    assert ["not rehearsed"] == [line.partition(":")[0] for line in rehearsal_lines({})]


@pytest.mark.parametrize("summary", [None, "text", 7, [{"a": 1}], ["x" * 5_000] * 90])
def test_a_summary_of_any_shape_is_bounded(summary: Any) -> None:
    """It came from outside."""
    lines = rehearsal_lines({**DOCUMENT, "summary": summary})

    assert len(lines) <= 21
    assert all(len(line) <= 1_100 for line in lines)
