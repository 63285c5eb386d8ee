"""What went out, what rules held, and what takeovers reached, worked out by hand."""

import json

from services.monthly.reach import takeovers_told
from services.monthly.speaking import Acts, rules_told
from services.runtime.clock import HOUR_MS
from services.runtime.effects import Row


def outcome(name: str, rule: str, acts: int) -> Row:
    """Return a count as the store gives it."""
    return {"month": "2026-10", "outcome": name, "rule": rule, "acts": acts}


def test_acts_are_counted_by_account_and_replies_among_them() -> None:
    """What waits, was refused by its platform or is unknown did not go out."""
    acts = Acts()
    acts.add_account(
        "town",
        "The Town",
        [
            {"kind": "reply", "state": "sending", "sending_state": "sent", "acts": 5},
            {"kind": "reply", "state": "sending", "sending_state": "unknown", "acts": 1},
            {"kind": "statement", "state": "sending", "sending_state": "reconciled", "acts": 2},
            {"kind": "reply", "state": "held", "sending_state": None, "acts": 3},
        ],
    )
    acts.add_account("library", "The Library", [])

    told = acts.told()

    assert 5 == acts.replies_sent
    assert (11, 7, 5) == tuple(told[each] for each in ("proposed", "sent", "replies_sent"))
    assert ["The Town", "The Library"] == [each["name"] for each in told["by_account"]]


def test_waits_and_writing_are_measured_in_minutes() -> None:
    """A reply that was asked for as it was drafted says nothing of how long writing takes."""
    acts = Acts()
    acts.add_approvals([{"proposed_at_ms": 0, "approved_at_ms": 180_000}] * 20)
    acts.add_replies([{"drafted_at_ms": 0, "proposed_at_ms": 90_000}] * 20)
    acts.add_replies([{"drafted_at_ms": 5, "proposed_at_ms": 5}] * 9)

    told = acts.told()

    assert (20, 3.0) == tuple(told["approval_minutes"][each] for each in ("count", "median"))
    assert (20, 1.5) == tuple(told["writing_minutes"][each] for each in ("count", "median"))


def test_rules_are_told_by_what_they_stopped_most_first() -> None:
    """With their title and reason where they are in force, else by their name."""
    rows = [
        *(outcome("proposed", "", 40), outcome("held", "", 8), outcome("denied", "", 4)),
        *(outcome("held", "content/emoji", 2), outcome("overridden", "content/emoji", 1)),
        *(outcome("held", "authority/four_eyes", 7), outcome("denied", "content/personal_data", 4)),
    ]
    public = {"content/emoji": {"title": "Emoji", "stops": "Too many emoji."}}

    told = rules_told(rows, public)

    assert ["authority/four_eyes", "content/personal_data", "content/emoji"] == [
        each["rule"] for each in told["by_rule"]
    ]
    assert ("Emoji", "Too many emoji.", 2, 1, 0) == tuple(
        told["by_rule"][2][each] for each in ("title", "stops", "held", "overridden", "denied")
    )
    assert ("Four eyes", "") == (told["by_rule"][0]["title"], told["by_rule"][0]["stops"])
    assert (0.2, 0.1) == (told["held_share"]["share"], told["denied_share"]["share"])


def test_a_takeover_reached_what_its_report_says() -> None:
    """One without a report is told as such; one that had no leave to speak is left out."""
    numbers = {
        "sent": 4,
        "held": {"acts": 1},
        "denied": {"acts": 0},
        "answers": {"posts": 6, "by_sentiment": {"positive": 5}},
    }
    report: Row = {
        "numbers": json.dumps(numbers),
        "starts_at_ms": HOUR_MS,
        "ends_at_ms": 3 * HOUR_MS,
    }
    rows: list[Row] = [
        {"id": "a", "account": "town", "grant_id": "grant"},
        {"id": "b", "account": "town", "grant_id": "grant"},
        {"id": "c", "account": "town", "grant_id": None},
    ]

    told = takeovers_told(rows, {"a": report}, {"town": "The Town"})

    assert (1, 1, 4, 6, 5) == tuple(
        told[each] for each in ("slots", "without_report", "sent", "posts_back", "positive")
    )
    assert ("The Town", 2.0, 1) == tuple(
        told["by_slot"][0][each] for each in ("name", "hours", "held")
    )
