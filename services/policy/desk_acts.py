"""The desk's verbs about acts: advise, draft, edit, propose, answer, approve, withdraw."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from schemas.act import (
    ACT_KINDS_WITH_TARGET,
    ACT_KINDS_WITH_TEXT,
    ActContent,
)
from services.policy.act import PROPOSABLE, Act, new_act, require_state
from services.policy.approvals import new_approval
from services.policy.clearance import LATE
from services.policy.decided import Decided
from services.policy.desk_work import Work
from services.policy.orders import (
    AnswerCase,
    ApproveAct,
    AskAdvice,
    DraftAct,
    EditAct,
    ProposeAct,
    WithdrawAct,
)
from services.policy.people import person_key
from services.policy.proposals import approved, drafted, edited, judged, lapsed, withdrawn
from services.runtime.audit_entry import BODY_SUBJECT
from services.runtime.effects import Key
from services.runtime.errors import (
    NotAllowedError,
    NotFoundError,
    RejectError,
    VersionConflictError,
)


def advise(work: Work, order: AskAdvice) -> Decided:
    """Have a text judged as advice; nothing is kept."""
    act = _new(work, DraftAct(**order.model_dump()))
    judgement = work.judge(work.situation(act), "advice")
    verdict = judgement.verdict.model_dump(mode="json")
    objections = [reason["sentence"] for reason in verdict["reasons"]]
    sentence = " ".join(objections[:3]) or "Nothing stands against it."
    return Decided(reply={"sentence": verdict["failure"] or sentence, "verdict": verdict})


def draft(work: Work, order: DraftAct) -> Decided:
    """Keep a draft, with the gate's advice on it in the answer."""
    act = _new(work, order)
    decided = drafted(act, work.actor)
    advice = work.judge(work.situation(act), "advice").verdict
    reply = {**decided.reply, "advice": advice.model_dump(mode="json")}
    return Decided(reply=reply, writes=decided.writes, guards=decided.guards, notes=decided.notes)


def edit(work: Work, order: EditAct) -> Decided:
    """Write an act anew."""
    act = work.act(order.act_id)
    _require_own(work, act)
    account = work.account(act.account)
    return edited(order, act, work.actor, work.approvals(act.id), account, work.now_ms)


def propose(work: Work, order: ProposeAct) -> Decided:
    """Ask for an act to be carried out."""
    act = work.act(order.act_id, order.version)
    _require_own(work, act)
    require_state(act, PROPOSABLE, "proposed")
    return _proposed(work, act)


def answer(work: Work, order: AnswerCase) -> Decided:
    """Draft a reply to a case and propose it, in one."""
    act = _new(work, DraftAct(**order.model_dump()))
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
    if act.expires_at_ms is not None and work.now_ms >= act.expires_at_ms:
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
    if situation.parent in ("gone", "changed"):
        return lapsed(act, rows, work.actor, f"Void: the post it answers is {situation.parent}.")
    judgement = work.judge(situation, "proposal", [dict(approval.fact())])
    return approved(situation, approval, judgement, work.actor, work.hours)


def withdraw(work: Work, order: WithdrawAct) -> Decided:
    """Take an act back before it is on its way."""
    act = work.act(order.act_id, order.version)
    return withdrawn(order, act, work.actor, work.approvals(act.id))


def _proposed(work: Work, act: Act) -> Decided:
    situation = work.situation(act)
    return judged(situation, work.judge(situation, "proposal"), work.actor, work.hours)


def _require_own(work: Work, act: Act) -> None:
    """Let authors, and colleagues of the same team, change a draft; nobody else."""
    if act.author_id != work.actor.person_id:
        raise NotAllowedError("Only its author can change or propose an act; draft your own.")


def _new(work: Work, order: DraftAct) -> Act:
    """Return a fresh draft: whom it answers, as which account, on what wording."""
    post = _post(work, order)
    account = order.account or _account_of(work, post)
    if account is None:
        raise RejectError("Name the account that is to speak, or the case or post it answers.")
    work.account(account)
    target = order.target or (None if post is None else str(post["native_id"]))
    _check_shape(order, target)
    content = ActContent(
        kind=order.kind,
        account=account,
        text=order.text,
        language=order.language or (None if post is None else _language(post)),
        media=order.media,
        target=target,
        parent_revision=None if post is None else post["revision"],
    )
    subject = BODY_SUBJECT
    if post is not None and post["author"]:
        subject = work.parts.subject_of(str(post["source"]), str(post["author"]))
    return new_act(
        content,
        id=work.parts.fresh_id(),
        author_id=work.actor.person_id,
        subject=subject,
        drafted_at_ms=work.now_ms,
        case_id=order.case_id or (None if post is None else post["case_id"]),
        conversation_id=None if post is None else post["conversation_id"],
        post_id=None if post is None else post["id"],
    )


def _post(work: Work, order: DraftAct) -> dict[str, Any] | None:
    if order.post_id is not None:
        row = work.row(Key("posts", order.post_id))
        if row is None or row["state"] != "live":
            raise NotFoundError(f"There is no post {order.post_id}, or it was removed.")
        _require_team(work, str(row["team"]))
        return {**row, "id": order.post_id}
    if order.case_id is None:
        return None
    case = work.row(Key("cases", order.case_id))
    if case is None:
        raise NotFoundError(f"There is no case {order.case_id}; `mercat inbox TEAM` lists them.")
    _require_team(work, str(case["team"]))
    rows = work.parts.store.select("latest_post_of_case", (order.case_id,))
    if not rows:
        raise RejectError("Nothing is left in this case that could be answered.")
    return dict(rows[0])


def _require_team(work: Work, team: str) -> None:
    person = work.row(person_key(work.actor.person_id))
    teams = str(person["teams"]).split() if person is not None else []
    if teams and team not in teams:
        raise NotAllowedError(f"This is a case of {team}; you write for {', '.join(teams)}.")


def _account_of(work: Work, post: dict[str, Any] | None) -> str | None:
    if post is None:
        return None
    for account in work.parts.accounts:
        if account.source == post["source"]:
            return account.id
    raise RejectError(
        f"No account of ours speaks where this was said ({post['source']}); answer it there, then "
        "close the case with `mercat close`."
    )


def _language(post: dict[str, Any]) -> str | None:
    language = post["language"]
    return str(language) if language else None


def _check_shape(order: DraftAct, target: str | None) -> None:
    if order.kind in ACT_KINDS_WITH_TEXT and not order.text.strip():
        raise RejectError("text: there is nothing to say; write something.")
    if order.kind in ACT_KINDS_WITH_TARGET and target is None:
        raise RejectError(f"target: say what the {order.kind} is for, by case, post or target.")
    if order.kind not in ACT_KINDS_WITH_TEXT and order.text:
        raise RejectError(f"text: a {order.kind} has no text; leave it out.")


ACT_VERBS: Final[Mapping[str, Callable[[Work, Any], Decided]]] = {
    "advise": advise,
    "draft": draft,
    "edit": edit,
    "propose": propose,
    "answer": answer,
    "approve": approve,
    "withdraw": withdraw,
}
