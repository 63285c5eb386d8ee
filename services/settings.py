"""A body's settings: its file `mercat.yaml`, and what the environment sets over it.

A named edge: it reads files and the environment, and hands every room its own frozen part.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.house.configuration import HousePlatformSettings
from services.ingest.configuration import SourceSettings, Zone
from services.policy.bell_configuration import BellSettings
from services.policy.configuration import (
    AccountSettings,
    SignInSettings,
    SpeakingSettings,
    TakeoverSettings,
    speaking_faults,
)
from services.route.configuration import CalendarSettings, Name, RoutingSettings, routing_faults
from services.route.rule_file import RoutingRules, rules_check
from services.runtime.errors import SettingsError
from services.runtime.file_yaml import read_yaml
from services.runtime.limits import StageLimits
from services.runtime.scaled_settings import ScaledSettings
from services.runtime.yaml_lines import Fault
from services.runtime.yaml_sentences import closest
from services.store import file_moved

SETTINGS_NAME: Final = "mercat.yaml"
RULES_NAME: Final = "rules.yaml"
DATABASE_NAME: Final = "mercat.sqlite"
CONTROL_NAME: Final = "control.json"
MOVED_NAME: Final = file_moved.MOVED_NAME
ENVIRONMENT_PREFIX: Final = "MERCAT_"
TEST_PREFIX: Final = "MERCAT_TEST_"
PORT_MAX: Final = 65_535

_SECTION: Final = ConfigDict(frozen=True, extra="forbid")
Language = Annotated[str, Field(pattern=r"^[a-z]{2}$")]
Port = Annotated[int, Field(ge=0, le=PORT_MAX)]
Host = Annotated[str, Field(min_length=1, max_length=253)]


class Body(BaseModel):
    """The public body: its name, its zone, the languages it answers in (the first by default)."""

    model_config = _SECTION

    name: Name
    zone: Zone
    languages: Annotated[tuple[Language, ...], Field(min_length=1, max_length=20)] = ("en",)
    site: Annotated[str, Field(max_length=253)] | None = None


class Person(BaseModel):
    """Someone who works with Mercat: a name and an address to reach them by."""

    model_config = _SECTION

    name: Name
    address: Annotated[str, Field(max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")]


class Http(BaseModel):
    """Where the console listens; loopback unless a proxy in front of it says otherwise."""

    model_config = _SECTION

    host: Host = "127.0.0.1"
    port: Port = 8484


class Listening(BaseModel):
    """How the listening flow runs: batches, patience, and how long things are kept."""

    model_config = _SECTION

    batch_max: Annotated[int, Field(ge=1, le=5_000)] = 500
    door_linger_ms: Annotated[float, Field(ge=0, le=1_000)] = 5.0
    stage_linger_ms: Annotated[float, Field(ge=0, le=1_000)] = 10.0
    classify_in_child: bool = True
    dead_letters_max: Annotated[int, Field(ge=1, le=100_000)] = 100
    dead_letters_window: Annotated[int, Field(ge=1, le=1_000_000)] = 1_000
    retention_days: Annotated[int, Field(ge=1, le=365)] | None = None
    prune_every_minutes: Annotated[float, Field(gt=0, le=1_440)] = 10.0

    def limits(self, linger_ms: float) -> StageLimits:
        """Return a stage's bounds under these settings."""
        return StageLimits(
            batch_max=self.batch_max,
            linger_seconds=linger_ms / 1_000,
            dead_letters_max=self.dead_letters_max,
            dead_letters_window=self.dead_letters_window,
        )


class TracingSettings(BaseModel):
    """Where spans are sent, if anywhere: an OTLP receiver over HTTP, and which share of traces."""

    model_config = _SECTION

    endpoint: Annotated[str, Field(max_length=1_024, pattern=r"^https?://[^\s/]+")] | None = None
    ratio: Annotated[float, Field(ge=0.0, le=1.0)] = 0.1


class BodySettings(BaseModel):
    """Everything `mercat.yaml` holds."""

    model_config = _SECTION

    kind: Literal["body", "demonstration"] = "body"
    body: Body
    people: Annotated[tuple[Person, ...], Field(max_length=1_000)] = ()
    http: Http = Http()
    routing: RoutingSettings
    sources: Annotated[tuple[SourceSettings, ...], Field(max_length=100)] = ()
    listening: Listening = Listening()
    accounts: Annotated[tuple[AccountSettings, ...], Field(max_length=100)] = ()
    speaking: SpeakingSettings = SpeakingSettings()
    takeovers: TakeoverSettings = TakeoverSettings()
    sign_in: SignInSettings = SignInSettings()
    bells: BellSettings = BellSettings()
    house: HousePlatformSettings = HousePlatformSettings()
    tracing: TracingSettings = TracingSettings()
    scaled: ScaledSettings = ScaledSettings()

    @property
    def has_house(self) -> bool:
        """Whether anything speaks or listens on the house platform."""
        return any(account.platform == "house" for account in self.accounts) or any(
            source.kind == "house" for source in self.sources
        )


def _log_level(level: str) -> str:
    if level not in ("debug", "info", "warning", "error"):
        raise ValueError(f"{level!r} is not one of debug, info, warning, error")
    return level


class EnvironmentSettings(BaseSettings):
    """What `MERCAT_...` variables set: the same for every command, above the file."""

    model_config = SettingsConfigDict(env_prefix=ENVIRONMENT_PREFIX, frozen=True, extra="ignore")

    folder: Path | None = None
    keys: Path | None = None
    token: SecretStr | None = None
    http_host: Host | None = None
    http_port: Port | None = None
    log_level: Annotated[str, AfterValidator(_log_level)] = "info"
    log_format: Literal["json", "plain"] | None = None
    instance: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,120}$")] | None = None
    kafka_servers: Annotated[str, Field(max_length=5_000)] | None = None
    kafka_password: SecretStr | None = None
    postgres_address: Annotated[str, Field(max_length=1_024)] | None = None
    postgres_password: SecretStr | None = None
    opa_port: Port | None = None
    service_host: Host | None = None
    service_port: Port | None = None


def read_environment() -> EnvironmentSettings:
    """Return what the environment sets.

    Raises SettingsError naming each variable that is wrong, or that nobody reads.
    """
    known = [f"{ENVIRONMENT_PREFIX}{name.upper()}" for name in EnvironmentSettings.model_fields]
    faults = [
        f"{name}: no such variable{closest(name, known) or '; unset it.'}"
        for name in os.environ
        if name.startswith(ENVIRONMENT_PREFIX)
        and not name.startswith(TEST_PREFIX)
        and name not in known
    ]
    settings = None
    try:
        settings = EnvironmentSettings()
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            name = f"{ENVIRONMENT_PREFIX}{str(detail['loc'][0]).upper()}"
            faults.append(f"{name}: {detail['msg']}; it is {os.environ.get(name)!r} now.")
    if settings is None or faults:
        raise SettingsError("\n".join(faults))
    return settings


def read_body(folder: Path, environment: EnvironmentSettings) -> BodySettings:
    """Return the settings in a body's folder, with the environment's over them.

    Raises SettingsError naming file, line and key of whatever is wrong.
    """
    settings = read_yaml(folder / SETTINGS_NAME, BodySettings, body_faults)
    http = settings.http.model_copy(
        update={
            name: value
            for name, value in (("host", environment.http_host), ("port", environment.http_port))
            if value is not None
        }
    )
    scaled = _scaled_over(settings.scaled, environment)
    return settings.model_copy(update={"http": http, "scaled": scaled})


def _scaled_over(scaled: ScaledSettings, environment: EnvironmentSettings) -> ScaledSettings:
    """Return what the file says of the scaled way with the environment's word over it.

    Raises SettingsError naming the variable that is wrong.
    """
    servers = environment.kafka_servers
    over: dict[str, dict[str, object]] = {
        "kafka": {"servers": None if servers is None else tuple(servers.split(","))},
        "postgres": {"address": environment.postgres_address},
        "opa": {"port": environment.opa_port},
        "service": {"host": environment.service_host, "port": environment.service_port},
    }
    whole = scaled.model_dump()
    for section, values in over.items():
        given = {name: value for name, value in values.items() if value is not None}
        whole[section].update(given)
    try:
        return ScaledSettings.model_validate(whole)
    except ValidationError as error:
        detail = error.errors(include_url=False, include_input=False)[0]
        section, name = (str(part) for part in detail["loc"][:2])
        variable = f"{ENVIRONMENT_PREFIX}{section}_{name}".upper()
        raise SettingsError(f"{variable}: {detail['msg']}.") from error


def read_rules(folder: Path, settings: BodySettings) -> RoutingRules:
    """Return the routing rules in a body's folder, checked against its settings."""
    return read_yaml(folder / RULES_NAME, RoutingRules, rules_check(settings.routing))


def body_faults(settings: BodySettings) -> Iterator[Fault]:
    """Yield what does not agree within `mercat.yaml`."""
    yield from routing_faults(settings.routing, ("routing",))
    calendar: CalendarSettings = settings.routing.calendar
    if calendar.zone != settings.body.zone:
        path = ("routing", "calendar", "zone")
        yield Fault(path, f"is not the body's zone, {settings.body.zone}; give both the same.")
    names: set[str] = set()
    for number, source in enumerate(settings.sources):
        if source.name in names:
            yield Fault(
                ("sources", number, "name"), f"{source.name!r} is taken; name each source apart."
            )
        names.add(source.name)
    yield from speaking_faults(settings.accounts, frozenset(names))
