"""A body's folder moved into PostgreSQL: copied, compared row by row, verified, and then marked."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from services.bootstrap_move_compared import compare, verified
from services.bootstrap_move_sides import (
    EVENTS_A_COMMIT,
    UNHANDLED,
    Moved,
    Parts,
    Shown,
    unhandled,
)
from services.bootstrap_restored import take_in_restore
from services.house.sqlite_house import House
from services.policy.system_sealer import SubjectSealer
from services.runtime.clock import Clock, to_epoch_ms
from services.runtime.errors import FolderError
from services.runtime.failpoints import reach
from services.runtime.metrics import Metrics
from services.runtime.ports import Commit, Cursor
from services.runtime.tracing import NO_TRACING, Tracing
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
    batches,
    beginning,
    carried,
)
from services.store.sqlite_journal import SqliteJournal
from services.store.sqlite_move import SqliteSource
from services.store.tables import TABLES

if TYPE_CHECKING:
    from services.store.postgres_journal import PostgresJournal
    from services.store.postgres_move import PostgresTarget

MOVER: Final = "migrate"
CONNECTIONS_MAX: Final = 4


@dataclass(frozen=True, slots=True)
class Move:
    """What is to be moved where. `address` may hold a password, `to` is the same without."""

    folder: Path
    settings: BodySettings
    keys: KeyFolder
    clock: Clock
    address: str
    to: str


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
    tracing: Tracing = NO_TRACING


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
            parts = Parts(source, target, old, new, shown)
            _copy(parts)
            _relay(parts)
            reach("move.compare.before")
            compare(parts, moved)
            moved.report = verified(parts, installation)
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
    take_in_restore(foundation, SubjectSealer(installation, old.store, old))
    return installation


def _claim(wanted: Move, target: "PostgresTarget", installation: Installation) -> None:
    token = moving_token(wanted.folder)
    begins = beginning(target.found(), installation.id, token)
    if begins != "on":
        token = begin_moving(wanted.folder)
        target.claim(installation.id, token, to_epoch_ms(wanted.clock.now()))


def _copy(parts: Parts) -> None:
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


def _relay(parts: Parts) -> None:
    """Hand what no stage has handled yet to the relay, in order, each event once."""
    for topic, consumer in UNHANDLED.items():
        done = parts.new.store.cursor(MOVER, topic)
        waiting = islice(unhandled(parts.old, topic, consumer), done, None)
        while run := list(islice(waiting, EVENTS_A_COMMIT)):
            cursor = Cursor(MOVER, topic, done, done + len(run))
            parts.new.commit(Commit(appends=run, cursors=(cursor,))).result()
            reach("move.events.after")
            done += len(run)
            parts.shown(f"Handing over {topic}", done, done)


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
