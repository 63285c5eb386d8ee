"""The Faust runner of a stage without state: batches from Kafka, answers straight back to it.

Faust counts an event as handled when its agent raised, and while it unwinds. So nothing here ends
by an exception: what could lose an event ends the process at once, and its events come again.
"""

import asyncio
import gc
import os
import signal
import sys
import threading
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, NoReturn

import structlog
from aiokafka.errors import KafkaError
from faust.exceptions import ConsumerNotStarted

from services.runtime.clock import Clock
from services.runtime.consumer_progress import ConsumerProgress
from services.runtime.effects import Reject
from services.runtime.errors import DeadLetterLimitError, RejectError, StateConflictError
from services.runtime.event_size import UNSENDABLE
from services.runtime.failpoints import reach
from services.runtime.faust_app import make_app
from services.runtime.faust_lines import write_plain_lines
from services.runtime.faust_options import SESSION_SECONDS
from services.runtime.isolation import set_aside
from services.runtime.limits import DeadLetterBudget, StageLimits
from services.runtime.metrics import Metrics
from services.runtime.offset_guard import OffsetGuard
from services.runtime.ports import Commit, Journal, Record, Stage
from services.runtime.scaled_settings import KafkaSettings
from services.runtime.step import Outcome, intake_of, step
from services.runtime.waiting_heads import WaitingHeads

EXIT_BROKEN: Final = 70
EXIT_STOPPED: Final = 1
LINGER_SECONDS_MIN: Final = 0.05
DELIVERY_SECONDS_MAX: Final = 60.0
ANSWER_SECONDS_MAX: Final = 10.0
LEAVE_SECONDS_MAX: Final = 15.0
LOOK_SECONDS: Final = 0.2
LOOKS_BETWEEN_ASKING: Final = 5

log = structlog.get_logger(__name__)


class FaustWorker:
    """Runs a stage until told to stop, too much was set aside, or an event could be lost.

    Only a stage whose repeats are harmless can run so: it keeps no state, and its events may come
    again after any failure. `journal` sends answers past Faust, and resolves once Kafka confirmed
    them; see `services/log/kafka_journal.py`. `exit_at_once` ends the process without unwinding.
    """

    def __init__(  # noqa: PLR0913 - the ports a stage stands on, given once, at the composition root
        self,
        stage: Stage,
        *,
        kafka: KafkaSettings,
        password: str | None,
        instance: str,
        journal: Journal,
        clock: Clock,
        metrics: Metrics,
        limits: StageLimits,
        committed: Callable[[Outcome], None] | None = None,
        session_seconds: float = SESSION_SECONDS,
        delivery_seconds_max: float = DELIVERY_SECONDS_MAX,
        exit_at_once: Callable[[int], NoReturn] = os._exit,
    ) -> None:
        if stage.knows_repeats:
            raise ValueError(f"{stage.name} must know repeats, and Faust workers keep no state")
        self.stage = stage
        self.running = False
        self.stopped_because: str | None = None
        self._kafka = kafka
        self._password = password
        self._instance = instance
        self._journal = journal
        self._clock = clock
        self._metrics = metrics
        self._limits = limits
        self._committed = committed
        self._session_seconds = session_seconds
        self._delivery_seconds_max = delivery_seconds_max
        self._exit_at_once = exit_at_once
        self._budget = DeadLetterBudget(limits)
        self._guard = OffsetGuard()
        self._progress = ConsumerProgress(clock.elapsed_seconds())
        self._heads = WaitingHeads(clock.now)
        oldest = metrics.stage_oldest_age_seconds.labels(stage.name)
        oldest.set_function(self._heads.age_seconds)
        self._hands = ThreadPoolExecutor(1, thread_name_prefix=stage.name)
        self._code = 0
        self._ending = False
        self._app: Any = None

    def partitions(self) -> int:
        """Return how many partitions the group has given this worker."""
        return self._progress.partitions()

    def lag(self) -> int:
        """Return how many events of this worker's partitions it has not committed yet."""
        return self._progress.lag()

    def alive(self, stuck_seconds_max: float) -> bool:
        """Return whether committed offsets move or nothing waits; asked from any thread."""
        return self._progress.alive(stuck_seconds_max, self._clock.elapsed_seconds())

    def run(self, stopping: threading.Event | None = None) -> int:
        """Work in this thread until told to stop; return the process's exit code.

        Where `stopping` is None, this is the main thread and SIGTERM and SIGINT stop the worker.
        What could lose an event does not return: the process ends with EXIT_BROKEN.
        """
        write_plain_lines()
        running = self._metrics.stage_running.labels(self.stage.name)
        running.set(1)
        self.running = True
        # Faust looks through the whole heap at each rebalance; what was made till now stays.
        gc.freeze()
        try:
            with asyncio.Runner() as runner:
                runner.run(self._main(stopping))
        finally:
            self.running = False
            running.set(0)
            self._hands.shutdown()
        return self._code

    async def _main(self, stopping: threading.Event | None) -> None:
        told = stopping if stopping is not None else _told_by_signals()
        self._turn = asyncio.Lock()
        self._app = make_app(
            self._kafka,
            self._password,
            self,
            stage=self.stage.name,
            topic=self.stage.topic,
            instance=self._instance,
            session_seconds=self._session_seconds,
            work=self._work,
        )
        starting = asyncio.create_task(self._app.start())
        looks = 0
        while not self._ending:
            await asyncio.sleep(LOOK_SECONDS)
            if starting.done() and (error := starting.exception()) is not None:
                self.crashed(error)
            looks += 1
            if looks % LOOKS_BETWEEN_ASKING == 0:
                await self._look()
            if told.is_set():
                self._ending = True
        await self._leave(starting)

    async def _work(self, stream: Any) -> None:
        """Handle batches in order, as the app's one agent."""
        linger_seconds = max(self._limits.linger_seconds, LINGER_SECONDS_MIN)
        batches: AsyncIterator[Sequence[Any]]
        batches = stream.take_events(self._limits.batch_max, within=linger_seconds)
        try:
            async for events in batches:
                # Once ending, what comes is let pass unhandled: it may not be committed.
                async with self._turn:
                    if not self._ending:
                        await self._handle(
                            [_record_of(event, self.stage.topic) for event in events]
                        )
        except BaseException as error:
            if not self._ending:
                self.crashed(error)
            raise
        if not self._ending:
            self.crashed(StateConflictError("the stream of events ended by itself"))

    async def _handle(self, records: Sequence[Record]) -> None:
        self._guard.check(records)
        self._heads.began(records)
        begun_seconds = self._clock.elapsed_seconds()
        outcome = await self._settled(records)
        self._guard.handled(records)
        self._count(outcome, self._clock.elapsed_seconds() - begun_seconds)
        self._heads.handled(records)
        try:
            self._budget.spend(len(records), outcome.rejected)
        except DeadLetterLimitError as error:
            self.stopped_because = str(error)
            log.error("stage stopped", stage=self.stage.name, reason=str(error))
            self._code = EXIT_STOPPED
            self._ending = True

    async def _settled(self, records: Sequence[Record]) -> Outcome:
        """Work records out and have their answers confirmed; return what they came to.

        Where no broker would take an answer, halves of halves find whose it is.
        """
        loop = asyncio.get_running_loop()
        # In a thread, so that this one answers rebalances meanwhile; one at a time, in order.
        outcome = await loop.run_in_executor(self._hands, self._worked_out, records)
        reach(f"{self.stage.name}.commit.before")
        try:
            await self._deliver(outcome)
        except RejectError as error:
            return await self._settled_apart(records, error)
        reach(f"{self.stage.name}.commit.after")
        return outcome

    async def _settled_apart(self, records: Sequence[Record], error: RejectError) -> Outcome:
        if len(records) == 1:
            reject = Reject(UNSENDABLE, f"{error}; then put it back")
            outcome = set_aside(self.stage, records[0], reject, self._clock.now())
            await self._deliver(outcome)
            return outcome
        half = len(records) // 2
        first = await self._settled(records[:half])
        second = await self._settled(records[half:])
        return Outcome(
            appends=[*first.appends, *second.appends],
            handled=first.handled + second.handled,
            rejected=first.rejected + second.rejected,
            began_at=first.began_at,
        )

    def _worked_out(self, records: Sequence[Record]) -> Outcome:
        intakes = [intake_of(record) for record in records]
        return step(self.stage, intakes, _nothing_kept, self._clock.now())

    async def _deliver(self, outcome: Outcome) -> None:
        """Make dead letters durable, then have Kafka confirm every event. Raises what failed."""
        commit = Commit(outcome.appends, outcome.writes)
        async with asyncio.timeout(self._delivery_seconds_max):
            loop = asyncio.get_running_loop()
            given = await loop.run_in_executor(self._hands, self._journal.commit, commit)
            await asyncio.wrap_future(given)

    def _count(self, outcome: Outcome, took_seconds: float) -> None:
        name = self.stage.name
        self._metrics.stage_events.labels(name, "handled").inc(outcome.handled)
        self._metrics.stage_events.labels(name, "rejected").inc(outcome.rejected)
        if self._committed:
            self._committed(outcome)
        self._metrics.stage_batch_seconds.labels(name).observe(took_seconds)

    async def _look(self) -> None:
        """See whether the group has this worker, and how far the log has got.

        Where there is no answer in time, the watch on progress notices.
        """
        consumer = self._app.consumer
        ends: Mapping[Any, int] = {}
        try:
            async with asyncio.timeout(ANSWER_SECONDS_MAX):
                if hindrance := await consumer.hindrance():
                    log.warning("stage waits", stage=self.stage.name, reason=hindrance)
                elif assigned := consumer.assignment():
                    ends = await consumer.highwaters(*assigned)
        except (TimeoutError, ConsumerNotStarted):
            return
        except KafkaError as error:
            if not error.retriable:
                self.crashed(error)
            return
        seen = {tp.partition: end for tp, end in ends.items()}
        self._progress.seen(seen, self._clock.elapsed_seconds())
        self._heads.waits(self._progress.waiting())
        self._metrics.stage_lag_events.labels(self.stage.name).set(self.lag())

    async def _leave(self, starting: "asyncio.Task[Any]") -> None:
        """Let the batch at work come home, commit it, and take the app down."""
        try:
            async with self._turn:
                pass
            await asyncio.wait_for(self._app.stop(), LEAVE_SECONDS_MAX)
            await asyncio.wait_for(starting, LEAVE_SECONDS_MAX)
        except Exception as error:  # noqa: BLE001 - nothing is lost: what is not committed comes again
            log.warning("stage left late", stage=self.stage.name, reason=_said(error))
            self._end(self._code)

    def placed(self, offsets: Mapping[int, int]) -> None:
        """Begin a run in each partition at the place the consumer was put."""
        for partition, offset in offsets.items():
            self._guard.begin(partition, offset)
        self._progress.placed(offsets, self._clock.elapsed_seconds())

    def allowed(self, offsets: Mapping[int, int]) -> dict[int, int]:
        """Return how far to commit: no further than what was handled.

        Faust wanting more means that it lost count, which ends the process; while it is taken down
        it always does.
        """
        allowed = {number: min(at, self._guard.end(number)) for number, at in offsets.items()}
        if allowed != dict(offsets) and not self._ending:
            self.crashed(
                StateConflictError(f"Faust would have committed {dict(offsets)}, not {allowed}")
            )
        return allowed

    def committed(self, offsets: Mapping[int, int]) -> None:
        """Note that the group's offsets moved."""
        self._progress.moved(offsets, self._clock.elapsed_seconds())

    def crashed(self, reason: BaseException) -> None:
        """End the process, so that whatever was not committed comes again."""
        if self._ending:
            return
        log.error(
            "stage ends at once",
            stage=self.stage.name,
            reason=_said(reason),
            do="start it again: it goes on where it last committed",
        )
        self._end(EXIT_BROKEN)

    def _end(self, code: int) -> NoReturn:
        sys.stdout.flush()
        sys.stderr.flush()
        self._exit_at_once(code)


def _record_of(event: Any, topic: str) -> Record:
    message = event.message
    key = (message.key or b"").decode("utf-8", "replace")
    return Record(topic, message.offset, key, message.value or b"", None, message.partition)


def _nothing_kept(keys: Any) -> dict[Any, None]:
    return dict.fromkeys(keys)


def _told_by_signals() -> threading.Event:
    told = threading.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    return told


def _said(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"
