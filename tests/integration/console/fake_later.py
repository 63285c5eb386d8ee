"""Nominations, corrections, incidents and a workshop of rules, written by hand: hardly any.

There is a round, and nothing else; whoever asks for another is told that there is none.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

from services.runtime.clock import HOUR_MS, to_epoch_ms
from services.runtime.errors import NotFoundError
from tests.fakes import MOMENT

AT_MS: Final = to_epoch_ms(MOMENT)
PREFIXES: Final = (
    *("nomination-", "nominate", "correction-", "sign-in-", "rota-", "shift-", "swap-"),
    *("grant-certify", "incident-", "glass-"),
)
IDS: Final = (
    *("round_id", "nomination_id", "correction_id", "rota_id", "shift_id", "swap_id"),
    *("grant_id", "passkey_id", "incident_id", "glass_id"),
)
STATES: Final = {
    "nomination-open": "open",
    "correction-open": "open",
    "glass-ask": "asked",
    "sign-in-link": "live",
    "sign-in-recover": "asked",
}
ROUND: Final[Mapping[str, Any]] = {
    "id": "round-1",
    "account": "town",
    "title": "A week in May",
    "state": "open",
    "takeover_id": None,
    "opened_by": "gil",
    "listed_by": None,
    "drawn_by": None,
    "named": 1,
    "list_digest": None,
    "seed_commitment": None,
    "seed": None,
    "public_source": None,
    "public_value": None,
    "order": [],
    "outcome": None,
    "one_officer": False,
    "opened_at_ms": AT_MS,
    "closes_at_ms": AT_MS + HOUR_MS,
    "takes_nominations": True,
    "list": [],
}


def later_answered(verb: str, order: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return what such a verb answers, or None for another. NotFoundError for what there is not."""
    if not verb.startswith(PREFIXES):
        return None
    for name in IDS:
        if name in order and order[name] != f"{name.removesuffix('_id')}-1":
            raise NotFoundError(f"There is no {name.removesuffix('_id')} {order[name]}.")
    made = {name: f"{name.removesuffix('_id')}-1" for name in IDS}
    told = {"state": STATES.get(verb, "open"), "sentence": f"{verb} is done."}
    return {**made, **told, "receipt": "a receipt", "secret": "a secret", "expires_at_ms": AT_MS}


class FakeNominations:
    """One round that is open, with nobody's name in it."""

    def rounds(self, *, limit: int = 500) -> Sequence[Mapping[str, Any]]:
        """Return the one there is."""
        return [ROUND][:limit]

    def round(self, round_id: str) -> Mapping[str, Any]:
        """Return it whole. Raises NotFoundError for another."""
        if round_id != ROUND["id"]:
            raise NotFoundError(f"There is no round {round_id}.")
        return {**ROUND, "nominations": []}

    def in_public(self) -> Sequence[Mapping[str, Any]]:
        """Return what anybody may know of it."""
        return [ROUND]


class FakeCorrections:
    """Nothing went out wrong."""

    def in_state(self, state: str, *, limit: int = 500) -> Sequence[Mapping[str, Any]]:
        """Return none."""
        del state, limit
        return []

    def one(self, correction_id: str) -> Mapping[str, Any]:
        """Raise NotFoundError."""
        raise NotFoundError(f"There is no correction {correction_id}.")


class FakeIncidents:
    """Nothing happened."""

    def in_state(self, state: str, *, limit: int = 500) -> Sequence[Mapping[str, Any]]:
        """Return none."""
        del state, limit
        return []

    def one(self, incident_id: str) -> Mapping[str, Any]:
        """Raise NotFoundError."""
        raise NotFoundError(f"There is no incident {incident_id}.")

    def timelines(self) -> Sequence[Mapping[str, Any]]:
        """Return none."""
        return []


class FakeBreakGlass:
    """No glass was broken."""

    def latest(self, *, limit: int = 200) -> Sequence[Mapping[str, Any]]:
        """Return none."""
        del limit
        return []

    def last_drill_at_ms(self) -> int | None:
        """Return None."""
        return None


class FakeWorkshop:
    """Finds every set of rules sound, and rehearses none."""

    def report(self, files: Mapping[str, str], what: Literal["check", "test"]) -> Mapping[str, Any]:
        """Return a report."""
        del what
        return {"sound": True, "rules": len(files), "tests": 2, "objections": 1, "faults": []}

    def difference(self, files: Mapping[str, str]) -> Mapping[str, Any]:
        """Return which files there are."""
        return {"added": sorted(files)}

    def template(self, rule: str) -> Mapping[str, str]:
        """Return one file."""
        return {f"{rule}.rego": "package x"}

    def begin(self, files: Mapping[str, str], since: str, person_id: str) -> Mapping[str, Any]:
        """Say that one has begun."""
        del files
        told = {"id": "rehearsal-1", "state": "running", "done": 0, "whole": 0}
        return {**told, "sentence": f"{since} {person_id}", "lines": [], "rehearsal": {}}

    def rehearsal(self, rehearsal_id: str, person_id: str) -> Mapping[str, Any]:
        """Raise NotFoundError."""
        raise NotFoundError(f"There is no rehearsal {rehearsal_id} of {person_id}.")
