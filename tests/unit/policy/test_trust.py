"""The ladder of trust: where somebody stands by what they sent, and what takes them down."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.policy.trust import (
    LEVELS,
    Trust,
    acts_counted_max,
    below,
    draw_of,
    falls_by,
    moved,
    standing_at,
    trust_key,
)
from services.runtime.ports import Guard
from tests.authority import authority_data
from tests.unit.policy.samples import DENY, HOLD, NOW_MS, verdict

LADDER = authority_data(trust__clean_acts={"every": 2, "first": 3, "sampled": 4}).trust


def kept(level: str, **values: Any) -> dict[str, Any]:
    """Return what is kept of somebody's trust."""
    return {"level": level, "reason": "As agreed.", "changed_at_ms": NOW_MS, "version": 3, **values}


def standing(row: dict[str, Any] | None = None, clean_acts: int = 0) -> Trust:
    """Return where ines stands for the town."""
    return standing_at(row, clean_acts, LADDER, "ines-id", "town")


@pytest.mark.parametrize(
    ("row", "clean_acts", "level", "left"),
    [
        (None, 0, "every", 0),
        (None, 1, "every", 1),
        (None, 2, "first", 0),
        (None, 4, "first", 2),
        (None, 5, "sampled", 0),
        (None, 8, "sampled", 3),
        (None, 9, "after", 0),
        (None, 99, "after", 90),
        (kept("first"), 0, "first", 0),
        (kept("first"), 3, "sampled", 0),
        (kept("sampled"), 4, "after", 0),
        (kept("after"), 0, "after", 0),
    ],
)
def test_clean_acts_lead_up_step_by_step(
    row: dict[str, Any] | None, clean_acts: int, level: str, left: int
) -> None:
    """From where one was, as many for each step as the rules say."""
    trust = standing(row, clean_acts)

    assert (level, left) == (trust.level, trust.clean_acts)


def test_why_somebody_stands_where_they_do_is_said() -> None:
    """Since when, what led there, and what leads on."""
    assert (
        "This is where everybody begins. 1 more clean act leads to first."
        == standing(clean_acts=1).reason
    )
    assert (
        "As agreed. 3 clean acts since led up from first. 3 more clean acts lead to after."
        == standing(kept("first"), 4).reason
    )
    assert "As agreed." == standing(kept("after"), 7).reason


def test_no_more_acts_are_counted_than_lead_to_the_top() -> None:
    """So a search is bounded by the rules themselves."""
    assert "after" == standing(clean_acts=acts_counted_max(LADDER)).level
    assert "sampled" == standing(clean_acts=acts_counted_max(LADDER) - 1).level


@pytest.mark.parametrize(
    ("level", "expected"),
    [("after", "sampled"), ("sampled", "first"), ("first", "every"), ("every", "every")],
)
def test_a_fall_is_one_level_and_the_lowest_has_none(level: Any, expected: str) -> None:
    """Nobody falls off the ladder."""
    assert expected == below(level)


def test_a_refusal_takes_down_unless_the_rules_set_it_apart() -> None:
    """A post that was removed meanwhile is nobody's fault."""
    apart = DENY.model_copy(update={"rule": "authority/parent_state"})

    assert "A proposal was refused by content/personal_data." == falls_by(
        standing(), verdict(apart, DENY)
    )
    assert falls_by(standing(), verdict(apart)) is None
    assert falls_by(standing(), verdict(HOLD)) is None
    assert falls_by(standing(), verdict()) is None


@given(digest=st.text("0123456789abcdef", min_size=64, max_size=64))
def test_the_same_digest_draws_the_same(digest: str) -> None:
    """So a verdict on an act can be given again."""
    assert 0 <= draw_of(digest) == draw_of(digest) < 100


def test_digests_draw_every_share_alike() -> None:
    """A quarter of the acts is a quarter, within what chance allows."""
    drawn = [draw_of(f"{number * 2_654_435_761 % 2**32:08x}" + "0" * 56) for number in range(4_000)]

    assert 900 <= sum(each < 25 for each in drawn) <= 1_100


def test_what_policy_is_told_is_level_firsts_and_draw() -> None:
    """And no more: not who, not why."""
    fact = standing().fact("5a" * 32)

    assert {
        "level": "every",
        "first_of_day": False,
        "first_to_person": False,
        "draw": int("5a5a5a5a", 16) % 100,
    } == fact


@pytest.mark.parametrize(("row", "version"), [(None, None), (kept("first"), 3)])
def test_a_move_is_kept_with_its_reason_and_guarded(
    row: dict[str, Any] | None, version: int | None
) -> None:
    """Of two who move somebody at once, the second looks again."""
    writes, guards = moved(standing(row), "sampled", "Well done.", "greta-id", NOW_MS)

    key = trust_key("ines-id", "town")
    assert ({key}, [Guard(key, version)]) == (set(writes), guards)
    written = writes[key] or {}
    assert ("sampled", "Well done.", "greta-id", (version or 0) + 1) == tuple(
        written[name] for name in ("level", "reason", "changed_by", "version")
    )


def test_every_level_is_told_in_words() -> None:
    """Level, what it means, and why."""
    told = [standing(kept(level)).told() for level in LEVELS]

    assert list(LEVELS) == [each["level"] for each in told]
    assert all(each["means"] and each["why"].startswith("As agreed.") for each in told)
