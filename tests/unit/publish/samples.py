"""Sendings, clearances and replies to try things on."""

from typing import Any, Final

from schemas.act import ActContent
from services.publish.sending import Sending, request_key
from services.runtime.gate import Clearance
from services.runtime.platform import OwnAct, PlatformFacts
from services.runtime.ports import Commit
from tests.fakes import MOMENT

NOW_MS: Final = round(MOMENT.timestamp() * 1_000)
ACCOUNT: Final = "town"


def content(text: str = "The lorry comes on Friday.", **values: Any) -> ActContent:
    """Return a reply to a post."""
    given: dict[str, Any] = {"kind": "reply", "account": ACCOUNT, "text": text, "target": "p-1"}
    return ActContent(**(given | values))


def clearance(act_id: str = "act-1", text: str = "The lorry comes on Friday.") -> Clearance:
    """Return the gate's word that an act may go."""
    said = content(text)
    return Clearance(
        cleared=True,
        act_id=act_id,
        account=ACCOUNT,
        content=said,
        digest=said.digest,
        verdict_id="verdict-1",
        grant_id="grant-1",
        revision="7",
        approvers=("morag",),
        commit=Commit(),
        sentence="Cleared.",
        case_id="case-1",
    )


def sending(state: str = "sending", **values: Any) -> Sending:
    """Return a sending that was begun at the moment of these tests."""
    digest = content().digest
    given: dict[str, Any] = {
        "act_id": "act-1",
        "account": ACCOUNT,
        "kind": "reply",
        "state": state,
        "request_key": request_key("act-1", ACCOUNT, digest),
        "digest": digest,
        "verdict_id": "verdict-1",
        "grant_id": "grant-1",
        "revision": "7",
        "approvers": ("morag",),
        "case_id": "case-1",
        "attempt": 1,
        "begun_at_ms": NOW_MS,
        "version": 1,
    }
    return Sending(**(given | values))


def unknown(**values: Any) -> Sending:
    """Return a sending in doubt that is to be looked at now."""
    given: dict[str, Any] = {
        "doubt_since_ms": NOW_MS,
        "ended_at_ms": NOW_MS,
        "not_before_ms": NOW_MS,
        "version": 2,
    }
    return sending("unknown", **(given | values))


def facts(**values: Any) -> PlatformFacts:
    """Return a platform that takes keys and can be read back, unless told otherwise."""
    given: dict[str, Any] = {"name": "double", "length_kind": "characters", "length_max": 500}
    return PlatformFacts(**(given | values))


def own_act(remote_id: str = "r-1", **values: Any) -> OwnAct:
    """Return what the platform would list of the reply above."""
    given: dict[str, Any] = {
        "remote_id": remote_id,
        "kind": "reply",
        "text": "The lorry comes on Friday.",
        "target": "p-1",
        "at": MOMENT,
    }
    return OwnAct(**(given | values))
