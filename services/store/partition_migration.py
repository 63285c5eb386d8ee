"""Parts of the fifth migration: on PostgreSQL, large tables that are kept in parts.

Posts lie by the month in which they were first seen, which their ids begin with: a month that is
over is never written again, and goes as a whole. What lies outside the months made so far is in the
default part (see `postgres_partitions.py`). The audit, which is read by chain and never ends, is
spread by its entries' ids.
"""

from typing import Final

AUDIT_PARTS: Final = 4

_POSTS: Final = (
    # The table as it was becomes the default part of the new one: no row is copied.
    "ALTER TABLE posts RENAME TO posts_default",
    "ALTER INDEX posts_pkey RENAME TO posts_default_pkey",
    "ALTER INDEX posts_by_case RENAME TO posts_default_by_case",
    "ALTER INDEX posts_without_case RENAME TO posts_default_without_case",
    "CREATE TABLE posts (LIKE posts_default, PRIMARY KEY (id)) PARTITION BY RANGE (id)",
    "CREATE INDEX posts_by_case ON posts (case_id)",
    "CREATE INDEX posts_without_case ON posts (conversation_id) WHERE case_id IS NULL",
    "ALTER TABLE posts ATTACH PARTITION posts_default DEFAULT",
)


def _spread(table: str, check: str = "") -> tuple[str, ...]:
    """Return what makes a table one that is spread by id, with the rows it has."""
    return (
        f"ALTER TABLE {table} RENAME TO {table}_whole",
        f"ALTER INDEX {table}_pkey RENAME TO {table}_whole_pkey",
        f"CREATE TABLE {table} (LIKE {table}_whole, PRIMARY KEY (id){check}) "
        "PARTITION BY HASH (id)",
        *(
            f"CREATE TABLE {table}_{part} PARTITION OF {table} "
            f"FOR VALUES WITH (MODULUS {AUDIT_PARTS}, REMAINDER {part})"
            for part in range(AUDIT_PARTS)
        ),
        f"INSERT INTO {table} SELECT * FROM {table}_whole",  # noqa: S608 - names stand below
        f"DROP TABLE {table}_whole",
    )


PARTITIONED: Final = (
    *_POSTS,
    # No index over parts can be unique in place and chain alone. It need not be: an id is made of
    # both, which the check holds it to, and the primary key is unique over all parts.
    *_spread("audit_entries", ", CHECK (id = chain || ':' || lpad(sequence::text, 12, '0'))"),
    *_spread("audit_payloads"),
    "CREATE INDEX audit_entries_by_place ON audit_entries (chain, sequence)",
    "CREATE INDEX audit_entries_by_case ON audit_entries (case_id)",
    "CREATE INDEX audit_entries_by_act ON audit_entries (act_id)",
    "CREATE INDEX audit_entries_by_actor ON audit_entries (actor_id, at_ms)",
    "CREATE INDEX audit_entries_by_subject ON audit_entries (subject)",
    "CREATE INDEX audit_entries_by_time ON audit_entries (at_ms)",
)
