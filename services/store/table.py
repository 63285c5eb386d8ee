"""What a table is: named columns around a text id, and the statement that creates it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["text", "integer", "real", "bytes"]

_TYPES: Final[dict[Kind, str]] = {
    "text": "TEXT",
    "integer": "BIGINT",
    "real": "DOUBLE PRECISION",
    "bytes": "BYTEA",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A named value of a row; every column but the id may be empty."""

    name: str
    kind: Kind = "text"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows found by a text `id`, not listed among the columns; `owner` alone writes them."""

    name: str
    owner: str
    columns: tuple[Column, ...]


def text(*names: str) -> tuple[Column, ...]:
    """Return columns of text."""
    return tuple(Column(name) for name in names)


def integer(*names: str) -> tuple[Column, ...]:
    """Return columns of whole numbers."""
    return tuple(Column(name, "integer") for name in names)


def create_statement(table: Table, checks: Sequence[str] = ()) -> str:
    """Return the statement that creates a table, in SQL that SQLite and PostgreSQL both take."""
    lines = [
        "id TEXT PRIMARY KEY",
        *(f"{column.name} {_TYPES[column.kind]}" for column in table.columns),
        *(f"CHECK ({check})" for check in checks),
    ]
    return f"CREATE TABLE {table.name} ({', '.join(lines)})"


def add_statements(table: str, columns: Sequence[Column]) -> tuple[str, ...]:
    """Return the statements that give a table that is there more columns, empty at first."""
    return tuple(
        f"ALTER TABLE {table} ADD COLUMN {column.name} {_TYPES[column.kind]}" for column in columns
    )
