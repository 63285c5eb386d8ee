"""What a speaking commit does inside its transaction, for any database: guards, then entries.

An adapter hands in how it executes a statement and how it locks. SQLite has one writer and nothing
to lock; where there are several, a row is locked as it is looked at, and a row that is not there
yet by its name, so that of two who would both be first the second sees the other's.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from services.runtime.audit_entry import SealedEntry
from services.runtime.effects import Value
from services.runtime.errors import StaleStateError
from services.runtime.ports import Guard
from services.store.chain import linked
from services.store.statements import fetch_value, insert, row_values, upsert

Execute = Callable[[str, Sequence[Value]], Sequence[tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class Locks:
    """How a database with several writers keeps them apart until the transaction ends.

    `row` is added to a read that is to lock what it finds; `name` is a statement with one parameter
    that locks a text, whether or not there is a row of that name.
    """

    row: str
    name: str


HEAD_READ: Final = "SELECT sequence, hash FROM audit_heads WHERE id = ?"


def check_guards(execute: Execute, guards: Iterable[Guard], locks: Locks | None = None) -> None:
    """Raise StaleStateError where a row does not say what was decided on any more."""
    # In one order for everybody, so that no two transactions wait for each other.
    for guard in sorted(guards, key=lambda guard: guard.key):
        table, row_id = guard.key
        rows = _looked_up(execute, fetch_value(table, guard.column), table, row_id, locks)
        found = rows[0][0] if rows else None
        if found != guard.value:
            raise StaleStateError(
                f"{table} {row_id} has changed since it was read (its {guard.column}); "
                "read it again"
            )


def link_entries(
    execute: Execute, entries: Sequence[SealedEntry], locks: Locks | None = None
) -> None:
    """Link entries into their chains, in order; an entry that is there is never written over."""
    heads: dict[str, tuple[int, bytes] | None] = {}
    for chain in sorted({entry.chain for entry in entries}):
        rows = _looked_up(execute, HEAD_READ, "audit_heads", chain, locks)
        heads[chain] = (rows[0][0], bytes(rows[0][1])) if rows else None
    for entry in entries:
        link = linked(heads[entry.chain], entry)
        heads[entry.chain] = link.place
        for table, statement, row_id, row in (
            ("audit_entries", insert, link.entry_id, link.entry),
            ("audit_payloads", insert, link.entry_id, link.payload),
            ("audit_heads", upsert, entry.chain, link.head),
        ):
            execute(statement(table), row_values(table, row_id, row))


def _looked_up(
    execute: Execute, statement: str, table: str, row_id: str, locks: Locks | None
) -> Sequence[tuple[Any, ...]]:
    """Return what a read of one row finds, the row or its name locked behind it."""
    if locks is None:
        return execute(statement, (row_id,))
    rows = execute(statement + locks.row, (row_id,))
    if rows:
        return rows
    execute(locks.name, (f"{table}:{row_id}",))
    return execute(statement + locks.row, (row_id,))
