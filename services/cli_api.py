"""How commands speak the HTTP API: to the running process, or to the same app in this one."""

import asyncio
import json
import secrets
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self
from zoneinfo import ZoneInfo

import click

from services.cli_act_text import Reading
from services.cli_options import CONTROL_SECONDS_MAX, keys_of
from services.runtime.errors import (
    MercatError,
    NotAllowedError,
    NotFoundError,
    RejectError,
    RetryLaterError,
    StopError,
    VersionConflictError,
)
from services.settings import CONTROL_NAME, EnvironmentSettings

if TYPE_CHECKING:
    from fastapi import FastAPI
    from httpx import AsyncBaseTransport, Response

    from services.bootstrap_console_here import ConsoleHere
    from services.settings import BodySettings

API_PATH: Final = "/api/v1"
HERE: Final = "http://mercat"
TRIES_MAX: Final = 3
KEY_BYTES: Final = 16
TOKEN_BYTES: Final = 32
OK_BELOW: Final = 400
BROKEN_FROM: Final = 500
FORBIDDEN: Final = 403
READ: Final = "GET"

as_option = click.option(
    "--as",
    "as_login",
    metavar="LOGIN",
    help="Who asks, by the token kept for that login on this machine; else MERCAT_TOKEN.",
)

_ERRORS: Final[Mapping[int, type[MercatError]]] = {
    401: NotAllowedError,
    403: NotAllowedError,
    404: NotFoundError,
    409: VersionConflictError,
    412: VersionConflictError,
    429: RetryLaterError,
    503: RetryLaterError,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the API answered: JSON, or the bytes of a package."""

    content: bytes
    location: str = ""

    @property
    def told(self) -> Any:
        """Return the answer's JSON."""
        return json.loads(self.content)


class Api:
    """The API of a folder, asked by somebody, until the command is through.

    Where no Mercat runs on the folder, it is opened here, under its lock, and nothing of it is
    sent: what is approved goes out when Mercat runs next. Where the data are in PostgreSQL and no
    console answers on this machine, this is one more console for the time.
    """

    def __init__(
        self, folder: Path, environment: EnvironmentSettings, as_login: str | None = None
    ) -> None:
        self._folder = folder
        self._environment = environment
        self._login = as_login
        self._token = _token_of(folder, environment, as_login)
        self._closing = ExitStack()
        self._app: FastAPI | None = None
        self._here: ConsoleHere | None = None
        self._control_token = ""
        self.address = ""
        """Where the running process was asked; empty where the folder was opened here."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closing.close()

    @property
    def waits_for_run(self) -> bool:
        """Whether what is approved goes out when Mercat runs next on the folder, and not before."""
        return not self.address and self._here is None

    @property
    def reading(self) -> Reading:
        """Return who reads what was answered, in the body's zone."""
        from services.settings import read_body

        zone = ZoneInfo(read_body(self._folder, self._environment).body.zone)
        return Reading(address=self.address, login=self._login, zone=zone)

    def ask(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        query: Mapping[str, str | int | None] | None = None,
        version: int | None = None,
        seconds_max: float = CONTROL_SECONDS_MAX,
    ) -> Answer:
        """Ask, on a version if named; one of our errors says in a sentence what is refused.

        A request whose process ends meanwhile is made again, under the same key: it takes effect
        once.
        """
        headers = {} if version is None else {"If-Match": f'"{version}"'}
        if method != READ:
            headers["Idempotency-Key"] = secrets.token_hex(KEY_BYTES)
        asked = {name: value for name, value in (query or {}).items() if value is not None}
        for _ in range(TRIES_MAX):
            self.address = "" if self._app is not None else self._running()
            if not self.address and self._app is None:
                self._open_here()
            if self._here is not None and method != READ:
                self._here.require_rules(path)
            headers["Authorization"] = f"Bearer {self._token or self._control_token}"
            given = {"json": body, "params": asked, "headers": headers, "timeout": seconds_max}
            response = asyncio.run(self._send(method, f"{API_PATH}{path}", given))
            if response is not None:
                return self._answer(response)
        raise RetryLaterError("the running Mercat does not answer; look whether it is well")

    def _running(self) -> str:
        """Return where a process runs on this folder, once it has shown that it is ours, or "".

        After a crash, another process may have the port: it must not see anybody's own token, so
        it is first asked who we are by the token that only our process knows.
        """
        import httpx

        path = self._folder / CONTROL_NAME
        try:
            control = json.loads(path.read_text("utf-8"))
            address = str(control["url"]).removesuffix("/control")
            headers = {"Authorization": f"Bearer {control['token']}"}
            response = httpx.get(
                f"{address}{API_PATH}/me",
                headers=headers,
                timeout=CONTROL_SECONDS_MAX,
                trust_env=False,
            )
            ours = response.status_code == httpx.codes.OK
            ours = ours and response.json().get("signed_in_by") == "machine"
        except httpx.TimeoutException as error:
            raise RetryLaterError(f"the running Mercat did not answer: {error}") from error
        except httpx.TransportError:
            # It is not there, or is just ending: the folder's lock tells whether that is so.
            return ""
        except (FileNotFoundError, ValueError, KeyError, AttributeError):
            return ""
        self._control_token = str(control["token"])
        return address if ours else ""

    async def _send(self, method: str, path: str, given: dict[str, Any]) -> "Response | None":
        """Return the answer, or None where the process ended before it gave one."""
        import httpx

        transport: AsyncBaseTransport
        if self._app is not None:
            transport = httpx.ASGITransport(app=self._app)
        else:
            transport = httpx.AsyncHTTPTransport(trust_env=False)
        async with httpx.AsyncClient(
            transport=transport, base_url=self.address or HERE, timeout=CONTROL_SECONDS_MAX
        ) as client:
            try:
                return await client.request(method, path, **given)
            except httpx.TransportError:
                return None

    def _open_here(self) -> None:
        """Open the body in this process, with all but what sends."""
        from services.cli_store import in_postgres
        from services.settings import read_body

        settings = read_body(self._folder, self._environment)
        self._control_token = secrets.token_urlsafe(TOKEN_BYTES)
        if in_postgres(self._folder, settings):
            self._open_scaled(settings)
        else:
            self._open_embedded(settings)

    def _open_scaled(self, settings: "BodySettings") -> None:
        from services.bootstrap_console_here import ConsoleHere
        from services.cli_store import scaled_of
        from services.house.sqlite_house import HOUSE_NAME

        # Where the house platform lies on another machine, none is made here.
        with_house = (self._folder / HOUSE_NAME).is_file()
        scaled = self._closing.enter_context(
            scaled_of(self._folder, settings, self._environment, with_house=with_house)
        )
        self._here = ConsoleHere(scaled, keys_of(self._environment), self._control_token)
        self._closing.callback(self._here.close)
        self._app = self._here.app

    def _open_embedded(self, settings: "BodySettings") -> None:
        from services.bootstrap import Embedded
        from services.bootstrap_console import EmbeddedConsole
        from services.bootstrap_speaking import EmbeddedSpeaking
        from services.console.app import create_app
        from services.runtime.system_clock import SystemClock

        # A process of its own would take longer to start than the verb takes.
        listening = settings.listening.model_copy(update={"classify_in_child": False})
        settings = settings.model_copy(update={"listening": listening})
        keys = keys_of(self._environment)
        embedded = Embedded(self._folder, settings, SystemClock(), with_sources=False)
        self._closing.callback(embedded.stop)
        embedded.start()
        speaking = EmbeddedSpeaking(embedded, keys)
        self._closing.callback(speaking.close)
        console = EmbeddedConsole(embedded, self._control_token, keys, speaking)
        self._app = create_app(console.parts)

    def _answer(self, response: "Response") -> Answer:
        if response.status_code < OK_BELOW:
            return Answer(response.content, response.headers.get("location", ""))
        try:
            detail = str(response.json()["detail"])
        except (ValueError, KeyError, TypeError):
            detail = f"the answer was {response.status_code}, which says no more"
        if response.status_code == FORBIDDEN and not self._token:
            detail = f"{detail} You asked as the operator of the machine; add --as LOGIN."
        refused = StopError if response.status_code >= BROKEN_FROM else RejectError
        raise _ERRORS.get(response.status_code, refused)(detail)


def _token_of(folder: Path, environment: EnvironmentSettings, as_login: str | None) -> str:
    """Return the token to sign in with, or nothing for the operator of the machine."""
    if as_login is not None:
        from services.store.file_tokens import SavedTokens

        return SavedTokens(keys_of(environment), folder).find(as_login)
    return "" if environment.token is None else environment.token.get_secret_value()
