"""The work behind handovers: reads accounts as slots begin and end, and has reverts carried out.

Platforms are read outside of any transaction. Every step is one commit that only the state before
it allows, so a turn that was cut short is made again and leaves the same rows.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

import structlog

from schemas.envelope import SignedInBy
from schemas.verdict import Role
from services.policy.decided import Decided
from services.policy.decided_commit import commit_of, sealed
from services.policy.handover_reading import handover_found
from services.policy.handover_rows import Handover, Item, handover_of, item_of
from services.policy.handover_taking import (
    act_given,
    compared,
    given_back,
    lost,
    taken,
    troubled,
)
from services.policy.people import person_key
from services.runtime.account_state import AccountState
from services.runtime.actor import Actor
from services.runtime.audit_entry import Sealer
from services.runtime.clock import Clock, to_epoch_ms
from services.runtime.desk import Desk
from services.runtime.effects import Row
from services.runtime.errors import (
    NotAllowedError,
    PlatformUnavailableError,
    RejectError,
    StaleStateError,
)
from services.runtime.ports import Journal, Store

AHEAD_MS: Final = 60_000
"""How long before a slot an account may be read for it, where no other slot is open."""
LISTED_MAX: Final = 15_000
"""So many of each kind are read of an account: more than a platform here lets one have."""
AT_ONCE_MAX: Final = 20
REVERTS_A_TURN: Final = 50

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverParts:
    """What handovers stand on. `state_of` reads an account on its platform, so many of each kind.

    It raises PlatformUnavailableError, or RejectError where there is no credential.
    """

    store: Store
    journal: Journal
    sealer: Sealer
    clock: Clock
    desk: Desk
    state_of: Callable[[str, int], AccountState]


class HandoverTurns:
    """Does what is due of every handover, at each turn so much at most."""

    def __init__(self, parts: HandoverParts) -> None:
        self._parts = parts

    def turn(self) -> int:
        """Do what is due now; return how many things were done.

        What somebody changed meanwhile is left to the next turn, and so is an account whose
        platform cannot be read. Raises RetryLaterError where the database does not take it.
        """
        store, now_ms = self._parts.store, self._now_ms()
        due = (now_ms + AHEAD_MS, AT_ONCE_MAX)
        done = [self._take(row) for row in store.select("handovers_to_take", due)]
        ended = store.select("handovers_to_compare", (AT_ONCE_MAX,))
        done += [self._compare(handover_of(str(row["id"]), row)) for row in ended]
        for row in store.select("handovers_to_carry_out", (AT_ONCE_MAX,)):
            done += self._reverts(str(row["takeover_id"]))
        for row in store.select("handovers_to_agree", (AT_ONCE_MAX,)):
            done += self._consents(handover_of(str(row["id"]), row))
        return sum(done)

    def _take(self, row: Row) -> bool:
        """Keep how an account stands at the beginning of a slot."""
        takeover_id, account = str(row["id"]), str(row["account"])
        if row["state"] == "ended":
            return self._kept(lost(takeover_id, account))
        state = self._read(account)
        if isinstance(state, str):
            log.warning("handover waits", account=account, reason=state)
            return False
        asked = (account, row["grant_id"])
        (counted,) = self._parts.store.select("handover_acts_before", asked)
        acts_before = cast("int", counted["acts"])
        return self._kept(taken(takeover_id, account, state, acts_before, self._now_ms()))

    def _compare(self, handover: Handover) -> bool:
        """Keep how an account stands at the end of a slot, once all that was begun has ended."""
        if self._parts.store.select("sendings_open", (handover.account, 1)):
            return False
        state = self._read(handover.account)
        if isinstance(state, str):
            if handover.trouble == state[:500]:
                return False
            return self._kept(troubled(handover, state))
        return self._kept(compared(handover, state, self._now_ms()))

    def _reverts(self, takeover_id: str) -> list[bool]:
        """Propose what reverts each change that is to be reverted, in its decider's name."""
        asked = (takeover_id, REVERTS_A_TURN)
        rows = self._parts.store.select("handover_items_to_do", asked)
        return [self._revert(takeover_id, item_of(row)) for row in rows]

    def _revert(self, takeover_id: str, item: Item) -> bool:
        handover = handover_found(self._parts.store, takeover_id)
        assert handover is not None, "a change has its handover"
        try:
            actor = self._actor(item.decided_by, item.signed_in_by)
            reply = self._parts.desk.carry_out(
                "answer",
                revert_order(handover, item),
                actor,
                key=f"handover {item.id} {item.tries}",
            )
        except RejectError as error:
            said = f"Nobody's decision could be carried out: {error}"
            return self._kept(given_back(handover, item, said))
        return self._kept(act_given(handover, item, str(reply["id"])))

    def _consents(self, handover: Handover) -> list[bool]:
        """Give a second person's consent to each act that it is for, and that waits for it."""
        asked = (handover.id, REVERTS_A_TURN)
        done = []
        for row in self._parts.store.select("handover_items_held", asked):
            act_id = str(row["act_id"])
            order = {
                "act_id": act_id,
                "digest": row["digest"],
                "why": _why(handover.id, handover.agreed_reason),
            }
            key = f"handover {handover.id} {act_id} {handover.agreed_at_ms}"
            try:
                actor = self._actor(handover.agreed_by, handover.agreed_signed_in_by)
                self._parts.desk.carry_out("approve", order, actor, key=key)
            except RejectError as error:
                done.append(self._not_agreed(handover, str(error)))
                break
            done.append(True)
        return done

    def _not_agreed(self, handover: Handover, said: str) -> bool:
        trouble = f"The consent could not be given: {said}"
        if handover.trouble == trouble[:500]:
            return False
        return self._kept(troubled(handover, trouble))

    def _actor(self, person_id: str | None, signed_in_by: str | None) -> Actor:
        """Return somebody as they are now. Raises NotAllowedError where they have left."""
        key = person_key(person_id or "")
        row = self._parts.store.fetch([key])[key]
        if row is None or row["state"] != "active":
            raise NotAllowedError("Whoever decided this works here no more.")
        roles = frozenset(cast("list[Role]", str(row["roles"]).split()))
        signed_in = cast("SignedInBy", signed_in_by or "token")
        return Actor(key.id, str(row["login"]), roles, signed_in)

    def _read(self, account: str) -> AccountState | str:
        """Return how an account stands, or why it cannot be read."""
        try:
            return self._parts.state_of(account, LISTED_MAX)
        except (PlatformUnavailableError, RejectError) as error:
            return str(error)

    def _kept(self, decided: Decided) -> bool:
        """Carry a decision out; return False where somebody was quicker."""
        entries = sealed(self._parts.sealer, decided.notes, self._now_ms())
        try:
            self._parts.journal.commit(commit_of(decided, entries)).result()
        except StaleStateError:
            return False
        return True

    def _now_ms(self) -> int:
        return to_epoch_ms(self._parts.clock.now())


def revert_order(handover: Handover, item: Item) -> Mapping[str, Any]:
    """Return the order that takes a change back, as somebody would give it at the desk."""
    change = item.change_of
    assert change.undo is not None, "what nothing takes back is never decided to be reverted"
    order: dict[str, Any] = {
        "kind": change.undo,
        "account": handover.account,
        "why": _why(handover.id, item.reason),
    }
    if change.kind == "profile":
        return {**order, "text": change.before}
    return {**order, "target": change.target}


def _why(takeover_id: str, reason: str | None) -> str:
    return f"Handover of {takeover_id}: {reason or ''}"[:500]
