"""Clears what was erased out of PostgreSQL's own files, as far as a program can."""

import threading
from typing import Final

from psycopg import sql

from services.store.postgres_pool import Connection, connect, refusals
from services.store.tables import TABLES

TRIES_MAX: Final = 40
WAIT_SECONDS: Final = 0.25

_NOW: Final = "SELECT pg_current_xact_id()::xid::text"
_READERS: Final = (
    "SELECT count(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
    "AND datname = current_database() AND backend_xmin IS NOT NULL "
    "AND age(backend_xmin) > age(%s::xid)"
)


def settle(address: str) -> bool:
    """Vacuum every table; return whether nobody's earlier transaction held erased rows back.

    It waits for such transactions, ten seconds at most. Raises StorageRefusedError.
    """
    with refusals(), connect(address, "mercat settle") as connection:
        connection.execute("SET statement_timeout = 0")
        ((now,),) = connection.execute(_NOW).fetchall()
        clear = _readers_gone(connection, str(now))
        tables = sql.SQL(", ").join(map(sql.Identifier, (*sorted(TABLES), "relay_rows")))
        connection.execute(sql.SQL("VACUUM {}").format(tables))
    return clear


def _readers_gone(connection: Connection, now: str) -> bool:
    pause = threading.Event()
    for _ in range(TRIES_MAX):
        ((readers,),) = connection.execute(_READERS, (now,)).fetchall()
        if not readers:
            return True
        pause.wait(WAIT_SECONDS)
    return False
