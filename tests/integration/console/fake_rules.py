"""The life of the rules, written by hand: two numbers, and two changes by two officers."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from services.runtime.clock import to_epoch_ms
from services.runtime.errors import MercatError, NotFoundError
from tests.fakes import MOMENT

AT_MS: Final = to_epoch_ms(MOMENT)
DIGEST: Final = "d" * 64
CHANGE: Final[Mapping[str, Any]] = {
    "id": "change-1",
    "version": 2,
    "title": "Fewer emoji",
    "why": "People asked for it.",
    "author_id": "gil-id",
    "state": "approved",
    "sentence": "Agreed.",
    "base_revision": "a" * 64,
    "revision": "b" * 64,
    "digest": DIGEST,
    "classes": ["kind delete"],
    "number": None,
    "proposed_at_ms": AT_MS,
    "approved_at_ms": AT_MS,
    "shadowed_at_ms": AT_MS,
    "shadow_until_ms": AT_MS,
    "activated_at_ms": None,
    "ended_at_ms": None,
}
FILES: Final[Mapping[str, str]] = {"data/limits.yaml": "emoji_max: 1\n"}


class FakeRules:
    """Number 2 in force, number 1 before it."""

    def in_force(self, *, with_files: bool = False) -> Mapping[str, Any]:
        """Return number 2."""
        return {
            "number": 2,
            "revision": "b" * 64,
            "revision_asked": "c" * 64,
            "filled": ["authority.trust"],
            "since_at_ms": AT_MS,
            "origin": "change",
            "key_id": "test-1",
            "change_id": "change-1",
            "title": "Fewer emoji",
            "shadow_change_id": None,
            "asked_here": 2,
            "trouble": None,
            "rules": ["content/emoji"],
            "files": FILES if with_files else {},
        }

    def log(self, *, before: int | None, limit: int) -> Sequence[Mapping[str, Any]]:
        """Return both numbers."""
        plain = {"revision": "b" * 64, "key_id": "test-1", "made_at_ms": AT_MS}
        plain |= {"origin": "change", "change_id": "change-1", "title": "Fewer emoji"}
        return [{**plain, "number": n} for n in (2, 1) if before is None or n < before][:limit]

    def changes(self, *, before: str | None, limit: int) -> Sequence[Mapping[str, Any]]:
        """Return the two changes."""
        found = [{**CHANGE, "id": "change-2", "state": "proposed"}, CHANGE]
        return [each for each in found if before is None or each["id"] < before][:limit]

    def change(self, change_id: str, *, with_files: bool = False) -> Mapping[str, Any]:
        """Return the change. Raises NotFoundError for another."""
        if change_id != "change-1":
            raise NotFoundError(f"There is no change {change_id}.")
        consent = {"approver_id": "don-id", "digest": DIGEST, "why": "yes", "classes": []}
        return {
            **CHANGE,
            "difference": {"added": ["content/emoji"]},
            "rehearsal": {"judged": 10},
            "approvals": [{**consent, "approved_at_ms": AT_MS, "one_officer": False}],
            "shadow": {"asked": 3, "freed": 0, "held": 1, "denied": 0},
            "files": FILES if with_files else {},
        }


class FakePublicRules:
    """Two rules of two concerns, one of which stopped something; `refuses` where there are none."""

    def __init__(self) -> None:
        self.refuses: MercatError | None = None

    def told(self) -> Mapping[str, Any]:
        """Return what anybody may know."""
        if self.refuses:
            raise self.refuses
        counted = {"held": 1_200, "overridden": None, "denied": 0}
        return {
            "number": 2,
            "since_at_ms": AT_MS,
            "rules": 2,
            "groups": [
                {"id": "reading", "title": "Words", "rules": [_public("content/emoji", counted)]},
                {"id": "authority", "title": "Who", "rules": [_public("authority/pace", None)]},
            ],
            "months": [
                {"month": month, "proposed": 1_300, "allowed": 90, **counted}
                for month in ("2026-03", "2026-02")
            ],
            "fewer_than": 5,
            "counted_at": MOMENT,
        }


def _public(rule: str, counted: Mapping[str, Any] | None) -> Mapping[str, Any]:
    return {
        "id": rule,
        "title": rule.rsplit("/", maxsplit=1)[-1].title(),
        "stops": "What <nobody> should read.",
        "why": ["House rules: few.", "WCAG 2.2."],
        "then": "It waits until an approver agrees.",
        "months": [] if counted is None else [{"month": "2026-03", **counted}],
    }
