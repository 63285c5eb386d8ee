"""Rotation: a new master key, and every data key wrapped by it instead of by an older one.

It can be broken off and run again: what was wrapped anew stays so, and the rest follows.
"""

import os
from dataclasses import dataclass
from typing import Final

from services.runtime.effects import Key, Row
from services.runtime.errors import StaleStateError
from services.runtime.ports import Commit, Guard, Journal, Lane, Store
from services.store.file_installation import MasterKeys
from services.store.wrapping import NONCE_BYTES, unwrapped, wrapped

WRAPPING_TABLES: Final = {
    "subject_keys": "audit_keys_to_rewrap",
    "vault_secrets": "audit_secrets_to_rewrap",
}
"""Tables with a wrapped key, and the query that finds their rows under another master key."""
BATCH_ROWS: Final = 200


@dataclass(frozen=True, slots=True)
class Rotation:
    """What a rotation did: the key now in use, how many rows it wraps anew, and older keys.

    `resumed`: an earlier rotation had been broken off and was finished; no new key was made.
    """

    key_id: str
    rewrapped: int
    resumed: bool
    older_key_ids: tuple[str, ...]


def rotate(store: Store, journal: Journal, masters: MasterKeys) -> Rotation:
    """Make a new master key and wrap every data key with it.

    Where rows still wait under an older key, an earlier rotation is finished first and no new key
    is made. Older keys stay, for backups made under them, until `retire` destroys them.
    """
    resumed = any(rows_to_rewrap(store, masters.active, table) for table in WRAPPING_TABLES)
    if not resumed:
        masters.make_next()
    key_id = masters.active
    count = sum(_rewrap_table(store, journal, masters, table) for table in WRAPPING_TABLES)
    older = tuple(each for each in masters.ids() if each != key_id)
    return Rotation(key_id, count, resumed, older)


def retire_unused(store: Store, masters: MasterKeys) -> tuple[str, ...]:
    """Destroy all master keys but the one in use; return their ids.

    Nothing is destroyed while a row still waits under one of them. Backups made before the last
    rotation can then no longer be opened: that is what makes an erasure final in them too.
    """
    active = masters.active
    if any(rows_to_rewrap(store, active, table) for table in WRAPPING_TABLES):
        return ()
    retired = tuple(each for each in masters.ids() if each != active)
    for key_id in retired:
        masters.retire(key_id)
    return retired


def rows_to_rewrap(store: Store, key_id: str, table: str) -> list[Row]:
    """Return a batch of a table's rows that are wrapped by another key than this."""
    return store.select(WRAPPING_TABLES[table], (key_id, BATCH_ROWS))


def _rewrap_table(store: Store, journal: Journal, masters: MasterKeys, table: str) -> int:
    count = 0
    while batch := rows_to_rewrap(store, masters.active, table):
        for row in batch:
            count += _rewrap(store, journal, masters, Key(table, str(row["id"])))
    return count


def _rewrap(store: Store, journal: Journal, masters: MasterKeys, key: Key) -> int:
    """Wrap one row's data key anew; return 1, or 0 where it was changed meanwhile."""
    row = store.fetch([key])[key]
    key_id = masters.active
    if row is None or row["wrapped_key"] is None or row["key_id"] == key_id:
        return 0
    old, version = row["wrapped_key"], row["version"]
    assert isinstance(old, bytes), "wrapped keys are bytes"
    assert isinstance(version, int), "versions are whole numbers"
    data_key = unwrapped(masters.key(str(row["key_id"])), old, key.table, key.id)
    anew = wrapped(masters.key(key_id), os.urandom(NONCE_BYTES), data_key, key.table, key.id)
    try:
        journal.commit(
            Commit(
                writes={
                    key: {**row, "wrapped_key": anew, "key_id": key_id, "version": version + 1}
                },
                lane=Lane.DECISION,
                guards=(Guard(key, version),),
            )
        ).result()
    except StaleStateError:
        return 0
    return 1
