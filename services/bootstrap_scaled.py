"""What each service of the scaled way stands on: PostgreSQL for state, Kafka for the log.

A service opens only what it needs: its own clients come from the options held here.
"""

import socket
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from importlib import import_module
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import quote

from pydantic import SecretStr

from services.bootstrap_foundation import FoundationJournal
from services.bootstrap_gauges import tell_build
from services.bootstrap_services import Order
from services.house.sqlite_house import House, open_house
from services.runtime.clock import Clock
from services.runtime.effects import Value
from services.runtime.errors import FolderError, SettingsError
from services.runtime.metrics import Metrics
from services.runtime.system_clock import SystemClock
from services.runtime.tracing import NO_TRACING, Tracing
from services.settings import DATABASE_NAME, SETTINGS_NAME, BodySettings, EnvironmentSettings
from services.store.file_belonging import refuse_another
from services.store.file_keys import KeyFolder

EXTRAS: Final = {
    "confluent_kafka": "kafka",
    "faust": "kafka",
    "opa_client": "opa",
    "psycopg": "postgres",
    "psycopg_pool": "postgres",
    "requests": "opa",
}
"""Which extra of the package brings what is imported."""
TURN_SECONDS_MAX: Final = 28.0
"""A request crosses the relay, Kafka and route, and may have to wait until a partition of a worker
that died is another's; below it stands what the command line waits for an answer."""


class ScaledJournal(FoundationJournal, Protocol):
    """A journal over PostgreSQL; see `services/store/postgres_journal.py`."""

    @property
    def pool(self) -> Any:
        """Return the connections that reads and clocks share."""
        ...

    def prune(self, topic: str, before_ms: int, offset_kept: int) -> "Future[int]":
        """Resolve to 0: Kafka itself ends what its topics keep."""
        ...

    def forget(self, sweep: str, parameters: Sequence[Value]) -> "Future[int]":
        """Queue a declared deletion of a bounded run of rows; resolves to how many went."""
        ...

    def check(self) -> None:
        """Raise FolderError where the schema is older or newer than this program."""
        ...

    def close(self) -> None:
        """Finish what is queued and let go of every connection."""
        ...


class Scaled:
    """One service's foundation: settings, secrets, clock, metrics, journal, and its house.

    `service` is the service's name, which every client of Kafka carries. Time is the machine's, or
    with `database_clock` PostgreSQL's, by which all that speaks goes; `clock` takes the place of
    either. Without `with_house` the house platform stays closed. Raises SettingsError where a
    secret is missing or an extra is not installed, FolderError where the folder holds no settings,
    the schema is another or the database is another body's, StorageRefusedError where PostgreSQL
    is away.
    """

    def __init__(  # noqa: PLR0913 - what a service is told, given once, at the composition root
        self,
        folder: Path,
        settings: BodySettings,
        environment: EnvironmentSettings,
        keys: KeyFolder,
        service: str,
        *,
        clock: Clock | None = None,
        database_clock: bool = False,
        with_house: bool = False,
        tracing: Tracing = NO_TRACING,
    ) -> None:
        if not (folder / SETTINGS_NAME).is_file():
            raise FolderError(
                f"{folder} holds no {SETTINGS_NAME}; name the folder that holds the body's "
                "settings, or make one with `mercat init`"
            )
        self.folder = folder
        self.settings = settings
        self.environment = environment
        self.keys = keys
        self.service = service
        self.instance = instance_of(environment)
        self.clock: Clock = clock or SystemClock()
        self.metrics = Metrics()
        tell_build(self.metrics)
        self.tracing = tracing
        self.turn_seconds_max = TURN_SECONDS_MAX
        self.address = postgres_address(settings, environment, keys)
        self.client = kafka_client(settings, environment, keys, f"{service}-{self.instance}")
        self.journal = self._open_journal()
        self.house: House | None = None
        try:
            if database_clock and clock is None:
                clocks = imported("services.store.postgres_clock")
                self.clock = clocks.PostgresClock(self.journal.pool)
            if with_house and settings.has_house:
                self.house = open_house(folder, self.clock)
        except BaseException:
            # Opening is tried again for a while: nothing of it may be left behind each time.
            self.close()
            raise

    @classmethod
    def of(
        cls,
        order: Order,
        service: str,
        *,
        database_clock: bool = False,
        with_house: bool = False,
    ) -> "Scaled":
        """Open what a service that was ordered stands on."""
        return cls(
            order.folder,
            order.settings,
            order.environment,
            order.keys,
            service,
            clock=order.clock,
            database_clock=database_clock,
            with_house=with_house,
            tracing=order.tracing,
        )

    def check_topics(self, names: Sequence[str]) -> None:
        """Look that these topics are on the cluster, with the partitions that are declared.

        Raises SettingsError where one is not: by another count a key would lie elsewhere, and
        order within a conversation would be lost. LogUnavailableError where Kafka is away.
        """
        topics = imported("services.log.kafka_topics")
        topics.KafkaTopics(self.client, self.settings.scaled.kafka).check(names)

    def close(self) -> None:
        """Let go of the house, then of the journal and the log behind it."""
        if self.house is not None:
            self.house.close()
        self.journal.close()
        self._log.close()

    def _open_journal(self) -> ScaledJournal:
        postgres = imported("services.store.postgres_journal")
        kafka = imported("services.log.kafka_kept_log")
        scaled = self.settings.scaled
        self._log = kafka.KeptKafkaLog(self.client, scaled.kafka)
        journal: ScaledJournal = postgres.PostgresJournal(
            self.address,
            self.clock,
            log=self._log,
            connections_max=scaled.postgres.connections_max,
        )
        try:
            journal.check()
            refuse_another(self.folder, DATABASE_NAME, journal.store, scaled.postgres.address)
        except BaseException:
            journal.close()
            self._log.close()
            raise
        return journal


def instance_of(environment: EnvironmentSettings) -> str:
    """Return this instance's name: MERCAT_INSTANCE, else the name of the machine."""
    return environment.instance or socket.gethostname()


def postgres_address(
    settings: BodySettings, environment: EnvironmentSettings, keys: KeyFolder
) -> str:
    """Return the database's URL with its password in it, where it has one. Never log it."""
    postgres = settings.scaled.postgres
    password = _secret(environment.postgres_password, postgres.password, keys)
    if password is None:
        return postgres.address
    joint = "&" if "?" in postgres.address else "?"
    return f"{postgres.address}{joint}password={quote(password, safe='')}"


def kafka_client(
    settings: BodySettings, environment: EnvironmentSettings, keys: KeyFolder, client_id: str
) -> Mapping[str, Any]:
    """Return the options every Kafka client of a service shares, its password among them."""
    kafka = settings.scaled.kafka
    password = kafka_password(settings, environment, keys)
    options: Mapping[str, Any] = imported("services.log.kafka_client").client_options(
        kafka, password, f"mercat-{client_id}"
    )
    return options


def kafka_password(
    settings: BodySettings, environment: EnvironmentSettings, keys: KeyFolder
) -> str | None:
    """Return the password of the user at Kafka, where the settings name one."""
    return _secret(environment.kafka_password, settings.scaled.kafka.password, keys)


def imported(module: str) -> Any:
    """Return a module of ours that stands on an extra. SettingsError where that is not there."""
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package not in EXTRAS:
            raise
        raise SettingsError(
            f"the package {package} is not installed; install mercat with its extra "
            f"{EXTRAS[package]}: `mercat run --check` lists all that is missing"
        ) from error


def _secret(given: SecretStr | None, name: str | None, keys: KeyFolder) -> str | None:
    """Return what the environment hands over, else the secret of that name, else None."""
    if given is not None:
        return given.get_secret_value()
    return None if name is None else keys.secret(name)
