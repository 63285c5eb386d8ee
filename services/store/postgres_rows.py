"""How the rows of a commit get into PostgreSQL's tables: few one by one, many by way of COPY.

A statement for each row costs the server and the client several times the row itself. Many are
copied to a table of the connection's own, and from there set by one statement.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final, LiteralString, cast

from services.runtime.effects import Key, Row, Value
from services.store.postgres_pool import Connection
from services.store.statements import columns_of, delete, grouped, upsert, upsert_from
from services.store.tables import TABLES

MANY: Final = 48
"""From so many on, copying is cheaper: measured with the rows of posts, on one machine."""
_TYPES: Final = {"text": "text", "integer": "int8", "bytes": "bytea"}

Rows = Sequence[tuple[Value, ...]]
RowPlan = tuple[Mapping[str, Rows], Mapping[str, Rows]]
"""Rows to set and ids to take away, by table."""


@cache
def statement(text: str) -> LiteralString:
    """Return a portable statement with psycopg's placeholders."""
    return cast("LiteralString", text.replace("?", "%s"))  # type: ignore[redundant-cast] # LiteralString is str to mypy


def planned(writes: Mapping[Key, Row | None]) -> RowPlan:
    """Return writes by table, in the order in which everybody locks them.

    Raises KeyError for a table or column that nobody declared.
    """
    return grouped(dict(sorted(writes.items(), key=lambda write: write[0])))


def write_rows(connection: Connection, plan: RowPlan) -> None:
    """Set rows and take rows away, inside the caller's transaction."""
    upserts, deletes = plan
    for table, rows in upserts.items():
        if len(rows) < MANY:
            _one_by_one(connection, upsert(table), rows)
        else:
            _copied(connection, table, rows)
    for table, ids in deletes.items():
        _one_by_one(connection, delete(table), ids)


def _one_by_one(connection: Connection, text: str, rows: Rows) -> None:
    with connection.cursor() as many:
        many.executemany(statement(text), rows)


def _copied(connection: Connection, table: str, rows: Rows) -> None:
    make, copy, move = _statements(table)
    connection.execute(make)
    with connection.cursor().copy(copy) as incoming:
        incoming.set_types(_types(table))
        for row in rows:
            incoming.write_row(row)
    connection.execute(move)


@cache
def _statements(table: str) -> tuple[LiteralString, LiteralString, LiteralString]:
    columns = ", ".join(columns_of(table))
    mine = f"incoming_{table}"
    empty = f"SELECT {columns} FROM {table} WITH NO DATA"  # noqa: S608 - names come from tables.py
    return (
        statement(f"CREATE TEMPORARY TABLE IF NOT EXISTS {mine} ON COMMIT DELETE ROWS AS {empty}"),
        statement(f"COPY {mine} ({columns}) FROM STDIN (FORMAT binary)"),
        # In the order in which everybody locks rows.
        statement(upsert_from(table, f"SELECT {columns} FROM {mine} ORDER BY id")),  # noqa: S608
    )


@cache
def _types(table: str) -> tuple[str, ...]:
    return ("text", *(_TYPES[column.kind] for column in TABLES[table].columns))
