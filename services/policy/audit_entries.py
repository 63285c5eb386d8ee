"""Entries of the audit as they were stored, read back in runs of bounded length."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple, cast

from services.policy.sealing import read_body
from services.runtime.effects import Row, Value
from services.runtime.ports import Store

PAGE_ROWS: Final = 500


class StoredEntry(NamedTuple):
    """One entry with what lies beside it; `salt` and `ciphertext` are None where that is gone."""

    id: str
    chain: str
    sequence: int
    at_ms: int
    kind: str
    subject: str
    actor_id: str
    case_id: str | None
    act_id: str | None
    previous_hash: bytes
    body: bytes
    hash: bytes
    salt: bytes | None
    ciphertext: bytes | None

    @property
    def said(self) -> Mapping[str, Any]:
        """The body as an object; empty where it is no JSON object."""
        return read_body(self.body)


class Head(NamedTuple):
    """Where a chain ends."""

    sequence: int
    hash: bytes


def stored_entry(row: Row) -> StoredEntry:
    """Return the entry that a row of the audit's searches holds."""
    return StoredEntry(*(cast("Any", row[name]) for name in StoredEntry._fields))


def heads_of(store: Store) -> dict[str, Head]:
    """Return every chain's head, read at one moment, the house's chain first."""
    heads = {
        str(row["id"]): Head(cast("int", row["sequence"]), cast("bytes", row["hash"]))
        for row in store.select("audit_heads")
    }
    return dict(sorted(heads.items(), key=lambda item: (item[0] != "house", item[0])))


def chain_entries(store: Store, chain: str, after: int = 0) -> Iterator[StoredEntry]:
    """Yield a chain's entries behind a sequence, in order."""
    while True:
        rows = store.select("audit_chain_after", (chain, after, PAGE_ROWS))
        yield from map(stored_entry, rows)
        if len(rows) < PAGE_ROWS:
            return
        after = cast("int", rows[-1]["sequence"])


def entries_found(
    store: Store, query: str, value: Value, from_ms: int = 0
) -> Iterator[StoredEntry]:
    """Yield the entries that a search by time finds from a moment on, oldest first.

    `query` is one of the `audit_of_…` searches, `value` what it looks for.
    """
    at_ms, last = from_ms, ""
    while True:
        rows = store.select(query, (value, at_ms, at_ms, last, PAGE_ROWS))
        yield from map(stored_entry, rows)
        if len(rows) < PAGE_ROWS:
            return
        at_ms, last = cast("int", rows[-1]["at_ms"]), str(rows[-1]["id"])
