"""What a verb's handler is given: the desk's parts, who asks, when, and how rows are found."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from typing import Any, cast

from schemas.envelope import trace_of_act
from services.policy.act import Act, act_key, act_of
from services.policy.configuration import AccountSettings, SpeakingSettings
from services.policy.proposals import Judgement
from services.policy.rule_sections import Delivered
from services.policy.rules_reached import NOTHING_KEPT, Reached
from services.policy.signed_rules import RulesKey
from services.policy.situation import Situation, ThemeOf, facts_of, no_theme, situation_of
from services.policy.standing import Standing
from services.policy.takeover_parts import PLAIN, TakeoverParts
from services.runtime.actor import Actor
from services.runtime.audit_entry import Sealer
from services.runtime.clock import Clock
from services.runtime.effects import Key, Row
from services.runtime.errors import NotFoundError, VersionConflictError
from services.runtime.gate import Phase
from services.runtime.ports import Journal, Store
from services.runtime.trace_context import handling_act


def uncounted(writes: Mapping[Key, Row | None]) -> None:
    """Count nothing of what was written."""
    del writes


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskParts:
    """What the desk stands on; `fresh_id` and `fresh_token` give what cannot be guessed.

    `subject_of` names the key for what an author of a source said; `woken` is told the verb
    after anything was committed: it may let an act go out, or stop one. `themes` are all there
    are; None where nobody can tell. `theme_of` says what a text is about that has no case.
    `rules_key` signs what is put in force; `faults_of` says what is wrong with files that are
    proposed as rules, and may take its time; `reached` tells how far the rules have come, whatever
    the database says; what is `delivered` fills what rules of an earlier Mercat lack. `zone` is the
    body's. `committed` is told the rows that were written.
    """

    store: Store
    journal: Journal
    rules: Standing
    sealer: Sealer
    clock: Clock
    settings: SpeakingSettings
    accounts: Sequence[AccountSettings]
    fresh_id: Callable[[], str]
    fresh_token: Callable[[], str]
    subject_of: Callable[[str, str], str]
    woken: Callable[[str], None]
    faults_of: Callable[[Mapping[str, str]], Sequence[str]]
    themes: frozenset[str] | None = None
    theme_of: ThemeOf = no_theme
    rules_key: RulesKey | None = None
    delivered: Delivered = field(default_factory=dict)
    reached: Callable[[], Reached] = NOTHING_KEPT.read
    zone: tzinfo = UTC
    takeovers: TakeoverParts = PLAIN
    committed: Callable[[Mapping[Key, Row | None]], None] = uncounted


class Work:
    """One order being worked on; it reads and asks, and writes nothing.

    `rules` are those in force as it begins, for everything it asks.
    """

    def __init__(self, parts: DeskParts, actor: Actor, now_ms: int) -> None:
        self.parts = parts
        self.actor = actor
        self.now_ms = now_ms
        self.rules = parts.rules.now()

    @property
    def hours(self) -> tuple[float, float]:
        """Return how long an approved act may wait to go out, and a held one for consent."""
        return self.parts.settings.approval_hours, self.parts.settings.held_hours

    def person(self, login: str) -> dict[str, Any]:
        """Return a person's row, its id in it. Raises NotFoundError."""
        rows = self.parts.store.select("person_by_login", (login,))
        if not rows:
            raise NotFoundError(f"There is nobody with the login {login!r}.")
        return dict(rows[0])

    def account(self, account: str) -> Row:
        """Return an account's row, its id in it. Raises NotFoundError."""
        row = self.row(Key("accounts", account))
        if row is None:
            known = ", ".join(each.id for each in self.parts.accounts) or "none"
            raise NotFoundError(f"There is no account {account!r}; accounts are {known}.")
        return {**row, "id": account}

    def accounts(self) -> Sequence[Row]:
        """Return every account's row, ids in them."""
        return self.parts.store.select("accounts")

    def row(self, key: Key) -> Row | None:
        """Return one row, or None."""
        return self.parts.store.fetch([key])[key]

    def act(self, act_id: str, version: int | None = None) -> Act:
        """Return an act. Raises NotFoundError, or VersionConflictError where it moved on."""
        row = self.row(act_key(act_id))
        if row is None:
            raise NotFoundError(f"There is no act {act_id}; `mercat acts` lists them.")
        act = act_of(act_id, row)
        if version is not None and version != act.version:
            raise VersionConflictError(
                f"Somebody changed this act since you read it (version {act.version} now, you "
                f"have {version}); read it again first."
            )
        return act

    def approvals(self, act_id: str) -> Sequence[Row]:
        """Return all approvals an act ever got, ids in them."""
        return self.parts.store.select("approvals_of_act", (act_id,))

    def situation(self, act: Act) -> Situation:
        """Return what an act is judged by."""
        parts = self.parts
        authority = self.rules.reader.authority
        return situation_of(parts.store, act, self.now_ms, authority, parts.theme_of)

    def judge(
        self, situation: Situation, phase: Phase, added: Sequence[dict[str, Any]] = ()
    ) -> Judgement:
        """Ask the gate; `added` are consents that are just being given."""
        parts = self.parts
        act = situation.act
        with handling_act(act.id, trace_of_act(act.id, act.post_id)):
            facts, verdict = self.rules.judge(
                lambda by: facts_of(situation, phase, self.now_ms, parts.settings, by, added)
            )
        return Judgement(
            verdict=verdict,
            verdict_id=parts.fresh_id(),
            phase=phase,
            facts=facts,
            now_ms=self.now_ms,
            zone=parts.zone,
        )

    def logins(self, person_ids: Sequence[str]) -> dict[str, str]:
        """Return who is behind some ids."""
        rows = self.parts.store.fetch([Key("persons", each) for each in person_ids])
        return {key.id: cast("str", row["login"]) for key, row in rows.items() if row}
