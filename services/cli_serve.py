"""`mercat serve SERVICE`: one service of the scaled way in a process of its own."""

import signal
import sys
import threading
import traceback
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from services.cli_options import folder_of, keys_of
from services.runtime.errors import MercatError, StopError
from services.settings import read_body

if TYPE_CHECKING:
    from fastapi import FastAPI

    from services.bootstrap_services import Order, Service

NAMES: Final = ("ingest", "classify", "route", "relay", "policy", "publish", "console")
RUNNERS: Final = ("faust", "kafka")
STEP_SECONDS: Final = 0.2
EXIT_BUG: Final = 70
PORT_CURE: Final = "set another port in scaled.service.port or MERCAT_SERVICE_PORT"


@click.command()
@click.argument("service", type=click.Choice(NAMES))
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--runner",
    type=click.Choice(RUNNERS),
    help="What hosts classify: Faust, which is usual, or the Kafka runner.",
)
def serve(service: str, folder: Path | None, *, runner: str | None) -> None:
    """Run one service of the scaled way, over Kafka and PostgreSQL.

    FOLDER holds the body's settings and rules. Ctrl-C or a TERM signal ends it cleanly, and the
    next start goes on from there.
    """
    from services.bootstrap_services import Order
    from services.bootstrap_tracing import tracing_of
    from services.log_lines import write_log_lines

    if runner is not None and service != "classify":
        raise click.UsageError("--runner is for `mercat serve classify` alone")
    folder, environment = folder_of(folder)
    write_log_lines(environment.log_level, environment.log_format)
    settings = read_body(folder, environment)
    order = Order(
        folder=folder,
        settings=settings,
        environment=environment,
        keys=keys_of(environment),
        runner="kafka" if runner == "kafka" else "faust",
        tracing=tracing_of(settings, environment, f"mercat-{service}"),
    )
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    _serve(service, order, stopping)


def _serve(name: str, order: "Order", stopping: threading.Event) -> None:
    """Answer over HTTP from the first moment on; open, work, and end cleanly."""
    import structlog

    from services.bootstrap_http import ServerThread, address_of, listen
    from services.bootstrap_services import WAIT_SECONDS_MAX, Standing, build, opened
    from services.runtime.heap import keep_heap
    from services.runtime.system_clock import SystemClock

    place = order.settings.scaled.service
    listener = listen(place.host, place.port, PORT_CURE)
    said = ["opens what it stands on"]
    standing = Standing(_starting_app(name, said))
    server = ServerThread(standing, listener)
    structlog.contextvars.bind_contextvars(service=name)
    service: Service | None = None
    server.start()
    try:
        service = opened(
            partial(build, name, order),
            clock=SystemClock(),
            stopping=stopping,
            say=lambda reason: said.__setitem__(0, reason),
            seconds_max=WAIT_SECONDS_MAX,
        )
        if service is not None:
            standing.app = service.app
            service.start()
            keep_heap()
            click.echo(at_work(name, address_of(listener)), err=True)
            while not stopping.is_set() and service.crash() is None:
                stopping.wait(STEP_SECONDS)
    finally:
        if service is not None:
            service.stop()
        server.stop()
        order.tracing.close()
        structlog.contextvars.unbind_contextvars("service")
    _end(service)


def at_work(name: str, address: str) -> str:
    """Return what is said once a service works: the console alone has pages to look at."""
    return f"Mercat's {name} is at work. Look at {address}{'' if name == 'console' else '/readyz'}"


def _starting_app(name: str, said: list[str]) -> "FastAPI":
    """Return what answers until the service does: alive, not ready, and what is waited for."""
    from services.console.parts import PartStatus
    from services.console.service_app import create_starting_app
    from services.runtime.metrics import Metrics

    return create_starting_app(
        Metrics().registry,
        lambda: [PartStatus(name=name, kind="start", working=False, needed=True, sentence=said[0])],
    )


def _end(service: "Service | None") -> None:
    """End with the code that says how: a bug, a reason to stop, or nothing wrong."""
    crash = None if service is None else service.crash()
    if isinstance(crash, MercatError):
        raise crash
    if crash is not None:
        click.echo("mercat: stopped by a bug; please report what follows.", err=True)
        traceback.print_exception(crash)
        sys.exit(EXIT_BUG)
    reason = None if service is None else service.stopped_because()
    if reason is not None:
        raise StopError(reason)
    click.echo("Stopped cleanly.", err=True)
