"""An act as programs and people read it, with what became of it."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from services.policy.act import Act
from services.runtime.clock import from_epoch_ms
from services.runtime.effects import Row, Value


def act_dict(
    act: Act,
    sending: Row | None = None,
    approvals: Iterable[Row] = (),
    logins: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return an act as JSON; `logins` say who is behind a person's id."""
    names = logins or {}
    return {
        "id": act.id,
        "version": act.version,
        "state": act.state,
        "sending": None if sending is None else sending_dict(sending),
        "account": act.account,
        "kind": act.kind,
        "author": names.get(act.author_id, act.author_id),
        "case_id": act.case_id,
        "post_id": act.post_id,
        "target": act.target,
        "text": act.text,
        "language": act.language,
        "media": json.loads(act.media),
        "digest": act.digest,
        "decision": act.decision,
        "reasons": json.loads(act.reasons),
        "needs": json.loads(act.needs),
        "revision": act.revision,
        "sentence": act.sentence,
        "approvals": [
            {
                "approver": names.get(str(row["approver_id"]), row["approver_id"]),
                "digest": row["digest"],
                "state": row["state"],
                "void_reason": row["void_reason"],
                "approved_at": _moment(row["approved_at_ms"]),
                "expires_at": _moment(row["expires_at_ms"]),
                "one_officer": bool(row["one_officer"]),
            }
            for row in approvals
        ],
        "drafted_at": _moment(act.drafted_at_ms),
        "proposed_at": _moment(act.proposed_at_ms),
        "approved_at": _moment(act.approved_at_ms),
        "expires_at": _moment(act.expires_at_ms),
    }


def sending_dict(sending: Row) -> dict[str, Any]:
    """Return what became of an act on its way."""
    return {
        "state": sending["state"],
        "attempt": sending["attempt"],
        "remote_id": sending["remote_id"],
        "link": sending["link"],
        "detail": sending["detail"],
        "settled_by": sending["settled_by"],
        "begun_at": _moment(sending["begun_at_ms"]),
        "ended_at": _moment(sending["ended_at_ms"]),
    }


def _moment(epoch_ms: Value) -> str | None:
    return from_epoch_ms(epoch_ms).isoformat() if isinstance(epoch_ms, int) else None
