"""Faust workers signing in to a broker that asks for it, over TLS."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from services.runtime.scaled_settings import KafkaSettings
from tests.conftest import absent
from tests.integration.kafka.faust_rig import Rig, events_of
from tests.integration.kafka.test_security import write_certificate
from tests.kafka_server import KafkaServer, kafka_jars

pytestmark = pytest.mark.scaled
PASSWORD = "an invented secret"


class Guarded(NamedTuple):
    """What goes in and out by the open door, and settings of the guarded one."""

    rig: Rig
    kafka: KafkaSettings


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[Guarded]:
    """A broker with both doors."""
    jars = kafka_jars()
    if jars is None:
        absent("Kafka's jars are not there (needs java and mvn: `make kafka`)")
        return
    certificate, authority = write_certificate(tmp_path)
    with KafkaServer(jars, certificate=certificate, users={"mercat": PASSWORD}) as server:
        plain = KafkaSettings(servers=(server.servers,), replicas=1, replicas_in_sync_min=1)
        secure = plain.model_copy(
            update={
                "servers": (server.secure_servers,),
                "security": "sasl_ssl",
                "username": "mercat",
                "password": "kafka-password",
                "ca_file": str(authority),
            }
        )
        rig = Rig(plain, tmp_path)
        yield Guarded(rig, secure)
        rig.close()


def test_a_worker_with_the_password_classifies_and_one_without_ends_and_says_why(
    guarded: Guarded,
) -> None:
    """The settings lead through TLS and the sign-in, and a wrong secret is no quiet wait."""
    events = events_of(40, 4)
    kafka = guarded.kafka.model_dump()
    guarded.rig.put(events)

    refused = guarded.rig.start(kafka=kafka, password="another").wait(60)
    guarded.rig.start(kafka=kafka, password=PASSWORD)
    guarded.rig.read_all_of(events)

    assert refused == 70
    assert "Authentication" in guarded.rig.said()


def test_a_worker_does_not_speak_to_a_broker_nobody_vouches_for(
    guarded: Guarded, tmp_path: Path
) -> None:
    """Another authority's broker never hears the password."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    _, other = write_certificate(elsewhere)
    kafka = guarded.kafka.model_copy(update={"ca_file": str(other)}).model_dump()

    worker = guarded.rig.start(kafka=kafka, password=PASSWORD)

    assert worker.wait(60) == 70
    assert "certificate" in guarded.rig.said()
