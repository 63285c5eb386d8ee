"""Decides what becomes of somebody's trust: set by people, and down at a refusal or a complaint.

Each move raises the account's version, so that what is about to go out is judged by it.
"""

from dataclasses import dataclass, replace

from schemas.verdict import Verdict
from services.policy.authority_data import TrustLevel
from services.policy.decided import Decided
from services.policy.leave import raised
from services.policy.people import Person, note, person_subject, require_active
from services.policy.situation import Situation
from services.policy.trust import MEANS, Trust, below, falls_by, moved, standing_at
from services.runtime.actor import Actor
from services.runtime.audit_entry import AuditNote, account_chain
from services.runtime.effects import Row
from services.runtime.errors import NotAllowedError


@dataclass(frozen=True, slots=True)
class TrustMove:
    """To which level somebody is to come and why; of `kind` in the audit."""

    kind: str
    level: TrustLevel
    why: str
    act_id: str | None = None


def trust_changed(
    move: TrustMove, actor: Actor, person: Person, account: Row, trust: Trust, now_ms: int
) -> Decided:
    """Put a person on a level, by somebody else's word."""
    level = move.level
    require_active(person)
    if actor.person_id == person["id"]:
        raise NotAllowedError("Nobody says how far they are trusted themselves; ask a colleague.")
    writes, guards = moved(trust, level, move.why, actor.person_id, now_ms)
    raises, locks = raised([account], now_ms)
    said = f"{person['name']} is at the level {level!r} for {trust.account}: {MEANS[level]}."
    return Decided(
        reply={
            "sentence": said,
            "login": person["login"],
            "account": trust.account,
            "level": level,
        },
        writes={**writes, **raises},
        guards=[*guards, *locks],
        notes=[_noted(move, actor, trust)],
    )


def with_fall(
    decided: Decided, situation: Situation, verdict: Verdict, actor: Actor, now_ms: int
) -> Decided:
    """Return what was decided on a proposal, with what it does to its author's trust.

    The reply says where they stand now, if the ladder is for them.
    """
    trust = situation.trust
    if trust is None:
        return decided
    why = falls_by(trust, verdict)
    if why is None:
        return replace(decided, reply={**decided.reply, "trust": trust.told()})
    level, act = below(trust.level), situation.act
    writes, guards = moved(trust, level, why, actor.person_id, now_ms)
    raises, _ = raised([{**situation.account, "id": act.account}], now_ms)
    row = writes[trust.key]
    after = standing_at(row, 0, trust.ladder, trust.person_id, trust.account)
    return replace(
        decided,
        reply={**decided.reply, "trust": after.told()},
        writes={**decided.writes, **writes, **raises},
        guards=[*decided.guards, *guards],
        notes=[*decided.notes, _noted(TrustMove("trust.fell", level, why, act.id), actor, trust)],
    )


def _noted(move: TrustMove, actor: Actor, trust: Trust) -> AuditNote:
    return note(
        move.kind,
        actor,
        person_subject(trust.person_id),
        {"why": move.why},
        chain=account_chain(trust.account),
        person=trust.person_id,
        level=move.level,
        level_before=trust.level,
        act=move.act_id,
    )
