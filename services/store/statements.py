"""The portable set of statements: one text for SQLite and PostgreSQL, made from the tables.

Placeholders are written `?`; an adapter whose driver wants another sign replaces it. No statement
holds a literal question mark or percent sign.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Final

from services.runtime.effects import Key, Row, Value
from services.store.tables import TABLES

FETCH_SIZES: Final = (1, 16, 128, 512)
"""How many ids one fetch asks for: few sizes, so that prepared statements are met again."""

CURSOR_READ: Final = "SELECT next_offset FROM cursors WHERE id = ?"
CURSOR_START: Final = (
    "INSERT INTO cursors (id, next_offset) VALUES (?, ?) ON CONFLICT (id) DO NOTHING"
)
CURSOR_MOVE: Final = "UPDATE cursors SET next_offset = ? WHERE id = ? AND next_offset = ?"
VERSION_READ: Final = "SELECT max(number) FROM schema_versions"
VERSION_WRITE: Final = "INSERT INTO schema_versions (number, name, applied_at_ms) VALUES (?, ?, ?)"


def cursor_id(consumer: str, topic: str, partition: int = 0) -> str:
    """Return where a consumer's place in a partition stands; a log without any has the one, 0."""
    return f"{consumer}|{topic}|{partition}" if partition else f"{consumer}|{topic}"


@cache
def columns_of(table: str) -> tuple[str, ...]:
    """Return a table's column names, the id first. Raises KeyError where none is declared."""
    return ("id", *(column.name for column in TABLES[table].columns))


@cache
def insert(table: str) -> str:
    """Return the statement that adds one row; one of its id that is there already is an error."""
    columns = columns_of(table)
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"  # noqa: S608 - names come from tables.py


@cache
def upsert(table: str) -> str:
    """Return the statement that sets one row, whole."""
    return insert(table) + _taking_the_place(table)


@cache
def upsert_from(table: str, query: str) -> str:
    """Return the statement that sets the rows of a query of the table's columns, whole."""
    columns = ", ".join(columns_of(table))
    return f"INSERT INTO {table} ({columns}) {query}" + _taking_the_place(table)


def _taking_the_place(table: str) -> str:
    settings = ", ".join(f"{name} = excluded.{name}" for name in columns_of(table)[1:])
    return f" ON CONFLICT (id) DO UPDATE SET {settings}"


@cache
def delete(table: str) -> str:
    """Return the statement that takes one row away."""
    columns_of(table)
    return f"DELETE FROM {table} WHERE id = ?"  # noqa: S608 - names come from tables.py


@cache
def fetch(table: str, size: int) -> str:
    """Return the statement that finds the rows of `size` ids."""
    columns = ", ".join(columns_of(table))
    return f"SELECT {columns} FROM {table} WHERE id IN ({', '.join('?' * size)})"  # noqa: S608


def row_values(table: str, row_id: str, row: Row) -> tuple[Value, ...]:
    """Return a row's values in the order of its columns; a column not named is empty.

    Raises KeyError for a column the table does not declare: a slip of the pen must not lose data.
    """
    names, allowed = _names(table)
    if not row.keys() <= allowed:
        unknown = ", ".join(sorted(row.keys() - allowed))
        raise KeyError(f"table {table} has no column {unknown}")
    return (row_id, *map(row.get, names))


@cache
def _names(table: str) -> tuple[tuple[str, ...], frozenset[str]]:
    names = columns_of(table)[1:]
    return names, frozenset(names)


@cache
def fetch_value(table: str, column: str) -> str:
    """Return the statement that finds one value of a row. KeyError where it is not declared."""
    if column not in columns_of(table):
        raise KeyError(f"table {table} has no column {column}")
    return f"SELECT {column} FROM {table} WHERE id = ?"  # noqa: S608 - names come from tables.py


def fetch_plan(keys: Iterable[Key]) -> Iterator[tuple[str, str, Sequence[str]]]:
    """Yield (table, statement, ids) for all keys, few statements, ids repeated to fill the last."""
    ids_by_table: dict[str, list[str]] = {}
    for key in dict.fromkeys(keys):
        ids_by_table.setdefault(key.table, []).append(key.id)
    for table, ids in ids_by_table.items():
        for start in range(0, len(ids), FETCH_SIZES[-1]):
            part = ids[start : start + FETCH_SIZES[-1]]
            size = next(size for size in FETCH_SIZES if size >= len(part))
            yield table, fetch(table, size), [*part, *[part[-1]] * (size - len(part))]


def write_plan(
    writes: Mapping[Key, Row | None],
) -> Iterator[tuple[str, list[tuple[Value, ...]]]]:
    """Yield (statement, parameter rows) that carry out all writes, grouped by table."""
    upserts, deletes = grouped(writes)
    for table, rows in upserts.items():
        yield upsert(table), rows
    for table, rows in deletes.items():
        yield delete(table), rows


def grouped(
    writes: Mapping[Key, Row | None],
) -> tuple[dict[str, list[tuple[Value, ...]]], dict[str, list[tuple[Value, ...]]]]:
    """Return rows to set and ids to take away, by table, each as the values of a statement."""
    upserts: dict[str, list[tuple[Value, ...]]] = {}
    deletes: dict[str, list[tuple[Value, ...]]] = {}
    for (table, row_id), row in writes.items():
        if row is None:
            deletes.setdefault(table, []).append((row_id,))
        else:
            upserts.setdefault(table, []).append(row_values(table, row_id, row))
    return upserts, deletes
