"""The ports: what stages, logs and stores promise one another. Adapters keep these words.

What a post gives rise to a dozen times is a named tuple: a frozen dataclass takes three times as
long to make, which was a tenth of the whole flow.
"""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Any, NamedTuple, Protocol

from schemas.envelope import Event
from services.runtime.audit_entry import SealedEntry
from services.runtime.effects import Effect, Key, Row, Value
from services.runtime.errors import StateConflictError
from services.runtime.view import View


class Record(NamedTuple):
    """An event at its place: `offset` counts from 0 in each partition of its topic.

    `value` is the event's JSON. `event` is the same, decoded, where the writer handed it on in
    memory; a reader that finds None decodes `value`. A log without partitions has the one, 0.
    """

    topic: str
    offset: int
    key: str
    value: bytes
    event: Event | None = None
    partition: int = 0


class Append(NamedTuple):
    """An event on its way into a topic; `key` orders it among its like."""

    topic: str
    key: str
    value: bytes
    event: Event | None = None


@dataclass(frozen=True, slots=True)
class Cursor:
    """A consumer's move through a partition: from the offset it was at to the next one to handle.

    A commit whose consumer is not at `start` fails whole: so a commit given again after a failure,
    one queued behind it, or one of a worker that lost the partition meanwhile, can neither skip an
    event nor count it twice.
    """

    consumer: str
    topic: str
    start: int
    end: int
    partition: int = 0


class Guard(NamedTuple):
    """A row that must still say the same when a commit is carried out: `value` in its `column`.

    Most rows are guarded by their `version`. None: the row must not be there, or be empty in that
    column. A commit whose guard does not hold fails whole with StaleStateError: what it was decided
    on has changed.
    """

    key: Key
    value: Value
    column: str = "version"


class Lane(IntEnum):
    """Which commits go first when several wait: a person's decision before bulk."""

    DECISION = 0
    BULK = 1


@dataclass(frozen=True, slots=True)
class Commit:
    """All effects of one piece of work: durable together or not at all.

    `writes` maps a row's key to the row, whole, or to None where the row goes. `guards` are looked
    at first, inside the transaction. `entries` are linked into their chains of the audit, in order.
    `follows` is the future of a commit given before, to the same journal and lane, on which this
    one was worked out: where that was not kept, neither is this one.
    """

    appends: Sequence[Append] = ()
    writes: Mapping[Key, Row | None] = field(default_factory=dict)
    cursors: Sequence[Cursor] = ()
    lane: Lane = Lane.BULK
    guards: Sequence[Guard] = ()
    entries: Sequence[SealedEntry] = ()
    follows: "Future[Sequence[Record]] | None" = None

    def check_followed(self) -> None:
        """Raise StateConflictError where what this one stands on was not kept."""
        before = self.follows
        if before is not None and before.done() and before.exception() is not None:
            raise StateConflictError("what this was worked out on was not kept")


class EventLog(Protocol):
    """The event log: topics of records, appended at the end, read from any place.

    Ordering: records of one key are read in the order in which their commits succeeded. A log may
    split a topic by key into partitions, each read for itself; one that does not gives a total
    order, and has the one partition 0.
    Durability: what `Journal.commit` has acknowledged survives the end of the process and the loss
    of power. What it has not acknowledged may or may not be there, whole commits at a time.
    Repeats: reading is free of side effects; the same offsets give the same records until pruned.
    """

    def partitions(self, topic: str) -> int:
        """Return how many partitions a topic has: 1 in a log that gives a total order."""
        ...

    def read(self, topic: str, offset: int, limit: int, *, partition: int = 0) -> Sequence[Record]:
        """Return up to `limit` records from `offset` on, in order; none if there are none yet.

        Where retention took the place asked for, reading goes on at the oldest record left.
        """
        ...

    def end_offset(self, topic: str, *, partition: int = 0) -> int:
        """Return the offset the next record will get: 0 where there never was one."""
        ...

    def start_offset(self, topic: str, *, partition: int = 0) -> int:
        """Return the offset of the oldest record left, or the end offset where none is."""
        ...

    def wait(self, topic: str, offset: int, timeout_seconds: float, *, partition: int = 0) -> bool:
        """Wait until a record at `offset` exists; return whether it does now."""
        ...


class StateReader(Protocol):
    """Rows of the tables that `services/store/tables.py` declares, read by key.

    Reads see every acknowledged commit and never a part of one. Values come back with the types
    they were written with. An undeclared table raises KeyError; a refused read RetryLaterError.
    """

    def fetch(self, keys: Iterable[Key]) -> dict[Key, Row | None]:
        """Return every key asked for with its row, or None where there is none."""
        ...

    def cursor(self, consumer: str, topic: str, *, partition: int = 0) -> int:
        """Return the next offset a consumer has to handle: 0 where it never committed."""
        ...


class Store(StateReader, Protocol):
    """State that can also be searched, by the queries `services/store/queries.py` declares."""

    def select(self, query: str, parameters: Sequence[Value] = ()) -> list[Row]:
        """Return the rows of a declared query, column by column; KeyError for an unknown name."""
        ...


class Journal(Protocol):
    """Where effects become durable.

    One writer takes commits in the order given within a lane and groups them; a commit's future
    resolves only after the data is safe, to its appended records in order. A failure resolves it
    with StorageRefusedError (nothing of it was kept: the same commit may be given again),
    StaleStateError (a guard did not hold: decide afresh) or StateConflictError (a bug: stop).
    Committing an event id twice appends it twice: readers know a repeat by its id.
    """

    def commit(self, commit: Commit) -> "Future[Sequence[Record]]":
        """Queue a commit. Raises OverloadedError where too many wait already."""
        ...


class Stage(Protocol):
    """A step of the listening flow: pure, and the only place where it decides anything.

    For each event, in order: `needs` names the rows it may read; the runner fetches them for the
    whole batch at once; `handle` returns effects, seeing what the events before it remembered.
    `prepare` is the vectorised part over a batch; its n-th result is handed to `handle` with the
    n-th event. An exception in `needs` or `handle` sets that one event aside, never the batch; an
    exception in `prepare` makes the runner prepare the events one by one.

    `name` is the consumer under which offsets are kept; `version` goes into dead letters.
    `knows_repeats` is True where handling an event twice must have no second effect: the runner
    then keeps the ids handled and passes over a repeat.
    """

    @property
    def name(self) -> str:
        """The consumer's name."""
        ...

    @property
    def version(self) -> str:
        """The handler's version."""
        ...

    @property
    def topic(self) -> str:
        """The topic it reads."""
        ...

    @property
    def knows_repeats(self) -> bool:
        """Whether a repeat must have no second effect."""
        ...

    def needs(self, event: Event) -> Iterable[Key]:
        """Return the keys of all rows `handle` may read for this event."""
        ...

    def prepare(self, events: Sequence[Event]) -> Sequence[Any]:
        """Return one feature object per event, in order."""
        ...

    def handle(self, event: Event, features: Any, view: View, now: datetime) -> Iterable[Effect]:
        """Return what is to be done about one event. No I/O, no clock, no randomness."""
        ...
