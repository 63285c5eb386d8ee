"""Journal and state in memory: every commit whole and at once, for tests and simulations."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from typing import Final, cast

from services.log.memory_log import MemoryLog
from services.runtime.audit_entry import SealedEntry
from services.runtime.effects import Key, Row, Value
from services.runtime.errors import CursorMovedError, MercatError, RuleBrokenError, StaleStateError
from services.runtime.ports import Commit, Cursor, Guard, Record
from services.store.chain import linked
from services.store.statements import cursor_id, fetch_value, row_values

INTEGER_MAX: Final = 2**63 - 1
"""What the other stores' whole numbers go up to."""


class MemoryJournal:
    """Keeps rows and cursors in dictionaries. `fault` may raise in place of a commit, to order."""

    def __init__(self, log: MemoryLog, fault: Callable[[Commit], None] | None = None) -> None:
        self.log = log
        self.rows: dict[Key, Row] = {}
        self._cursors: dict[str, int] = {}
        self._fault = fault

    def commit(self, commit: Commit) -> "Future[Sequence[Record]]":
        """Carry a commit out, whole; its future is done when this returns."""
        future: Future[Sequence[Record]] = Future()
        try:
            future.set_result(self._commit(commit))
        except MercatError as error:
            future.set_exception(error)
        return future

    def fetch(self, keys: Iterable[Key]) -> dict[Key, Row | None]:
        """Return every key asked for with its row, or None where there is none."""
        return {key: self.rows.get(key) for key in keys}

    def cursor(self, consumer: str, topic: str, *, partition: int = 0) -> int:
        """Return the next offset a consumer has to handle."""
        return self._cursors.get(cursor_id(consumer, topic, partition), 0)

    def _commit(self, commit: Commit) -> Sequence[Record]:
        if self._fault:
            self._fault(commit)
        commit.check_followed()
        for cursor in commit.cursors:
            if self._cursors.get(_id_of(cursor), 0) != cursor.start:
                raise CursorMovedError(f"{cursor.consumer} is not at offset {cursor.start}")
        self._check(commit.guards)
        for key, row in commit.writes.items():
            if row is not None:
                _check_bounds(row_values(key.table, key.id, row))
        records = self.log.append(commit.appends)
        for key, row in commit.writes.items():
            if row is None:
                self.rows.pop(key, None)
            else:
                self.rows[key] = dict(row)
        for entry in commit.entries:
            self._link(entry)
        for cursor in commit.cursors:
            self._cursors[_id_of(cursor)] = cursor.end
        return records

    def _check(self, guards: Iterable[Guard]) -> None:
        for guard in guards:
            fetch_value(guard.key.table, guard.column)
            row = self.rows.get(guard.key)
            if (None if row is None else row.get(guard.column)) != guard.value:
                raise StaleStateError(f"{guard.key.table} {guard.key.id} has changed")

    def _link(self, entry: SealedEntry) -> None:
        head = self.rows.get(Key("audit_heads", entry.chain))
        before = (cast("int", head["sequence"]), cast("bytes", head["hash"])) if head else None
        link = linked(before, entry)
        self.rows[Key("audit_entries", link.entry_id)] = link.entry
        self.rows[Key("audit_payloads", link.entry_id)] = link.payload
        self.rows[Key("audit_heads", entry.chain)] = link.head


def _id_of(cursor: Cursor) -> str:
    return cursor_id(cursor.consumer, cursor.topic, cursor.partition)


def _check_bounds(values: Iterable[Value]) -> None:
    """Refuse what no other store would take."""
    if any(isinstance(value, int) and abs(value) > INTEGER_MAX for value in values):
        raise RuleBrokenError("a whole number is out of bounds")
