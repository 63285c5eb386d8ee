"""The clock at work on rotas: marks shifts that are over, ends leave nobody looked at in time."""

from collections.abc import Callable
from typing import Final

from services.policy.decided_commit import commit_of, sealed
from services.policy.grants import grant_key
from services.policy.people import note, person_subject
from services.policy.rota import shift_key, shift_of
from services.policy.rota_certifying import is_due
from services.policy.rotas import Changes, shift_note
from services.policy.situation import account_key
from services.runtime.actor import PROGRAM
from services.runtime.audit_entry import Sealer, account_chain
from services.runtime.clock import Clock, to_epoch_ms
from services.runtime.errors import StaleStateError
from services.runtime.ports import Journal, Store

AT_ONCE_MAX: Final = 100
NOBODY_SAID: Final = "Nobody said in time that it is still needed."


class RotaTurns:
    """Does what is due, at each turn so much at most; each in a commit of its own."""

    def __init__(self, journal: Journal, store: Store, sealer: Sealer, clock: Clock) -> None:
        self._journal = journal
        self._store = store
        self._sealer = sealer
        self._clock = clock

    def turn(self) -> int:
        """Do what is due now; return how much that was.

        What a person changed meanwhile is left to the next turn. Raises RetryLaterError where the
        database does not take it.
        """
        now_ms = to_epoch_ms(self._clock.now())
        over = self._store.select("shifts_over", (now_ms, AT_ONCE_MAX))
        done = sum(self._once(self._over, str(row["id"]), now_ms) for row in over)
        due = self._store.select("grants_uncertified", (now_ms, AT_ONCE_MAX))
        return done + sum(self._once(self._uncertified, str(row["id"]), now_ms) for row in due)

    def _once(self, decide: Callable[[str, int], Changes | None], row_id: str, now_ms: int) -> bool:
        changes = decide(row_id, now_ms)
        if changes is None:
            return False
        entries = sealed(self._sealer, changes.notes, now_ms)
        try:
            self._journal.commit(commit_of(changes.decided(""), entries)).result()
        except StaleStateError:
            return False
        return True

    def _over(self, shift_id: str, now_ms: int) -> Changes | None:
        row = self._store.fetch([shift_key(shift_id)])[shift_key(shift_id)]
        if row is None or row["state"] != "planned":
            return None
        shift = shift_of(shift_id, row)
        if shift.ends_at_ms > now_ms:
            return None
        changes = Changes()
        changes.keep(shift.changed(state="done", note=shift.note), shift)
        key = grant_key(shift.grant_id)
        changes.end_grant(shift.grant_id, self._store.fetch([key])[key])
        changes.notes.append(shift_note("shift.over", shift, PROGRAM, ""))
        return changes

    def _uncertified(self, grant_id: str, now_ms: int) -> Changes | None:
        key = grant_key(grant_id)
        grant = self._store.fetch([key])[key]
        if grant is None or not is_due(grant, now_ms):
            return None
        account_id = str(grant["account"])
        account = self._store.fetch([account_key(account_id)])[account_key(account_id)]
        changes = Changes()
        if account is not None:
            changes.raise_accounts([{**account, "id": account_id}], now_ms)
        changes.end_grant(grant_id, grant)
        changes.notes.append(
            note(
                "grant.lapsed",
                PROGRAM,
                person_subject(str(grant["person_id"])),
                {"why": NOBODY_SAID},
                chain=account_chain(account_id),
                grant=grant_id,
                person=str(grant["person_id"]),
            )
        )
        return changes
