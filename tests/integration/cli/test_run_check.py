"""`mercat run --check` says line by line what the scaled way needs, and changes nothing."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.cli_check import last_line
from services.runtime.system_clock import SystemClock
from services.store.file_moved import MovedMark, write_moved
from services.store.postgres_journal import PostgresJournal
from tests.folders import make_folder
from tests.mercat_process import Ended, call
from tests.postgres_server import fresh_database

WEBHOOK = "{kind: webhook, name: form, secrets: [web-form]}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A body's folder that never ran."""
    return make_folder(tmp_path / "body")


@pytest.fixture
def nobody() -> Iterator[str]:
    """A place where nothing takes connections for as long as the test runs."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{held.getsockname()[1]}"


@pytest.fixture
def nowhere(env: dict[str, str], nobody: str) -> dict[str, str]:
    """An environment in which Kafka, PostgreSQL and OPA are where nothing is."""
    return {
        **env,
        "MERCAT_KAFKA_SERVERS": nobody,
        "MERCAT_POSTGRES_ADDRESS": f"postgresql://mercat@{nobody}/mercat",
        "MERCAT_OPA_PORT": nobody.rpartition(":")[2],
    }


def states(ended: Ended) -> dict[str, str]:
    """Return what was looked at, and how it is."""
    return {need["name"]: need["state"] for need in json.loads(ended.out)}


def add_settings(folder: Path, text: str) -> None:
    """Write more settings into a folder."""
    path = folder / "mercat.yaml"
    path.write_text(path.read_text("utf-8") + text, "utf-8")


def test_what_is_not_there_is_needed(folder: Path, nowhere: dict[str, str], nobody: str) -> None:
    """Where nothing listens, each line says where it was looked for and what to do."""
    ended = call("run", folder, "--check", env=nowhere)

    assert 1 == ended.code
    lines = {line.split(":")[0]: line for line in ended.out.splitlines()}
    for name in ("kafka", "postgresql", "opa"):
        assert nobody in lines[f"NEEDED  {name}"]
    assert "scaled.kafka.servers or MERCAT_KAFKA_SERVERS" in lines["NEEDED  kafka"]
    assert ended.out.endswith("are still needed.\n")


def test_nothing_is_changed(folder: Path, nowhere: dict[str, str]) -> None:
    """No file comes into being, so that a body may look as often as it likes."""
    before = sorted(path.name for path in folder.iterdir())

    call("run", folder, "--check", env=nowhere)

    assert before == sorted(path.name for path in folder.iterdir())
    assert not Path(nowhere["MERCAT_KEYS"]).exists()


@pytest.mark.parametrize(
    ("module", "extra"), [("faust", "kafka"), ("psycopg_pool", "postgres"), ("opa_client", "opa")]
)
def test_a_package_that_is_not_installed_is_named_with_its_extra(
    folder: Path,
    nowhere: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    module: str,
    extra: str,
) -> None:
    """An embedded installation has none of them, and is told which extra brings what."""
    monkeypatch.setattr(
        "services.cli_check.find_spec", lambda name: None if name == module else object()
    )

    ended = call("run", folder, "--check", env=nowhere)

    wanted = f"{module} not installed; install mercat with its extra {extra}"
    assert (
        f"NEEDED  package extra {extra}: {wanted}: in a checkout, `make setup-scaled`" in ended.out
    )


def test_secrets_that_settings_name_are_looked_for(folder: Path, nowhere: dict[str, str]) -> None:
    """Each is in the keys folder, closed to others, or in the environment, or needed."""
    keys = Path(nowhere["MERCAT_KEYS"])
    keys.mkdir(mode=0o700)
    (keys / "web-form").touch(mode=0o644)
    settings = (folder / "mercat.yaml").read_text("utf-8")
    (folder / "mercat.yaml").write_text(f"{settings}  - {WEBHOOK}\n", "utf-8")
    add_settings(
        folder,
        "scaled:\n  kafka: {security: sasl_ssl, username: mercat, password: kafka-password}\n"
        "  postgres: {password: postgres-password}\n",
    )
    env = {**nowhere, "MERCAT_KAFKA_PASSWORD": "invented"}

    found = states(call("run", folder, "--check", "--json", env=env))

    assert {
        "secret kafka-password": "ok",
        "secret postgres-password": "needed",
        "secret web-form": "needed",
    }.items() <= found.items()


def test_a_certificate_that_is_not_there_is_needed(folder: Path, nowhere: dict[str, str]) -> None:
    """The files that settings name are looked for by their paths."""
    add_settings(folder, f"scaled:\n  kafka: {{security: ssl, ca_file: {folder}/ca.pem}}\n")

    assert (
        "needed" == states(call("run", folder, "--check", "--json", env=nowhere))["kafka ca_file"]
    )
    (folder / "ca.pem").touch()
    assert "ok" == states(call("run", folder, "--check", "--json", env=nowhere))["kafka ca_file"]


def test_a_secret_is_never_told(folder: Path, nowhere: dict[str, str]) -> None:
    """What the environment hands over stands in no line."""
    add_settings(folder, "scaled:\n  postgres: {password: postgres-password}\n")
    env = {**nowhere, "MERCAT_POSTGRES_PASSWORD": "never-to-be-told"}

    ended = call("run", folder, "--check", env=env)

    assert "never-to-be-told" not in ended.out + ended.err


def test_the_last_line_says_what_to_do_now(tmp_path: Path) -> None:
    """What is needed is counted; with all of it there, a folder is moved once and then served."""
    assert "1 of 9 is still needed." == last_line(tmp_path, 1, 9)
    assert "2 of 9 are still needed." == last_line(tmp_path, 2, 9)
    assert "`mercat migrate` moves" in last_line(tmp_path, 0, 9)

    write_moved(tmp_path, MovedMark("postgresql://db.example/mercat", "2026-03-02", "0" * 16))
    assert "this folder was moved" in last_line(tmp_path, 0, 9)


def test_settings_that_are_wrong_are_told_first(folder: Path, nowhere: dict[str, str]) -> None:
    """With settings nobody can read there is nothing to look for."""
    add_settings(folder, "scaled:\n  kafka: {replicas: 1}\n")

    ended = call("run", folder, "--check", env=nowhere)

    assert 1 == ended.code
    assert "replicas_in_sync_min is more than replicas" in ended.err


def test_json_goes_with_a_check_alone(folder: Path, env: dict[str, str]) -> None:
    """A run has nothing to tell a program."""
    ended = call("run", folder, "--json", env=env)

    assert 2 == ended.code
    assert "--check" in ended.err


def test_a_database_is_asked_for_its_schema(
    folder: Path, nowhere: dict[str, str], postgres_server: str
) -> None:
    """A server that answers is there; a database without Mercat's tables still needs them."""
    env = {**nowhere, "MERCAT_POSTGRES_ADDRESS": fresh_database(postgres_server)}

    found = states(call("run", folder, "--check", "--json", env=env))

    assert {"postgresql": "ok", "schema": "needed"}.items() <= found.items()


def test_a_schema_that_is_there_is_well(
    folder: Path, nowhere: dict[str, str], postgres_server: str
) -> None:
    """A database at this program's schema needs nothing."""
    address = fresh_database(postgres_server)
    journal = PostgresJournal(address, SystemClock())
    journal.migrate(0)
    journal.close()
    env = {**nowhere, "MERCAT_POSTGRES_ADDRESS": address}

    assert "ok" == states(call("run", folder, "--check", "--json", env=env))["schema"]
