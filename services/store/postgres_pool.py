"""Connections to one PostgreSQL database: few, checked, and refused rather than waited for long.

Every session keeps its own bounds (statements, locks, idle transactions), so that whoever hangs
holds nobody up for long. A pooler between Mercat and PostgreSQL must pool whole sessions: leases
and relays hold locks of theirs.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, Final

import psycopg
from psycopg import errors
from psycopg.conninfo import make_conninfo
from psycopg_pool import ConnectionPool, PoolClosed, PoolTimeout, TooManyRequests

from services.runtime.errors import (
    MercatError,
    OverloadedError,
    StaleStateError,
    StateConflictError,
    StorageRefusedError,
)

Connection = psycopg.Connection[tuple[Any, ...]]

APPLICATION: Final = "mercat"
CONNECT_SECONDS_MAX: Final = 10
WAIT_SECONDS_MAX: Final = 5.0
WAITING_MAX: Final = 256
LIFETIME_SECONDS_MAX: Final = 3_600.0
STATEMENT_MS_MAX: Final = 30_000
LOCK_MS_MAX: Final = 5_000
IDLE_TRANSACTION_MS_MAX: Final = 60_000

_SESSION: Final[Mapping[str, int | str]] = {
    "statement_timeout": STATEMENT_MS_MAX,
    "lock_timeout": LOCK_MS_MAX,
    "idle_in_transaction_session_timeout": IDLE_TRANSACTION_MS_MAX,
    "timezone": "UTC",
    # A server that cannot reach us any more lets go of our locks within half a minute.
    "tcp_keepalives_idle": 10,
    "tcp_keepalives_interval": 5,
    "tcp_keepalives_count": 4,
}
_OVERTAKEN: Final = (
    errors.DeadlockDetected,
    errors.SerializationFailure,
    errors.LockNotAvailable,
)
_AWAY: Final = (
    psycopg.OperationalError,
    psycopg.InterfaceError,
    errors.ReadOnlySqlTransaction,
    errors.IdleInTransactionSessionTimeout,
)
REFUSALS: Final = (*_OVERTAKEN, *_AWAY, psycopg.IntegrityError)
"""What PostgreSQL says no with where nothing is wrong with the program."""
_FULL: Final = ("too many clients", "too many connections", "connection slots")
_CURES: Final = (
    (
        re.compile("password authentication failed|no password supplied|no pg_hba.conf entry"),
        "see that scaled.postgres.address names the right user and scaled.postgres.password the "
        "secret that holds its password",
    ),
    (
        re.compile('database ".*" does not exist'),
        "make the database, or say in scaled.postgres.address or MERCAT_POSTGRES_ADDRESS which "
        "one it is",
    ),
)
"""What to do about words of PostgreSQL: it gives no code to whom it does not let in."""


class PostgresPool:
    """Connections shared by the threads of one process, each in use by one thread at a time.

    Raises StorageRefusedError where the server is away, and OverloadedError where every connection
    stays in use for longer than a moment: nobody waits for ever.
    """

    def __init__(
        self, address: str, connections_max: int, *, wait_seconds: float = WAIT_SECONDS_MAX
    ) -> None:
        """Connect; `address` is a libpq connection string or URL."""
        self.address = address
        # The first connection is made by hand: the pool would only say that it waited in vain.
        connect(address).close()
        self._pool = ConnectionPool(
            _full_address(address, APPLICATION),
            min_size=1,
            max_size=connections_max,
            timeout=wait_seconds,
            max_waiting=WAITING_MAX,
            max_lifetime=LIFETIME_SECONDS_MAX,
            kwargs={"autocommit": True},
            check=ConnectionPool.check_connection,
            open=True,
        )

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """Lend a connection, outside any transaction; errors inside are raised as ours."""
        try:
            with refusals(), self._pool.connection() as connection:
                yield connection
        except OverloadedError:
            # A pool that waited in vain cannot tell a server that is away from one in full use.
            if not self._pool.closed:
                connect(self.address).close()
            raise

    def close(self) -> None:
        """Let go of every connection; later calls are refused."""
        self._pool.close()


def connect(address: str, name: str = APPLICATION) -> Connection:
    """Return a connection of the caller's own, which `name` tells from others on the server.

    Raises StorageRefusedError where the server is away or takes no more.
    """
    with refusals():
        return psycopg.connect(_full_address(address, name), autocommit=True)


@contextmanager
def refusals() -> Iterator[None]:
    """Raise what psycopg says no with as an error of ours."""
    try:
        yield
    except REFUSALS as error:
        raise refusal_of(error) from error


def refusal_of(error: psycopg.Error) -> MercatError:
    """Return a refusal as what its caller does next: decide afresh, wait, or stop."""
    if isinstance(error, PoolTimeout | TooManyRequests):
        return OverloadedError(
            "every connection to PostgreSQL is in use; try again in a moment, or raise "
            "scaled.postgres.connections_max"
        )
    if isinstance(error, PoolClosed):
        return OverloadedError("the store is closing; nothing more is read or written")
    if isinstance(error, _OVERTAKEN):
        return StaleStateError(f"somebody else changes the same rows: {error}; read them again")
    if isinstance(error, psycopg.IntegrityError):
        return StateConflictError(f"the database's own rules forbid it: {error}")
    if any(text in str(error) for text in _FULL):
        return StorageRefusedError(
            "PostgreSQL takes no more connections; raise its max_connections, or lower "
            "scaled.postgres.connections_max or the number of services"
        )
    cures = "".join(f"; {cure}" for words, cure in _CURES if words.search(str(error)))
    return StorageRefusedError(f"PostgreSQL would not answer: {error}{cures}")


def dropped(connection: Connection | None) -> None:
    """Close a connection that may be broken; that it says so is no news."""
    if connection is not None:
        with suppress(psycopg.Error):
            connection.close()


def _full_address(address: str, name: str) -> str:
    """Return an address with the bounds that every session of ours keeps."""
    options = " ".join(f"-c {setting}={value}" for setting, value in _SESSION.items())
    try:
        given = psycopg.conninfo.conninfo_to_dict(address)
    except psycopg.ProgrammingError as error:
        raise StorageRefusedError(f"PostgreSQL's address cannot be read: {error}") from error
    return make_conninfo(
        address,
        application_name=name,
        options=" ".join(filter(None, (str(given.get("options") or ""), options))),
        connect_timeout=given.get("connect_timeout") or CONNECT_SECONDS_MAX,
        keepalives_idle=10,
        keepalives_interval=5,
        keepalives_count=4,
        tcp_user_timeout=30_000,
    )
