"""`mercat doctor` on a moved folder: the database, the relay and Kafka, and what to do for each."""

import json
from pathlib import Path

import pytest

from services.runtime.scaled_settings import KafkaSettings
from tests.integration.move.lived_in import append, waiting_events
from tests.integration.move.moved_town import MovedTown
from tests.postgres_server import fresh_database

Found = dict[str, tuple[str, str]]


@pytest.fixture(scope="module")
def town(
    lived_in: Path, tmp_path_factory: pytest.TempPathFactory, postgres_server: str
) -> MovedTown:
    """The town, moved with some events on their way."""
    place = tmp_path_factory.mktemp("doctor") / "town"
    address = fresh_database(postgres_server)
    return MovedTown.moved(
        lived_in, place, address, lambda town: append(town.folder, waiting_events(3))
    )


def looked_at(town: MovedTown, **env: str) -> tuple[int, Found]:
    """Return the exit code, and each line's state and sentence by its name."""
    ended = town.call("doctor", "--json", **env)
    return ended.code, {
        line["name"]: (line["state"], line["sentence"]) for line in json.loads(ended.out)
    }


def test_the_database_is_looked_at_in_the_folders_place(town: MovedTown) -> None:
    """Its schema, connections and parts, what speaking stands on; not the old file."""
    _, found = looked_at(town)

    assert ("ok", f"in PostgreSQL, at {town.mover.address}") == found["data"]
    for name in ("schema", "postgresql", "keys", "audit", "accounts", "connections"):
        assert "ok" == found[name][0], found[name]
    assert "of the server's" in found["connections"][1]
    assert "seconds ago" in found["checkpoint"][1]
    assert "database" not in found


def test_what_waits_for_the_relay_is_counted_with_its_age(town: MovedTown) -> None:
    """Events that wait for more than a minute say that no relay runs, or that Kafka is away."""
    with town.mover.database() as connection:
        connection.execute("UPDATE relay_rows SET at_ms = 1800000000")
    _, found = looked_at(town)

    state, sentence = found["relay"]
    assert "warning" == state
    assert "6 events wait to be brought to Kafka, the oldest since 1970-01-21 20:00:00" in sentence
    assert "mercat serve relay" in sentence


def test_a_month_without_its_part_is_told(town: MovedTown) -> None:
    """Posts are kept all the same, so it is a warning, with who makes the part."""
    with town.mover.database() as connection:
        (parts,) = connection.execute(
            "SELECT array_agg(inhrelid::regclass::text) FROM pg_inherits "
            "WHERE inhparent = 'posts'::regclass AND inhrelid <> 'posts_default'::regclass"
        ).fetchall()[0]
        for part in parts or ():
            connection.execute(f"DROP TABLE {part}".encode())

    _, found = looked_at(town)

    assert "warning" == found["partitions"][0]
    assert "mercat serve relay" in found["partitions"][1]


def test_kafka_that_is_away_is_a_fault_and_opa_is_none(town: MovedTown) -> None:
    """OPA listens beside publish and console alone, so that it can be asked nowhere else."""
    code, found = looked_at(town)

    assert 1 == code
    assert "fault" == found["kafka"][0]
    assert "MERCAT_KAFKA_SERVERS" in found["kafka"][1]
    assert "ok" == found["opa"][0]
    assert "no fault" in found["opa"][1]
    assert "topics" not in found


def test_postgresql_that_is_away_is_a_fault(town: MovedTown) -> None:
    """All else is still looked at."""
    code, found = looked_at(town, MERCAT_POSTGRES_ADDRESS="postgresql://mercat@127.0.0.1:1/town")

    assert 1 == code
    assert "fault" == found["postgresql"][0]
    assert "start the server" in found["postgresql"][1]
    assert "ok" == found["settings"][0]


@pytest.mark.scaled
def test_stages_that_nobody_works_on_are_named(town: MovedTown, kafka: KafkaSettings) -> None:
    """Topics that are missing are a fault; with them, each group tells how far behind it is."""
    servers = ",".join(kafka.servers)
    path = town.folder / "mercat.yaml"
    said = path.read_text("utf-8")
    path.write_text(
        f"{said}  kafka: {{prefix: {kafka.prefix}, replicas: 1, replicas_in_sync_min: 1}}\n",
        "utf-8",
    )
    try:
        code, before = looked_at(town, MERCAT_KAFKA_SERVERS=servers)
        made = town.call("topics", "apply", "--yes", MERCAT_KAFKA_SERVERS=servers)
        assert made.code == 0, made
        _, after = looked_at(town, MERCAT_KAFKA_SERVERS=servers)
    finally:
        path.write_text(said, "utf-8")

    assert (1, "fault") == (code, before["topics"][0])
    assert "mercat topics apply" in before["topics"][1]
    assert "ok" == after["topics"][0]
    for stage in ("classify", "route"):
        wanted = f"0 events wait and nobody is at it; start `mercat serve {stage}`"
        assert ("warning", wanted) == after[f"group {stage}"]
