"""The gate for the sending: judges an approved act once more, as it is about to go out."""

from collections.abc import Callable, Sequence
from datetime import UTC, tzinfo
from typing import Final

from schemas.act import ActContent
from schemas.envelope import trace_of_act
from schemas.verdict import Verdict
from services.policy.act import SENTENCE_LENGTH_MAX, Act, ActState, act_key, act_of
from services.policy.approvals import voided
from services.policy.configuration import SpeakingSettings
from services.policy.decided import Decided
from services.policy.decided_commit import commit_of, sealed
from services.policy.grants import UNKNOWN_ALONE, is_paused
from services.policy.proposals import (
    Judgement,
    act_note,
    judged_event,
    judged_note,
    lapsed,
    objections,
    only_halted,
    verdict_write,
)
from services.policy.situation import Situation, ThemeOf, facts_of, no_theme, situation_of
from services.policy.standing import Standing
from services.runtime.actor import PROGRAM
from services.runtime.audit_entry import Sealer
from services.runtime.clock import HOUR_MS, Clock, to_epoch_ms
from services.runtime.effects import Key, Row
from services.runtime.errors import NotFoundError
from services.runtime.gate import Clearance
from services.runtime.ports import Commit, Store
from services.runtime.trace_context import handling_act

HALTED: Final = "There is a halt on it; it waits until two people release that."
NO_LEAVE: Final = "Nobody has leave to do this now: its author has left, or their grant has ended."
PAUSED: Final = "Its takeover is paused; it waits until an officer lets that go on."
OUT_OF_SCOPE: Final = "Nobody has leave to do this now: its author's grant does not cover it."
LATE: Final = "Void: it was not sent in time, so what was agreed no longer holds. Propose it again."
PARENT: Final = {
    "gone": "Void: the post it answers is gone.",
    "changed": "Void: the post it answers was changed after this was written. Read it, then edit.",
}


class ApprovedActs:
    """The acts that wait to go out, and the gate's word on each at the moment it would."""

    def __init__(  # noqa: PLR0913, PLR0917 - what a last gate stands on, given once
        self,
        store: Store,
        rules: Standing,
        sealer: Sealer,
        clock: Clock,
        settings: SpeakingSettings,
        fresh_id: Callable[[], str],
        theme_of: ThemeOf = no_theme,
        zone: tzinfo = UTC,
    ) -> None:
        """Take the parts; `theme_of` must be the desk's own, so that both judge alike."""
        self._store = store
        self._rules = rules
        self._sealer = sealer
        self._clock = clock
        self._settings = settings
        self._fresh_id = fresh_id
        self._zone = zone
        self._theme_of = theme_of

    def due(self, account: str, limit: int) -> Sequence[str]:
        """Return the acts of an account that were approved and not begun, in order of approval."""
        return [str(row["id"]) for row in self._store.select("acts_due", (account, limit))]

    def content_of(self, act_id: str) -> ActContent:
        """Return exactly what an act that was begun would say. Raises NotFoundError."""
        return self._act(act_id).content

    def clear(self, act_id: str) -> Clearance:
        """Judge an approved act as it stands at this moment; asks the engine, writes nothing.

        Raises NotFoundError where there is no such act.
        """
        now_ms, rules = to_epoch_ms(self._clock.now()), self._rules.now()
        act = self._act(act_id)
        situation = situation_of(self._store, act, now_ms, rules.reader.authority, self._theme_of)
        with handling_act(act.id, trace_of_act(act.id, act.post_id)):
            facts, verdict = rules.judge(
                lambda by: facts_of(situation, "sending", now_ms, self._settings, by)
            )
        judgement = Judgement(
            verdict=verdict,
            verdict_id=self._fresh_id(),
            phase="sending",
            facts=facts,
            now_ms=now_ms,
            zone=self._zone,
        )
        held_until_ms = now_ms + round(self._settings.held_hours * HOUR_MS)
        decided, cleared, sentence = _decided(
            situation, judgement, held_until_ms, self._begun(act_id)
        )
        commit = commit_of(decided, sealed(self._sealer, decided.notes, now_ms))
        return Clearance(
            cleared=cleared,
            act_id=act_id,
            account=act.account,
            content=act.content,
            digest=act.digest,
            verdict_id=judgement.verdict_id,
            grant_id=judgement.grant_id or "",
            revision=judgement.verdict.revision,
            approvers=judgement.approvers,
            commit=commit,
            sentence=sentence,
            case_id=act.case_id,
            judged=judgement.verdict.failure is None,
        )

    def hold_back(self, act_id: str, sentence: str) -> Commit:
        """Return the commit that holds an act for a person, with a sentence that says why."""
        act = self._act(act_id)
        now_ms = to_epoch_ms(self._clock.now())
        rows = self._store.select("approvals_of_act", (act_id,))
        after = act.changed(
            state="held",
            sentence=sentence[:SENTENCE_LENGTH_MAX],
            approved_at_ms=None,
            expires_at_ms=now_ms + round(self._settings.held_hours * HOUR_MS),
        )
        void = voided(rows, "held back")
        note = act_note("act.held-back", PROGRAM, after, {"sentence": sentence})
        decided = Decided(
            writes={**void, after.key: after.row()}, guards=[act.guard()], notes=[note]
        )
        return commit_of(decided, sealed(self._sealer, decided.notes, now_ms))

    def found_sent(self, act_id: str, sentence: str) -> Commit:
        """Return the commit that takes an act out of work: its platform shows that it was sent."""
        act = self._act(act_id)
        after = act.changed(state="sending", sentence=sentence[:SENTENCE_LENGTH_MAX])
        note = act_note("act.found-sent", PROGRAM, after, {"sentence": sentence})
        decided = Decided(writes={after.key: after.row()}, guards=[act.guard()], notes=[note])
        entries = sealed(self._sealer, decided.notes, to_epoch_ms(self._clock.now()))
        return commit_of(decided, entries)

    def _begun(self, act_id: str) -> Row | None:
        """Return what became of the act so far, where it was begun."""
        key = Key("sendings", act_id)
        return self._store.fetch([key])[key]

    def _act(self, act_id: str) -> Act:
        row = self._store.fetch([act_key(act_id)])[act_key(act_id)]
        if row is None:
            raise NotFoundError(f"There is no act {act_id}.")
        return act_of(act_id, row)


def _decided(
    situation: Situation, judgement: Judgement, held_until_ms: int, begun: Row | None
) -> tuple[Decided, bool, str]:
    """Return what is to be written, whether the act goes out now, and why in a sentence."""
    verdict, lapse = judgement.verdict, _lapse(situation, judgement.now_ms)
    barred = _barred(judgement, situation)
    waits = _waits(situation, verdict, lapse, barred, begun)
    if waits is not None:
        return Decided(), False, waits
    if lapse is not None:
        return lapsed(situation.act, situation.approvals, PROGRAM, lapse), False, lapse
    if verdict.decision == "allow" and barred is None:
        return _cleared(situation, judgement), True, "Cleared."
    state: ActState = "denied" if verdict.decision == "deny" else "held"
    sentence = objections(verdict) or barred or "The rules hold it."
    return _stopped(situation, judgement, state, sentence, held_until_ms), False, sentence


def _waits(
    situation: Situation,
    verdict: Verdict,
    lapse: str | None,
    barred: str | None,
    begun: Row | None,
) -> str | None:
    """Return why an act that does not go out now stays as it is, or None where it changes."""
    if situation.act.state not in ("approved", "sending"):
        return "It is no longer approved."
    if begun is not None and (begun["state"] == "sent" or begun["remote_id"] is not None):
        return "It was sent already."
    if verdict.failure is not None:
        # The engine comes back by itself, and the act is judged again then.
        return verdict.failure
    in_doubt = begun is not None and begun["state"] in ("sending", "unknown")
    if in_doubt and (verdict.decision != "allow" or lapse or barred):
        # Part of it may be out there: what it is called now must wait until that is known.
        return "It is not cleared again; what became of it is to be found out."
    if lapse is None and barred == PAUSED:
        # The rules deny who has no leave now; they are asked again when it goes on, or has ended.
        return PAUSED
    halted = lapse is None and (only_halted(verdict) or barred == HALTED)
    return (objections(verdict) or HALTED) if halted else None


def _lapse(situation: Situation, now_ms: int) -> str | None:
    if now_ms >= (situation.act.expires_at_ms or 0):
        return LATE
    return PARENT.get(situation.parent)


def _barred(judgement: Judgement, situation: Situation) -> str | None:
    """Return why an act does not go out whatever the rules say of it, or None.

    That nothing is sent under a halt or without leave is promised, so it does not hang on a rule
    that somebody may have taken out.
    """
    actor, account = judgement.facts["actor"], judgement.facts["account"]
    if account["halts"] or account["mode"] == "halted":
        return HALTED
    grant = actor["grant"]
    if grant is None or not (grant["live"] and actor["active"]):
        paused = actor["active"] and any(
            is_paused(row, judgement.now_ms) for row in situation.grants
        )
        return PAUSED if paused else NO_LEAVE
    if not grant["in_scope"] and not _answered_for(judgement):
        return OUT_OF_SCOPE
    return None


def _answered_for(judgement: Judgement) -> bool:
    """Return whether only the theme cannot be told, and somebody else looked at that and agreed."""
    actor, others = judgement.facts["actor"], judgement.approvers
    alone = actor["grant"]["out_of"] == UNKNOWN_ALONE
    return alone and any(approver != actor["id"] for approver in others)


def _cleared(situation: Situation, judgement: Judgement) -> Decided:
    after = situation.act.judged(judgement.verdict, judgement.verdict_id, "sending", "On its way.")
    return Decided(
        writes={after.key: after.row(), **verdict_write(after, judgement, situation)},
        guards=[situation.act.guard(), situation.account_guard()],
        notes=[judged_note("act.cleared", PROGRAM, after, judgement)],
        events=[judged_event(after, judgement)],
    )


def _stopped(
    situation: Situation,
    judgement: Judgement,
    state: ActState,
    sentence: str,
    held_until_ms: int,
) -> Decided:
    """Hold or refuse at the last gate."""
    after = situation.act.judged(
        judgement.verdict,
        judgement.verdict_id,
        state,
        sentence,
        approved_at_ms=None,
        expires_at_ms=held_until_ms if state == "held" else None,
    )
    return Decided(
        writes={after.key: after.row(), **verdict_write(after, judgement, situation)},
        guards=[situation.act.guard(), situation.account_guard()],
        notes=[judged_note("act.stopped", PROGRAM, after, judgement)],
        events=[judged_event(after, judgement)],
    )
