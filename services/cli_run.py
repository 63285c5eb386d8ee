"""`mercat run`: everything in one process, until it is told to stop."""

import json
import secrets
import signal
import sys
import threading
import traceback
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from services.cli_options import folder_of, json_option, keys_of
from services.runtime.clock import Clock
from services.runtime.errors import FolderError, MercatError, StopError
from services.settings import (
    CONTROL_NAME,
    DATABASE_NAME,
    SETTINGS_NAME,
    BodySettings,
    EnvironmentSettings,
    read_body,
)

if TYPE_CHECKING:
    from services.bootstrap import Embedded
    from services.bootstrap_console import EmbeddedConsole

STEP_SECONDS: Final = 0.2
PROGRESS_STEPS: Final = 1_000
EXIT_BUG: Final = 70
TOKEN_BYTES: Final = 32
TOWN_SEED: Final = 7
CASES_A_COMMIT: Final = 1_000
PORT_CURE: Final = "set another port in http.port or MERCAT_HTTP_PORT"


@click.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False))
@click.option("--town", is_flag=True, help="Run the sample town; makes FOLDER if it is not there.")
@click.option("--until-idle", is_flag=True, help="Stop once sources are read and all is handled.")
@click.option("--check", is_flag=True, help="Say what the scaled way still needs; run nothing.")
@json_option
def run(folder: Path | None, *, town: bool, until_idle: bool, check: bool, as_json: bool) -> None:
    """Listen, classify, route and show, in one process.

    FOLDER is a body's data folder, made by `mercat init`. Ctrl-C ends it cleanly, and the next
    start goes on where this one stopped.
    """
    from services.log_lines import write_log_lines
    from services.runtime.system_clock import SystemClock
    from services.store.file_moved import refuse_moved

    folder, environment = folder_of(folder)
    if check:
        from services.cli_check import check as all_there

        sys.exit(0 if all_there(folder, environment, as_json=as_json) else 1)
    if as_json:
        raise click.UsageError("--json is for `mercat run --check`")
    refuse_moved(folder)
    write_log_lines(environment.log_level, environment.log_format)
    clock = SystemClock()
    if town and not (folder / SETTINGS_NAME).exists():
        make_town(folder, environment, clock)
    settings = read_body(folder, environment)
    _refuse_mixing(folder, settings, town=town)
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    _serve(folder, settings, environment, clock, stopping, until_idle=until_idle)


def make_town(folder: Path, environment: EnvironmentSettings, clock: Clock) -> None:
    """Make the sample town's folder, with the cases that it closed lately."""
    from services.runtime.ports import Commit
    from services.store.sqlite_journal import SqliteJournal
    from services.town.closed_cases import closed_cases
    from services.town.file_folder import make_town_folder

    click.echo(f"Making the sample town in {folder} …", err=True)
    if not folder.exists():
        folder.mkdir(mode=0o700, parents=True)
    now = clock.now()
    make_town_folder(folder, now)
    settings = read_body(folder, environment)
    journal = SqliteJournal(folder / DATABASE_NAME, clock)
    try:
        cases = iter(closed_cases(settings.routing, now, TOWN_SEED))
        while part := dict(islice(cases, CASES_A_COMMIT)):
            journal.commit(Commit(writes=part)).result()
    finally:
        journal.close()


def _refuse_mixing(folder: Path, settings: BodySettings, *, town: bool) -> None:
    if town and settings.kind != "demonstration":
        raise FolderError(
            f"{folder} is a real body's folder; run it without --town, or name another folder"
        )


def _serve(
    folder: Path,
    settings: BodySettings,
    environment: EnvironmentSettings,
    clock: Clock,
    stopping: threading.Event,
    *,
    until_idle: bool,
) -> None:
    from services.bootstrap import Embedded
    from services.bootstrap_console import EmbeddedConsole
    from services.bootstrap_gauges import embedded_gauges_of
    from services.bootstrap_http import ServerThread, address_of, listen
    from services.bootstrap_speaking import open_speaking
    from services.bootstrap_tracing import tracing_of
    from services.console.app import create_app

    listener = listen(settings.http.host, settings.http.port, PORT_CURE)
    tracing = tracing_of(settings, environment, "mercat")
    embedded = Embedded(folder, settings, clock, tracing=tracing)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    keys = keys_of(environment)
    speaking = open_speaking(embedded, keys, embedded.drills)
    console = EmbeddedConsole(embedded, token, keys, speaking)
    topics = {each.stage.name: each.stage.topic for each in embedded.stages}
    log, drills = embedded.journal.log, embedded.drills
    gauges = embedded_gauges_of(
        embedded, log, topics, speaking.checkpoints, speaking.readings, drills
    )
    server = ServerThread(create_app(console.parts), listener)
    host, port = listener.getsockname()[:2]
    address = address_of(listener)
    try:
        embedded.start()
        speaking.start()
        gauges.start()
        console.start()
        server.start()
        _write_control(folder / CONTROL_NAME, f"http://{host}:{port}/control", token)
        click.echo(f"Mercat listens for {settings.body.name}. Look at {address}", err=True)
        click.echo("Ctrl-C ends it; the next start goes on from there.", err=True)
        _wait(embedded, console, stopping, until_idle=until_idle)
    finally:
        (folder / CONTROL_NAME).unlink(missing_ok=True)
        server.stop()
        console.stop()
        gauges.stop()
        speaking.stop()
        embedded.stop()
        tracing.close()
    crash = embedded.crash() or speaking.crash() or gauges.crashed_with or console.crash()
    if isinstance(crash, MercatError):
        raise crash
    if crash is not None:
        click.echo("mercat: stopped by a bug; please report what follows.", err=True)
        traceback.print_exception(crash)
        sys.exit(EXIT_BUG)
    given_up = _given_up(embedded)
    if until_idle and given_up:
        raise StopError(given_up)
    click.echo("Stopped cleanly.", err=True)


def _write_control(path: Path, url: str, token: str) -> None:
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text(json.dumps({"url": url, "token": token}), encoding="utf-8")


def _wait(
    embedded: "Embedded",
    console: "EmbeddedConsole",
    stopping: threading.Event,
    *,
    until_idle: bool,
) -> None:
    """Show progress, prune now and then, and return when told to, when idle, or on a bug."""
    pruning = _Pruning(embedded)
    if console.replay_progress() is not None:
        _show_replay(embedded, console, stopping, pruning)
    while not stopping.is_set() and embedded.crash() is None:
        if until_idle and (console.idle() or _given_up(embedded)):
            return
        pruning.when_due()
        stopping.wait(STEP_SECONDS)


def _show_replay(
    embedded: "Embedded",
    console: "EmbeddedConsole",
    stopping: threading.Event,
    pruning: "_Pruning",
) -> None:
    """Show how far the replays are, until they are through."""
    with click.progressbar(length=PROGRESS_STEPS, label="Replaying", file=sys.stderr) as bar:
        shown = 0
        while shown < PROGRESS_STEPS and not (
            stopping.is_set() or embedded.crash() or _given_up(embedded)
        ):
            done = int(PROGRESS_STEPS * (console.replay_progress() or 0.0))
            bar.update(done - shown)
            shown = done
            pruning.when_due()
            stopping.wait(STEP_SECONDS)


def _given_up(embedded: "Embedded") -> str | None:
    """Return which part will not go on by itself, and why, if one will not."""
    for stage in embedded.stages:
        if stage.stopped_because:
            return f"{stage.stage.name} stopped: {stage.stopped_because}"
    for runner in embedded.sources:
        if runner.stopped_because:
            return f"source {runner.source.name} stopped: {runner.stopped_because}"
    return None


class _Pruning:
    """Has what retention ended deleted, at the start and then every so many minutes."""

    def __init__(self, embedded: "Embedded") -> None:
        self._embedded = embedded
        self._next_seconds = embedded.clock.elapsed_seconds()

    def when_due(self) -> None:
        now_seconds = self._embedded.clock.elapsed_seconds()
        if now_seconds >= self._next_seconds:
            self._embedded.pruner.prune()
            minutes = self._embedded.settings.listening.prune_every_minutes
            self._next_seconds = now_seconds + minutes * 60
