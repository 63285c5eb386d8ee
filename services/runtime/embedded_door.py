"""The embedded runner of the door: everything that comes in, from all sources, in one order."""

import contextlib
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Final

import structlog

from services.runtime.clock import Clock
from services.runtime.effects import Key, Row
from services.runtime.errors import (
    CursorMovedError,
    MercatError,
    OverloadedError,
    RetryLaterError,
    StaleStateError,
)
from services.runtime.failpoints import reach
from services.runtime.overlay import Overlay
from services.runtime.ports import Commit, Cursor, Journal, Record, Stage, StateReader
from services.runtime.step import Intake, Outcome, step

DOOR_CONSUMER: Final = "door"
DOOR_TOPIC: Final = "intake"
ITEMS_WAITING_MAX: Final = 20_000
IN_FLIGHT_MAX: Final = 4
IDLE_WAIT_SECONDS: Final = 0.5
ITEMS_ENOUGH: Final = 100
"""With so many, more to a commit would save little."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Delivery:
    """Items handed in together, the rows to be written with them, and who waits for the commit."""

    intakes: Sequence[Intake]
    writes: Mapping[Key, Row | None]
    future: "Future[None]"


@dataclass(frozen=True, slots=True)
class _Group:
    """Deliveries worked out together and committed as one, the `number`-th commit of the door."""

    number: int
    deliveries: Sequence[_Delivery]
    outcome: Outcome
    done: "Future[Sequence[Record]]"


class DoorRunner:
    """Admits items: one thread, so that two sources cannot both take a post for new.

    Deliveries that wait together are worked out and committed together (group commit), and each
    deliverer's future resolves only when its items are on disk. Commits are numbered through a
    cursor and names the one it follows, so that one which fails takes those worked out on top of it
    down too; every deliverer concerned is told, and may hand the same items in again.

    `shared_as` names the consumer of a door that several processes keep, one for each source: a
    commit stands only where none of the others made one since its rows were read. Who was
    overtaken hands in afresh (StaleStateError), so that they too cannot both take a post for new.

    `gather_seconds` is how long to wait after a commit for more to be committed together, where a
    commit is dear and those who hand in do not wait for one another.
    """

    def __init__(  # noqa: PLR0913 - the ports a door stands on, given once
        self,
        door: Stage,
        *,
        store: StateReader,
        journal: Journal,
        clock: Clock,
        batch_max: int,
        linger_seconds: float,
        committed: Callable[[Outcome], None],
        shared_as: str | None = None,
        gather_seconds: float = 0.0,
    ) -> None:
        self._consumer = shared_as or DOOR_CONSUMER
        self._shared = shared_as is not None
        self._door = door
        self._store = store
        self._journal = journal
        self._clock = clock
        self._batch_max = batch_max
        self._enough = min(batch_max, ITEMS_ENOUGH)
        self._linger_seconds = linger_seconds
        self._gather_seconds = gather_seconds
        self._gathered_until_seconds = clock.elapsed_seconds()
        self._committed = committed
        self._overlay = Overlay(store)
        self._waiting: deque[_Delivery] = deque()
        self._items_waiting = 0
        self._groups: deque[_Group] = deque()
        self._in_hand: Sequence[_Delivery] = ()
        self._sequence = 0
        self._changed = threading.Condition()
        self._stopping = False
        self.crashed_with: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="door", daemon=True)

    def start(self) -> None:
        """Open."""
        self._sequence = self._store.cursor(self._consumer, DOOR_TOPIC)
        self._thread.start()

    def stop(self) -> None:
        """Finish what was handed in and close; later deliveries are refused."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        self._thread.join()

    @property
    def running(self) -> bool:
        """Whether the door still takes deliveries."""
        return self._thread.is_alive()

    def deliver(
        self, intakes: Sequence[Intake], writes: Mapping[Key, Row | None] | None = None
    ) -> "Future[None]":
        """Hand items in; the future resolves when they, and `writes` with them, are on disk.

        Raises OverloadedError where too many items wait or the door is closed. The future fails
        with a RetryLaterError where the store refused: nothing of the delivery was kept.
        """
        future: Future[None] = Future()
        # A deliverer that gives up waiting (a caller that hung up) must not cancel what others
        # share: from here on the future can only be resolved.
        future.set_running_or_notify_cancel()
        with self._changed:
            if self._stopping or self.crashed_with:
                raise OverloadedError("Mercat is stopping and takes nothing more in")
            if self._items_waiting + len(intakes) > ITEMS_WAITING_MAX:
                raise OverloadedError(f"{self._items_waiting} items wait at the door already")
            self._waiting.append(_Delivery(intakes, writes or {}, future))
            self._items_waiting += len(intakes)
            # Woken by each of many, the door would take them in one by one.
            if len(self._waiting) == 1 or self._is_enough():
                self._changed.notify_all()
        return future

    def _run(self) -> None:
        try:
            while self._open():
                self.turn()
            while self._groups:
                self._bring_home()
        except BaseException as error:  # noqa: BLE001 - handed up: the process ends with it
            self._crashed(error)

    def _crashed(self, error: BaseException) -> None:
        """Send everyone away who waits: nobody will ever answer them here."""
        with self._changed:
            self.crashed_with = error
            waiting = [*self._waiting]
            self._waiting.clear()
        committing = [delivery for group in self._groups for delivery in group.deliveries]
        unanswered = [
            delivery
            for delivery in (*self._in_hand, *committing, *waiting)
            if not delivery.future.done()
        ]
        self._fail(unanswered, OverloadedError("Mercat is ending because of a bug"))

    def _open(self) -> bool:
        with self._changed:
            return not self._stopping or bool(self._waiting)

    def turn(self) -> None:
        """Do the next useful thing: bring commits home, admit what waits, or wait for some."""
        home_or_full = len(self._groups) >= IN_FLIGHT_MAX or (
            self._groups and self._groups[0].done.done()
        )
        if home_or_full:
            self._bring_home()
        elif (seconds := self._gathering_seconds()) > 0:
            self._gather(seconds)
        elif deliveries := self._take():
            self._admit(deliveries)
        elif self._groups:
            self._bring_home()
        else:
            self._linger()

    def _linger(self) -> None:
        with self._changed:
            if not self._waiting and not self._stopping:
                self._changed.wait(IDLE_WAIT_SECONDS)
            if self._waiting and self._linger_seconds and not self._stopping:
                self._changed.wait_for(lambda: self._stopping, self._linger_seconds)

    def _gathering_seconds(self) -> float:
        """Return for how long what waits shall wait for more; 0 where it is enough, or nothing."""
        with self._changed:
            if not self._waiting or self._is_enough():
                return 0.0
        return self._gathered_until_seconds - self._clock.elapsed_seconds()

    def _gather(self, seconds: float) -> None:
        if self._groups:
            # Whoever handed in what is kept by now is told at once.
            with contextlib.suppress(TimeoutError):
                self._groups[0].done.exception(seconds)
            return
        with self._changed:
            self._changed.wait_for(self._is_enough, seconds)

    def _is_enough(self) -> bool:
        return self._stopping or self._items_waiting >= self._enough

    def _take(self) -> list[_Delivery]:
        with self._changed:
            taken: list[_Delivery] = []
            items = 0
            while self._waiting and (
                not taken or items + len(self._waiting[0].intakes) <= self._batch_max
            ):
                delivery = self._waiting.popleft()
                items += len(delivery.intakes)
                taken.append(delivery)
            self._items_waiting -= items
            self._in_hand = taken
            return taken

    def _admit(self, deliveries: Sequence[_Delivery]) -> None:
        try:
            intakes = [intake for delivery in deliveries for intake in delivery.intakes]
            outcome = step(self._door, intakes, self._overlay.fetch, self._clock.now())
            for delivery in deliveries:
                outcome.writes.update(delivery.writes)
            cursor = Cursor(self._consumer, DOOR_TOPIC, self._sequence, self._sequence + 1)
            reach(f"{self._door.name}.commit.before")
            follows = self._groups[-1].done if self._groups else None
            guards = tuple(outcome.guards)
            commit = Commit(
                outcome.appends, outcome.writes, (cursor,), guards=guards, follows=follows
            )
            done = self._journal.commit(commit)
        except MercatError as error:
            self._fail(deliveries, error)
            return
        self._sequence += 1
        self._gathered_until_seconds = self._clock.elapsed_seconds() + self._gather_seconds
        self._overlay.add(outcome.writes)
        self._groups.append(_Group(cursor.start, deliveries, outcome, done))

    def _bring_home(self) -> None:
        group = self._groups.popleft()
        self._in_hand = group.deliveries
        try:
            group.done.result()
        except MercatError as error:
            self._begin_again(group, error)
            return
        reach(f"{self._door.name}.commit.after")
        self._overlay.settle()
        for delivery in group.deliveries:
            reach("intake.ack.before")
            delivery.future.set_result(None)
            reach("intake.ack.after")
        self._committed(group.outcome)

    def _begin_again(self, failed: _Group, error: MercatError) -> None:
        """Tell everyone whose items stood on the failed commit, and read the state afresh."""
        if self._shared and isinstance(error, CursorMovedError):
            error = StaleStateError("another process took in from this source meanwhile")
        log.warning("door could not commit", door=self._consumer, reason=str(error))
        groups = [failed, *self._groups]
        for group in groups[1:]:
            group.done.exception()
        self._groups.clear()
        self._overlay.clear()
        self._sequence = failed.number
        with contextlib.suppress(RetryLaterError):
            self._sequence = self._store.cursor(self._consumer, DOOR_TOPIC)
        for group in groups:
            self._fail(group.deliveries, error)

    @staticmethod
    def _fail(deliveries: Sequence[_Delivery], error: MercatError) -> None:
        for delivery in deliveries:
            delivery.future.set_exception(error)
