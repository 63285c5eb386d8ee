"""Says in plain words what an entry of the audit tells: for records officers, not for programs."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

_ACT_KINDS: Final[Mapping[str, str]] = {
    "statement": "a statement",
    "reply": "a reply",
    "repost": "a repost",
    "profile": "a change of the profile",
    "hide": "hiding a post",
    "delete": "deleting a post",
    "block": "blocking an account",
    "mute": "muting an account",
    "follow": "following an account",
    "pin": "pinning a post",
}
_TOLD: Final[Mapping[str, str]] = {
    "account.registered": "{actor} registered this account.",
    "act.approved": "{actor} approved {act}. It may go out.",
    "act.cleared": "The rules were asked again at the moment of sending, and let {act} go.",
    "act.drafted": "{actor} drafted {act}.",
    "act.edited": "{actor} changed the wording of {act}; earlier approvals no longer count.",
    "act.held-back": "{act} was held back for a person to decide.",
    "act.judged": "The rules judged {act}: {decision}.",
    "act.proposed": "{actor} proposed {act}. The rules said: {decision}.",
    "act.stopped": "The rules were asked again at the moment of sending, and stopped {act}.",
    "act.void": "The approval of {act} no longer counts.",
    "act.withdrawn": "{actor} withdrew {act}.",
    "approval.refused": "{actor} was not allowed to approve {act}.",
    "audit.exported": "{actor} exported records from the audit.",
    "grant.ended": "{actor} ended somebody's leave to speak.",
    "grant.given": "{actor} gave somebody leave to speak.",
    "halt.placed": "{actor} halted what goes out.",
    "halt.release-asked": "{actor} asked for a halt to be released.",
    "halt.released": "{actor} released a halt.",
    "hold.lifted": "{actor} lifted a legal hold.",
    "hold.placed": "{actor} placed a legal hold.",
    "person.added": "{actor} added somebody who works with Mercat.",
    "person.changed": "{actor} changed somebody's roles or teams.",
    "person.left": "{actor} ended somebody's work with Mercat.",
    "retention.applied": "Records past their time were deleted, as the body's settings say.",
    "sending.begun": "Sending {act} began.",
    "sending.deferred": "The platform asked for {act} to be sent later.",
    "sending.reconciled": "It was settled what had become of {act}.",
    "sending.refused": "The platform refused {act}.",
    "sending.sent": "{act} was published.",
    "sending.unknown": "It is not known whether {act} was published; it is being looked into.",
    "subject.erased": "{actor} erased a person's data; what they had said is no longer kept.",
    "token.issued": "{actor} issued a personal token.",
    "token.revoked": "{actor} revoked a personal token.",
}
_DECISIONS: Final[Mapping[str, str]] = {
    "allow": "it may go",
    "hold": "it waits for somebody's approval",
    "deny": "it may not go",
}

_OF_PAYLOAD: Final = (
    ("sentence", ""),
    ("why", "Reason given: "),
    ("detail", "In detail: "),
    ("remote_id", "The platform's own number for it: "),
    ("link", "Where it can be read: "),
)
_OF_FACTS: Final = (
    ("grant", "Under the leave numbered "),
    ("grant_id", "Under the leave numbered "),
    ("approvers", "Approved by: "),
    ("revision", "By the rules of revision "),
    ("settled_by", "Settled by: "),
    ("class", "What was deleted: "),
)


def told(kind: str, said: Mapping[str, Any], actor: str) -> str:
    """Return what happened, in a sentence; an unknown kind is named as it is."""
    facts: Mapping[str, Any] = said.get("facts", {})
    act = _ACT_KINDS.get(str(facts.get("act_kind")), "an act")
    decision = _DECISIONS.get(str(facts.get("decision")), str(facts.get("decision")))
    template = _TOLD.get(kind, "{actor} did what is recorded as {kind}.")
    if template.startswith("{act}"):
        act = act.capitalize()
    return template.format(actor=actor, act=act, decision=decision, kind=kind)


def details(said: Mapping[str, Any], payload: Mapping[str, Any] | None) -> Iterator[str]:
    """Yield more sentences: reasons, under what leave, who consented, what the platform said."""
    facts: Mapping[str, Any] = said.get("facts", {})
    verdict = (payload or {}).get("verdict")
    if isinstance(verdict, Mapping):
        yield from _reasons(verdict)
    for source, listed in ((payload or {}, _OF_PAYLOAD), (facts, _OF_FACTS)):
        for key, before in listed:
            if source.get(key):
                yield f"{before}{source[key]}"
    if said.get("one_officer"):
        yield "The body has one officer, who approved their own act; it is marked for that reason."


def _reasons(verdict: Mapping[str, Any]) -> Iterator[str]:
    for reason in verdict.get("reasons", ()):
        cure = f" What helps: {reason['cure']}" if reason.get("cure") else ""
        cited = f" ({reason['citation']})" if reason.get("citation") else ""
        yield f"Rule {reason['rule']}: {reason['sentence']}{cited}{cure}"
    if verdict.get("failure"):
        yield f"The rules could not be asked: {verdict['failure']}"
