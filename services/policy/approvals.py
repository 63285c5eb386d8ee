"""Approvals: a person's consent to one digest, until when it holds, and what makes it void."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from schemas.verdict import Need, Reason, Role
from services.policy.act import Act
from services.runtime.actor import Actor
from services.runtime.clock import HOUR_MS
from services.runtime.effects import Key, Row, without_id

APPROVALS_READ_MAX: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """One person's consent; `needs` are those of the act's reasons that it helps to meet."""

    id: str
    act_id: str
    digest: str
    author_id: str
    approver_id: str
    roles: tuple[Role, ...]
    needs: tuple[Need, ...]
    approved_at_ms: int
    expires_at_ms: int
    one_officer: bool = False
    reason: str = ""

    @property
    def key(self) -> Key:
        """Return where the approval's row stands."""
        return Key("approvals", self.id)

    def row(self) -> Row:
        """Return the approval as its row."""
        return {
            "act_id": self.act_id,
            "digest": self.digest,
            "author_id": self.author_id,
            "approver_id": self.approver_id,
            "roles": " ".join(self.roles),
            "needs": json.dumps([need.model_dump(mode="json") for need in self.needs]),
            "state": "valid",
            "reason": self.reason,
            "void_reason": None,
            "approved_at_ms": self.approved_at_ms,
            "expires_at_ms": self.expires_at_ms,
            "one_officer": int(self.one_officer),
            "version": 1,
        }

    def fact(self, roles_now: frozenset[str]) -> Mapping[str, Any]:
        """Return the approval as policy is told of it: in the roles its giver had and still has."""
        return {
            "approver": self.approver_id,
            "roles": [role for role in self.roles if role in roles_now],
            "digest": self.digest,
            "expires_at": self.expires_at_ms // 1_000,
        }


def approval_of(row: Row) -> Approval:
    """Return the approval that a row, its id in it, holds."""
    kept = cast("Mapping[str, Any]", row)
    return Approval(
        id=kept["id"],
        act_id=kept["act_id"],
        digest=kept["digest"],
        author_id=kept["author_id"],
        approver_id=kept["approver_id"],
        roles=tuple(kept["roles"].split()),
        needs=tuple(Need.model_validate(need) for need in json.loads(kept["needs"])),
        approved_at_ms=kept["approved_at_ms"],
        expires_at_ms=kept["expires_at_ms"],
        one_officer=bool(kept["one_officer"]),
        reason=kept["reason"] or "",
    )


def new_approval(
    act: Act, actor: Actor, approval_id: str, now_ms: int, hours: float, *, one_officer: bool
) -> Approval:
    """Return a person's consent to an act as it stands."""
    reasons = [Reason.model_validate(each) for each in json.loads(act.reasons)]
    needs = [reason.need for reason in reasons if reason.need is not None]
    return Approval(
        id=approval_id,
        act_id=act.id,
        digest=act.digest,
        author_id=act.author_id,
        approver_id=actor.person_id,
        roles=tuple(sorted(actor.roles)),
        needs=tuple(need for need in needs if actor.roles & set(need.roles)),
        approved_at_ms=now_ms,
        expires_at_ms=now_ms + round(hours * HOUR_MS),
        one_officer=one_officer and actor.person_id == act.author_id,
        reason=actor.why,
    )


def in_force(approvals: Iterable[Approval], act: Act, now_ms: int) -> list[Approval]:
    """Return the approvals that bind the act exactly as it is and have not run out."""
    return [each for each in approvals if each.digest == act.digest and each.expires_at_ms > now_ms]


def voided(rows: Sequence[Row], why: str) -> dict[Key, Row | None]:
    """Return the writes that make all of an act's valid approvals void."""
    writes: dict[Key, Row | None] = {}
    for row in rows:
        if row["state"] != "valid":
            continue
        version = cast("int", row["version"]) + 1
        writes[Key("approvals", str(row["id"]))] = {
            **without_id(row),
            "state": "void",
            "void_reason": why,
            "version": version,
        }
    return writes
