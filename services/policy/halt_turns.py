"""The clock at work on halts: lets go of those whose end has come, and measures how soon they held.

Measured is from the press until the last act that was on its way then had ended, from the rows that
say when each began and ended: so it is the same whichever process sent it.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple, cast

from services.policy.decided import Decided
from services.policy.decided_commit import commit_of, sealed
from services.policy.halts import expired
from services.policy.situation import halt_key
from services.runtime.audit_entry import Sealer
from services.runtime.clock import HOUR_MS, Clock, to_epoch_ms
from services.runtime.effects import Key, Row, without_id
from services.runtime.errors import StaleStateError
from services.runtime.ports import Guard, Journal, Store

AT_ONCE_MAX: Final = 50
ON_THEIR_WAY_MAX: Final = 200
BEGUN_BEFORE_MS: Final = HOUR_MS
"""No try of an act lasts so long."""


class Drained(NamedTuple):
    """When the last act that a halt found on its way had ended, and how many there were."""

    at_ms: int
    acts: int


class HaltTurns:
    """Does what is due of every halt, at each turn so much at most."""

    def __init__(self, journal: Journal, store: Store, sealer: Sealer, clock: Clock) -> None:
        self._journal = journal
        self._store = store
        self._sealer = sealer
        self._clock = clock

    def turn(self) -> int:
        """Do what is due now; return how many halts were changed.

        What somebody changed meanwhile is left to the next turn. Raises RetryLaterError where the
        database does not take it.
        """
        now_ms = to_epoch_ms(self._clock.now())
        done = 0
        for row in self._store.select("halts_undrained", (AT_ONCE_MAX,)):
            measured = self._drained(row)
            done += measured is not None and self._kept(_measured(row, measured), now_ms)
        for row in self._store.select("halts_run_out", (now_ms, AT_ONCE_MAX)):
            done += self._kept(expired(row, self._accounts(row), now_ms), now_ms)
        return done

    def _drained(self, halt: Row) -> Drained | None:
        """Return how a halt took hold, or None while something that it found is on its way."""
        halted_ms = cast("int", halt["halted_at_ms"])
        since = (halted_ms - BEGUN_BEFORE_MS, halted_ms, ON_THEIR_WAY_MAX)
        found = [
            row
            for account in self._accounts(halt)
            for row in self._store.select("sendings_begun_between", (str(account["id"]), *since))
            if row["state"] == "sending" or cast("int", row["ended_at_ms"] or 0) > halted_ms
        ]
        return drained(halted_ms, self._stopped_by(halt, found))

    def _stopped_by(self, halt: Row, found: Sequence[Row]) -> Sequence[Row]:
        """Return so many of the acts found as a halt of a person stops: theirs alone."""
        if halt["kind"] != "person" or not found:
            return found
        people = self._store.select("person_by_login", (str(halt["name"]),))
        keys = [Key("acts", str(row["id"])) for row in found]
        acts = self._store.fetch(keys)
        theirs = {
            key.id
            for key, act in acts.items()
            if act is not None and people and act["author_id"] == people[0]["id"]
        }
        return [row for row in found if row["id"] in theirs]

    def _accounts(self, halt: Row) -> Sequence[Row]:
        rows = self._store.select("accounts")
        of_one = halt["kind"] == "account"
        return [row for row in rows if not of_one or row["id"] == halt["name"]]

    def _kept(self, decided: Decided, now_ms: int) -> bool:
        """Carry a decision out; return False where somebody was quicker."""
        entries = sealed(self._sealer, decided.notes, now_ms)
        try:
            self._journal.commit(commit_of(decided, entries)).result()
        except StaleStateError:
            return False
        return True


def drained(halted_ms: int, rows: Iterable[Row]) -> Drained | None:
    """Return how a halt took hold of the acts that it found on their way, or None: not all yet."""
    ends: list[int] = []
    for row in rows:
        kept = cast("dict[str, Any]", row)
        if kept["state"] == "sending":
            return None
        ends.append(kept["ended_at_ms"])
    return Drained(max([halted_ms, *ends]), len(ends))


def _measured(halt: Row, measured: Drained) -> Decided:
    key, version = halt_key(str(halt["kind"]), str(halt["name"])), cast("int", halt["version"])
    row: Row = {
        **without_id(halt),
        "drained_at_ms": measured.at_ms,
        "drain_ms": measured.at_ms - cast("int", halt["halted_at_ms"]),
        "let_through": measured.acts,
        "version": version + 1,
    }
    return Decided(writes={key: row}, guards=[Guard(key, version)])
