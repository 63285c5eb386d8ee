"""The work behind reports on slots: makes one once all is settled, completes it at the close.

A shift has one only where something was proposed in it: a quiet night tells nobody anything.

Each is one commit that only the row before it allows, so a turn that was cut short is made again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

from services.policy.decided import Decided
from services.policy.decided_commit import commit_of, sealed
from services.policy.people import note, person_subject
from services.policy.rota_scene import officer_of_shift
from services.policy.slot_report import (
    SENT,
    Happened,
    Slot,
    answering_posts,
    made_row,
    numbers_of,
    report_key,
    slot_of_shift,
    slot_of_takeover,
)
from services.policy.takeover import takeover_of
from services.policy.trust import trust_key
from services.runtime.actor import PROGRAM
from services.runtime.audit_entry import Sealer, account_chain
from services.runtime.clock import DAY_MS, Clock, to_epoch_ms
from services.runtime.effects import Key, Row
from services.runtime.errors import StaleStateError
from services.runtime.ports import Guard, Journal, Store

AT_ONCE_MAX: Final = 20
WAITED_MAX_MS: Final = DAY_MS
"""After so long a report is made, whatever has not come to its end by then."""
CONVERSATIONS_MAX: Final = 200
BACK_MS: Final = 31 * DAY_MS
"""A slot that ended longer ago gets no report: one that its time took away stays away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportParts:
    """What reports are made of.

    `sources` names the source that an account answers, `own` the body's names at any; `known_key`
    says where it is kept that a post of a source was seen.
    """

    store: Store
    journal: Journal
    sealer: Sealer
    clock: Clock
    sources: Mapping[str, str]
    own: frozenset[str]
    known_key: Callable[[str, str], Key]


class SlotReportTurns:
    """Makes what is due, at each turn so many at most."""

    def __init__(self, parts: ReportParts) -> None:
        self._parts = parts

    def turn(self) -> int:
        """Make what is due now; return how many reports were made or completed.

        Raises RetryLaterError where the database does not take it.
        """
        store, now_ms = self._parts.store, to_epoch_ms(self._parts.clock.now())
        due = store.select("slot_reports_due", (now_ms - BACK_MS, AT_ONCE_MAX))
        closed = store.select("slot_reports_to_complete", (AT_ONCE_MAX,))
        done = 0
        for row in (*due, *closed):
            slot = slot_of_takeover(takeover_of(str(row["id"]), row))
            done += self.report(slot, is_final=row["state"] == "closed")
        for row in store.select("shift_reports_due", (now_ms - BACK_MS, AT_ONCE_MAX)):
            slot = slot_of_shift(str(row["id"]), row, officer_of_shift(store, row))
            done += self.report(slot, is_final=True)
        return done

    def report(self, slot: Slot, *, is_final: bool) -> bool:
        """Make the report on a slot that is over; return False while something is on its way."""
        store, now_ms = self._parts.store, to_epoch_ms(self._parts.clock.now())
        (open_now,) = store.select("slot_unsettled", slot.asked())
        if open_now["acts"] and now_ms < slot.ends_at_ms + WAITED_MAX_MS:
            return False
        key = report_key(slot.id)
        before = store.fetch([key])[key]
        row = made_row(slot, numbers_of(self._happened(slot)), before, now_ms, is_final=is_final)
        made = note(
            "report.made" if before is None else "report.completed",
            PROGRAM,
            person_subject(slot.person_id),
            {},
            chain=account_chain(slot.account),
            takeover=slot.id if slot.kind == "takeover" else None,
            shift=slot.id if slot.kind == "shift" else None,
            person=slot.person_id,
            duty_officer=slot.officer_id,
        )
        version = None if before is None else cast("int", before["version"])
        decided = Decided(writes={key: row}, guards=[Guard(key, version)], notes=[made])
        try:
            entries = sealed(self._parts.sealer, decided.notes, now_ms)
            self._parts.journal.commit(commit_of(decided, entries)).result()
        except StaleStateError:
            return False
        return True

    def _happened(self, slot: Slot) -> Happened:
        store = self._parts.store
        acts = store.select("slot_acts", slot.asked())
        level_key = trust_key(slot.person_id, slot.account)
        level = store.fetch([level_key])[level_key]
        tallies = store.select("handover_tallies", (slot.id,))
        handover: dict[str, int] = {}
        for row in tallies:
            name = str(row["decision"] or "undecided")
            handover[name] = handover.get(name, 0) + cast("int", row["changes"])
        return Happened(
            acts=acts,
            verdicts=store.select("slot_verdicts", slot.asked()),
            approvals=store.select("slot_approvals", slot.asked()),
            answers=self._answers(slot, acts),
            level=None if level is None else str(level["level"]),
            handover=handover,
        )

    def _answers(self, slot: Slot, acts: Sequence[Row]) -> list[Row]:
        """Return what people wrote in a conversation after something was said in it."""
        rows = [row for row in acts if row["sending_state"] in SENT]
        said = frozenset(str(row["remote_id"]) for row in rows)
        since: dict[str, int] = {}
        for row in rows:
            conversation = row["conversation_id"] or self._conversation(slot, row)
            if conversation is not None and len(since) < CONVERSATIONS_MAX:
                since.setdefault(str(conversation), cast("int", row["sent_at_ms"] or 0))
        found: list[Row] = []
        for conversation, at_ms in since.items():
            asked = (conversation, conversation)
            posts = self._parts.store.select("conversation_posts", asked)
            found += answering_posts(posts, at_ms, self._parts.own, said)
        return found

    def _conversation(self, slot: Slot, act: Row) -> str | None:
        """Return the conversation that a post of ours began, where anybody wrote in it."""
        source = self._parts.sources.get(slot.account)
        if source is None or act["remote_id"] is None:
            return None
        key = self._parts.known_key(source, str(act["remote_id"]))
        row = self._parts.store.fetch([key])[key]
        return None if row is None else cast("str | None", row["conversation_id"])
