"""Databases that are migrated already: to make one takes longer than a test."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import psycopg

from services.store.postgres_pool import PostgresPool
from services.store.postgres_store import PostgresStore
from services.store.tables import TABLES
from tests.postgres_server import fresh_database

OTHER_TABLES = ("cursors", "relay_keys", "relay_rows")


def migrated_database(server: str) -> str:
    """Return the address of a new database with every table."""
    address = fresh_database(server)
    with pool_of(address) as pool:
        PostgresStore(pool).migrate(0)
    return address


@cache
def _shared_database(server: str) -> str:
    return migrated_database(server)


def emptied_database(server: str) -> str:
    """Return the address of a database with every table, all empty, for one test at a time."""
    address = _shared_database(server)
    with psycopg.connect(address, autocommit=True) as connection, connection.pipeline():
        for table in (*TABLES, *OTHER_TABLES):
            connection.execute(f"DELETE FROM {table}".encode())
    return address


@contextmanager
def pool_of(address: str, connections_max: int = 2) -> Iterator[PostgresPool]:
    """Return connections that are closed behind the test."""
    pool = PostgresPool(address, connections_max)
    try:
        yield pool
    finally:
        pool.close()
