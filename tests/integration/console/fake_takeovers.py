"""Takeovers written by hand: one that is live, and what each move of it answers."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from schemas.verdict import Verdict
from services.policy.takeover import MOVES, MoveName
from services.policy.takeover_terms import Terms, terms_of
from services.runtime.clock import HOUR_MS, to_epoch_ms
from services.runtime.errors import NotFoundError
from tests.fakes import MOMENT

AT_MS: Final = to_epoch_ms(MOMENT)
TAKEOVER: Final[Mapping[str, Any]] = {
    "id": "takeover-1",
    "account": "town",
    "title": "A day on the allotments",
    "state": "live",
    "outcome": None,
    "starts_at_ms": AT_MS,
    "ends_at_ms": AT_MS + HOUR_MS,
    "zone": "Europe/London",
    "curator": "cat",
    "duty_officer": "don",
    "standby": None,
    "planned_by": "gil",
    "kinds": ["reply", "statement"],
    "themes": [],
    "languages": ["en"],
    "pair_id": None,
    "grant_id": "grant-1",
    "terms_version": "abc",
    "reason": None,
    "needs_another": [],
    "live_at_ms": AT_MS,
    "ended_at_ms": None,
    "version": 3,
}
"""A takeover as it is read, with logins in place of ids."""


class FakeTakeovers:
    """The one takeover, whatever is asked for."""

    zone = "Europe/London"
    now_ms = AT_MS

    def between(
        self, since_ms: int, until_ms: int, *, account: str | None = None, limit: int = 1_000
    ) -> Sequence[Mapping[str, Any]]:
        """Return it where it lies in the time, and is of the account."""
        lies = TAKEOVER["ends_at_ms"] > since_ms and TAKEOVER["starts_at_ms"] < until_ms
        return [TAKEOVER][:limit] if lies and account in (None, TAKEOVER["account"]) else []

    def in_state(self, state: str, *, limit: int = 1_000) -> Sequence[Mapping[str, Any]]:
        """Return it where it is in the state."""
        return [TAKEOVER][:limit] if state == TAKEOVER["state"] else []

    def one(self, takeover_id: str) -> Mapping[str, Any]:
        """Return it whole."""
        if takeover_id != TAKEOVER["id"]:
            raise NotFoundError(f"There is no takeover {takeover_id}.")
        return {**TAKEOVER, "steps_missing": ["practise"], "waits": None}

    def terms(self) -> Terms:
        """Return terms."""
        return terms_of("Be kind.")


def takeover_moved(verb: str, order: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a move answers. Raises NotFoundError for another takeover."""
    takeover_id = str(order.get("takeover_id", "takeover-1"))
    if takeover_id != "takeover-1":
        raise NotFoundError(f"There is no takeover {takeover_id}.")
    move = MOVES[cast("MoveName", verb.removeprefix("takeover-"))]
    reply: dict[str, Any] = {
        "sentence": move.sentence,
        "takeover_id": takeover_id,
        "state": move.to or "live",
        "outcome": move.outcome,
        "grant_id": None,
    }
    if move.name == "practise":
        reply["verdict"] = Verdict(decision="allow", revision="test-1").model_dump(mode="json")
    return reply
