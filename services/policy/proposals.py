"""Decides what becomes of an act: drafted, edited, proposed, approved, withdrawn."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Any, Final

from schemas.act import ActJudged, ActJudgedV2, judged_as
from schemas.envelope import caused_id, trace_of_act, trace_parent
from schemas.topics import ACTS_JUDGED
from schemas.verdict import Verdict
from services.policy.act import EDITABLE, WITHDRAWABLE, Act, ActState, require_state
from services.policy.act_view import act_dict
from services.policy.approvals import Approval, voided
from services.policy.decided import Decided
from services.policy.orders import APPROVERS, EditAct, WithdrawAct
from services.policy.outcomes import month_of, outcome_writes, proposed_write
from services.policy.situation import Situation
from services.runtime.actor import Actor
from services.runtime.audit_entry import AuditNote, account_chain
from services.runtime.clock import HOUR_MS, from_epoch_ms
from services.runtime.effects import Key, Row
from services.runtime.errors import NotAllowedError
from services.runtime.gate import Phase
from services.runtime.ports import Guard

WORDS_BYTES_MAX: Final = 12_288
FACTS_NOTED_BYTES_MAX: Final = 26_624
VERDICT_BYTES_MAX: Final = 24_576
"""What one entry of the audit takes of each, as ASCII, so that every verdict can be noted."""
FOUR_EYES_RULE: Final = "authority/four_eyes"
HALT_RULE: Final = "authority/halted_account"
PROPOSED_AGAIN: Final = "Its author can propose it again then."
AGREED_AGAIN: Final = "The consent is kept; its author can propose it again then."
OWN_ACT: Final = (
    "You wrote this, and nobody approves their own act. Ask somebody else to approve it."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A verdict under its own id, the grant it was given under, and the facts it rests on.

    `zone` is the body's: it says which month an act counts for.
    """

    verdict: Verdict
    verdict_id: str
    phase: Phase
    facts: Mapping[str, Any]
    now_ms: int
    zone: tzinfo = UTC

    @property
    def month(self) -> str:
        """Return the month it was given in."""
        return month_of(self.now_ms, self.zone)

    @property
    def grant_id(self) -> str | None:
        """Return the grant the act would go out under."""
        grant = self.facts["actor"]["grant"]
        return None if grant is None else str(grant["id"])

    @property
    def approvers(self) -> list[str]:
        """Return whose consent counted."""
        return [str(approval["approver"]) for approval in self.facts["approvals"]]


def act_note(
    kind: str, actor: Actor, act: Act, payload: Mapping[str, Any], **facts: Any
) -> AuditNote:
    """Return a note about an act, for its account's chain."""
    return AuditNote(
        chain=account_chain(act.account),
        kind=kind,
        actor=actor,
        subject=act.subject,
        payload=payload,
        facts={"digest": act.digest, "act_kind": act.kind, **facts},
        case_id=act.case_id,
        act_id=act.id,
        one_officer=bool(facts.get("one_officer")),
    )


def drafted(act: Act, actor: Actor) -> Decided:
    """Keep a new draft."""
    return Decided(
        reply=act_dict(act) | {"sentence": "The draft is kept."},
        writes={act.key: act.row()},
        guards=[Guard(act.key, None)],
        notes=[act_note("act.drafted", actor, act, _words(act))],
    )


def edited(
    order: EditAct, act: Act, actor: Actor, approvals: Sequence[Row], parent_revision: str | None
) -> Decided:
    """Write an act anew; approvals of the old wording are void.

    `parent_revision` is the wording of the post answered as it is now: what is written now answers
    that. No sending overtakes an edit, since it too takes the act only as it was read.
    """
    require_state(act, EDITABLE, "edited")
    media = [each.model_dump(mode="json") for each in order.media]
    after = act.changed(
        state="draft",
        text=order.text,
        language=order.language or act.language,
        media=json.dumps(media),
        parent_revision=parent_revision,
        decision=None,
        reasons="[]",
        needs="[]",
        revision=None,
        verdict_id=None,
        sentence=None,
        proposed_at_ms=None,
        approved_at_ms=None,
        expires_at_ms=None,
    )
    void = voided(approvals, "edited")
    sentence = "The new wording is kept as a draft."
    if parent_revision != act.parent_revision:
        sentence += " The post it answers was changed since the last wording; read it once more."
    return Decided(
        reply=act_dict(after) | {"sentence": sentence},
        writes={**void, after.key: after.row()},
        guards=[act.guard()],
        notes=[act_note("act.edited", actor, after, _words(after), approvals_void=len(void))],
    )


def judged(
    situation: Situation, judgement: Judgement, actor: Actor, hours: tuple[float, float]
) -> Decided:
    """Keep the verdict on a proposal: allowed goes out, held waits for people, denied goes back.

    `hours` are how long an approved act may wait to go out, and a held one for consent. One that
    was held keeps its place among those asked for.
    """
    act, verdict = situation.act, judgement.verdict
    now_ms = judgement.now_ms
    state, sentence = _outcome(verdict)
    wait_hours = hours[0] if state == "approved" else hours[1]
    after = act.judged(
        verdict,
        judgement.verdict_id,
        state,
        sentence,
        proposed_at_ms=act.proposed_at_ms if act.state == "held" else now_ms,
        approved_at_ms=now_ms if state == "approved" else None,
        expires_at_ms=None if state == "denied" else now_ms + round(wait_hours * HOUR_MS),
    )
    return Decided(
        reply=act_dict(after) | {"sentence": sentence},
        writes={
            after.key: after.row(),
            **verdict_write(after, judgement, situation),
            **proposed_write(act.id, judgement.month),
        },
        guards=[act.guard(), situation.account_guard()],
        notes=[judged_note("act.proposed", actor, after, judgement)],
        events=[judged_event(after, judgement)],
    )


def approved(
    situation: Situation,
    approval: Approval,
    judgement: Judgement,
    actor: Actor,
    hours: tuple[float, float],
) -> Decided:
    """Keep a person's consent; where it met every need, the act goes out.

    It changes the act, which a sending takes only as it was read, and nobody else's leave: the
    account's version stays, or consent to one act would have another that is about to go out judged
    anew, time after time. The author's own is refused, and the attempt is noted: by the rules, and
    where they do not say so (they could not be checked, or somebody took that rule out) by this.
    """
    act, verdict, now_ms = situation.act, judgement.verdict, judgement.now_ms
    refused = _own_consent(act, approval, verdict)
    if refused is not None:
        return Decided(
            notes=[act_note("approval.refused", actor, act, {"sentence": refused})],
            refusal=NotAllowedError(refused),
        )
    state, sentence = _outcome(verdict, AGREED_AGAIN)
    # The gate could not judge, or holds for more people: the consent stays and counts later.
    expires_at_ms = now_ms + round(hours[0] * HOUR_MS) if state == "approved" else act.expires_at_ms
    after = act.judged(
        verdict,
        judgement.verdict_id,
        state,
        sentence,
        approved_at_ms=now_ms if state == "approved" else None,
        expires_at_ms=expires_at_ms,
    )
    consent = act_note(
        "act.approved",
        actor,
        act,
        {"why": approval.reason},
        approval=approval.id,
        roles=" ".join(approval.roles),
        expires_at_ms=approval.expires_at_ms,
        one_officer=approval.one_officer,
    )
    return Decided(
        reply=act_dict(after) | {"sentence": sentence},
        writes={
            approval.key: approval.row(),
            after.key: after.row(),
            **verdict_write(after, judgement, situation),
        },
        guards=[act.guard(), situation.account_guard(), Guard(approval.key, None)],
        notes=[consent, judged_note("act.judged", actor, after, judgement)],
        events=[judged_event(after, judgement)],
    )


def lapsed(act: Act, approvals: Sequence[Row], actor: Actor, sentence: str) -> Decided:
    """Make an act void: late, or its parent changed or gone."""
    after = act.changed(state="void", sentence=sentence, approved_at_ms=None)
    void = voided(approvals, sentence)
    return Decided(
        reply=act_dict(after) | {"sentence": sentence},
        writes={**void, after.key: after.row()},
        guards=[act.guard()],
        notes=[
            act_note("act.void", actor, after, {"sentence": sentence}, approvals_void=len(void))
        ],
    )


def withdrawn(order: WithdrawAct, act: Act, actor: Actor, approvals: Sequence[Row]) -> Decided:
    """Take an act back: its author may, and whoever may approve."""
    require_state(act, WITHDRAWABLE, "withdrawn")
    if actor.person_id != act.author_id and not actor.roles & APPROVERS:
        raise NotAllowedError("Only its author, or somebody who may approve, takes an act back.")
    after = act.changed(state="withdrawn", sentence="Withdrawn.", approved_at_ms=None)
    return Decided(
        reply=act_dict(after) | {"sentence": "The act is withdrawn; it will not go out."},
        writes={**voided(approvals, "withdrawn"), after.key: after.row()},
        guards=[act.guard()],
        notes=[act_note("act.withdrawn", actor, after, {"why": order.why})],
    )


def verdict_write(act: Act, judgement: Judgement, situation: Situation) -> dict[Key, Row | None]:
    """Return the writes that keep a verdict, and count what it made of the act."""
    verdict = judgement.verdict
    row: Row = {
        "act_id": act.id,
        "account": act.account,
        "phase": judgement.phase,
        "decision": verdict.decision,
        "digest": act.digest,
        "revision": verdict.revision,
        "grant_id": judgement.grant_id,
        "approvers": " ".join(judgement.approvers),
        "reasons": act.reasons,
        "needs": act.needs,
        "checked": " ".join(verdict.checked),
        "failure": verdict.failure,
        "account_version": situation.account_version,
        "judged_at_ms": judgement.now_ms,
    }
    counted = outcome_writes(
        act.id, judgement.month, verdict, judgement.phase, agreed=bool(judgement.approvers)
    )
    return {Key("verdicts", judgement.verdict_id): row, **counted}


def judged_note(kind: str, actor: Actor, act: Act, judgement: Judgement) -> AuditNote:
    """Return the note of a verdict, with the facts that replay it."""
    verdict = judgement.verdict
    return act_note(
        kind,
        actor,
        act,
        _grounds(act, judgement),
        phase=judgement.phase,
        decision=verdict.decision,
        verdict=judgement.verdict_id,
        revision=verdict.revision,
        grant=judgement.grant_id,
        approvers=" ".join(judgement.approvers),
        failure=verdict.failure,
        one_officer=act.author_id in judgement.approvers,
    )


def _grounds(act: Act, judgement: Judgement) -> dict[str, Any]:
    """Return what a verdict rests on, as far as one entry can hold it.

    Long words are in the entry of the draft, under the same digest; the gate judges no facts as
    long as those left out here; and all reasons stand in the verdict's row.
    """
    words, facts = _words(act), dict(judgement.facts)
    verdict = judgement.verdict.model_dump(mode="json")
    verdict["reasons_left_out"] = 0
    while len(json.dumps(verdict)) > VERDICT_BYTES_MAX and verdict["reasons"]:
        verdict["reasons"].pop()
        verdict["reasons_left_out"] += 1
    if len(json.dumps(facts)) > FACTS_NOTED_BYTES_MAX:
        facts = {"left_out": True}
    kept = words if len(json.dumps(words)) <= WORDS_BYTES_MAX else {}
    return {**kept, "facts": facts, "verdict": verdict}


def judged_event(act: Act, judgement: Judgement) -> tuple[str, ActJudged | ActJudgedV2]:
    """Return the word to others that policy judged an act."""
    event = judged_as(act.kind)
    name: str = event.model_fields["type"].default
    event_id = caused_id(judgement.verdict_id, name, 0)
    data = {
        "act_id": act.id,
        "account": act.account,
        "kind": act.kind,
        "digest": act.digest,
        "phase": "sending" if judgement.phase == "sending" else "proposal",
        "verdict": judgement.verdict,
        "case_id": act.case_id,
    }
    return ACTS_JUDGED.name, event.model_validate(
        {
            "id": event_id,
            "source": "/policy",
            "subject": act.account,
            "time": from_epoch_ms(judgement.now_ms),
            "traceparent": trace_parent(trace_of_act(act.id, act.post_id)),
            "data": data,
        }
    )


def only_halted(verdict: Verdict) -> bool:
    """Return whether a halt is all that stands against an act: then it waits for the release."""
    against = [each for each in verdict.reasons if each.severity != "advice"]
    return (
        verdict.decision == "hold"
        and bool(against)
        and all(each.rule == HALT_RULE for each in against)
    )


def objections(verdict: Verdict) -> str:
    """Return why a verdict is what it is, in the rules' own sentences, the first three."""
    reasons = [each for each in verdict.reasons if each.severity == verdict.decision]
    return " ".join(each.sentence for each in reasons[:3])


def _outcome(verdict: Verdict, unjudged: str = PROPOSED_AGAIN) -> tuple[ActState, str]:
    """Return what a verdict makes of an act, and why; `unjudged` says what to do without one."""
    why = objections(verdict)
    if verdict.decision == "allow":
        return "approved", "Approved: it goes out now."
    if verdict.decision == "deny":
        return "denied", f"Refused. {why}".strip()
    if verdict.failure is not None:
        return "held", f"{verdict.failure} {unjudged}"
    if only_halted(verdict):
        return "approved", f"Approved, but it waits. {why}"
    until = "Held until somebody else agrees." if verdict.needs else "Held."
    return "held", f"{until} {why}".strip()


def _own_consent(act: Act, approval: Approval, verdict: Verdict) -> str | None:
    """Return why a consent is refused for being the author's own, or None where it is not."""
    if approval.approver_id != act.author_id or approval.one_officer:
        return None
    for reason in verdict.reasons:
        if reason.rule == FOUR_EYES_RULE and reason.severity == "deny":
            return f"{reason.sentence} {reason.cure}".strip()
    return OWN_ACT


def _words(act: Act) -> dict[str, Any]:
    return {"text": act.text, "language": act.language, "target": act.target, "media": act.media}
