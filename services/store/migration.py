"""What a migration is: one numbered step of the schema, in text both databases take."""

from dataclasses import dataclass
from typing import Final, Literal

Engine = Literal["sqlite", "postgres"]
KEYED: Final = "{keyed}"
"""Behind a table of short rows found by id alone: SQLite then keeps one tree for it, not two."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of the schema; `sqlite` and `postgres` statements run on that engine alone."""

    number: int
    name: str
    statements: tuple[str, ...]
    sqlite: tuple[str, ...] = ()
    postgres: tuple[str, ...] = ()

    def statements_for(self, engine: Engine) -> tuple[str, ...]:
        """Return what this migration runs on an engine, in order."""
        keyed = " WITHOUT ROWID" if engine == "sqlite" else ""
        portable = tuple(text.replace(KEYED, keyed) for text in self.statements)
        return portable + (self.sqlite if engine == "sqlite" else self.postgres)
