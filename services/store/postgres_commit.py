"""What a commit does inside its transaction on PostgreSQL: cursors, guards, rows, audit, relay.

Locks are taken in one order by everybody: cursors by name, guards by key, rows by table and id,
heads of chains by name, keys of the relay by topic and key. Two commits that keep to it never wait
for each other; where rows outside their guards cross all the same, PostgreSQL ends one of them,
which is decided afresh.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final, LiteralString, cast

import psycopg

from services.runtime.audit_entry import SealedEntry
from services.runtime.effects import Key, Row, Value
from services.runtime.errors import CursorMovedError
from services.runtime.failpoints import reach
from services.runtime.ports import Cursor, Guard
from services.store.postgres_pool import Connection
from services.store.speaking_writes import Locks, check_guards, link_entries
from services.store.statements import CURSOR_MOVE, CURSOR_START, cursor_id, write_plan

LOCKS: Final = Locks(row=" FOR UPDATE", name="SELECT pg_advisory_xact_lock(hashtextextended(?, 0))")
"""Two names of one hash wait for each other now and then, and nothing worse."""

Plan = Sequence[tuple[str, Sequence[tuple[Value, ...]]]]


@cache
def statement(text: str) -> LiteralString:
    """Return a portable statement with psycopg's placeholders."""
    return cast("LiteralString", text.replace("?", "%s"))  # type: ignore[redundant-cast] # LiteralString is str to mypy


def execute(
    connection: Connection, text: str, parameters: Sequence[Value] = ()
) -> psycopg.Cursor[tuple[Any, ...]]:
    """Carry out a portable statement."""
    return connection.execute(statement(text), tuple(parameters))


def planned(writes: Mapping[Key, Row | None]) -> Plan:
    """Return writes as statements with their rows, in the order in which everybody locks them.

    Raises KeyError for a table or column that nobody declared.
    """
    ordered = dict(sorted(writes.items(), key=lambda write: write[0]))
    return tuple(write_plan(ordered))


def carry_out(
    connection: Connection,
    plan: Plan,
    cursors: Sequence[Cursor],
    guards: Sequence[Guard],
    entries: Sequence[SealedEntry],
) -> None:
    """Move cursors, check guards, write rows and link entries, inside the caller's transaction.

    Raises CursorMovedError where a consumer is not where its move starts, StaleStateError where a
    guard does not hold.
    """

    def rows(text: str, parameters: Sequence[Value]) -> Sequence[tuple[Any, ...]]:
        cursor = execute(connection, text, parameters)
        return cursor.fetchall() if cursor.description else ()

    reach("cursor.move.before")
    _move(connection, cursors)
    reach("cursor.move.after")
    check_guards(rows, guards, LOCKS)
    for text, values in plan:
        with connection.cursor() as many:
            many.executemany(statement(text), values)
    link_entries(rows, entries, LOCKS)


def _move(connection: Connection, cursors: Sequence[Cursor]) -> None:
    ordered = sorted(cursors, key=lambda each: (each.consumer, each.topic, each.partition))
    for cursor in ordered:
        name = cursor_id(cursor.consumer, cursor.topic, cursor.partition)
        if cursor.start == 0:
            execute(connection, CURSOR_START, (name, 0))
        if execute(connection, CURSOR_MOVE, (cursor.end, name, cursor.start)).rowcount != 1:
            raise CursorMovedError(
                f"{cursor.consumer} is not at offset {cursor.start} of {cursor.topic}"
            )
