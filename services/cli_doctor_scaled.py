"""What `mercat doctor` says of a body in PostgreSQL: the database, the relay, Kafka, the stages."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from services.cli_check import Need, needs_of
from services.cli_doctor_speaking import (
    Line,
    bell_lines,
    break_glass_line,
    incident_lines,
    letters_line,
    store_lines,
)
from services.cli_options import keys_of
from services.cli_store import pool_of, unnamed
from services.runtime.clock import from_epoch_ms, to_epoch_ms
from services.runtime.counting import counted
from services.runtime.errors import MercatError
from services.runtime.system_clock import SystemClock
from services.settings import BodySettings, EnvironmentSettings

CONNECTIONS_SHARE_MAX: Final = 0.9
RELAY_SECONDS_MAX: Final = 60
LETTERS_MAX: Final = 500
ELSEWHERE: Final = ("package extra kafka", "package extra opa")
"""What services need where they run, and this command does not."""


def scaled_lines(
    folder: Path, environment: EnvironmentSettings, settings: BodySettings
) -> Iterator[Line]:
    """Yield a line for everything that the services of a body stand on."""
    yield _whereabouts(folder, settings)
    needs = list(needs_of(settings, environment, keys_of(environment)))
    yield from (_line_of(need, settings) for need in needs)
    well = {need.name for need in needs if need.state == "ok"}
    if "schema" in well:
        try:
            with pool_of(folder, settings, environment) as pool:
                yield from _database(folder, environment, settings, pool)
        except MercatError as error:
            yield Line("database", "fault", str(error))
    if "topics" in well:
        yield from _stages(settings, environment)


def _whereabouts(folder: Path, settings: BodySettings) -> Line:
    if trouble := unnamed(folder, settings):
        return Line("data", "fault", trouble)
    return Line("data", "ok", f"in PostgreSQL, at {settings.scaled.postgres.address}")


def _line_of(need: Need, settings: BodySettings) -> Line:
    """Return what the scaled way needs as it is for a body that runs in it."""
    if need.state == "ok":
        return Line(need.name, "ok", need.sentence)
    if need.name == "opa":
        sentence = f"{need.sentence}. From elsewhere than there it cannot be asked: no fault then"
        return Line(need.name, "ok", sentence)
    if need.name in ELSEWHERE:
        return Line(need.name, "warning", f"{need.sentence}, where its services run")
    if need.name == "topics" and settings.scaled.kafka.security != "plaintext":
        return Line(need.name, "warning", f"{need.sentence}; or this user may not see all topics")
    return Line(need.name, "fault", need.sentence)


def _database(
    folder: Path, environment: EnvironmentSettings, settings: BodySettings, pool: Any
) -> Iterator[Line]:
    from services.store.postgres_store import PostgresStore

    now, store = SystemClock().now(), PostgresStore(pool)
    yield _connections(pool)
    yield _parts(pool)
    yield _relay(pool, to_epoch_ms(now))
    yield letters_line(len(store.select("dead_letters", ("waiting", LETTERS_MAX))))
    yield from store_lines(folder, environment, settings, store, to_epoch_ms(now))
    yield from incident_lines(store, to_epoch_ms(now))
    yield break_glass_line(store, to_epoch_ms(now))
    yield from bell_lines(store, settings, to_epoch_ms(now))


def _connections(pool: Any) -> Line:
    from services.store.postgres_health import connections

    found = connections(pool)
    sentence = f"{found.used} of the server's {found.allowed} are in use"
    if found.used > CONNECTIONS_SHARE_MAX * found.allowed:
        cure = (
            "raise its max_connections, or lower scaled.postgres.connections_max or the number of "
            "services"
        )
        return Line("connections", "warning", f"{sentence}; {cure}")
    return Line("connections", "ok", sentence)


def _parts(pool: Any) -> Line:
    from services.store.postgres_health import parts_missing

    missing = parts_missing(pool, SystemClock().now())
    if missing:
        sentence = (
            f"{', '.join(missing)} not made yet; `mercat serve relay` makes them: does it run?"
        )
        return Line("partitions", "warning", sentence)
    return Line("partitions", "ok", "there for this month and the next")


def _relay(pool: Any, now_ms: int) -> Line:
    from services.store.postgres_relay import RelayRows

    return relay_line(*RelayRows(pool).backlog(), now_ms)


def relay_line(waiting: int, oldest_at_ms: int | None, now_ms: int) -> Line:
    """Return how many events wait for Kafka, the oldest since when, and whether that is well."""
    if oldest_at_ms is None:
        return Line("relay", "ok", "nothing waits to be brought to Kafka")
    since = f"{from_epoch_ms(oldest_at_ms):%Y-%m-%d %H:%M:%S} UTC"
    wait = counted(waiting, "event waits", "events wait")
    sentence = f"{wait} to be brought to Kafka, the oldest since {since}"
    if now_ms - oldest_at_ms > RELAY_SECONDS_MAX * 1_000:
        return Line("relay", "warning", f"{sentence}; look at `mercat serve relay` and at Kafka")
    return Line("relay", "ok", sentence)


def _stages(settings: BodySettings, environment: EnvironmentSettings) -> Iterator[Line]:
    from services.bootstrap_relay_service import STAGES
    from services.bootstrap_scaled import imported, kafka_client

    kafka = settings.scaled.kafka
    plan = imported("services.log.topic_plan").topic_plan
    options = kafka_client(settings, environment, keys_of(environment), "doctor")
    groups = imported("services.log.kafka_groups").KafkaGroups(options, kafka)
    for stage, topic in STAGES.items():
        try:
            found = groups.standing(stage, topic, plan(topic, kafka).partitions)
        except MercatError as error:
            yield Line(f"group {stage}", "warning", f"cannot be looked at from here ({error})")
            continue
        yield group_line(stage, found.waiting, found.consumers)


def group_line(stage: str, waiting: int, consumers: int) -> Line:
    """Return how many events a stage's group has still to handle, and how many are at it."""
    wait = counted(waiting, "event waits", "events wait")
    if consumers == 0:
        sentence = f"{wait} and nobody is at it; start `mercat serve {stage}`"
        return Line(f"group {stage}", "warning", sentence)
    at_work = counted(consumers, "consumer is", "consumers are")
    return Line(f"group {stage}", "ok", f"{wait}, {at_work} at it")
