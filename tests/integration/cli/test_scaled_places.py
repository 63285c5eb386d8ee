"""Where secrets of the scaled way come from, and what is said where an extra is not installed."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from psycopg.conninfo import conninfo_to_dict
from pydantic import SecretStr

from services import bootstrap_scaled
from services.bootstrap_scaled import (
    imported,
    instance_of,
    kafka_client,
    kafka_password,
    postgres_address,
)
from services.runtime.errors import SettingsError
from services.runtime.scaled_settings import KafkaSettings, PostgresSettings, ScaledSettings
from services.settings import BodySettings, EnvironmentSettings, read_body
from services.store.file_keys import KeyFolder
from tests.folders import make_folder

HARD = "p@ss/w:rd &é"
SIGNED_IN = KafkaSettings(
    security="sasl_ssl", username="mercat", password="kafka-password", servers=("a:1", "b:2")
)


@pytest.fixture
def keys(tmp_path: Path) -> KeyFolder:
    """A keys folder with one password for each."""
    folder = KeyFolder(tmp_path / "keys")
    folder.write("kafka-password", "kept-for-kafka")
    folder.write("postgres-password", "kept-for-postgres")
    return folder


@pytest.fixture
def settings(tmp_path: Path) -> BodySettings:
    """A body's settings that name both passwords."""
    given = read_body(make_folder(tmp_path / "body"), EnvironmentSettings())
    scaled = ScaledSettings(
        kafka=SIGNED_IN, postgres=PostgresSettings(password="postgres-password")
    )
    return given.model_copy(update={"scaled": scaled})


def environment(**values: Any) -> EnvironmentSettings:
    """Return what an environment says."""
    return EnvironmentSettings().model_copy(update=values)


def test_a_password_is_taken_from_the_keys_folder(settings: BodySettings, keys: KeyFolder) -> None:
    """The settings name it; it stands beside the other keys."""
    given = conninfo_to_dict(postgres_address(settings, environment(), keys))

    assert "kept-for-postgres" == given["password"]
    assert "kept-for-kafka" == kafka_password(settings, environment(), keys)


def test_the_environment_comes_before_the_keys_folder(
    settings: BodySettings, keys: KeyFolder
) -> None:
    """What the environment hands over is used, whatever it holds."""
    said = environment(postgres_password=SecretStr(HARD), kafka_password=SecretStr(HARD))

    given = conninfo_to_dict(postgres_address(settings, said, keys))

    assert HARD == given["password"]
    assert ("mercat", "127.0.0.1") == (given["user"], given["host"])
    assert HARD == kafka_password(settings, said, keys)


def test_a_password_joins_what_an_address_says_already(
    settings: BodySettings, keys: KeyFolder
) -> None:
    """Options in the address stay, such as how the connection is encrypted."""
    postgres = PostgresSettings(
        address="postgresql://mercat@db.example/mercat?sslmode=require",
        password="postgres-password",
    )
    scaled = settings.scaled.model_copy(update={"postgres": postgres})
    changed = settings.model_copy(update={"scaled": scaled})

    given = conninfo_to_dict(postgres_address(changed, environment(), keys))

    assert {"sslmode": "require", "password": "kept-for-postgres"}.items() <= given.items()


def test_without_a_password_an_address_is_used_as_it_is(
    settings: BodySettings, keys: KeyFolder
) -> None:
    """A server may know us by a certificate or by the machine."""
    changed = settings.model_copy(update={"scaled": ScaledSettings()})

    assert ScaledSettings().postgres.address == postgres_address(changed, environment(), keys)
    assert kafka_password(changed, environment(), keys) is None


def test_every_client_of_kafka_carries_its_services_name(
    settings: BodySettings, keys: KeyFolder
) -> None:
    """So that the cluster's own lists tell who is connected."""
    options: Mapping[str, Any] = kafka_client(settings, environment(), keys, "route-1")

    assert "mercat-route-1" == options["client.id"]
    assert ("a:1,b:2", "kept-for-kafka") == (
        options["bootstrap.servers"],
        options["sasl.password"],
    )


def test_an_instance_is_named_by_the_environment_or_the_machine() -> None:
    """A name that is given comes first; without one, every machine has its own."""
    assert "route-1" == instance_of(environment(instance="route-1"))
    assert instance_of(environment())


def test_a_fault_of_our_own_modules_is_no_missing_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what an extra brings is told as such; anything else is a bug and looks like one."""

    def broken(name: str) -> object:
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)

    with pytest.raises(ModuleNotFoundError):
        imported("services.no_such_module")
    monkeypatch.setattr(bootstrap_scaled, "import_module", lambda _: broken("confluent_kafka"))
    with pytest.raises(SettingsError, match="its extra kafka"):
        imported("services.log.kafka_log")
