"""Signing in to a broker that asks for it, over TLS with a certificate of the tests' own."""

from collections.abc import Iterator
from datetime import timedelta
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from services.log.kafka_client import client_options
from services.log.kafka_consumer import GroupConsumer
from services.log.kafka_log import KafkaLog
from services.log.kafka_producer import KafkaProducer
from services.log.kafka_topics import KafkaTopics
from services.runtime.errors import SettingsError
from services.runtime.ports import Append
from services.runtime.scaled_settings import KafkaSettings
from services.runtime.system_clock import SystemClock
from tests.conftest import absent
from tests.fakes import wait_until
from tests.kafka_server import KafkaServer, kafka_jars, make_topics

pytestmark = pytest.mark.scaled
TOPIC = "posts.received.v1"
PASSWORD = "an invented secret"


def write_certificate(folder: Path) -> tuple[Path, Path]:
    """Write a certificate for this machine; return it with its key, and alone."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "kafka.example")])
    now = SystemClock().now()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public = certificate.public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (folder / "broker.pem").write_bytes(secret + public)
    (folder / "ca.pem").write_bytes(public)
    return folder / "broker.pem", folder / "ca.pem"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaSettings]:
    """Settings of a broker that asks for name and password over TLS, with a topic on it."""
    jars = kafka_jars()
    if jars is None:
        absent("Kafka's jars are not there (needs java and mvn: `make kafka`)")
        return
    certificate, authority = write_certificate(tmp_path_factory.mktemp("certificates"))
    with KafkaServer(jars, certificate=certificate, users={"mercat": PASSWORD}) as server:
        plain = KafkaSettings(servers=(server.servers,), replicas=1, replicas_in_sync_min=1)
        make_topics(plain, TOPIC)
        yield KafkaSettings(
            servers=(server.secure_servers,),
            security="sasl_ssl",
            username="mercat",
            password="kafka-password",
            ca_file=str(authority),
            replicas=1,
            replicas_in_sync_min=1,
        )


def test_who_has_the_password_writes_and_reads(guarded: KafkaSettings) -> None:
    """The settings of every client lead through TLS and the sign-in."""
    options = client_options(guarded, PASSWORD, "tests")
    producer = KafkaProducer(options, guarded)
    log = KafkaLog(options, guarded)

    partition, offset = producer.deliver([Append(TOPIC, "k", b"{}")])[0]
    read = log.read(TOPIC, offset, 1, partition=partition)
    producer.close()
    log.close()

    assert [b"{}"] == [record.value for record in read]


def test_a_wrong_password_is_a_wrong_setting_at_the_start(guarded: KafkaSettings) -> None:
    """A service that looks at its topics first stops there, and says why."""
    cluster = KafkaTopics(client_options(guarded, "another", "tests"), guarded)

    with pytest.raises(SettingsError, match=r"scaled\.kafka"):
        cluster.check([TOPIC])


def test_a_wrong_password_is_a_wrong_setting_when_reading(guarded: KafkaSettings) -> None:
    """Neither the log nor a group's member takes it for an outage."""
    options = client_options(guarded, "another", "tests")
    log = KafkaLog(options, guarded)
    member = GroupConsumer(
        options,
        guarded,
        topic=TOPIC,
        group="classify",
        instance=None,
        assigned=dict.fromkeys,
        revoked=lambda _: None,
        lost=lambda _: None,
    )

    with pytest.raises(SettingsError, match="secrets"):
        log.end_offset(TOPIC)
    with pytest.raises(SettingsError, match="secrets"):
        wait_until(lambda: bool(member.poll(1, 0.1)))

    log.close()
    member.close()


def test_a_wrong_password_is_a_wrong_setting_when_sending(guarded: KafkaSettings) -> None:
    """The client itself would go on trying for ever."""
    producer = KafkaProducer(
        client_options(guarded, "another", "tests"), guarded, delivery_seconds_max=3
    )

    with pytest.raises(SettingsError, match="secrets"):
        producer.deliver([Append(TOPIC, "k", b"{}")])

    producer.close()


def test_a_certificate_nobody_vouches_for_is_refused(
    guarded: KafkaSettings, tmp_path: Path
) -> None:
    """Another authority's broker never hears the password."""
    _, other = write_certificate(tmp_path)
    settings = guarded.model_copy(update={"ca_file": str(other)})
    cluster = KafkaTopics(client_options(settings, PASSWORD, "tests"), settings)

    with pytest.raises(SettingsError, match="certificate"):
        cluster.check([TOPIC])
