"""Which services the scaled way has, what each may be told, and how one is opened with patience."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Final, Literal, Protocol

import structlog
from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from services.console.parts import PartStatus
from services.runtime.clock import Clock
from services.runtime.errors import RetryLaterError
from services.runtime.tracing import NO_TRACING, Tracing
from services.settings import BodySettings, EnvironmentSettings
from services.store.file_keys import KeyFolder

RunnerName = Literal["faust", "kafka"]

WAIT_SECONDS_MAX: Final = 120.0
"""For so long a start waits for PostgreSQL and Kafka; then whoever started it may try again."""
WAIT_STEP_SECONDS: Final = 0.5
WAIT_STEP_SECONDS_MAX: Final = 10.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a service is opened with. `runner` matters to classify alone.

    `clock` takes the place of the machine's, and of PostgreSQL's, where tests decide the time.
    """

    folder: Path
    settings: BodySettings
    environment: EnvironmentSettings
    keys: KeyFolder
    runner: RunnerName = "faust"
    clock: Clock | None = None
    tracing: Tracing = NO_TRACING


class Service(Protocol):
    """A service that was opened: started once, watched, and stopped once, started or not.

    `stopped_because` says why a part will not go on by itself, where going on would do harm: the
    process stays, not ready, until a person has looked. `crash` is a bug that ended a part.
    """

    @property
    def app(self) -> FastAPI:
        """Return what the service answers over HTTP: `/metrics`, `/healthz`, `/readyz`, more."""
        ...

    def start(self) -> None:
        """Begin to work."""
        ...

    def stop(self) -> None:
        """Finish what is in hand, and let go of everything that was opened."""
        ...

    def crash(self) -> BaseException | None:
        """Return the bug that ended a part, if one did."""
        ...

    def stopped_because(self) -> str | None:
        """Return why a part will not go on by itself, if one will not."""
        ...

    def statuses(self) -> Sequence[PartStatus]:
        """Return how every part is, at this moment."""
        ...


@dataclass(frozen=True, slots=True)
class Offer:
    """A service by its builder (`module:function`, taking an Order) and what it does."""

    builder: str
    sentence: str


_LISTENING: Final = "services.bootstrap_listening_services"
_SPEAKING: Final = "services.bootstrap_speaking_services"
SERVICES: Final = {
    "ingest": Offer("services.bootstrap_ingest_service:ingest", "takes posts in from every source"),
    "classify": Offer(f"{_LISTENING}:classify", "says what each post is about"),
    "route": Offer(f"{_LISTENING}:route", "gives each post to a team"),
    "relay": Offer("services.bootstrap_relay_service:relay", "brings events to Kafka, tidies up"),
    "policy": Offer(f"{_SPEAKING}:policy", "serves the rules to OPA, writes checkpoints"),
    "publish": Offer(f"{_SPEAKING}:publish", "sends what was approved"),
    "console": Offer("services.bootstrap_console_service:console", "shows pages, answers the API"),
}


def build(name: str, order: Order) -> Service:
    """Open a service by its name.

    Raises what its parts raise: SettingsError, FolderError, StorageRefusedError,
    LogUnavailableError.
    """
    module, _, function = SERVICES[name].builder.partition(":")
    builder: Callable[[Order], Service] = getattr(import_module(module), function)
    return builder(order)


def opened(
    open_service: Callable[[], Service],
    *,
    clock: Clock,
    stopping: threading.Event,
    say: Callable[[str], None],
    seconds_max: float,
) -> Service | None:
    """Return the service once what it stands on answers; None where told to stop before.

    `say` is told each time what is waited for. Raises the last RetryLaterError where nothing
    answers in `seconds_max`, and any other error at once.
    """
    until_seconds = clock.elapsed_seconds() + seconds_max
    wait_seconds = WAIT_STEP_SECONDS
    while not stopping.is_set():
        try:
            return open_service()
        except RetryLaterError as error:
            if clock.elapsed_seconds() + wait_seconds > until_seconds:
                raise
            say(str(error))
            log.warning("start waits", reason=str(error), wait_seconds=wait_seconds)
        stopping.wait(wait_seconds)
        wait_seconds = min(WAIT_STEP_SECONDS_MAX, wait_seconds * 2)
    return None


class Standing:
    """What answers over HTTP before the service does: alive, not ready, and why.

    An ASGI app: once `app` is put in its place, that one answers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let whatever app stands here now answer."""
        await self.app(scope, receive, send)
