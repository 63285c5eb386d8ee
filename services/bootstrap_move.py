"""A body's folder moved into PostgreSQL: copied, compared row by row, verified, and then marked."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from schemas.topics import POSTS_CLASSIFIED, POSTS_RECEIVED
from services.bootstrap_restored import take_in_restore
from services.house.sqlite_house import House
from services.policy.audit_verify import Report, verify_audit
from services.policy.embedded_checkpoints import public_bytes
from services.policy.embedded_sealer import EmbeddedSealer
from services.runtime.clock import Clock, to_epoch_ms
from services.runtime.errors import FolderError, StateConflictError
from services.runtime.failpoints import reach
from services.runtime.metrics import Metrics
from services.runtime.ports import Append, Commit, Cursor
from services.settings import DATABASE_NAME, BodySettings
from services.store.file_installation import Installation, open_installation
from services.store.file_keys import KeyFolder
from services.store.file_lock import FolderLock
from services.store.file_moved import (
    MovedMark,
    begin_moving,
    moving_token,
    read_moved,
    write_moved,
)
from services.store.moving import (
    Difference,
    Stored,
    batches,
    beginning,
    carried,
    differences,
    told_differences,
)
from services.store.sqlite_journal import SqliteJournal
from services.store.sqlite_move import SqliteSource
from services.store.tables import TABLES

if TYPE_CHECKING:
    from services.store.postgres_journal import PostgresJournal
    from services.store.postgres_move import PostgresTarget

MOVER: Final = "migrate"
EVENTS_A_COMMIT: Final = 500
CONNECTIONS_MAX: Final = 4
DIFFERENCES_SOUGHT_MAX: Final = 10_000
UNHANDLED: Final = {POSTS_CLASSIFIED.name: "route", POSTS_RECEIVED.name: "classify"}
"""Topics whose events still have to be handled, and by whom. What is classified already goes
first, so that it is before what is still to be classified of the same conversation."""

Shown = Callable[[str, int, int], None]
"""Told of each step: what is done, how far it is, and how much that will be."""


@dataclass(frozen=True, slots=True)
class Move:
    """What is to be moved where. `address` may hold a password, `to` is the same without."""

    folder: Path
    settings: BodySettings
    keys: KeyFolder
    clock: Clock
    address: str
    to: str


@dataclass
class Moved:
    """What a move came to: rows by table, events by topic, and what verification found.

    `before` is true where the folder had been moved already and only the schema was looked at.
    """

    applied: list[str]
    before: bool = False
    tables: dict[str, int] = field(default_factory=dict)
    events: dict[str, int] = field(default_factory=dict)
    changed_texts: int = 0
    report: Report | None = None


@dataclass(frozen=True, slots=True)
class _Folder:
    """The folder as a foundation, for what is still to be written into it before it goes."""

    folder: Path
    settings: BodySettings
    clock: Clock
    metrics: Metrics
    journal: SqliteJournal
    house: House | None = None
    turn_seconds_max: float = 0.0


@dataclass(frozen=True, slots=True)
class _Parts:
    source: SqliteSource
    target: "PostgresTarget"
    old: SqliteJournal
    new: "PostgresJournal[None]"
    shown: Shown


def move(wanted: Move, shown: Shown) -> Moved:
    """Move a folder, or go on with a move that was broken off; return what it came to.

    On a folder that was moved before, bring the database's schema up to this program's. Raises
    FolderError where the folder is in use or the database is not this body's to fill, and
    StateConflictError where the two are not the same in the end: the folder then stays as it was.
    """
    from services.store.postgres_journal import PostgresJournal
    from services.store.postgres_move import PostgresTarget, answers

    with FolderLock(wanted.folder):
        mark = read_moved(wanted.folder)
        if mark is not None and mark.to != wanted.to:
            raise FolderError(
                f"{wanted.folder} was moved to {mark.to} at {mark.moved_at}, not to {wanted.to}; "
                f"name that database (`--to {mark.to}`)"
            )
        new = PostgresJournal(wanted.address, wanted.clock, connections_max=CONNECTIONS_MAX)
        try:
            target = PostgresTarget(wanted.address)
            try:
                target.hold()
                with answers():
                    applied = new.migrate(to_epoch_ms(wanted.clock.now()))
                if mark is not None:
                    target.finish(to_epoch_ms(wanted.clock.now()))
                    return Moved(applied, before=True)
                return _moved(wanted, new, target, applied, shown)
            finally:
                target.close()
        finally:
            new.close()


def bring_up(address: str, clock: Clock) -> list[str]:
    """Bring a database's schema up to this program's; return the migrations applied.

    No folder is looked at, so that it can be done wherever there is none. Any number may try at
    once. Raises FolderError where the database is newer, StorageRefusedError where it is away.
    """
    from services.store.postgres_move import answers
    from services.store.postgres_pool import PostgresPool
    from services.store.postgres_store import PostgresStore

    pool = PostgresPool(address, 1)
    try:
        with answers():
            return PostgresStore(pool).migrate(to_epoch_ms(clock.now()))
    finally:
        pool.close()


def _moved(
    wanted: Move,
    new: "PostgresJournal[None]",
    target: "PostgresTarget",
    applied: list[str],
    shown: Shown,
) -> Moved:
    path = wanted.folder / DATABASE_NAME
    old = SqliteJournal(path, wanted.clock)
    try:
        installation = _settled(wanted, old)
        source = SqliteSource(path)
        try:
            _claim(wanted, target, installation)
            moved = Moved(applied)
            parts = _Parts(source, target, old, new, shown)
            _copy(parts)
            _relay(parts)
            reach("move.compare.before")
            _compare(parts, moved)
            moved.report = _verified(parts, installation)
        finally:
            source.close()
    finally:
        old.close()
    reach("move.mark.before")
    now = wanted.clock.now()
    write_moved(wanted.folder, MovedMark(wanted.to, now.isoformat(), installation.id))
    reach("move.mark.after")
    target.finish(to_epoch_ms(now))
    return moved


def _settled(wanted: Move, old: SqliteJournal) -> Installation:
    """Return the folder's keys, made where it never had any, with a restore taken in."""
    now_ms = to_epoch_ms(wanted.clock.now())
    installation = open_installation(old.store, old, wanted.keys, now_ms)
    foundation = _Folder(wanted.folder, wanted.settings, wanted.clock, Metrics(), old)
    take_in_restore(foundation, EmbeddedSealer(installation, old.store, old))
    return installation


def _claim(wanted: Move, target: "PostgresTarget", installation: Installation) -> None:
    token = moving_token(wanted.folder)
    begins = beginning(target.found(), installation.id, token)
    if begins != "on":
        token = begin_moving(wanted.folder)
        target.claim(installation.id, token, to_epoch_ms(wanted.clock.now()))


def _copy(parts: _Parts) -> None:
    """Copy what of each table is not there yet."""
    progress = parts.target.progress()
    for table in TABLES:
        known = progress.get(table)
        whole, done = parts.source.count(table), known.copied if known else 0
        rows = parts.source.rows(table, known.last_id if known else None)
        for batch in batches(carried(table, row) for row in rows):
            parts.target.copy(table, batch)
            done += len(batch)
            parts.shown(f"Copying {table}", done, whole)


def _relay(parts: _Parts) -> None:
    """Hand what no stage has handled yet to the relay, in order, each event once."""
    for topic, consumer in UNHANDLED.items():
        done = parts.new.store.cursor(MOVER, topic)
        waiting = islice(_unhandled(parts.old, topic, consumer), done, None)
        while run := list(islice(waiting, EVENTS_A_COMMIT)):
            cursor = Cursor(MOVER, topic, done, done + len(run))
            parts.new.commit(Commit(appends=run, cursors=(cursor,))).result()
            reach("move.events.after")
            done += len(run)
            parts.shown(f"Handing over {topic}", done, done)


def _unhandled(old: SqliteJournal, topic: str, consumer: str) -> Iterator[Append]:
    """Yield the records of a topic that its consumer has still to handle."""
    offset = old.store.cursor(consumer, topic)
    while records := old.log.read(topic, offset, EVENTS_A_COMMIT):
        yield from (Append(topic, record.key, record.value) for record in records)
        offset = records[-1].offset + 1


def _compare(parts: _Parts, moved: Moved) -> None:
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


def _events_apart(parts: _Parts, moved: Moved) -> Iterator[Difference]:
    """Yield each key whose waiting events are not those of the folder, in their order."""
    here: dict[tuple[str, str], bytes] = {}
    for topic, consumer in UNHANDLED.items():
        count = 0
        for _, key, value, _ in _unhandled(parts.old, topic, consumer):
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


def _verified(parts: _Parts, installation: Installation) -> Report:
    """Return what verification finds on the new side.

    A fault that the folder has in the same place was moved as it was; any other stops the move.
    """
    parts.shown("Verifying the audit", 0, 1)
    public_key = public_bytes(installation.checkpoint_key)
    sealer = EmbeddedSealer(installation, parts.new.store, parts.new)
    report = verify_audit(parts.new.store, public_key, sealer)
    if not report.sound:
        sealer = EmbeddedSealer(installation, parts.old.store, parts.old)
        before = verify_audit(parts.old.store, public_key, sealer)
        if before != report:
            assert report.first is not None
            raise StateConflictError(
                f"the audit does not verify in the database: {report.first.sentence} The folder "
                "is as it was: make a new database and move again"
            )
    parts.shown("Verifying the audit", 1, 1)
    return report


def summary(moved: Moved) -> Mapping[str, object]:
    """Return what a move came to, for programs."""
    report = moved.report
    return {
        "moved_before": moved.before,
        "migrations": moved.applied,
        "rows": moved.tables,
        "events": moved.events,
        "changed_texts": moved.changed_texts,
        "audit": None
        if report is None
        else {
            "entries": report.entries,
            "payloads_opened": report.payloads_opened,
            "faults": [fault.sentence for fault in report.faults],
        },
    }
