"""A PostgreSQL server of the tests' own: on a free port, as a user it accepts, ended with them."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg


def server_programs() -> Path | None:
    """Return the folder of PostgreSQL's server programs, newest version first, or None."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    if found:
        return found[0].parent
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


def free_port() -> int:
    """Return a port nothing listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _is_alive(process: int) -> bool:
    """Return whether a process runs; one that ended and that nobody has buried does not."""
    try:
        status = Path(f"/proc/{process}/stat").read_text(encoding="ascii")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def fresh_database(server: str) -> str:
    """Return the address of a new, empty database on a server."""
    with psycopg.connect(server, autocommit=True) as connection:
        count = connection.execute("SELECT count(*) FROM pg_database").fetchall()[0][0]
        connection.execute(f"CREATE DATABASE test_{count}".encode())
    return server.rsplit("/", 1)[0] + f"/test_{count}"


class PostgresServer:
    """Starts on entering, ends on leaving; keeps everything in one folder, gone with it.

    The folder is none of pytest's: those are closed to other users anew with each run that starts,
    and the server's user is another. It syncs nothing unless told to: no test takes its power away.
    """

    def __init__(self, programs: Path, *, syncs: bool = False) -> None:
        self._programs = programs
        self._fsync = "on" if syncs else "off"
        self._folder = Path(tempfile.mkdtemp(prefix="mercat-postgres-"))
        self._data = self._folder / "data"
        self.port = free_port()
        self.address = f"postgresql://mercat@127.0.0.1:{self.port}/postgres"

    def __enter__(self) -> Self:
        if os.geteuid() == 0:
            owner = pwd.getpwnam("postgres")
            os.chown(self._folder, owner.pw_uid, owner.pw_gid)
        self._run("initdb", "-D", str(self._data), "-U", "mercat", "-A", "trust", "--no-sync")
        self._start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._run("pg_ctl", "-D", str(self._data), "-m", "immediate", "-w", "stop")
        shutil.rmtree(self._folder)

    def kill(self) -> None:
        """End every process of the server at once, as a fault of the machine would."""
        server = int((self._data / "postmaster.pid").read_text(encoding="ascii").splitlines()[0])
        # Stopped first, so that it starts nothing anew for what dies.
        os.kill(server, signal.SIGSTOP)
        children = Path(f"/proc/{server}/task/{server}/children").read_text(encoding="ascii")
        processes = [*map(int, children.split()), server]
        for process in processes:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        while any(map(_is_alive, processes)):
            threading.Event().wait(0.01)

    def restart(self) -> None:
        """Start the server again on the same port, after a kill."""
        # The dead process may still be listed, and would be taken for one that has the files.
        (self._data / "postmaster.pid").unlink(missing_ok=True)
        (self._folder / f".s.PGSQL.{self.port}.lock").unlink(missing_ok=True)
        self._start()

    def _start(self) -> None:
        options = (
            f"-p {self.port} -c listen_addresses=127.0.0.1 -c fsync={self._fsync} -k {self._folder}"
        )
        log = str(self._folder / "server.log")
        self._run("pg_ctl", "-D", str(self._data), "-w", "-o", options, "-l", log, "start")

    def _run(self, program: str, *arguments: str) -> None:
        user = "postgres" if os.geteuid() == 0 else None
        subprocess.run(
            [str(self._programs / program), *arguments],
            check=True,
            stdout=subprocess.DEVNULL,
            user=user,
            cwd=self._folder,
            timeout=120,
        )
