"""Rows that PostgreSQL will never take: told as such, by the rule's name, and without the row."""

import psycopg
import pytest

from services.runtime.effects import Key, Row, Value
from services.runtime.errors import RuleBrokenError
from services.runtime.ports import Commit
from services.store.postgres_journal import PostgresJournal
from services.store.postgres_rows import MANY

SECONDS = 60
PERSON = "Jo Example, 020 7946 0123"


@pytest.mark.parametrize("count", [1, MANY])
@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("reason", f"{PERSON} is too long", "CheckViolation, constraint short of table objections"),
        ("added_at_ms", 2**63, ""),
        ("reason", "\0", ""),
        ("reason", "\ud83d", "UnicodeEncodeError"),
    ],
)
def test_a_row_that_is_never_taken_is_told_by_its_rule(
    address: str,
    journal: PostgresJournal[None],
    count: int,
    column: str,
    value: Value,
    rule: str,
) -> None:
    """However many rows go with it, and by whichever way; the writer goes on with the next."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("ALTER TABLE objections ADD CONSTRAINT short CHECK (reason < 'Jn')")
    rows: dict[Key, Row | None] = {
        Key("objections", f"o{number}"): {"source": PERSON, "reason": "", "added_at_ms": number}
        for number in range(count)
    }
    rows[Key("objections", "o0")] = {"source": PERSON, column: value}

    try:
        with pytest.raises(RuleBrokenError) as refused:
            journal.commit(Commit(writes=rows)).result(SECONDS)

        assert rule in refused.value.rule
        assert "Example" not in str(refused.value)
        rows[Key("objections", "o0")] = {"source": PERSON}
        assert not journal.commit(Commit(writes=rows)).result(SECONDS)
    finally:
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute("ALTER TABLE objections DROP CONSTRAINT short")
