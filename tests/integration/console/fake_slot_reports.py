"""Reports on slots written by hand: one takeover that was, is published, and one that is coming."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from services.runtime.clock import HOUR_MS, to_epoch_ms
from services.runtime.errors import NotFoundError
from tests.fakes import MOMENT

AT_MS: Final = to_epoch_ms(MOMENT)
LISTED: Final[Mapping[str, Any]] = {
    "id": "takeover-1",
    "account": "town",
    "account_name": "Test <Council>",
    "title": "A day on the allotments",
    "who": "Cat",
    "when": "past",
    "starts_at_ms": AT_MS,
    "ends_at_ms": AT_MS + HOUR_MS,
    "has_report": True,
}
COMING: Final = {**LISTED, "id": "takeover-2", "title": "Bees", "who": "a guest of the town"} | {
    "when": "coming",
    "has_report": False,
}
PUBLISHED: Final[Mapping[str, Any]] = {
    **LISTED,
    "said": [{"kind": "statement", "link": "/house/threads/t#post-p", "sent_at_ms": AT_MS}],
    "sent": 12,
    "held": None,
    "denied": 0,
    "answers": 7,
    "fewer_than": 5,
    "thanks": "Thank you, Cat <3",
    "published_at_ms": AT_MS,
}
STOPPED: Final = {
    "acts": 2,
    "by_rule": [{"rule": "a/b", "title": "Anger", "stops": "No anger.", "acts": 2}],
}
REPORT: Final[Mapping[str, Any]] = {
    "id": "takeover-1",
    "kind": "takeover",
    "account": "town",
    "title": "A day on the allotments",
    "person_id": "cat-id",
    "person": "cat",
    "duty_officer": "don",
    "starts_at_ms": AT_MS,
    "ends_at_ms": AT_MS + HOUR_MS,
    "made_at_ms": AT_MS,
    "is_final": True,
    "published_at_ms": None,
    "proposed": 3,
    "sent": 1,
    "sent_by_kind": {"statement": 1},
    "held": STOPPED,
    "denied": STOPPED,
    "approvals": {"count": 1, "median_wait_seconds": 60, "longest_wait_seconds": 60},
    "answers": {"posts": 1, "by_sentiment": {"positive": 1}},
    "thanks": [{"text": "Thank you!", "link": "/l"}],
    "trust_level": "first",
    "handover": {"keep": 1},
}


class FakeSlotReports:
    """The two takeovers, whatever is asked for."""

    def one(self, slot_id: str) -> Mapping[str, Any]:
        """Return the one report."""
        if slot_id != REPORT["id"]:
            raise NotFoundError(f"There is no report on {slot_id}.")
        return REPORT

    def in_public(self) -> Sequence[Mapping[str, Any]]:
        """Return both."""
        return [COMING, LISTED]

    def published(self, takeover_id: str) -> Mapping[str, Any]:
        """Return the published one."""
        if takeover_id != PUBLISHED["id"]:
            raise NotFoundError("There is no report on that takeover on this page.")
        return PUBLISHED
