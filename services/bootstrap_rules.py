"""The rules' life wired: delivered rules put in force or offered, and those in force watched."""

from collections.abc import Callable

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
from services.policy.file_rule_set import read_rule_set
from services.policy.rule_changes import Present
from services.policy.rule_set import RuleSet, content_digest, rule_set_bytes, rule_set_of
from services.policy.rules_in_force import RulesInForce, RulesParts
from services.policy.rules_reading import StoredRules
from services.policy.signed_rules import IN_FORCE, RulesKey, content_key, revision_key
from services.runtime.audit_entry import Sealer
from services.runtime.clock import to_epoch_ms
from services.runtime.effects import Key, Row
from services.runtime.errors import StaleStateError
from services.runtime.gate import Engine
from services.runtime.metrics import Metrics
from services.runtime.ports import Journal, Store


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
        base = self._rule_set(str(rows[0]["content_id"])) if rows else None
        own = self._rule_set(str(present["content_id"]))
        found = None if own is None else offered(own, base, delivered, around)
        if found is None:
            return None
        change, content = found
        return offer(change, content, kept=self._row(content_key(change.content_id)) is not None)

    def _rule_set(self, content_id: str) -> RuleSet | None:
        row = self._row(content_key(content_id))
        content = None if row is None else row["content"]
        return rule_set_of(content) if isinstance(content, bytes) else None

    def _row(self, key: Key) -> Row | None:
        return self._store.fetch([key])[key]


class ToldMetrics:
    """Tells of the rules in the metrics."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def in_force(self, number: int) -> None:
        """Show which number is asked."""
        self._metrics.rules_number.set(number)

    def refused(self) -> None:
        """Count a refused revision."""
        self._metrics.rules_refused.inc()


def rules_of(
    foundation: Foundation,
    sealer: Sealer,
    key: RulesKey,
    engine_of: Callable[[Bundle], Engine],
    reader_of: Callable[[Bundle], DraftReader],
    *,
    waits: bool,
) -> RulesInForce:
    """Return the rules in force, once those that come with this program were brought."""
    Delivery(foundation, sealer, key).bring(read_rule_set())
    parts = RulesParts(
        store=foundation.journal.store,
        key=key,
        engine_of=engine_of,
        reader_of=reader_of,
        told=ToldMetrics(foundation.metrics),
        waits=waits,
    )
    return RulesInForce(parts)


def rules_desk_of(foundation: Foundation, rules: RulesInForce) -> StoredRules:
    """Return what tells people of the rules and their changes."""
    return StoredRules(foundation.journal.store, lambda: rules.number, lambda: rules.trouble)
