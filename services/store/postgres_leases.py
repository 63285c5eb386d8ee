"""Leases: of several processes that could do a piece of work, one does it.

A lease is a lock that the server keeps for one connection. It ends with the connection, however
that ends, and never before: there is no time that could run out under whoever holds it.
"""

import threading
from typing import Final

import psycopg

from services.store.postgres_pool import Connection, connect, dropped, refusals

_HASH: Final = "hashtextextended('lease:' || %s, 1)"
_TAKE: Final = f"SELECT pg_try_advisory_lock({_HASH})"
_RELEASE: Final = f"SELECT pg_advisory_unlock({_HASH})"
_ALIVE: Final = "SELECT 1"


class Leases:
    """The leases of one process, by name, for any number of threads.

    What is held may end at any moment: whoever holds a lease asks `holds` before each piece of
    work, and what must never be done twice is bound by a guard in its commit besides.
    Raises StorageRefusedError where the server is away.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self._lock = threading.Lock()
        self._connection: Connection | None = None
        self._held: set[str] = set()

    def hold(self, name: str) -> bool:
        """Take a lease unless another process has it; return whether it is held here now."""
        with self._lock:
            if name in self._held and self._is_alive():
                return True
            taken = self._asked(_TAKE, name)
            if taken:
                self._held.add(name)
            return taken

    def holds(self, name: str) -> bool:
        """Return whether a lease is still held here, as the server sees it."""
        with self._lock:
            return name in self._held and self._is_alive()

    def release(self, name: str) -> None:
        """Let another process have a lease; nothing happens where it is not held."""
        with self._lock:
            if name in self._held and self._is_alive():
                self._asked(_RELEASE, name)
            self._held.discard(name)

    def close(self) -> None:
        """Let go of every lease."""
        with self._lock:
            self._lose()

    def _asked(self, text: str, name: str) -> bool:
        connection = self._connected()
        try:
            with refusals():
                ((answer,),) = connection.execute(text.encode(), (name,)).fetchall()
        except BaseException:
            self._lose()
            raise
        return bool(answer)

    def _connected(self) -> Connection:
        if self._connection is None or self._connection.closed:
            self._lose()
            self._connection = connect(self._address, "mercat leases")
        return self._connection

    def _is_alive(self) -> bool:
        """Return whether the connection that keeps the leases stands; without it they are gone."""
        try:
            if self._connection is not None:
                self._connection.execute(_ALIVE)
                return True
        except psycopg.Error:
            self._lose()
        return False

    def _lose(self) -> None:
        dropped(self._connection)
        self._connection = None
        self._held.clear()
