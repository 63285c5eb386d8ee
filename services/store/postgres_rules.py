"""Which errors of PostgreSQL say that a row breaks a rule, and the rule's name without the row."""

from typing import Final

import psycopg
from psycopg import errors

BREACHES: Final = (
    psycopg.IntegrityError,
    psycopg.DataError,
    # A value that is too long for an index over it.
    errors.ProgramLimitExceeded,
    # A text that is none and a number out of bounds, found by psycopg before the server sees them.
    UnicodeError,
    OverflowError,
)
"""The same row will never be taken, whoever writes it and whenever."""


def rule_of(error: Exception) -> str:
    """Return the rule that an error is about, by the names that the database gives it.

    What PostgreSQL says beside them quotes values of the row, and is left out.
    """
    kind = type(error).__name__
    if not isinstance(error, psycopg.Error):
        return kind
    told = error.diag
    places = {
        "constraint": told.constraint_name,
        "column": told.column_name,
        "table": told.table_name,
    }
    named = " of ".join(f"{what} {name}" for what, name in places.items() if name)
    return f"{kind}, {named}" if named else kind
