"""The desk's verbs about acts: advise, draft, edit, propose, answer, approve, withdraw."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from services.policy.act import PROPOSABLE, Act, require_state
from services.policy.approvals import new_approval
from services.policy.clearance import LATE, PARENT
from services.policy.decided import Decided
from services.policy.desk_work import Work
from services.policy.drafting import check_shape, new_draft, own_words
from services.policy.orders import (
    AnswerCase,
    ApproveAct,
    AskAdvice,
    DraftAct,
    EditAct,
    ProposeAct,
    WithdrawAct,
)
from services.policy.proposals import approved, drafted, edited, judged, lapsed, withdrawn
from services.policy.situation import Situation
from services.policy.trust_moves import with_fall
from services.runtime.effects import Key
from services.runtime.errors import (
    NotAllowedError,
    RejectError,
    VersionConflictError,
)


def advise(work: Work, order: AskAdvice) -> Decided:
    """Have a text judged as advice; nothing is kept."""
    act = new_draft(work, DraftAct(**order.model_dump()))
    situation = work.situation(act)
    judgement = work.judge(situation, "advice")
    verdict = judgement.verdict.model_dump(mode="json")
    objections = [reason["sentence"] for reason in verdict["reasons"]]
    sentence = " ".join(objections[:3]) or "Nothing stands against it."
    reply = {"sentence": verdict["failure"] or sentence, "verdict": verdict}
    return Decided(reply={**reply, **_trust(situation)})


def draft(work: Work, order: DraftAct) -> Decided:
    """Keep a draft, with the gate's advice on it in the answer."""
    act = new_draft(work, order)
    decided = drafted(act, work.actor)
    situation = work.situation(act)
    advice = work.judge(situation, "advice").verdict
    reply = {**decided.reply, "advice": advice.model_dump(mode="json"), **_trust(situation)}
    return Decided(reply=reply, writes=decided.writes, guards=decided.guards, notes=decided.notes)


def edit(work: Work, order: EditAct) -> Decided:
    """Write an act anew."""
    act = work.act(order.act_id, order.version)
    _require_own(work, act)
    check_shape(act.kind, order.text, act.target)
    order = order.model_copy(update={"text": own_words(work, act.kind, act.account, order.text)})
    post = None if act.post_id is None else work.row(Key("posts", act.post_id))
    live = post is not None and post["state"] == "live"
    revision = str(post["revision"]) if post is not None and live else act.parent_revision
    return edited(order, act, work.actor, work.approvals(act.id), revision)


def propose(work: Work, order: ProposeAct) -> Decided:
    """Ask for an act to be carried out."""
    act = work.act(order.act_id, order.version)
    _require_own(work, act)
    require_state(act, PROPOSABLE, "proposed")
    if act.state == "held" and _is_late(work, act):
        return lapsed(act, work.approvals(act.id), work.actor, LATE)
    return _proposed(work, act)


def answer(work: Work, order: AnswerCase) -> Decided:
    """Draft a reply to a case and propose it, in one."""
    act = new_draft(work, DraftAct(**order.model_dump()))
    kept = drafted(act, work.actor)
    asked = _proposed(work, act)
    fresh = [guard for guard in asked.guards if guard.key != act.key]
    return Decided(
        reply=asked.reply,
        writes={**kept.writes, **asked.writes},
        guards=[*kept.guards, *fresh],
        notes=[*kept.notes, *asked.notes],
        events=asked.events,
    )


def approve(work: Work, order: ApproveAct) -> Decided:
    """Consent to exactly what a digest names; the gate is asked again with the consent in it."""
    act = work.act(order.act_id, order.version)
    if act.digest != order.digest:
        raise VersionConflictError(
            "What you agreed to is not what this act says now; read it again, then approve that."
        )
    require_state(act, ("held",), "approved")
    rows = work.approvals(act.id)
    if _is_late(work, act):
        return lapsed(act, rows, work.actor, LATE)
    mine = [row for row in rows if row["approver_id"] == work.actor.person_id]
    if any(row["state"] == "valid" and row["digest"] == act.digest for row in mine):
        raise RejectError("You have agreed to this already; somebody else's consent is needed.")
    settings = work.parts.settings
    approval = new_approval(
        act,
        work.actor,
        work.parts.fresh_id(),
        work.now_ms,
        settings.approval_hours,
        one_officer=settings.one_officer,
    )
    situation = work.situation(act)
    if situation.parent in PARENT:
        return lapsed(act, rows, work.actor, PARENT[situation.parent])
    if not situation.may_consent(work.actor.person_id, work.actor.roles, work.now_ms):
        raise NotAllowedError(
            "The writer has a coach, who reads this first; only the coach agrees to it, or "
            "governance in their place."
        )
    judgement = work.judge(situation, "proposal", [dict(approval.fact(work.actor.roles))])
    return approved(situation, approval, judgement, work.actor, work.hours)


def withdraw(work: Work, order: WithdrawAct) -> Decided:
    """Take an act back before it is on its way."""
    act = work.act(order.act_id, order.version)
    return withdrawn(order, act, work.actor, work.approvals(act.id))


def _proposed(work: Work, act: Act) -> Decided:
    situation = work.situation(act)
    judgement = work.judge(situation, "proposal")
    decided = judged(situation, judgement, work.actor, work.hours)
    return with_fall(decided, situation, judgement.verdict, work.actor, work.now_ms)


def _trust(situation: Situation) -> dict[str, Any]:
    """Return where the author stands on the ladder of trust, if that is for them."""
    return {} if situation.trust is None else {"trust": situation.trust.told()}


def _is_late(work: Work, act: Act) -> bool:
    return act.expires_at_ms is not None and work.now_ms >= act.expires_at_ms


def _require_own(work: Work, act: Act) -> None:
    """Let authors alone change an act: else its real author could be who consents to it."""
    if act.author_id != work.actor.person_id:
        raise NotAllowedError("Only its author can change or propose an act; draft your own.")


ACT_VERBS: Final[Mapping[str, Callable[[Work, Any], Decided]]] = {
    "advise": advise,
    "draft": draft,
    "edit": edit,
    "propose": propose,
    "answer": answer,
    "approve": approve,
    "withdraw": withdraw,
}
