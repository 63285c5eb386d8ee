"""A decision as the audit keeps it, read back: facts that replay it, and what each rule said."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple, cast

from schemas.verdict import Decision
from services.reading.worded import DraftSetting

CLEARED: Final = "act.cleared"
"""The entry of an act that the gate let go out."""

Unplayable = Literal["erased", "too_long", "unjudged", "unreadable", "not_asked"]
"""Why a decision is not replayed: its words are gone; something of it did not fit into its entry;
the rules could not be asked then; it is not as they are written; or they cannot be asked now."""

Said = Mapping[str, Any]
"""One reason as it was kept: `rule`, `severity`, `sentence` and what else it has."""


class Entry(NamedTuple):
    """One entry of a decision with its payload opened, None where that is gone.

    `parent_text` is what the post says that the act answers, where it is still kept.
    """

    kind: str
    act_id: str
    at_ms: int
    body: bytes
    payload: bytes | None
    parent_text: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What was decided of an act at one moment, and all that it rests on.

    `text` is None where the words were too long for the entry. `went_out` says that it was the
    last gate, which let the act go.
    """

    verdict_id: str
    act_id: str
    act_kind: str
    account: str
    phase: str
    judged_at_ms: int
    revision: str
    decision: Decision
    facts: Mapping[str, Any]
    reasons: Sequence[Said]
    text: str | None
    alts: Sequence[str | None]
    parent_text: str | None
    went_out: bool

    @property
    def setting(self) -> DraftSetting:
        """What kind of draft the act is, for whoever reads its words."""
        parent = self.facts["conversation"]["parent"]
        return DraftSetting(
            kind="post" if parent == "none" else "reply",
            author="curator" if "curator" in self.facts["actor"]["roles"] else "staff",
            parent=None if parent in ("none", "gone") else self.parent_text,
        )

    @property
    def platform(self) -> str:
        """Where the act was to be done."""
        return str(self.facts["account"]["platform"])


def recorded_of(entry: Entry) -> Recorded | Unplayable:
    """Return the decision that an entry holds, or why it cannot be replayed."""
    if entry.payload is None:
        return "erased"
    try:
        return _read(entry, json.loads(entry.body), json.loads(entry.payload))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return "unreadable"


def _read(entry: Entry, body: Any, payload: Any) -> Recorded | Unplayable:
    said, verdict, facts = body["facts"], payload["verdict"], payload["facts"]
    if verdict["failure"] is not None:
        return "unjudged"
    if facts.get("left_out") or verdict.get("reasons_left_out", 0):
        return "too_long"
    whole = "text" in payload
    text = payload["text"] if whole else facts["act"].get("text")
    media = _media(payload["media"]) if whole else facts["act"]["media"]
    facts = {**facts, **_later(facts)}
    return Recorded(
        verdict_id=str(said["verdict"]),
        act_id=entry.act_id,
        act_kind=str(facts["act"]["kind"]),
        account=str(facts["account"]["id"]),
        phase=str(facts["phase"]),
        judged_at_ms=entry.at_ms,
        revision=str(verdict["revision"]),
        decision=cast("Decision", verdict["decision"]),
        facts=facts,
        reasons=[{**each, "rule": str(each["rule"])} for each in verdict["reasons"]],
        text=None if text is None else str(text),
        alts=[each["alt"] for each in media],
        parent_text=entry.parent_text,
        went_out=entry.kind == CLEARED,
    )


def _later(facts: Any) -> dict[str, Any]:
    """Return the parts of facts that have grown since some were kept, with what was true then."""
    act, actor = facts["act"], facts["actor"]
    grant = actor["grant"]
    if grant is not None:
        grant = {"out_of": [], "origin": "standing", **grant}
    return {"act": {"theme": None, **act}, "actor": {"trust": None, **actor, "grant": grant}}


def _media(kept: Any) -> Any:
    return json.loads(kept) if isinstance(kept, str) else kept
