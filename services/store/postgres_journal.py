"""The journal of the scaled way: state, audit and events on their way to Kafka, in PostgreSQL.

What a commit appends becomes rows of the relay in the same transaction, which the relay service
sends on (docs/adr/0018). A commit that was cut off is cleared up with the server (see
`postgres_writer.py`). Where even that cannot be, StorageRefusedError leaves open whether it was
kept, and each caller is safe with either:

- the door and the stages begin again at their cursor as it stands in the database. What was kept
  is behind it, and whatever is queued on top of it fails by its own cursor; a delivery that was
  kept comes again as a repeat, known by its id;
- the desk guards every row it decided on. An order given again meets what the first one left:
  under its key it gets the first answer, else it is decided afresh on what is there now;
- a sender that began an act finds it begun, and settles it before it does anything else, without
  having asked the platform; one that wrote an answer down and writes it again meets its own
  version, and stops rather than guess: what it left is settled when it starts again;
- the audit links an entry anew: there are two entries then, each true, and the chain holds.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from typing import Final, Generic, TypeVar, overload

from schemas.topics import topic_declared
from services.runtime.clock import Clock, to_epoch_ms
from services.runtime.effects import Value
from services.runtime.ports import Commit, Lane, Record
from services.store.postgres_appends import append
from services.store.postgres_commit import carry_out
from services.store.postgres_pool import Connection, PostgresPool
from services.store.postgres_rows import planned, statement
from services.store.postgres_settle import settle
from services.store.postgres_store import PostgresStore
from services.store.postgres_writer import PostgresWriter
from services.store.statements import fetch_value
from services.store.sweeps import RELAY_SWEEPS, SWEEPS

CONNECTIONS_MAX: Final = 12

Log = TypeVar("Log")


class PostgresJournal(Generic[Log]):
    """One database opened for work: its store, and a writer for each lane.

    Decisions have a connection of their own, so that none waits behind bulk. Commits of one lane
    are carried out in the order given, each a transaction of its own. `log` is what other parts
    read events from: they come there by the relay.
    Raises StorageRefusedError on opening where the server is away.
    """

    @overload
    def __init__(
        self: "PostgresJournal[None]",
        address: str,
        clock: Clock,
        *,
        log: None = None,
        connections_max: int = CONNECTIONS_MAX,
    ) -> None: ...

    @overload
    def __init__(
        self, address: str, clock: Clock, *, log: Log, connections_max: int = CONNECTIONS_MAX
    ) -> None: ...

    def __init__(
        self,
        address: str,
        clock: Clock,
        *,
        log: Log | None = None,
        connections_max: int = CONNECTIONS_MAX,
    ) -> None:
        assert connections_max > len(Lane), "a connection for each lane, and one to read by"
        self.log = log
        self.pool = PostgresPool(address, connections_max - len(Lane))
        self.store = PostgresStore(self.pool)
        self._clock = clock
        self._writers: dict[Lane, PostgresWriter] = {}
        try:
            for lane in Lane:
                self._writers[lane] = PostgresWriter(address, f"mercat {lane.name.lower()}")
        except BaseException:
            self.close()
            raise

    def migrate(self, applied_at_ms: int) -> list[str]:
        """Bring the database to this program's schema; return the names of what was applied.

        Raises FolderError where the database is newer than this program.
        """
        return self.store.migrate(applied_at_ms)

    def check(self) -> None:
        """Raise FolderError where the database is older or newer than this program."""
        self.store.check()

    def commit(self, commit: Commit) -> "Future[Sequence[Record]]":
        """Queue a commit; its future resolves once it is durable. OverloadedError where full.

        Raises UndeclaredTopicError and KeyError at once for a topic, table or column that nobody
        declared.
        """
        at_ms = to_epoch_ms(self._clock.now())
        plan = planned(commit.writes)
        for guard in commit.guards:
            fetch_value(guard.key.table, guard.column)
        for topic in {each.topic for each in commit.appends}:
            topic_declared(topic)

        def run(connection: Connection) -> Sequence[Record]:
            commit.check_followed()
            carry_out(connection, plan, commit.cursors, commit.guards, commit.entries)
            return append(connection, commit.appends, at_ms)

        return self._writers[commit.lane].submit(run)

    def prune(self, topic: str, before_ms: int, offset_kept: int) -> "Future[int]":
        """Resolve to 0: Kafka itself ends what its topics keep."""
        del topic, before_ms, offset_kept
        return _done(0)

    def forget(self, sweep: str, parameters: Sequence[Value]) -> "Future[int]":
        """Queue a declared deletion of a bounded run of rows; resolves to how many went."""
        text = SWEEPS[sweep] if sweep in SWEEPS else RELAY_SWEEPS[sweep]

        def run(connection: Connection) -> int:
            return connection.execute(statement(text), tuple(parameters)).rowcount

        return self._writers[Lane.BULK].submit(run)

    def rewrite(self, values: Mapping[int, bytes]) -> "Future[int]":
        """Resolve to 0: what is in Kafka stays as it is until its retention ends."""
        del values
        return _done(0)

    def settle(self) -> "Future[bool]":
        """Clear what was erased out of the tables' files; resolves to whether all of it went.

        It cannot while a transaction from before goes on. The server's write-ahead log and its
        backups hold what was written for as long as their own settings say.
        """
        return _done(settle(self.pool.address))

    def close(self) -> None:
        """Finish what is queued and close every connection."""
        try:
            for writer in self._writers.values():
                writer.close()
        finally:
            self.pool.close()


Result = TypeVar("Result")


def _done(result: Result) -> "Future[Result]":
    future: Future[Result] = Future()
    future.set_result(result)
    return future
