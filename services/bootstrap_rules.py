"""The rules' life wired: delivered rules put in force or offered, and those in force watched."""

import secrets
from collections.abc import Callable
from dataclasses import asdict
from typing import Final
from zoneinfo import ZoneInfo

import structlog

from services.bootstrap_foundation import Foundation
from services.policy.bundle import Bundle
from services.policy.decided import Decided
from services.policy.decided_commit import commit_of, sealed
from services.policy.delivered_rules import (
    first_in_force,
    followed,
    is_own,
    offer,
    offer_key,
    offered,
)
from services.policy.draft_reader import DraftReader
from services.policy.file_rule_set import delivered_data, read_rule_set
from services.policy.regopy_engine import RegopyEngine
from services.policy.rule_change import change_key, change_of
from services.policy.rule_changes import Present, activated
from services.policy.rule_orders import ActivateRules
from services.policy.rule_set import RuleSet, content_digest, rule_set_bytes, rule_set_of
from services.policy.rules_filled import filled
from services.policy.rules_in_force import RulesInForce, RulesParts
from services.policy.rules_in_public import RulesInPublic
from services.policy.rules_reached import ReachedKeeper
from services.policy.rules_reading import StoredRules
from services.policy.shadow import Counted
from services.policy.signed_rules import IN_FORCE, RulesKey, content_key, revision_key
from services.policy.verdict_counts import VerdictCounts
from services.runtime.actor import PROGRAM
from services.runtime.audit_entry import Sealer
from services.runtime.clock import to_epoch_ms
from services.runtime.effects import Key, Row
from services.runtime.errors import RejectError, SettingsError, StaleStateError
from services.runtime.gate import Engine
from services.runtime.ports import Commit, Journal, Lane, Store

WORKER_BYTES: Final = 6

log = structlog.get_logger(__name__)


class Delivery:
    """Brings the rules that come with this program to a body, at its start."""

    def __init__(self, foundation: Foundation, sealer: Sealer, key: RulesKey) -> None:
        self._store: Store = foundation.journal.store
        self._journal: Journal = foundation.journal
        self._clock = foundation.clock
        self._sealer = sealer
        self._key = key

    def bring(self, delivered: RuleSet) -> None:
        """Put them in force where there are none, or none of the body's own; else propose them.

        Each version is brought once, however many processes start with it; one that is started
        with an older program changes nothing.
        """
        while True:
            decided = self._decided(delivered)
            if decided is None:
                return
            now_ms = to_epoch_ms(self._clock.now())
            commit = commit_of(decided, sealed(self._sealer, decided.notes, now_ms))
            try:
                self._journal.commit(commit).result()
            except StaleStateError:
                # Another process was quicker: what it left is looked at afresh.
                continue
            return

    def _decided(self, delivered: RuleSet) -> Decided | None:
        now_ms = to_epoch_ms(self._clock.now())
        content_id = content_digest(rule_set_bytes(delivered))
        kept = self._row(content_key(content_id)) is not None
        row = self._row(IN_FORCE)
        if row is None:
            return first_in_force(delivered, self._key, now_ms, kept=kept)
        present = self._row(revision_key(int(str(row["number"]))))
        brought = self._store.select("rule_revision_of_content", (content_id,))
        if brought or present is None or self._row(offer_key(content_id)) is not None:
            return None
        around = Present(
            row=row,
            change=None,
            accounts=self._store.select("accounts"),
            key=self._key,
            now_ms=now_ms,
        )
        if not is_own(present):
            return followed(delivered, around, kept=kept)
        return self._offer(delivered, present, around)

    def _offer(self, delivered: RuleSet, present: Row, around: Present) -> Decided | None:
        rows = self._store.select("rule_revision_delivered_last")
        try:
            base = self._rule_set(str(rows[0]["content_id"]), delivered) if rows else None
            own = self._rule_set(str(present["content_id"]), delivered)
        except SettingsError as error:
            # Whoever takes up the rules in force refuses them and says so; a start goes on.
            log.error("the rules delivered are not offered", reason=str(error))
            return None
        found = None if own is None else offered(own, base, delivered, around)
        if found is None:
            return None
        change, content = found
        return offer(change, content, kept=self._row(content_key(change.content_id)) is not None)

    def _rule_set(self, content_id: str, delivered: RuleSet) -> RuleSet | None:
        row = self._row(content_key(content_id))
        content = None if row is None else row["content"]
        if not isinstance(content, bytes):
            return None
        return rule_set_of(content, delivered.data_texts)

    def _row(self, key: Key) -> Row | None:
        return self._store.fetch([key])[key]


class FilledRules:
    """Puts on record what is asked of rules that lack sections."""

    def __init__(self, foundation: Foundation, sealer: Sealer) -> None:
        self._foundation = foundation
        self._sealer = sealer

    def record(self, number: int, rule_set: RuleSet) -> None:
        """Keep it, once for each way of asking; one process does. Raises RetryLaterError."""
        journal = self._foundation.journal
        now_ms = to_epoch_ms(self._foundation.clock.now())
        decided = filled(journal.store, number, rule_set, now_ms)
        if decided is not None:
            commit = commit_of(decided, sealed(self._sealer, decided.notes, now_ms))
            journal.commit(commit).result()


class KeptTrials:
    """Keeps what a trial counted, and puts the change in force once its time is over."""

    def __init__(self, foundation: Foundation, sealer: Sealer, key: RulesKey, worker: str) -> None:
        self._foundation = foundation
        self._store: Store = foundation.journal.store
        self._sealer = sealer
        self._key = key
        self._worker = worker
        self._kept: dict[str, Counted] = {}

    def engine_of(self, bundle: Bundle) -> Engine:
        """Return regopy, wherever the rules in force are asked."""
        seconds_max = self._foundation.settings.speaking.gate_seconds_max
        return RegopyEngine(bundle, seconds_max=seconds_max)

    def keep(self, change_id: str, counted: Counted) -> None:
        """Keep a count where it is another than was kept."""
        if self._kept.get(change_id) == counted:
            return
        row: Row = {
            **asdict(counted),
            "change_id": change_id,
            "worker": self._worker,
            "counted_at_ms": to_epoch_ms(self._foundation.clock.now()),
        }
        key = Key("rule_shadows", f"{change_id}:{self._worker}")
        self._foundation.journal.commit(Commit(writes={key: row}, lane=Lane.DECISION)).result()
        self._kept[change_id] = counted

    def end(self, change_id: str) -> None:
        """Put the change in force, by the program, if its time is over; one process does."""
        now_ms = to_epoch_ms(self._foundation.clock.now())
        row = self._row(change_key(change_id))
        in_force = self._row(IN_FORCE)
        until_ms = None if row is None else row["shadow_until_ms"]
        if row is None or in_force is None or not isinstance(until_ms, int) or until_ms > now_ms:
            return
        before = in_force["change_id"]
        change = change_of(change_id, row)
        present = Present(
            row=in_force,
            change=None if before is None else self._named(str(before)),
            accounts=self._store.select("accounts"),
            key=self._key,
            now_ms=now_ms,
        )
        consents = [
            each
            for each in self._store.select("rule_approvals_of", (change_id,))
            if each["digest"] == change.digest
        ]
        order = ActivateRules(change_id=change_id, why="The time of its trial is over.")
        try:
            decided = activated(order, change, present, PROGRAM, len(consents))
            entries = sealed(self._sealer, decided.notes, now_ms)
            self._foundation.journal.commit(commit_of(decided, entries)).result()
        except (RejectError, StaleStateError) as refused:
            log.info("a trial was not ended here", change=change_id, reason=str(refused))

    def _named(self, change_id: str) -> Row | None:
        row = self._row(change_key(change_id))
        return None if row is None else {**row, "id": change_id}

    def _row(self, key: Key) -> Row | None:
        return self._store.fetch([key])[key]


def rules_of(
    foundation: Foundation,
    sealer: Sealer,
    key: RulesKey,
    engine_of: Callable[[Bundle], Engine],
    reader_of: Callable[[Bundle], DraftReader],
    *,
    kept: ReachedKeeper,
    waits: bool,
) -> RulesInForce:
    """Return the rules in force, once those that come with this program were brought."""
    Delivery(foundation, sealer, key).bring(read_rule_set())
    parts = RulesParts(
        store=foundation.journal.store,
        key=key,
        engine_of=engine_of,
        reader_of=reader_of,
        told=VerdictCounts(foundation.metrics, foundation.tracing),
        trials=KeptTrials(foundation, sealer, key, secrets.token_hex(WORKER_BYTES)),
        waits=waits,
        kept=kept,
        delivered=delivered_data(),
        recorded=FilledRules(foundation, sealer).record,
        elapsed_seconds=foundation.clock.elapsed_seconds,
    )
    return RulesInForce(parts)


def rules_desk_of(foundation: Foundation, rules: RulesInForce) -> StoredRules:
    """Return what tells people of the rules and their changes."""
    return StoredRules(
        foundation.journal.store, lambda: rules.number, lambda: rules.trouble, delivered_data()
    )


def public_rules_of(foundation: Foundation) -> RulesInPublic:
    """Return what tells the public of the rules and of what they stopped."""
    return RulesInPublic(
        foundation.journal.store,
        ZoneInfo(foundation.settings.body.zone),
        foundation.clock.now,
        foundation.clock.elapsed_seconds,
        delivered_data(),
    )
