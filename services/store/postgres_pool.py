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
    RuleBrokenError,
    SettingsError,
    StaleStateError,
    StorageRefusedError,
)
from services.store.postgres_rules import BREACHES, rule_of

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
REFUSALS: Final = (*_OVERTAKEN, *_AWAY, *BREACHES)
"""What PostgreSQL says no with where nothing is wrong with the program."""
_FULL: Final = ("too many clients", "too many connections", "connection slots")
_ADDRESS: Final = "MERCAT_POSTGRES_ADDRESS (scaled.postgres.address)"
_SHUT_OUT: Final = (
    (re.compile('database ".*" does not exist'), f"make it, or name another in {_ADDRESS}"),
    (
        re.compile('role ".*" (does not exist|is not permitted to log in)'),
        f"let that role log in at the server, or name another in {_ADDRESS}",
    ),
    (
        re.compile(
            "authentication failed|no password supplied|no pg_hba.conf entry|pg_hba.conf rejects"
            "|permission denied for database"
        ),
        f"mend the user in {_ADDRESS}, or the password in MERCAT_POSTGRES_PASSWORD or in the "
        "secret that scaled.postgres.password names, or let that user in at the server",
    ),
)
"""What the server says to whom it does not let in, and what to do about it.

Its codes (class 28, 3D000, 42501) do not come through to us: libpq hands on the words alone. Where
they are in another language they are not known, and waited out as if the server were away.
"""


class PostgresPool:
    """Connections shared by the threads of one process, each in use by one thread at a time.

    Raises StorageRefusedError where the server is away, and OverloadedError where every connection
    stays in use for longer than a moment: nobody waits for ever. Raises SettingsError on opening
    where the server does not let us in; later on that is a refusal like any other, since a password
    may be changed on both sides, one after the other, under services that work.
    """

    def __init__(
        self, address: str, connections_max: int, *, wait_seconds: float = WAIT_SECONDS_MAX
    ) -> None:
        """Connect; `address` is a libpq connection string or URL."""
        self.address = address
        # The first connection is made by hand: the pool would only say that it waited in vain.
        _let_in(address)
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

    Raises StorageRefusedError where the server is away, takes no more, or does not let us in, and
    SettingsError where the address cannot be read.
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


def refusal_of(error: Exception) -> MercatError:
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
    if isinstance(error, BREACHES):
        return RuleBrokenError(rule_of(error))
    return _away(error)


def _away(error: Exception) -> StorageRefusedError:
    if any(text in str(error) for text in _FULL):
        return StorageRefusedError(
            "PostgreSQL takes no more connections; raise its max_connections, or lower "
            "scaled.postgres.connections_max or the number of services"
        )
    if cure := _cure_of(error):
        said = " ".join(str(error).split())
        return StorageRefusedError(f"PostgreSQL does not let Mercat in: {said}; {cure}")
    return StorageRefusedError(f"PostgreSQL would not answer: {error}")


def dropped(connection: Connection | None) -> None:
    """Close a connection that may be broken; that it says so is no news."""
    if connection is not None:
        with suppress(psycopg.Error):
            connection.close()


def _let_in(address: str) -> None:
    """Connect once. Raises SettingsError where the server answers and does not let us in."""
    try:
        connect(address).close()
    except StorageRefusedError as error:
        if isinstance(error.__cause__, psycopg.OperationalError) and _cure_of(error.__cause__):
            raise SettingsError(str(error)) from error.__cause__
        raise


def _cure_of(error: Exception) -> str | None:
    """Return what lets us in, where it is that which is refused."""
    return next((cure for words, cure in _SHUT_OUT if words.search(str(error))), None)


def _full_address(address: str, name: str) -> str:
    """Return an address with the bounds that every session of ours keeps."""
    options = " ".join(f"-c {setting}={value}" for setting, value in _SESSION.items())
    try:
        given = psycopg.conninfo.conninfo_to_dict(address)
    except psycopg.ProgrammingError:
        # What psycopg says of it quotes the address, and the password with it.
        raise SettingsError(
            "MERCAT_POSTGRES_ADDRESS (scaled.postgres.address) cannot be read; write it as "
            "postgresql://USER@HOST:PORT/DATABASE"
        ) from None
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
