"""What a slot came to: counted from rows by hand, naming nobody."""

import json
from typing import Any

from services.policy.slot_report import (
    THANKS_MAX,
    Happened,
    answering_posts,
    made_row,
    numbers_of,
    slot_of_shift,
    slot_of_takeover,
)
from services.runtime.effects import Row
from tests.unit.policy.samples import HOUR_MS, NOW_MS
from tests.unit.policy.takeover_samples import takeover

SLOT = slot_of_takeover(
    takeover("ended", curator_id="curt-id", live_at_ms=NOW_MS, ended_at_ms=NOW_MS + HOUR_MS)
)


def act(number: int, sending: str | None = None, kind: str = "reply") -> Row:
    """Return an act of the slot, with what became of its sending."""
    return {"id": f"act-{number}", "kind": kind, "state": "held", "sending_state": sending}


def verdict(number: int, decision: str, *rules: str, severity: str | None = None) -> Row:
    """Return a verdict on an act, with the rules behind it."""
    reasons = [{"rule": rule, "severity": severity or decision} for rule in rules]
    return {"act_id": f"act-{number}", "decision": decision, "reasons": json.dumps(reasons)}


def post(number: int, **values: Any) -> Row:
    """Return a post of somebody else's after the slot began."""
    plain: Row = {"id": f"post-{number}", "native_id": f"n{number}", "author": "@ada@a.example"}
    heard: Row = {"state": "live", "posted_at_ms": NOW_MS + number, "sentiment": "neutral"}
    return {**plain, **heard, "intent": "question", **values}


def test_what_went_out_is_counted_by_kind() -> None:
    """Sent, or found to have been; not what is unknown or was refused."""
    acts = [act(1, "sent"), act(2, "reconciled", "statement"), act(3, "unknown"), act(4)]

    told = numbers_of(Happened(acts=acts))

    assert (4, 2) == (told["proposed"], told["sent"])
    assert {"reply": 1, "statement": 1} == told["sent_by_kind"]


def test_an_act_counts_once_for_each_rule_however_often_it_was_judged() -> None:
    """Held at the proposal and again at the sending is held; advice is neither."""
    verdicts = [
        verdict(1, "hold", "authority/four_eyes", "content/anger"),
        verdict(1, "hold", "authority/four_eyes"),
        verdict(2, "hold", "authority/four_eyes"),
        verdict(2, "hold", "content/emoji", severity="advice"),
        verdict(3, "deny", "content/secret"),
    ]

    told = numbers_of(Happened(verdicts=verdicts))

    assert {"acts": 2, "by_rule": {"authority/four_eyes": 2, "content/anger": 1}} == told["held"]
    assert {"acts": 1, "by_rule": {"content/secret": 1}} == told["denied"]


def test_how_long_consent_was_waited_for_is_told() -> None:
    """By the half that came sooner, and by the last."""
    approvals: list[Row] = [
        {"act_id": "a", "proposed_at_ms": NOW_MS, "approved_at_ms": NOW_MS + seconds * 1_000}
        for seconds in (10, 30, 500)
    ]

    told = numbers_of(Happened(approvals=approvals))["approvals"]

    assert {"count": 3, "median_wait_seconds": 30, "longest_wait_seconds": 500} == told
    assert numbers_of(Happened())["approvals"]["median_wait_seconds"] is None


def test_answers_are_counted_and_thanks_kept_as_ids() -> None:
    """Never a word or a name: these go with the post itself."""
    posts = [post(1, intent="praise", sentiment="positive"), post(2), post(3, sentiment=None)]

    told = numbers_of(Happened(answers=posts, level="first", handover={"keep": 2}))

    assert {"posts": 3, "by_sentiment": {"neutral": 1, "positive": 1}} == told["answers"]
    assert (["post-1"], "first", {"keep": 2}) == (
        told["thanks"],
        told["trust_level"],
        told["handover"],
    )
    assert "ada" not in json.dumps(told)


def test_thanks_are_bounded() -> None:
    """A popular guest does not fill the row."""
    posts = [post(number, intent="praise") for number in range(THANKS_MAX + 5)]

    assert THANKS_MAX == len(numbers_of(Happened(answers=posts))["thanks"])


def test_only_what_others_wrote_afterwards_is_an_answer() -> None:
    """Not what came before, what was removed, or what the body said itself."""
    posts = [
        post(1),
        post(2, posted_at_ms=NOW_MS - 1),
        post(3, state="removed"),
        post(4, author="@town@t.example"),
        post(5),
    ]

    found = answering_posts(posts, NOW_MS, frozenset({"@town@t.example"}), frozenset({"n5"}))

    assert ["post-1"] == [row["id"] for row in found]


def test_a_slot_counts_from_when_it_could_be_spoken_in_until_it_ended() -> None:
    """A slot that was ended early counts no further; a shift is asked for in the same way."""
    row: Row = {"account": "town", "person_id": "ines-id", "starts_at_ms": 1, "ends_at_ms": 9}
    shift = slot_of_shift("shift-1", row, "dora-id")

    began = NOW_MS - HOUR_MS // 2
    assert ("curt-id", "town", began, NOW_MS + HOUR_MS + 1) == SLOT.asked()
    assert ("ines-id", "town", 1, 9) == shift.asked()
    made = made_row(shift, {}, None, 10, is_final=True)
    assert ("shift-1", None, "final", 1) == (
        made["shift_id"],
        made["takeover_id"],
        made["state"],
        made["version"],
    )


def test_a_completed_report_keeps_what_was_published() -> None:
    """It is the same row, one version on."""
    before: Row = {"version": 3, "published_at_ms": 7, "published_by": "dora-id", "thanks": "Ta."}

    made = made_row(SLOT, numbers_of(Happened()), before, NOW_MS, is_final=True)

    assert (4, 7, "Ta.", "takeover-1") == (
        made["version"],
        made["published_at_ms"],
        made["thanks"],
        made["takeover_id"],
    )
