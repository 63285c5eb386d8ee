"""A sending as a value: how far one act has come on its way to a platform, and what that rests on.

A sending's id is its act's: an act has one, whatever becomes of it. Before an act has a sending it
is planned or approved, which the act's own row says (docs/adr/0014).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Literal, cast

from schemas.envelope import digest_id
from services.runtime.actor import Actor
from services.runtime.clock import to_epoch_ms
from services.runtime.effects import Key, Row
from services.runtime.errors import StateConflictError
from services.runtime.gate import Clearance

SendingState = Literal["sending", "deferred", "sent", "refused", "unknown", "reconciled"]
Outcome = Literal["sent", "not-sent"]

SENDINGS: Final = "sendings"
DETAIL_LENGTH_MAX: Final = 500


def request_key(act_id: str, account: str, digest: str) -> str:
    """Return the key that every try of exactly this content of this act gives the platform.

    The digest is part of it: an act that was edited and approved anew is another request, and a
    platform that keeps keys must not answer it with what the first wording gave.
    """
    return digest_id("sending", act_id, account, digest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """One act on its way.

    `attempt` counts every time it was begun. `doubt_since_ms` is when the earliest try began whose
    end nobody knows; while it is set, the act may be on the platform already. An unknown sending
    without `not_before_ms` waits for a person; with it, the program is still finding out.
    `settled_by` names who or what ended it where the platform's own answer did not.
    """

    act_id: str
    account: str
    kind: str
    state: SendingState
    request_key: str
    digest: str
    verdict_id: str
    grant_id: str
    revision: str
    approvers: Sequence[str]
    case_id: str | None
    attempt: int
    begun_at_ms: int
    version: int
    ended_at_ms: int | None = None
    not_before_ms: int | None = None
    doubt_since_ms: int | None = None
    remote_id: str | None = None
    link: str | None = None
    detail: str | None = None
    settled_by: str | None = None

    @property
    def key(self) -> Key:
        """Where its row stands."""
        return sending_key(self.act_id)

    @property
    def may_begin_again(self) -> bool:
        """Whether it is known that nothing was carried out, so that a new approval may send it."""
        return self.state in ("deferred", "refused") or (
            self.state == "reconciled" and self.remote_id is None
        )

    @property
    def awaits_person(self) -> bool:
        """Whether only a person can tell what became of it."""
        return self.state == "unknown" and self.not_before_ms is None

    def changed(self, **values: Any) -> "Sending":
        """Return it at its next version."""
        return replace(self, version=self.version + 1, **values)

    def row(self) -> Row:
        """Return it as the store keeps it."""
        return {
            "account": self.account,
            "kind": self.kind,
            "state": self.state,
            "request_key": self.request_key,
            "digest": self.digest,
            "verdict_id": self.verdict_id,
            "grant_id": self.grant_id,
            "revision": self.revision,
            "approvers": json.dumps(list(self.approvers)),
            "case_id": self.case_id,
            "attempt": self.attempt,
            "begun_at_ms": self.begun_at_ms,
            "version": self.version,
            "ended_at_ms": self.ended_at_ms,
            "not_before_ms": self.not_before_ms,
            "doubt_since_ms": self.doubt_since_ms,
            "remote_id": self.remote_id,
            "link": self.link,
            "detail": None if self.detail is None else self.detail[:DETAIL_LENGTH_MAX],
            "settled_by": self.settled_by,
        }


def sending_key(act_id: str) -> Key:
    """Return where the sending of an act stands."""
    return Key(SENDINGS, act_id)


def sending_of(act_id: str, row: Row) -> Sending:
    """Return the sending that a row holds."""
    values = {name: value for name, value in row.items() if name not in ("id", "approvers")}
    approvers = tuple(json.loads(str(row["approvers"])))
    return Sending(act_id=act_id, approvers=approvers, **cast("dict[str, Any]", values))


def begun(clearance: Clearance, before: Sending | None, now_ms: int) -> Sending:
    """Return the sending that a clearance starts: the first, one after another, or a try by key.

    Raises StateConflictError where the act may be on the platform and this is no repeat of the
    same request: nothing is ever sent twice for want of looking.
    """
    key = request_key(clearance.act_id, clearance.account, clearance.digest)
    again = before is not None and before.state == "unknown" and before.request_key == key
    if before is not None and not again and not before.may_begin_again:
        raise StateConflictError(
            f"act {clearance.act_id} was approved to be sent, but its sending is {before.state}"
        )
    return Sending(
        act_id=clearance.act_id,
        account=clearance.account,
        kind=clearance.content.kind,
        state="sending",
        request_key=key,
        digest=clearance.digest,
        verdict_id=clearance.verdict_id,
        grant_id=clearance.grant_id,
        revision=clearance.revision,
        approvers=tuple(clearance.approvers),
        case_id=clearance.case_id,
        attempt=before.attempt + 1 if before else 1,
        begun_at_ms=now_ms,
        version=before.version + 1 if before else 1,
        doubt_since_ms=before.doubt_since_ms if before and again else None,
    )


def settled_by_person(
    sending: Sending,
    outcome: Outcome,
    *,
    remote_id: str | None,
    link: str | None,
    actor: Actor,
    now: datetime,
) -> Sending:
    """Return a sending as a person settled it: it is on the platform under an id, or it is not."""
    assert (outcome == "sent") == (remote_id is not None), "what was sent has an id there"
    return sending.changed(
        state="reconciled",
        ended_at_ms=to_epoch_ms(now),
        not_before_ms=None,
        doubt_since_ms=None,
        remote_id=remote_id,
        link=link,
        settled_by=actor.person_id,
    )
