"""Numbered migrations of the house platform's own file. A released one is never changed."""

from typing import Final

from services.store.migration import Migration

HOUSE: Final = Migration(
    number=1,
    name="house",
    statements=(),
    sqlite=(
        "CREATE TABLE accounts (handle TEXT PRIMARY KEY COLLATE NOCASE, name TEXT NOT NULL, "
        "kind TEXT NOT NULL CHECK (kind IN ('body', 'citizen')), profile TEXT NOT NULL, "
        "token_hash BLOB, created_at_ms INTEGER NOT NULL) WITHOUT ROWID",
        "CREATE TABLE posts (id TEXT PRIMARY KEY, thread_id TEXT NOT NULL, parent_id TEXT, "
        "handle TEXT NOT NULL REFERENCES accounts (handle), text TEXT NOT NULL, language TEXT, "
        "media TEXT NOT NULL, created_at_ms INTEGER NOT NULL, edited_at_ms INTEGER, "
        "revision INTEGER NOT NULL, hidden INTEGER NOT NULL, deleted INTEGER NOT NULL, "
        "latest_at_ms INTEGER NOT NULL, key TEXT)",
        "CREATE INDEX posts_by_thread ON posts (thread_id)",
        "CREATE INDEX threads_by_latest ON posts (latest_at_ms, id) WHERE parent_id IS NULL",
        "CREATE TABLE relations (handle TEXT NOT NULL, kind TEXT NOT NULL, target TEXT NOT NULL, "
        "at_ms INTEGER NOT NULL, PRIMARY KEY (handle, kind, target)) WITHOUT ROWID",
        "CREATE INDEX relations_by_target ON relations (kind, target)",
        "CREATE TABLE acts (sequence INTEGER PRIMARY KEY AUTOINCREMENT, "
        "remote_id TEXT NOT NULL UNIQUE, handle TEXT NOT NULL, kind TEXT NOT NULL, "
        "text TEXT NOT NULL, target TEXT, thread_id TEXT, key TEXT, digest TEXT NOT NULL, "
        "at_ms INTEGER NOT NULL)",
        "CREATE UNIQUE INDEX acts_by_key ON acts (handle, key) WHERE key IS NOT NULL",
        "CREATE INDEX acts_by_handle ON acts (handle, at_ms)",
        "CREATE TABLE changes (sequence INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, "
        "post_id TEXT NOT NULL, at_ms INTEGER NOT NULL)",
    ),
)

HIDES: Final = Migration(
    number=2,
    name="hides",
    statements=(),
    sqlite=(
        "INSERT INTO relations (handle, kind, target, at_ms) "
        "SELECT acts.handle, 'hide', acts.target, max(acts.at_ms) FROM acts "
        "JOIN posts ON posts.id = acts.target WHERE acts.kind = 'hide' AND posts.hidden "
        "AND NOT posts.deleted GROUP BY acts.handle, acts.target",
    ),
)
"""Which account hides a post is kept beside whom it blocks, so that it alone can take that back."""

HOUSE_MIGRATIONS: Final = (HOUSE, HIDES)
