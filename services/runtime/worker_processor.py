"""The parent's side of a worker child: sends batches, takes results, replaces a child that dies."""

import contextlib
import multiprocessing
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from multiprocessing.util import Finalize
from typing import Any, Final

import structlog

from schemas.envelope import Event
from services.runtime.effects import Effect, Key, Reject
from services.runtime.errors import OverloadedError, StopError
from services.runtime.failpoints import reach
from services.runtime.ports import Record, Stage
from services.runtime.step import Fetch, Intake, Outcome, place_of, step
from services.runtime.view import View
from services.runtime.worker_child import (
    BATCHES_WAITING_MAX,
    READY,
    Reply,
    outcome_appends,
    run_worker,
)

START_SECONDS_MAX: Final = 60.0
DEATHS_MAX: Final = 20
SILENT_SECONDS_MAX: Final = 120.0
ALONE_AFTER_DEATHS: Final = 2
CLOSE_SECONDS_MAX: Final = 5.0

log = structlog.get_logger(__name__)
_SPAWN: Final = multiprocessing.get_context("spawn")


@dataclass(frozen=True, slots=True)
class StageElsewhere:
    """What the parent needs to know of a stage that is built in the child alone."""

    name: str
    version: str
    topic: str
    knows_repeats: bool = False

    def needs(self, event: Event) -> Iterable[Key]:
        """Return nothing: only a stage without needs can be worked out elsewhere."""
        del event
        return ()

    def prepare(self, events: Sequence[Event]) -> Sequence[Any]:
        """Never called here."""
        raise AssertionError(f"{len(events)} events came to a stage that works in its child")

    def handle(self, event: Event, features: Any, view: View, now: datetime) -> Iterable[Effect]:
        """Never called here."""
        raise AssertionError(f"{(event, features, view, now)} came to a stage of the child's")


@dataclass(slots=True)
class _Sent:
    """A batch at the child. `deaths` counts children that died while it was the oldest."""

    records: Sequence[Record]
    now: datetime
    future: "Future[Outcome]"
    deaths: int = 0
    parts: list[Outcome] = field(default_factory=list)

    @property
    def alone(self) -> bool:
        """Whether records are sent one at a time, to find the one that kills."""
        return self.deaths >= ALONE_AFTER_DEATHS


class WorkerProcessor:
    """Works batches out in a child process, in order.

    A child that dies is replaced and given the batches again. A batch at which a second child dies
    is given record by record, and the record at which one dies then becomes a dead letter: one bad
    post cannot stop the stage. More than 20 deaths in a run without a result stop it. A child that
    has work and says nothing for `silent_seconds_max` is killed, and so counts among the dead.
    """

    def __init__(
        self,
        stage: Stage,
        build_stage: Callable[[], Stage],
        *,
        silent_seconds_max: float = SILENT_SECONDS_MAX,
    ) -> None:
        """Start the child and wait until its stage is built.

        `stage` names the work for dead letters; `build_stage` is called in the child and must be
        importable there. Raises StopError where the child does not come up.
        """
        self._stage = stage
        self._build_stage = build_stage
        self._silent_seconds_max = silent_seconds_max
        self._heard_at_seconds = time.monotonic()
        self._sent: OrderedDict[int, _Sent] = OrderedDict()
        self._number = 0
        self._deaths = 0
        self._closing = False
        self._given_up: StopError | None = None
        self._lock = threading.RLock()
        self._process, self._pipe = self._spawn()
        # Python waits at its end for a child that ignores its polite signal: one that nobody
        # closed has to be killed before.
        self._at_exit = Finalize(None, self._kill, exitpriority=1)
        self._receiver = threading.Thread(target=self._receive, name="worker-results", daemon=True)
        self._receiver.start()

    @property
    def pid(self) -> int | None:
        """The child's process id."""
        return self._process.pid

    def submit(self, records: Sequence[Record], fetch: Fetch, now: datetime) -> "Future[Outcome]":
        """Send a batch to the child. `fetch` is not used: such a stage declares no needs."""
        del fetch
        sent = _Sent(records, now, Future())
        with self._lock:
            if self._given_up:
                raise self._given_up
            if len(self._sent) >= BATCHES_WAITING_MAX:
                # More would fill the child's queue, and both ends could then wait on each other.
                raise OverloadedError(f"{len(self._sent)} batches wait for their worker already")
            self._number += 1
            reach("worker.batch.before")
            if not self._sent:
                self._heard_at_seconds = time.monotonic()
            finding = any(other.alone for other in self._sent.values())
            self._sent[self._number] = sent
            # While a batch goes record by record the others wait, and are all sent after it.
            if not finding:
                self._send(self._number, sent)
        return sent.future

    def close(self) -> None:
        """End the child; batches still with it fail."""
        with self._lock:
            self._closing = True
            # Asked, for it would not notice our end closing: the receiver still waits at it.
            with contextlib.suppress(OSError):
                self._pipe.send(None)
        self._process.join(CLOSE_SECONDS_MAX)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._receiver.join(CLOSE_SECONDS_MAX)
        self._pipe.close()
        self._at_exit.cancel()

    def _kill(self) -> None:
        with self._lock:
            self._closing = True
            self._process.kill()

    def _spawn(self) -> tuple[BaseProcess, Connection]:
        ours, theirs = _SPAWN.Pipe()
        process = _SPAWN.Process(
            target=run_worker, args=(self._build_stage, theirs), daemon=True, name="worker"
        )
        process.start()
        theirs.close()
        try:
            ready = ours.poll(START_SECONDS_MAX) and ours.recv() == READY
        except EOFError:
            ready = False
        if not ready:
            process.kill()
            raise StopError(f"the {self._stage.name} worker did not start; see the lines above")
        return process, ours

    def _send(self, number: int, sent: _Sent) -> None:
        records = sent.records
        if sent.alone:
            records = records[len(sent.parts) : len(sent.parts) + 1]
        payload = [(each.offset, each.key, each.value, each.partition) for each in records]
        # A send to a dead child is no loss: the receiver sees the death and sends all again.
        with contextlib.suppress(OSError):
            self._pipe.send((number, records[0].topic, payload, sent.now))

    def _receive(self) -> None:
        while True:
            try:
                if self._pipe.poll(self._silent_seconds_max / 4):
                    self._take(self._pipe.recv())
                else:
                    self._kill_if_silent()
            except (EOFError, OSError):
                with self._lock:
                    if self._closing:
                        self._give_up(StopError(f"the {self._stage.name} worker was closed"))
                        return
                try:
                    self._replace_child()
                except StopError as error:
                    self._give_up(error)
                    return

    def _kill_if_silent(self) -> None:
        with self._lock:
            silent_seconds = time.monotonic() - self._heard_at_seconds
            if self._sent and silent_seconds > self._silent_seconds_max:
                log.warning(
                    "worker hangs", stage=self._stage.name, silent_seconds=round(silent_seconds)
                )
                self._process.kill()

    def _take(self, reply: Reply) -> None:
        number, appends, writes, counts = reply
        outcome = Outcome(outcome_appends(appends), writes, *counts)
        reach("worker.batch.after")
        with self._lock:
            self._deaths = 0
            self._heard_at_seconds = time.monotonic()
            sent = self._sent[number]
            outcome.began_at = sent.now
            if not sent.alone:
                del self._sent[number]
                sent.future.set_result(outcome)
                return
            sent.parts.append(outcome)
            self._go_on_alone(number, sent)

    def _go_on_alone(self, number: int, sent: _Sent) -> None:
        if len(sent.parts) < len(sent.records):
            self._send(number, sent)
            return
        del self._sent[number]
        sent.future.set_result(_joined(sent.parts))
        for other_number, other in self._sent.items():
            self._send(other_number, other)

    def _replace_child(self) -> None:
        self._process.join()
        with self._lock:
            self._deaths += 1
            log.warning("worker died", stage=self._stage.name, exit_code=self._process.exitcode)
            if self._deaths > DEATHS_MAX:
                raise StopError(f"the {self._stage.name} worker died {self._deaths} times in a row")
            self._process, self._pipe = self._spawn()
            self._heard_at_seconds = time.monotonic()
            if not self._sent:
                return
            number, oldest = next(iter(self._sent.items()))
            oldest.deaths += 1
            if not oldest.alone:
                for other_number, other in self._sent.items():
                    self._send(other_number, other)
                return
            if oldest.deaths > ALONE_AFTER_DEATHS:
                oldest.parts.append(self._fatal(oldest))
            self._go_on_alone(number, oldest)

    def _fatal(self, sent: _Sent) -> Outcome:
        """Return the dead letter of the record at which a child given it alone has died."""
        record = sent.records[len(sent.parts)]
        reject = Reject(
            "worker died", "the process that handled this event alone ended without an answer"
        )
        intake = Intake(record.topic, place_of(record), record.value, reject)
        return step(self._stage, [intake], lambda _: {}, sent.now)

    def _give_up(self, error: StopError) -> None:
        with self._lock:
            for sent in self._sent.values():
                sent.future.set_exception(error)
            self._sent.clear()
            self._given_up = error


def _joined(parts: Sequence[Outcome]) -> Outcome:
    whole = Outcome(began_at=parts[0].began_at if parts else None)
    for part in parts:
        whole.appends.extend(part.appends)
        whole.writes.update(part.writes)
        whole.handled += part.handled
        whole.repeats += part.repeats
        whole.rejected += part.rejected
    return whole
