"""`mercat run --check`: what the scaled way needs that is not there yet; changes nothing."""

import socket
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

import click

from services.bootstrap_scaled import imported, kafka_client, postgres_address
from services.cli_options import keys_of, write_json
from services.ingest.configuration import WebhookSettings
from services.runtime.errors import MercatError
from services.settings import BodySettings, EnvironmentSettings, read_body, read_rules
from services.store.file_keys import KeyFolder
from services.store.file_moved import read_moved

ASK_SECONDS_MAX: Final = 5.0
SERVERS_ASKED_MAX: Final = 5
POSTGRES_PORT: Final = 5_432
MARKS: Final = {"ok": "ok    ", "needed": "NEEDED"}
PACKAGES: Final = {
    "kafka": ("aiokafka", "confluent_kafka", "faust"),
    "postgres": ("psycopg", "psycopg_pool"),
    "opa": ("opa_client",),
}
"""What each extra brings, by the names under which it is imported."""
EXTRAS_CURE: Final = "in a checkout, `make setup-scaled` brings all extras"
MOVE_NEXT: Final = (
    "All is there. `mercat migrate` moves what this folder holds; then start each service with "
    "`mercat serve`: docs/scaling.md."
)
SERVE_NEXT: Final = (
    "All is there, and this folder was moved: start each service with `mercat serve`."
)


@dataclass(frozen=True, slots=True)
class Need:
    """One thing the scaled way stands on: there or not, and what to do."""

    name: str
    state: Literal["ok", "needed"]
    sentence: str


def check(folder: Path, environment: EnvironmentSettings, *, as_json: bool) -> bool:
    """Look at everything, say how it is, and return whether all is there.

    Raises SettingsError where the settings or rules themselves are wrong.
    """
    settings = read_body(folder, environment)
    read_rules(folder, settings)
    needs = list(needs_of(settings, environment, keys_of(environment)))
    missing = sum(need.state == "needed" for need in needs)
    if as_json:
        write_json([asdict(need) for need in needs])
    else:
        for need in needs:
            click.echo(f"{MARKS[need.state]}  {need.name}: {need.sentence}")
        click.echo(last_line(folder, missing, len(needs)))
    return not missing


def last_line(folder: Path, missing: int, total: int) -> str:
    """Return what to do now. FolderError where the mark that the folder was moved is none."""
    if missing:
        return f"{missing} of {total} {'is' if missing == 1 else 'are'} still needed."
    return MOVE_NEXT if read_moved(folder) is None else SERVE_NEXT


def needs_of(
    settings: BodySettings, environment: EnvironmentSettings, keys: KeyFolder
) -> Iterator[Need]:
    """Yield each thing looked at, in the order in which to see to it."""
    installed = {extra: _package(extra) for extra in PACKAGES}
    yield from installed.values()
    yield from _secrets(settings, environment, keys)
    yield from _files(settings)
    kafka = _kafka(settings)
    yield kafka
    if _all_ok(kafka, installed["kafka"]):
        yield _topics(settings, environment, keys)
    postgres = _postgres(settings)
    yield postgres
    if _all_ok(postgres, installed["postgres"]):
        yield _schema(settings, environment, keys)
    yield _opa(settings)


def _all_ok(*needs: Need) -> bool:
    return all(need.state == "ok" for need in needs)


def _is_there(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ValueError:
        # It is loaded already, and has put something else in its own place: Faust does.
        return True


def _package(extra: str) -> Need:
    absent = [name for name in PACKAGES[extra] if not _is_there(name)]
    name = f"package extra {extra}"
    if absent:
        return Need(
            name,
            "needed",
            f"{', '.join(absent)} not installed; install mercat with its extra {extra}: "
            f"{EXTRAS_CURE}",
        )
    return Need(name, "ok", "installed")


def _secrets(
    settings: BodySettings, environment: EnvironmentSettings, keys: KeyFolder
) -> Iterator[Need]:
    """Yield each secret that the settings name; what the environment hands over is there."""
    scaled = settings.scaled
    given = {
        scaled.kafka.password: environment.kafka_password,
        scaled.postgres.password: environment.postgres_password,
    }
    named = [scaled.kafka.password, scaled.postgres.password]
    for source in settings.sources:
        if isinstance(source, WebhookSettings):
            named.extend(source.secrets)
    for name in dict.fromkeys(named):
        if name is None:
            continue
        if given.get(name) is not None:
            yield Need(f"secret {name}", "ok", "handed over by the environment")
            continue
        try:
            keys.secret(name)
        except MercatError as error:
            yield Need(f"secret {name}", "needed", str(error))
        else:
            yield Need(f"secret {name}", "ok", f"in {keys.folder}")


def _files(settings: BodySettings) -> Iterator[Need]:
    kafka = settings.scaled.kafka
    for key in ("ca_file", "certificate_file", "key_file"):
        path = getattr(kafka, key)
        if path is not None:
            there = Path(path).is_file()
            sentence = path if there else f"{path} is not there; scaled.kafka.{key} names it"
            yield Need(f"kafka {key}", "ok" if there else "needed", sentence)


def _kafka(settings: BodySettings) -> Need:
    servers = settings.scaled.kafka.servers
    if answering := _first_answering(servers[:SERVERS_ASKED_MAX]):
        return Need("kafka", "ok", f"something listens at {answering}")
    return Need(
        "kafka",
        "needed",
        f"nothing listens at {', '.join(servers)}; start the brokers, or say in "
        "scaled.kafka.servers or MERCAT_KAFKA_SERVERS where they are",
    )


def _topics(settings: BodySettings, environment: EnvironmentSettings, keys: KeyFolder) -> Need:
    from services.bootstrap_relay_service import topics_of

    names = topics_of(settings)
    try:
        client = {**kafka_client(settings, environment, keys, "check"), "log_level": 0}
        topics = imported("services.log.kafka_topics")
        topics.KafkaTopics(client, settings.scaled.kafka).check(names)
    except MercatError as error:
        return Need("topics", "needed", str(error))
    return Need("topics", "ok", f"{len(names)} topics, each with its partitions")


def _postgres(settings: BodySettings) -> Need:
    parts = urlsplit(settings.scaled.postgres.address)
    hosts = parts.netloc.rpartition("@")[2].split(",")
    places = [_with_port(host, POSTGRES_PORT) for host in hosts if host]
    if not places:
        return Need("postgresql", "ok", "its address leaves it to the environment or a socket")
    if answering := _first_answering(places[:SERVERS_ASKED_MAX]):
        return Need("postgresql", "ok", f"something listens at {answering}")
    return Need(
        "postgresql",
        "needed",
        f"nothing listens at {', '.join(places)}; start the server, or say in "
        "scaled.postgres.address or MERCAT_POSTGRES_ADDRESS where it is",
    )


def _schema(settings: BodySettings, environment: EnvironmentSettings, keys: KeyFolder) -> Need:
    try:
        address = postgres_address(settings, environment, keys)
        pool = imported("services.store.postgres_pool").PostgresPool(address, 1)
        with closing(pool):
            imported("services.store.postgres_store").PostgresStore(pool).check()
    except MercatError as error:
        return Need("schema", "needed", str(error))
    return Need("schema", "ok", "this program's")


def _opa(settings: BodySettings) -> Need:
    """Ask OPA whether it is well; where it has no rules yet, the policy service brings them."""
    import httpx

    address = f"http://127.0.0.1:{settings.scaled.opa.port}"
    try:
        status = httpx.get(f"{address}/health", timeout=ASK_SECONDS_MAX, trust_env=False)
    except httpx.HTTPError:
        return Need(
            "opa",
            "needed",
            f"nothing answers at {address}; start OPA beside console and publish, with the "
            "configuration in deploy/opa, or say in scaled.opa.port or MERCAT_OPA_PORT where it is",
        )
    if status.is_success:
        return Need("opa", "ok", f"answers at {address}")
    return Need("opa", "needed", f"what listens at {address} does not say that it is well")


def _first_answering(places: Sequence[str]) -> str | None:
    """Return the first place at which something takes a connection."""
    for place in places:
        host, _, port = place.rpartition(":")
        try:
            socket.create_connection((host.strip("[]"), int(port)), ASK_SECONDS_MAX).close()
        except OSError:
            continue
        return place
    return None


def _with_port(host: str, port: int) -> str:
    bracketed = host.endswith("]")
    return host if ":" in host and not bracketed else f"{host}:{port}"
