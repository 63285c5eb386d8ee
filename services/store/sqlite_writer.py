"""The one writer thread: takes jobs from two lanes and commits them in groups."""

import contextlib
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

import apsw

from services.runtime.errors import (
    MercatError,
    OverloadedError,
    RuleBrokenError,
    StateConflictError,
    StorageRefusedError,
)
from services.runtime.failpoints import reach
from services.runtime.ports import Lane
from services.store.sqlite_connection import REFUSALS

QUEUE_JOBS_MAX: Final = 1_024
GROUP_JOBS_MAX: Final = 128
_BREACHES: Final = (
    apsw.ConstraintError,
    apsw.MismatchError,
    apsw.TooBigError,
    OverflowError,
    UnicodeError,
)
"""A row that breaks a rule, or a value that is none the file can hold."""

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Job(Generic[Result]):
    """Work inside a transaction, and what to do once it is durable.

    `run` executes statements prepared beforehand and computes nothing. `committed` is called on
    the writer's thread after the group's commit, in order, before the future resolves. `alone`:
    it runs between groups, outside any transaction, for what SQLite does not take inside one.
    """

    run: Callable[[apsw.Connection], Result]
    committed: Callable[[Result], None] | None = None
    alone: bool = False


@dataclass(frozen=True, slots=True)
class _Waiting:
    job: Job[Any]
    future: "Future[Any]"


class SqliteWriter:
    """Owns the writing connection; jobs of a lane are carried out in the order they came.

    A group is one transaction and one sync. A job that fails with an error of ours, or against a
    rule that the database keeps (RuleBrokenError: a check, a unique index, the bounds of a value),
    is rolled back alone; where SQLite refuses (disk full, I/O), the whole group is rolled back and
    each of its jobs fails with StorageRefusedError, so that nothing is half done. Any other error
    of SQLite's is a bug or a damaged file: the group is rolled back and each asker gets
    StateConflictError.
    """

    def __init__(self, connection: apsw.Connection, *, rolled_back: Callable[[], None]) -> None:
        self._connection = connection
        self._rolled_back = rolled_back
        self._lanes: dict[Lane, deque[_Waiting]] = {lane: deque() for lane in Lane}
        self._changed = threading.Condition()
        self._closing = False
        self._thread = threading.Thread(target=self._write, name="writer", daemon=True)
        self._thread.start()

    def submit(self, job: Job[Result], lane: Lane) -> "Future[Result]":
        """Queue a job. Raises OverloadedError where too many wait, or the writer is closed."""
        future: Future[Result] = Future()
        with self._changed:
            if self._closing:
                raise OverloadedError("the store is closing; nothing more is written")
            if len(self._lanes[lane]) >= QUEUE_JOBS_MAX:
                raise OverloadedError(f"{QUEUE_JOBS_MAX} writes wait already")
            self._lanes[lane].append(_Waiting(job, future))
            self._changed.notify()
        return future

    def close(self) -> None:
        """Finish what is queued, checkpoint, and close the connection."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join()
        self._connection.close()

    def _write(self) -> None:
        while group := self._take():
            if group[0].job.alone:
                self._run_alone(group[0])
            else:
                self._commit(group)

    def _take(self) -> list[_Waiting]:
        with self._changed:
            while not any(self._lanes.values()) and not self._closing:
                self._changed.wait()
            group: list[_Waiting] = []
            for lane in Lane:
                queue = self._lanes[lane]
                while queue and len(group) < GROUP_JOBS_MAX:
                    if queue[0].job.alone:
                        return group or [queue.popleft()]
                    group.append(queue.popleft())
            return group

    def _commit(self, group: list[_Waiting]) -> None:
        done: list[tuple[_Waiting, Any]] = []
        failed: list[tuple[_Waiting, MercatError]] = []
        try:
            self._roll_back()
            self._connection.execute("BEGIN IMMEDIATE")
            for waiting in group:
                try:
                    done.append((waiting, self._run(waiting.job)))
                except MercatError as error:
                    failed.append((waiting, error))
            reach("log.commit.before")
            self._connection.execute("COMMIT")
            reach("log.commit.after")
        except REFUSALS as error:
            refusal = StorageRefusedError(f"the store would not take a write: {error}")
            self._fail(group, refusal, error)
            return
        except Exception as error:  # noqa: BLE001 - whatever it was, each asker is told and stops
            self._fail(
                group, StateConflictError(f"a write broke the store's rules: {error}"), error
            )
            return
        for waiting, result in done:
            if waiting.job.committed:
                waiting.job.committed(result)
            waiting.future.set_result(result)
        for waiting, failure in failed:
            waiting.future.set_exception(failure)

    def _run_alone(self, waiting: _Waiting) -> None:
        try:
            self._roll_back()
            waiting.future.set_result(waiting.job.run(self._connection))
        except Exception as error:  # noqa: BLE001 - whatever it was, the asker is told
            refusal = StorageRefusedError(f"the store would not do it now: {error}")
            self._fail([waiting], refusal, error)

    def _roll_back(self) -> None:
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def _run(self, job: Job[Any]) -> Any:
        self._connection.execute("SAVEPOINT job")
        try:
            result = job.run(self._connection)
        except (MercatError, *_BREACHES) as error:
            self._connection.execute("ROLLBACK TO job")
            self._connection.execute("RELEASE job")
            if isinstance(error, _BREACHES):
                raise RuleBrokenError(_rule_of(error)) from error
            raise
        self._connection.execute("RELEASE job")
        return result

    def _fail(self, group: list[_Waiting], failure: MercatError, cause: Exception) -> None:
        failure.__cause__ = cause
        # A rollback that is refused too leaves the transaction open, for the next group to begin
        # with: this thread must outlive any refusal, since nobody else can write.
        with contextlib.suppress(apsw.Error):
            self._roll_back()
        self._rolled_back()
        for waiting in group:
            waiting.future.set_exception(failure)


def _rule_of(error: Exception) -> str:
    """Return the rule that an error is about; SQLite names it, and nothing of the row."""
    kind = type(error).__name__
    return f"{kind}, {error}" if isinstance(error, apsw.ConstraintError) else kind
