"""Whether a database holds what the folder does: every row, every waiting event, the audit."""

from collections.abc import Iterator
from hashlib import sha256
from itertools import islice
from typing import Final

from services.bootstrap_move_sides import (
    EVENTS_A_COMMIT,
    UNHANDLED,
    Moved,
    Parts,
    Shown,
    unhandled,
)
from services.policy.audit_verify import Report, verify_audit
from services.policy.file_checkpoints import public_bytes
from services.policy.system_sealer import SubjectSealer
from services.runtime.errors import StateConflictError
from services.store.file_installation import Installation
from services.store.moving import Difference, Stored, carried, differences, told_differences
from services.store.tables import TABLES

DIFFERENCES_SOUGHT_MAX: Final = 10_000


def compare(parts: Parts, moved: Moved) -> None:
    """Hold every row, and every event that waits, against the folder's."""
    found: list[Difference] = []
    for table in TABLES:
        whole = parts.source.count(table)
        tally = _Tally(parts.shown, table, whole, moved)
        here, there = tally.rows(parts.source.rows(table)), parts.target.rows(table)
        left = DIFFERENCES_SOUGHT_MAX - len(found)
        found += islice(differences(table, here, there), max(left, 0))
        moved.tables[table] = tally.done
    found += _events_apart(parts, moved)
    if found:
        raise StateConflictError(
            f"the database does not hold what the folder does ({len(found):,} differences):\n"
            f"{told_differences(found)}\n"
            "Somebody else wrote into it, or it is damaged. The folder is as it was: make a new "
            "database and move again"
        )


class _Tally:
    """Counts a table's rows as they pass by, and the texts that were changed on the way."""

    def __init__(self, shown: Shown, table: str, whole: int, moved: Moved) -> None:
        self._shown = shown
        self._table = table
        self._whole = whole
        self._moved = moved
        self.done = 0

    def rows(self, rows: Iterator[Stored]) -> Iterator[Stored]:
        """Yield rows as the other side has to hold them."""
        for row in rows:
            kept = carried(self._table, row)
            self._moved.changed_texts += kept != row
            self.done += 1
            if self.done == self._whole or not self.done % EVENTS_A_COMMIT:
                self._shown(f"Comparing {self._table}", self.done, self._whole)
            yield kept


def _events_apart(parts: Parts, moved: Moved) -> Iterator[Difference]:
    """Yield each key whose waiting events are not those of the folder, in their order."""
    here: dict[tuple[str, str], bytes] = {}
    for topic, consumer in UNHANDLED.items():
        count = 0
        for _, key, value, _ in unhandled(parts.old, topic, consumer):
            here[topic, key] = _chained(here.get((topic, key), b""), value)
            count += 1
        moved.events[topic] = count
    there: dict[tuple[str, str], bytes] = {}
    for topic, key, value in parts.target.relayed():
        there[topic, key] = _chained(there.get((topic, key), b""), value)
    for place in sorted(here.keys() | there.keys()):
        if here.get(place) != there.get(place):
            yield Difference("relay_rows", " ".join(place), "its events are not the folder's")


def _chained(before: bytes, value: bytes) -> bytes:
    return sha256(before + sha256(value).digest()).digest()


def verified(parts: Parts, installation: Installation) -> Report:
    """Return what verification finds on the new side.

    A fault that the folder has in the same place was moved as it was; any other stops the move.
    """
    parts.shown("Verifying the audit", 0, 1)
    public_key = public_bytes(installation.checkpoint_key)
    sealer = SubjectSealer(installation, parts.new.store, parts.new)
    report = verify_audit(parts.new.store, public_key, sealer)
    if not report.sound:
        sealer = SubjectSealer(installation, parts.old.store, parts.old)
        before = verify_audit(parts.old.store, public_key, sealer)
        if before != report:
            assert report.first is not None
            raise StateConflictError(
                f"the audit does not verify in the database: {report.first.sentence} The folder "
                "is as it was: make a new database and move again"
            )
    parts.shown("Verifying the audit", 1, 1)
    return report
