"""One lane's writer on PostgreSQL: a thread and a connection, each job a transaction of its own.

Where the connection breaks while a transaction commits, PostgreSQL itself is asked afterwards
whether it did, by the transaction's number. So `StorageRefusedError` means what the port says,
nothing of it was kept, in all but two cases: the server stays away for longer than a minute, or it
began anew meanwhile, after a crash or as another server, where the number may be another's.
"""

import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import psycopg

from services.runtime.errors import (
    MercatError,
    OverloadedError,
    StateConflictError,
    StorageRefusedError,
)
from services.runtime.failpoints import reach
from services.store.postgres_pool import (
    REFUSALS,
    Connection,
    connect,
    dropped,
    refusal_of,
    refusals,
)

QUEUE_JOBS_MAX: Final = 1_024
DOUBT_SECONDS_MAX: Final = 60.0
DOUBT_WAIT_SECONDS: Final = 0.25

Result = TypeVar("Result")
Work = Callable[[Connection], Result]

_LIFE: Final = (
    "SELECT concat_ws(' ', left(pg_walfile_name(pg_current_wal_lsn()), 8), "
    "pg_postmaster_start_time(), stats_reset) FROM pg_stat_bgwriter"
)
"""Differs once another server took over, once this one was started again, and once it went down and
came up by itself, which forgets its statistics: a crash gives numbers that were not yet on the disk
to others."""
_BEGIN: Final = "BEGIN; SELECT pg_current_xact_id()::text"
_STATUS: Final = "SELECT pg_xact_status(%s::xid8)"


@dataclass(frozen=True, slots=True)
class _Waiting:
    work: Work[Any]
    future: "Future[Any]"


@dataclass(slots=True)
class _Transaction:
    """The transaction in hand: its number and the server's life, known before it commits."""

    number: str
    life: str
    committing: bool = False


class PostgresWriter:
    """Carries jobs out in the order they came, each durable or undone before the next begins."""

    def __init__(self, address: str, name: str) -> None:
        """Connect. Raises StorageRefusedError where the server is away."""
        self._address = address
        self._name = name
        self._connection: Connection | None = None
        self._life = ""
        self._queue: deque[_Waiting] = deque()
        self._changed = threading.Condition()
        self._closing = threading.Event()
        self._connected()
        self._thread = threading.Thread(target=self._write, name=name, daemon=True)
        self._thread.start()

    def submit(self, work: Work[Result]) -> "Future[Result]":
        """Queue work. Raises OverloadedError where too much waits, or the writer is closed."""
        future: Future[Result] = Future()
        # Whoever gives up waiting must not cancel what is under way.
        future.set_running_or_notify_cancel()
        with self._changed:
            if self._closing.is_set():
                raise OverloadedError("the store is closing; nothing more is written")
            if len(self._queue) >= QUEUE_JOBS_MAX:
                raise OverloadedError(f"{QUEUE_JOBS_MAX} writes wait already")
            self._queue.append(_Waiting(work, future))
            self._changed.notify()
        return future

    def close(self) -> None:
        """Finish what is queued and close the connection."""
        with self._changed:
            self._closing.set()
            self._changed.notify()
        self._thread.join()
        dropped(self._connection)

    def _write(self) -> None:
        while (waiting := self._take()) is not None:
            try:
                result = self._carried_out(waiting.work)
            except MercatError as error:
                waiting.future.set_exception(error)
            except Exception as error:  # noqa: BLE001 - whatever it was, the asker is told and stops
                failure = StateConflictError(f"a write broke the store's rules: {error}")
                failure.__cause__ = error
                waiting.future.set_exception(failure)
            else:
                waiting.future.set_result(result)

    def _take(self) -> _Waiting | None:
        with self._changed:
            while not self._queue and not self._closing.is_set():
                self._changed.wait()
            return self._queue.popleft() if self._queue else None

    def _carried_out(self, work: Work[Any]) -> Any:
        connection, transaction = self._begun()
        try:
            result = work(connection)
            reach("log.commit.before")
            transaction.committing = True
            connection.execute("COMMIT")
            reach("log.commit.after")
        except REFUSALS as error:
            self._undo(connection)
            away = isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)
            if not (transaction.committing and away and self._was_kept(transaction)):
                raise refusal_of(error) from error
        except BaseException:
            self._undo(connection)
            raise
        return result

    def _begun(self) -> tuple[Connection, _Transaction]:
        """Begin a transaction; where the connection broke while nothing was written, on a new one.

        Raises StorageRefusedError where there is none to be had.
        """
        try:
            return self._begin()
        except psycopg.Error:
            self._lose()
        with refusals():
            return self._begin()

    def _begin(self) -> tuple[Connection, _Transaction]:
        connection = self._connected()
        # Two statements at once, which the server takes only unprepared: one way there and back.
        begun = connection.execute(_BEGIN, prepare=False)
        begun.nextset()
        ((number,),) = begun.fetchall()
        return connection, _Transaction(str(number), self._life)

    def _connected(self) -> Connection:
        if self._connection is None or self._connection.closed:
            self._connection = connect(self._address, self._name)
            self._life = _single(self._connection, _LIFE)
        return self._connection

    def _undo(self, connection: Connection) -> None:
        """Roll back; a connection that will not is dropped, and its transaction with it."""
        try:
            connection.execute("ROLLBACK")
        except psycopg.Error:
            self._lose()

    def _lose(self) -> None:
        dropped(self._connection)
        self._connection = None

    def _was_kept(self, transaction: _Transaction) -> bool:
        """Return whether a transaction whose commit was cut off is there, from the server itself.

        Raises StorageRefusedError where that cannot be found out.
        """
        until = time.monotonic() + DOUBT_SECONDS_MAX
        while True:
            try:
                connection = self._connected()
                if self._life != transaction.life:
                    break
                status = _single(connection, _STATUS, transaction.number)
                if status in ("committed", "aborted"):
                    return status == "committed"
            except (StorageRefusedError, psycopg.Error):
                self._lose()
            if time.monotonic() > until or self._closing.wait(DOUBT_WAIT_SECONDS):
                break
        raise StorageRefusedError(
            "PostgreSQL went away while it committed, and it is not known whether the write was "
            "kept; look before you give it again"
        )


def _single(connection: Connection, text: Any, *parameters: str) -> str:
    ((value,),) = connection.execute(text, parameters).fetchall()
    return str(value)
