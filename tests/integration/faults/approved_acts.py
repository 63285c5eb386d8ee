"""Approved acts by the hundred: what the desk decides on each, kept many to a commit."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Final

from schemas.envelope import Event
from schemas.verdict import Verdict
from services.policy.act import Act, act_of
from services.policy.approvals import new_approval
from services.policy.decided import Decided
from services.policy.decided_commit import commit_of, sealed
from services.policy.desk_work import DeskParts, Work
from services.policy.drafting import new_draft
from services.policy.orders import DraftAct
from services.policy.proposals import Judgement, approved, drafted, judged
from services.policy.situation import Situation
from services.runtime.audit_entry import AuditNote
from services.runtime.clock import to_epoch_ms
from services.runtime.effects import Key, Row
from services.runtime.ports import Guard
from tests.speaking_town import POSTS_COUNT, SpeakingTown, post_id

BATCH_ACTS: Final = 250
AUTHOR: Final = "ann"
APPROVER: Final = "bob"


@dataclass(frozen=True, slots=True)
class Sample:
    """What stands around each act of an account, and what the rules say of one like it."""

    situation: Situation
    held: Verdict
    allowed: Verdict
    facts: Mapping[str, Any]


def approve_many(town: SpeakingTown, account: str, count: int) -> None:
    """Have an author write, and another approve, so many acts of an account.

    The rules are asked about the first; the others are like it in all they look at.
    """
    parts: DeskParts = town.speaking.desk._parts
    work = Work(parts, town.actor(AUTHOR), to_epoch_ms(town.clock.now()))
    consent = Work(parts, town.actor(APPROVER), work.now_ms)
    drafts = iter([_draft(work, account, number) for number in range(count)])
    while batch := list(islice(drafts, BATCH_ACTS)):
        sample = _sample(work, consent, batch[0])
        decided = _together(work, consent, sample, batch)
        entries = sealed(parts.sealer, decided.notes, work.now_ms)
        parts.journal.commit(commit_of(decided, entries)).result()


def _draft(work: Work, account: str, number: int) -> Act:
    text = f"Bin {number} of {account} is emptied on Friday."
    if account == "town":
        return new_draft(work, DraftAct(post_id=post_id(number % POSTS_COUNT), text=text))
    return new_draft(work, DraftAct(kind="statement", account=account, text=text))


def _sample(work: Work, consent: Work, act: Act) -> Sample:
    situation = work.situation(act)
    held = work.judge(situation, "proposal")
    after = _after(judged(situation, held, work.actor, work.hours), act)
    approval = _approval(consent, after)
    added = [dict(approval.fact(consent.actor.roles))]
    allowed = work.judge(replace(situation, act=after), "proposal", added)
    assert ("hold", "allow") == (held.verdict.decision, allowed.verdict.decision)
    return Sample(situation, held.verdict, allowed.verdict, allowed.facts)


def _together(work: Work, consent: Work, sample: Sample, batch: list[Act]) -> Decided:
    """Return one decision of many, each on what the one before it left."""
    writes: dict[Key, Row | None] = {}
    notes: list[AuditNote] = []
    events: list[tuple[str, Event]] = []
    for act in batch:
        for decided in _steps(work, consent, act, sample):
            writes.update(decided.writes)
            notes += decided.notes
            events += decided.events
    guards = [sample.situation.account_guard(), *(Guard(act.key, None) for act in batch)]
    return Decided(writes=writes, guards=guards, notes=notes, events=events)


def _steps(work: Work, consent: Work, act: Act, sample: Sample) -> Iterator[Decided]:
    yield drafted(act, work.actor)
    proposal = _judgement(work, sample, act, sample.held, [])
    asked = judged(replace(sample.situation, act=act), proposal, work.actor, work.hours)
    yield asked
    after = _after(asked, act)
    approval = _approval(consent, after)
    added = [dict(approval.fact(consent.actor.roles))]
    judgement = _judgement(work, sample, after, sample.allowed, added)
    situation = replace(sample.situation, act=after)
    yield approved(situation, approval, judgement, consent.actor, work.hours)


def _judgement(
    work: Work, sample: Sample, act: Act, verdict: Verdict, approvals: list[dict[str, Any]]
) -> Judgement:
    said = {**sample.facts["act"], "id": act.id, "digest": act.digest, "text": act.text}
    facts = {**sample.facts, "act": said, "approvals": approvals}
    return Judgement(
        verdict=verdict,
        verdict_id=work.parts.fresh_id(),
        phase="proposal",
        facts=facts,
        now_ms=work.now_ms,
    )


def _approval(consent: Work, act: Act) -> Any:
    hours = consent.parts.settings.approval_hours
    approval_id = consent.parts.fresh_id()
    return new_approval(act, consent.actor, approval_id, consent.now_ms, hours, one_officer=False)


def _after(decided: Decided, act: Act) -> Act:
    row = decided.writes[act.key]
    assert row is not None, "an act that is judged stays"
    return act_of(act.id, row)
