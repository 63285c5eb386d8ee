"""Keeps the sendings: finds them, and writes each change down with its entry in the audit."""

from collections.abc import Mapping
from typing import Any, Final

from schemas.envelope import trace_of_act
from services.publish.records import (
    BEGUN,
    ended_kind,
    joined,
    sealed,
    sending_commit,
    sending_note,
)
from services.publish.sending import Sending, begun, sending_key, sending_of
from services.runtime.actor import PROGRAM, Actor
from services.runtime.audit_entry import BODY_SUBJECT, SealedEntry, Sealer
from services.runtime.effects import Key, Row, Value
from services.runtime.failpoints import reach
from services.runtime.gate import Clearance
from services.runtime.ports import Commit, Journal, Store

NOTHING_ELSE: Final = Commit()


class Ledger:
    """The sendings as they are on disk; every change is one commit, or none.

    A change fails with StaleStateError where somebody else made one since, and with
    StorageRefusedError where the store would not take it: then nothing of it was kept.
    """

    def __init__(self, *, store: Store, journal: Journal, sealer: Sealer) -> None:
        self._store = store
        self._journal = journal
        self._sealer = sealer

    def find(self, act_id: str) -> Sending | None:
        """Return an act's sending, or None where it was never begun."""
        key = sending_key(act_id)
        row = self._store.fetch([key])[key]
        return None if row is None else sending_of(act_id, row)

    def open(self, account: str) -> Sending | None:
        """Return the oldest sending of an account of which the program has to find out the end."""
        rows = self._store.select("sendings_open", (account, 1))
        return sending_of(str(rows[0]["id"]), rows[0]) if rows else None

    def deferred(self, account: str, limit: int) -> list[Sending]:
        """Return the sendings of an account that its platform put off, the oldest first."""
        rows = self._store.select("sendings_deferred", (account, limit))
        return [sending_of(str(row["id"]), row) for row in rows]

    def unknown(self, account: str, limit: int) -> list[Sending]:
        """Return the sendings of an account whose end nobody knows, the oldest first."""
        rows = self._store.select("sendings_unknown_of", (account, limit))
        return [sending_of(str(row["id"]), row) for row in rows]

    def is_taken(self, sending: Sending, remote_id: str) -> bool:
        """Return whether a platform's id is known to be another act's of the same account."""
        rows = self._store.select("sendings_by_remote_id", (sending.account, remote_id))
        return any(row["id"] != sending.act_id for row in rows)

    def leave_version(self, account: str) -> Value:
        """Return the version that every change of what an account may do raises."""
        key = Key("accounts", account)
        row = self._store.fetch([key])[key]
        return None if row is None else row["version"]

    def trace_of(self, act_id: str) -> str:
        """Return the trace that an act is part of."""
        return _trace_of(act_id, self._act(act_id))

    def counts(self, account: str) -> tuple[int, int]:
        """Return how many acts of an account wait to be sent, and of how many nobody knows."""
        (row,) = self._store.select("sendings_counts", (account, account))
        return int(str(row["queued"])), int(str(row["in_doubt"]))

    def start(self, clearance: Clearance, before: Sending | None, now_ms: int) -> Sending:
        """Start an act in the transaction that its clearance is bound to; return its sending."""
        sending = begun(clearance, before, now_ms)
        entry = self._entry(BEGUN, sending, self._act(sending.act_id), now_ms, PROGRAM, {})
        self.commit(joined(clearance.commit, sending_commit(sending, before, entry)), "begin")
        return sending

    def record(  # noqa: PLR0913 - what happened, to what, by whom, and what goes with it
        self,
        before: Sending | None,
        after: Sending,
        point: str,
        at_ms: int,
        *,
        performed_at_ms: int | None = None,
        also: Commit = NOTHING_ELSE,
        actor: Actor = PROGRAM,
        payload: Mapping[str, Any] | None = None,
    ) -> None:
        """Write down what became of a sending, and with it whatever `also` holds."""
        act = self._act(after.act_id)
        entry = self._entry(ended_kind(after), after, act, at_ms, actor, payload or {})
        told = sending_commit(after, before, entry, performed_at_ms, _trace_of(after.act_id, act))
        self.commit(joined(also, told), point)

    def commit(self, commit: Commit, point: str) -> None:
        """Carry a commit out at one of the points where a fault test may end the process."""
        reach(f"sending.{point}.before")
        self._journal.commit(commit).result()
        reach(f"sending.{point}.after")

    def _act(self, act_id: str) -> Row:
        """Return an act's row; nothing where it is gone."""
        key = Key("acts", act_id)
        return self._store.fetch([key])[key] or {}

    def _entry(
        self,
        kind: str,
        sending: Sending,
        act: Row,
        at_ms: int,
        actor: Actor,
        payload: Mapping[str, Any],
    ) -> SealedEntry:
        subject = str(act.get("subject") or BODY_SUBJECT)
        note = sending_note(kind, sending, subject, actor=actor, payload=payload)
        return sealed(self._sealer, note, at_ms)


def _trace_of(act_id: str, act: Row) -> str:
    post_id = act.get("post_id")
    return trace_of_act(act_id, None if post_id is None else str(post_id))
