"""The desk: takes a verb from somebody, reads what it is about, has it decided, and commits it.

It decides nothing but the order of work: who may ask, what is read, when the gate is asked (never
inside a transaction), and that a decision overtaken by another is made afresh.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from pydantic import ValidationError

from services.policy.act import Act, act_of
from services.policy.act_view import act_dict
from services.policy.break_glass_orders import SPEAKING
from services.policy.decided_commit import commit_of, sealed
from services.policy.desk_verbs import HANDLERS, KNOWN
from services.policy.desk_work import DeskParts, Work
from services.policy.orders import Order, Verb
from services.policy.people import person_key
from services.policy.repeats import Repeat
from services.policy.rule_orders import ProposeRules
from services.policy.tokens import token_digest
from services.policy.trust_record import standings, trust_read
from services.runtime.actor import ANYBODY, Actor
from services.runtime.clock import to_epoch_ms
from services.runtime.effects import Key, Row
from services.runtime.errors import (
    FaultyRulesError,
    NotAllowedError,
    NotFoundError,
    RejectError,
    RetryLaterError,
    StaleStateError,
    StateConflictError,
)
from services.runtime.failpoints import reach
from services.runtime.ports import Guard

TRIES_MAX: Final[Mapping[str, int]] = {"halt": 128}
"""A press on halt gets through however many others change the same accounts at that moment."""
TRIES_MAX_OTHERWISE: Final = 8
PAGE_MAX: Final = 500
PEOPLE_MAX: Final = 1_000


class SpeakingDesk:
    """The desk over one store; any number of threads may hand orders in."""

    def __init__(self, parts: DeskParts) -> None:
        self._parts = parts
        self._store = parts.store

    def sign_in(self, token: str) -> Actor | None:
        """Return whose personal token this is, or None where it is nobody's or has ended."""
        rows = self._store.select("token_by_digest", (token_digest(token),))
        if not rows:
            return None
        found: Mapping[str, Any] = rows[0]
        now_ms = to_epoch_ms(self._parts.clock.now())
        if found["state"] != "live" or found["expires_at_ms"] <= now_ms:
            return None
        key = Key("persons", found["person_id"])
        person: Mapping[str, Any] | None = self._store.fetch([key])[key]
        if person is None or person["state"] != "active":
            return None
        roles = frozenset(person["roles"].split())
        return Actor(key.id, person["login"], roles, "token", credential_id=found["id"])

    def carry_out(
        self, verb: str, arguments: Mapping[str, Any], actor: Actor, *, key: str | None = None
    ) -> Mapping[str, Any]:
        """Carry out a verb for somebody; see the port for what it answers and raises."""
        asked = _known(verb)
        self._require_allowed(verb, asked, actor)
        order = _order(asked, arguments)
        actor = replace(actor, why=str(getattr(order, "why", "")))
        repeat = None if key is None else Repeat.of(verb, order, actor, key)
        against_rules: StateConflictError | None = None
        looked_at = False
        for _ in range(TRIES_MAX.get(verb, TRIES_MAX_OTHERWISE)):
            present, guards = self._present(actor)
            self._require_allowed(verb, asked, present)
            known = None if repeat is None else repeat.answer(self._store)
            if known is not None:
                return known
            if not looked_at:
                self._look_at(order)
                looked_at = True
            try:
                return self._once(verb, order, present, guards, repeat)
            except StaleStateError:
                # Somebody was quicker: what they left is read, and decided on afresh.
                continue
            except StateConflictError as error:
                # So may be what a rule of the database stood against: a login was taken meanwhile.
                if against_rules is not None:
                    raise
                against_rules = error
        raise RetryLaterError("Too many people change this at once; try again in a moment.")

    def act(self, act_id: str) -> Mapping[str, Any]:
        """Return an act as it stands. Raises NotFoundError."""
        key = Key("acts", act_id)
        row = self._store.fetch([key])[key]
        if row is None:
            raise NotFoundError(f"There is no act {act_id}.")
        return self._shown([act_of(act_id, row)])[0]

    def acts(
        self, *, state: str | None, case_id: str | None, after: str | None, limit: int
    ) -> Sequence[Mapping[str, Any]]:
        """Return acts in order of id, after one, filtered; a page of them."""
        limit = min(limit, PAGE_MAX)
        if case_id is not None and state is not None:
            query = "acts_of_case_in_state_after"
            rows = self._store.select(query, (case_id, state, after or "", limit))
        elif case_id is not None:
            rows = self._store.select("acts_of_case_after", (case_id, after or "", limit))
        elif state is not None:
            rows = self._store.select("acts_in_state_after", (state, after or "", limit))
        else:
            rows = self._store.select("acts_after", (after or "", limit))
        return self._shown([act_of(str(row["id"]), row) for row in rows])

    def halts(self) -> Sequence[Mapping[str, Any]]:
        """Return every halt, those in force first."""
        return self._store.select("halts")

    def accounts(self) -> Sequence[Mapping[str, Any]]:
        """Return every account with its mode, and what other mode somebody asks for."""
        changes = {row["id"]: row for row in self._store.select("mode_changes")}
        return [
            _with_mode_asked(row, changes.get(row["id"])) for row in self._store.select("accounts")
        ]

    def people(self) -> Sequence[Mapping[str, Any]]:
        """Return everybody with roles, teams, grants and tokens (never a token itself)."""
        return [
            {
                **row,
                "roles": str(row["roles"]).split(),
                "teams": str(row["teams"]).split(),
                "grants": self._store.select("grants_of_person", (row["id"],)),
                "tokens": [
                    {name: value for name, value in token.items() if name != "digest"}
                    for token in self._store.select("tokens_of_person", (row["id"],))
                ],
            }
            for row in self._store.select("persons", (PEOPLE_MAX,))
        ]

    def trust(self, login: str) -> Sequence[Mapping[str, Any]]:
        """Return where somebody stands on the ladder of trust, an account each. NotFoundError."""
        rows = self._store.select("person_by_login", (login,))
        if not rows:
            raise NotFoundError(f"There is nobody with the login {login!r}.")
        now_ms = to_epoch_ms(self._parts.clock.now())
        authority = self._parts.rules.now().reader.authority
        found = standings(self._store, str(rows[0]["id"]), now_ms, authority)
        return [{"account": each.account, **each.told()} for each in found]

    def _require_allowed(self, verb: str, asked: Verb, actor: Actor) -> None:
        """Raise NotAllowedError where neither somebody's roles allow it nor broken glass does."""
        if asked.roles & actor.roles or not self._speaks_by_glass(verb, actor):
            _require_allowed(verb, asked, actor)

    def _speaks_by_glass(self, verb: str, actor: Actor) -> bool:
        now_ms = to_epoch_ms(self._parts.clock.now())
        asked = (actor.person_id, now_ms)
        return verb in SPEAKING and bool(self._store.select("glass_grant_of", asked))

    def _present(self, actor: Actor) -> tuple[Actor, list[Guard]]:
        """Return somebody as they stand now, and the guard that they still do at the commit.

        Whoever was let in a moment ago may have left since, or lost the role that this takes.
        """
        if actor.signed_in_by in ("machine", "program"):
            return actor, []
        key = person_key(actor.person_id)
        person: Mapping[str, Any] | None = self._store.fetch([key])[key]
        if person is None or person["state"] != "active":
            raise NotAllowedError("You work here no more; ask a governance officer.")
        present = replace(actor, login=person["login"], roles=frozenset(person["roles"].split()))
        return present, [Guard(key, person["version"])]

    def _look_at(self, order: Order) -> None:
        """Raise FaultyRulesError where proposed rules have faults: before anything is guarded."""
        if isinstance(order, ProposeRules):
            faults = self._parts.faults_of(order.files)
            if faults:
                raise FaultyRulesError(faults)

    def _once(
        self,
        verb: str,
        order: Order,
        actor: Actor,
        guards: Sequence[Guard],
        repeat: Repeat | None,
    ) -> Mapping[str, Any]:
        now_ms = to_epoch_ms(self._parts.clock.now())
        decided = HANDLERS[verb](Work(self._parts, actor, now_ms), order)
        decided = replace(decided, guards=[*guards, *decided.guards])
        if repeat is not None and decided.refusal is None:
            decided = repeat.kept(decided, now_ms)
        entries = sealed(self._parts.sealer, decided.notes, now_ms)
        if decided.writes or entries:
            reach("command.commit.before")
            self._parts.journal.commit(commit_of(decided, entries)).result()
            reach("command.commit.after")
            self._parts.woken(verb)
            self._parts.committed(decided.writes)
        if decided.refusal is not None:
            raise decided.refusal
        return decided.reply

    def _shown(self, acts: Sequence[Act]) -> list[Mapping[str, Any]]:
        sendings = self._store.fetch([Key("sendings", act.id) for act in acts])
        approvals = {act.id: self._store.select("approvals_of_act", (act.id,)) for act in acts}
        people = {act.author_id for act in acts} | {
            str(row["approver_id"]) for rows in approvals.values() for row in rows
        }
        rows = self._store.fetch([Key("persons", person) for person in people])
        logins = {key.id: str(row["login"]) for key, row in rows.items() if row is not None}
        trusts = self._trusts({(act.author_id, act.account) for act in acts})
        return [
            act_dict(act, sendings[Key("sendings", act.id)], approvals[act.id], logins)
            | {"trust": trusts[act.author_id, act.account]}
            for act in acts
        ]

    def _trusts(self, pairs: set[tuple[str, str]]) -> dict[tuple[str, str], Any]:
        """Return where authors stand now for accounts, None where the ladder is not for them."""
        now_ms = to_epoch_ms(self._parts.clock.now())
        authority = self._parts.rules.now().reader.authority
        found = {pair: trust_read(self._store, *pair, now_ms, authority) for pair in pairs}
        return {pair: None if each is None else each.told() for pair, each in found.items()}


def _with_mode_asked(account: Row, change: Row | None) -> Mapping[str, Any]:
    asked = change if change is not None and change["state"] == "asked" else {}
    told = {"mode_asked": "mode", "mode_asked_by": "asked_by", "mode_asked_at_ms": "asked_at_ms"}
    return {**account, **{name: asked.get(column) for name, column in told.items()}}


def _known(verb: str) -> Verb:
    if verb not in KNOWN:
        raise NotFoundError(f"There is no verb {verb!r}; known are {', '.join(KNOWN)}.")
    return KNOWN[verb]


def _require_allowed(verb: str, asked: Verb, actor: Actor) -> None:
    if (asked.operator and actor.is_operator) or (asked.anybody and actor == ANYBODY):
        return
    if not asked.roles & actor.roles:
        wanted = ", ".join(sorted(asked.roles))
        raise NotAllowedError(f"{verb} needs one of these roles: {wanted}.")


def _order(asked: Verb, arguments: Mapping[str, Any]) -> Order:
    try:
        return asked.order.model_validate(arguments)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the order"
        raise RejectError(f"{where}: {first['msg']}.") from error
