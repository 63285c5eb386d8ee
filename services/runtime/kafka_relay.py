"""The relay: a thread that sends what waits in the database to Kafka, each key's events in order.

A row is marked as sent only after Kafka confirmed it. Whatever breaks in between, the row is sent
again: a repeat, which readers know by its id, and never an event before its elder.
"""

import threading
from collections.abc import Mapping, Sequence
from typing import Final, Protocol

import structlog

from schemas.topics import UndeclaredTopicError
from services.runtime.clock import Clock, to_epoch_ms
from services.runtime.errors import RejectError, RetryLaterError, StopError
from services.runtime.failpoints import reach
from services.runtime.limits import DeadLetterBudget, StageLimits
from services.runtime.metrics import Metrics
from services.runtime.ports import Append, Commit, Journal
from services.runtime.relay import (
    FIRST_KEY,
    RELAY_STAGE,
    KeyPlace,
    RelayRow,
    letters_of,
    share_of,
)

ROWS_MAX: Final = 2_000
SHARE_SECONDS: Final = 2.0
ROWS_MANY: Final = 100
GATHER_SECONDS: Final = 0.02
GATHER_MANY_SECONDS: Final = 0.1
"""A turn costs nearly the same for one row as for many, and Kafka's client sends each of over a
hundred partitions what there is for it by itself. So more rows are waited for; for longer where
many went, since many are on their way then."""
RETRY_WAIT_SECONDS: Final = 0.1

Place = tuple[int, int]
_REFUSED: Final = (RejectError, UndeclaredTopicError)

log = structlog.get_logger(__name__)


class WaitingRows(Protocol):
    """The rows that wait, shared out by shard; see `services/store/postgres_relay.py`."""

    @property
    def held(self) -> frozenset[int]:
        """The shards held here."""
        ...

    def shards(self) -> Sequence[int]:
        """Return the numbers of all shards."""
        ...

    def relays(self) -> int:
        """Return how many relays there are now."""
        ...

    def hold(self, shard: int) -> bool:
        """Take a shard unless another relay has it."""
        ...

    def release(self, shard: int) -> None:
        """Let another relay have a shard."""
        ...

    def busy(self) -> Sequence[int]:
        """Return the shards held here in which rows wait."""
        ...

    def unsent(self, firsts: Mapping[int, KeyPlace], limit: int) -> Mapping[int, list[RelayRow]]:
        """Return waiting rows of shards, each from a topic and key on, `limit` of each at most."""
        ...

    def sent(self, rows: Sequence[RelayRow]) -> None:
        """Delete exactly these rows."""
        ...

    def waiting(self) -> int:
        """Return how many rows wait in all shards."""
        ...

    def backlog(self) -> tuple[int, int | None]:
        """Return how many rows wait, and since when the oldest of them does."""
        ...

    def close(self) -> None:
        """Let go of every shard."""
        ...


class Deliverer(Protocol):
    """What sends events to Kafka in order; see `services/log/kafka_producer.py`."""

    def deliver(self, appends: Sequence[Append]) -> Sequence[Place]:
        """Send events and wait until all are confirmed.

        Raises RejectError or UndeclaredTopicError where one of them would never be taken by any
        broker, and LogUnavailableError where they may be there or not.
        """
        ...


class Relay:
    """Sends waiting rows until told to stop, a limit is reached, or a bug shows.

    Several relays share the shards out: each holds no more than its share, and takes what is free.
    An event that no broker would ever take becomes a dead letter, and the events behind it go on.
    """

    def __init__(
        self,
        rows: WaitingRows,
        producer: Deliverer,
        *,
        clock: Clock,
        metrics: Metrics,
        letters: Journal,
        limits: StageLimits | None = None,
    ) -> None:
        self.stopped_because: str | None = None
        self.crashed_with: BaseException | None = None
        self._rows = rows
        self._producer = producer
        self._clock = clock
        self._metrics = metrics
        self._letters = letters
        self._limits = limits or StageLimits()
        self._budget = DeadLetterBudget(self._limits)
        self._reached: dict[int, tuple[str, str]] = {}
        self._shared_at_seconds: float | None = None
        self._failures = 0
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=RELAY_STAGE, daemon=True)

    def start(self) -> None:
        """Begin work in a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """Mark what is on its way, let go of the shards and end; returns when that is done."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()
        self._rows.close()

    def lag(self) -> int:
        """Return how many rows wait in all shards, a million at most."""
        return self._rows.waiting()

    @property
    def running(self) -> bool:
        """Whether the relay still works."""
        return self._thread.is_alive()

    def turn(self) -> int:
        """Send what waits in the shards held here, a bounded run; return how many rows went.

        Raises RetryLaterError where PostgreSQL or Kafka is away: nothing was lost, and the next
        turn begins again at the oldest row. Raises DeadLetterLimitError, SettingsError.
        """
        self._share()
        rows = self._next_rows()
        if not rows:
            return 0
        reach("relay.send.before")
        rejected = self._deliver(rows)
        reach("relay.send.after")
        if rejected:
            self._set_aside(rejected)
        self._rows.sent(rows)
        reach("relay.mark.after")
        self._count(rows, len(rejected))
        return len(rows)

    def _next_rows(self) -> list[RelayRow]:
        """Return a run of each shard, from where its last ended round to the beginning again.

        So a key that never rests holds up no other.
        """
        busy = self._rows.busy()
        if not busy:
            return []
        limit = max(1, ROWS_MAX // len(busy))
        firsts = {shard: self._reached.pop(shard, FIRST_KEY) for shard in busy}
        runs = dict(self._rows.unsent(firsts, limit))
        passed = [shard for shard in busy if not runs[shard] and firsts[shard] != FIRST_KEY]
        if passed:
            runs.update(self._rows.unsent(dict.fromkeys(passed, FIRST_KEY), limit))
        for shard, run in runs.items():
            if len(run) == limit:
                self._reached[shard] = (run[-1].topic, run[-1].key)
        return [row for run in runs.values() for row in run]

    def _deliver(self, rows: Sequence[RelayRow]) -> list[tuple[RelayRow, str]]:
        """Send rows; return those that no broker would ever take, each with the reason.

        Where one is refused, so are all with it: halves of halves show which, each in its turn.
        """
        try:
            self._producer.deliver([row.append for row in rows])
        except _REFUSED as error:
            if len(rows) == 1:
                return [(rows[0], str(error))]
            half = len(rows) // 2
            return [*self._deliver(rows[:half]), *self._deliver(rows[half:])]
        return []

    def _set_aside(self, rejected: Sequence[tuple[RelayRow, str]]) -> None:
        outcome = letters_of(rejected, self._clock.now())
        self._letters.commit(Commit(outcome.appends, outcome.writes)).result()

    def _share(self) -> None:
        """Take free shards up to this relay's share; let go of those beyond it."""
        now_seconds = self._clock.elapsed_seconds()
        due = self._shared_at_seconds is None or not self._rows.held
        if not due and now_seconds - (self._shared_at_seconds or 0) < SHARE_SECONDS:
            return
        share = share_of(len(self._rows.shards()), self._rows.relays())
        for shard in sorted(self._rows.held, reverse=True)[: len(self._rows.held) - share]:
            self._rows.release(shard)
            self._reached.pop(shard, None)
        for shard in self._rows.shards():
            if len(self._rows.held) >= share:
                break
            self._rows.hold(shard)
        self._shared_at_seconds = now_seconds
        self._measure()

    def _measure(self) -> None:
        count, oldest_at_ms = self._rows.backlog()
        now_ms = to_epoch_ms(self._clock.now())
        age_seconds = 0.0 if oldest_at_ms is None else max(0, now_ms - oldest_at_ms) / 1_000
        self._metrics.relay_waiting_rows.set(count)
        self._metrics.relay_oldest_age_seconds.set(age_seconds)
        self._metrics.relay_held_shards.set(len(self._rows.held))

    def _count(self, rows: Sequence[RelayRow], rejected: int) -> None:
        self._metrics.relay_rows.labels("sent").inc(len(rows) - rejected)
        self._metrics.relay_rows.labels("rejected").inc(rejected)
        self._budget.spend(len(rows), rejected)

    def _run(self) -> None:
        running = self._metrics.stage_running.labels(RELAY_STAGE)
        running.set(1)
        try:
            while not self._stopping.is_set():
                self._work()
        except StopError as error:
            self.stopped_because = str(error)
            log.error("relay stopped", reason=str(error))
        except BaseException as error:  # noqa: BLE001 - handed up: the process ends with it
            self.stopped_because = f"a bug: {type(error).__name__}: {error}"
            self.crashed_with = error
        finally:
            running.set(0)

    def _rest_seconds(self, count: int) -> float:
        """Return how long to wait for more rows after a turn by which so many went."""
        if self._reached:
            # A shard has more than went by one turn.
            return 0.0
        return GATHER_MANY_SECONDS if count >= ROWS_MANY else GATHER_SECONDS

    def _work(self) -> None:
        try:
            self._stopping.wait(self._rest_seconds(self.turn()))
        except RetryLaterError as error:
            self._failures += 1
            self._metrics.stage_retries.labels(RELAY_STAGE).inc()
            wait_seconds = min(
                self._limits.retry_wait_seconds_max,
                RETRY_WAIT_SECONDS * 2 ** min(self._failures, 10),
            )
            log.warning("relay waits", reason=str(error), wait_seconds=wait_seconds)
            self._stopping.wait(wait_seconds)
        else:
            self._failures = 0
