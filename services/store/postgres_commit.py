"""What a commit does inside its transaction on PostgreSQL: cursors, guards, rows, audit, relay.

Locks are taken in one order by everybody: cursors by name, guards by key, rows by table and id,
heads of chains by name, keys of the relay by topic and key. Two commits that keep to it never wait
for each other; where rows outside their guards cross all the same, PostgreSQL ends one of them,
which is decided afresh.
"""

from collections.abc import Sequence
from typing import Any, Final

import psycopg

from services.runtime.audit_entry import SealedEntry
from services.runtime.effects import Value
from services.runtime.errors import CursorMovedError
from services.runtime.failpoints import reach
from services.runtime.ports import Cursor, Guard
from services.store.postgres_pool import Connection
from services.store.postgres_rows import RowPlan, statement, write_rows
from services.store.speaking_writes import Locks, check_guards, link_entries
from services.store.statements import cursor_id

_START: Final = (
    "INSERT INTO cursors (id, next_offset) SELECT id, 0 FROM unnest(%s::text[]) AS new (id) "
    'ORDER BY id COLLATE "C" ON CONFLICT (id) DO NOTHING'
)
_MOVE: Final = (
    "WITH locked AS MATERIALIZED (SELECT cursors.id FROM cursors "
    'WHERE cursors.id = ANY(%s::text[]) ORDER BY cursors.id COLLATE "C" FOR UPDATE) '
    "UPDATE cursors SET next_offset = asked.finish FROM locked, "
    "unnest(%s::text[], %s::bigint[], %s::bigint[]) AS asked (id, start, finish) "
    "WHERE cursors.id = locked.id AND asked.id = locked.id AND next_offset = asked.start"
)
_PLACES: Final = "SELECT id, next_offset FROM cursors WHERE id = ANY(%s::text[])"

LOCKS: Final = Locks(row=" FOR UPDATE", name="SELECT pg_advisory_xact_lock(hashtextextended(?, 0))")
"""Two names of one hash wait for each other now and then, and nothing worse."""


def execute(
    connection: Connection, text: str, parameters: Sequence[Value] = ()
) -> psycopg.Cursor[tuple[Any, ...]]:
    """Carry out a portable statement."""
    return connection.execute(statement(text), tuple(parameters))


def carry_out(
    connection: Connection,
    plan: RowPlan,
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
    write_rows(connection, plan)
    link_entries(rows, entries, LOCKS)


def _move(connection: Connection, cursors: Sequence[Cursor]) -> None:
    """Move all by one statement: a batch may hold records of every partition of a topic."""
    if not cursors:
        return
    moves = [
        (cursor_id(each.consumer, each.topic, each.partition), each.start, each.end)
        for each in cursors
    ]
    new = [name for name, start, _ in moves if start == 0]
    if new:
        connection.execute(_START, (new,))
    columns = [list(column) for column in zip(*moves, strict=True)]
    if connection.execute(_MOVE, (columns[0], *columns)).rowcount != len(moves):
        found: dict[str, int] = dict(connection.execute(_PLACES, (columns[0],)).fetchall())
        for (name, start, _), cursor in zip(moves, cursors, strict=True):
            if found.get(name) != start:
                raise CursorMovedError(
                    f"{cursor.consumer} is not at offset {start} of {cursor.topic}"
                )
