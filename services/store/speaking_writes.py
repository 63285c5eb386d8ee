"""What a speaking commit does inside its transaction, for any database: guards, then entries.

An adapter hands in how it executes a statement; on PostgreSQL the rows looked at are locked, on
SQLite there is one writer and nothing to lock.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from services.runtime.audit_entry import SealedEntry
from services.runtime.effects import Value
from services.runtime.errors import StaleStateError
from services.runtime.ports import Guard
from services.store.chain import linked
from services.store.statements import columns_of, row_values, upsert

Execute = Callable[[str, Sequence[Value]], Sequence[tuple[Any, ...]]]

HEAD_READ: Final = "SELECT sequence, hash FROM audit_heads WHERE id = ?"


def check_guards(execute: Execute, guards: Iterable[Guard], lock: str = "") -> None:
    """Raise StaleStateError where a row is not at the version that was decided on.

    `lock` is what the database adds to a read that locks what it finds.
    """
    for guard in guards:
        columns_of(guard.key.table)
        statement = f"SELECT version FROM {guard.key.table} WHERE id = ?{lock}"  # noqa: S608 - names come from tables.py
        rows = execute(statement, (guard.key.id,))
        found = rows[0][0] if rows else None
        if found != guard.version:
            raise StaleStateError(
                f"{guard.key.table} {guard.key.id} has changed since it was read "
                f"(version {guard.version}, now {found}); read it again"
            )


def link_entries(execute: Execute, entries: Iterable[SealedEntry], lock: str = "") -> None:
    """Link entries into their chains, in order."""
    for entry in entries:
        rows = execute(HEAD_READ + lock, (entry.chain,))
        link = linked((rows[0][0], bytes(rows[0][1])) if rows else None, entry)
        for table, row_id, row in (
            ("audit_entries", link.entry_id, link.entry),
            ("audit_payloads", link.entry_id, link.payload),
            ("audit_heads", entry.chain, link.head),
        ):
            execute(upsert(table), row_values(table, row_id, row))
