"""What a slot came to, in numbers that name nobody: what was said, stopped, agreed to and answered.

It is for whoever spoke, to learn from, and for the officer who answered for it. What people wrote
is never kept here: thanks are ids of posts, whose words go when the posts go.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any, Final, Literal, cast

from services.policy.takeover import Takeover
from services.runtime.effects import Key, Row

THANKS_MAX: Final = 20
SENT: Final = ("sent", "reconciled")
PRAISE: Final = "praise"
SENTIMENTS: Final = ("negative", "neutral", "positive")

SlotKind = Literal["takeover", "shift"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """Somebody's time at an account, over by now: whose it was, and from when until when."""

    id: str
    kind: SlotKind
    account: str
    person_id: str
    officer_id: str | None
    starts_at_ms: int
    ends_at_ms: int

    def asked(self) -> tuple[str, str, int, int]:
        """Return what its acts are searched by; a goodbye may follow in the same millisecond."""
        after_ms = self.ends_at_ms + (1 if self.kind == "takeover" else 0)
        return self.person_id, self.account, self.starts_at_ms, after_ms


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """All rows that a report is worked out from; `answers` are posts after what was said."""

    acts: Sequence[Row] = ()
    verdicts: Sequence[Row] = ()
    approvals: Sequence[Row] = ()
    answers: Sequence[Row] = ()
    level: str | None = None
    handover: Mapping[str, int] = field(default_factory=dict)


def report_key(slot_id: str) -> Key:
    """Return where the report on a slot stands."""
    return Key("slot_reports", slot_id)


def slot_of_takeover(takeover: Takeover) -> Slot:
    """Return the slot of a takeover that has ended; it counts from when it might be spoken in."""
    assert takeover.curator_id is not None, "a takeover that had a grant had a curator"
    began = takeover.live_at_ms or takeover.starts_at_ms
    return Slot(
        id=takeover.id,
        kind="takeover",
        account=takeover.account,
        person_id=takeover.curator_id,
        officer_id=takeover.duty_officer_id,
        starts_at_ms=min(began, takeover.starts_at_ms),
        ends_at_ms=max(takeover.ended_at_ms or takeover.ends_at_ms, began),
    )


def slot_of_shift(shift_id: str, shift: Row, officer_id: str | None) -> Slot:
    """Return the slot of a shift that has ended; `officer_id` is who answered for its rota."""
    kept = cast("Mapping[str, Any]", shift)
    return Slot(
        id=shift_id,
        kind="shift",
        account=kept["account"],
        person_id=kept["person_id"],
        officer_id=officer_id,
        starts_at_ms=kept["starts_at_ms"],
        ends_at_ms=kept["ends_at_ms"],
    )


def numbers_of(happened: Happened) -> dict[str, Any]:
    """Return what a slot came to, ready to be kept as JSON; ids of posts stand under `thanks`."""
    sent = [act for act in happened.acts if act["sending_state"] in SENT]
    return {
        "proposed": len(happened.acts),
        "sent": len(sent),
        "sent_by_kind": _counted(act["kind"] for act in sent),
        "held": _stopped(happened.verdicts, "hold"),
        "denied": _stopped(happened.verdicts, "deny"),
        "approvals": _approvals(happened.approvals),
        "answers": {
            "posts": len(happened.answers),
            "by_sentiment": _counted(
                row["sentiment"] for row in happened.answers if row["sentiment"] in SENTIMENTS
            ),
        },
        "thanks": [str(row["id"]) for row in happened.answers if row["intent"] == PRAISE][
            :THANKS_MAX
        ],
        "trust_level": happened.level,
        "handover": dict(happened.handover),
    }


def made_row(
    slot: Slot, numbers: Mapping[str, Any], before: Row | None, now_ms: int, *, is_final: bool
) -> Row:
    """Return a report's row; what was published of an earlier one stays with it."""
    kept: Mapping[str, Any] = before or {}
    is_takeover = slot.kind == "takeover"
    return {
        "account": slot.account,
        "kind": slot.kind,
        "person_id": slot.person_id,
        "takeover_id": slot.id if is_takeover else None,
        "shift_id": None if is_takeover else slot.id,
        "numbers": json.dumps(numbers, sort_keys=True),
        "state": "final" if is_final else "made",
        "thanks": kept.get("thanks"),
        "published_by": kept.get("published_by"),
        "made_at_ms": now_ms,
        "starts_at_ms": slot.starts_at_ms,
        "ends_at_ms": slot.ends_at_ms,
        "published_at_ms": kept.get("published_at_ms"),
        "version": (kept.get("version") or 0) + 1,
    }


def answering_posts(
    posts: Iterable[Row], since_ms: int, own: frozenset[str], said: frozenset[str]
) -> list[Row]:
    """Return the posts of a conversation that came after something was said, and were not ours.

    `own` are the body's names there, `said` the ids that its own posts have on the platform.
    """
    return [
        row
        for row in posts
        if row["state"] == "live"
        and cast("int", row["posted_at_ms"] or 0) >= since_ms
        and str(row["author"]) not in own
        and str(row["native_id"]) not in said
    ]


def _stopped(verdicts: Sequence[Row], decision: str) -> dict[str, Any]:
    """Return how many acts were held or denied, and by which rules; an act counts once each."""
    acts = {str(row["act_id"]) for row in verdicts if row["decision"] == decision}
    pairs = {
        (str(row["act_id"]), str(reason["rule"]))
        for row in verdicts
        if row["decision"] == decision
        for reason in json.loads(str(row["reasons"] or "[]"))
        if reason["severity"] == decision
    }
    return {"acts": len(acts), "by_rule": _counted(rule for _, rule in pairs)}


def _approvals(approvals: Sequence[Row]) -> dict[str, Any]:
    """Return how many consents there were, and how long they were waited for, in seconds."""
    waits = [
        max(0, cast("int", row["approved_at_ms"]) - cast("int", row["proposed_at_ms"])) / 1_000
        for row in approvals
    ]
    return {
        "count": len(waits),
        "median_wait_seconds": round(median(waits)) if waits else None,
        "longest_wait_seconds": round(max(waits)) if waits else None,
    }


def _counted(values: Iterable[object]) -> dict[str, int]:
    return dict(sorted(Counter(str(each) for each in values).items()))
