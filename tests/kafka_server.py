"""Kafka brokers of the tests' own: small heaps, free loopback ports, ended with the tests."""

import atexit
import os
import random
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from confluent_kafka import Consumer, KafkaException, TopicPartition
from confluent_kafka.admin import (
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewTopic,
    ResourceType,
)

from schemas.topics import topic_declared
from services.runtime.scaled_settings import KafkaSettings

START_SECONDS_MAX: Final = 120.0
STARTS_MAX: Final = 3
ROOT: Final = Path(__file__).resolve().parent.parent
# Below the range that outgoing connections take theirs from: a client that keeps knocking at the
# port of a broker that is down would in time be given that very port, and answer itself.
PORTS: Final = (15_000, 32_000)
_QUIET: Final = """\
status = error
rootLogger.level = error
rootLogger.appenderRef.out.ref = out
appender.out.type = Console
appender.out.name = out
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = %d %p %c{1}: %m%n
"""


def kafka_jars() -> Path | None:
    """Return the folder of the broker's jars: `MERCAT_TEST_KAFKA_JARS`, else `make kafka`'s."""
    folder = Path(os.environ.get("MERCAT_TEST_KAFKA_JARS") or ROOT / "build/kafka/jars")
    return folder if shutil.which("java") and any(folder.glob("kafka_*.jar")) else None


def broker_port() -> int:
    """Return a port that nothing listens on, and that no outgoing connection is given."""
    while True:
        port = random.randint(*PORTS)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def fresh_prefix() -> str:
    """Return a prefix that no other test gives to its topics."""
    return f"t{secrets.token_hex(5)}."


def make_topics(
    kafka: KafkaSettings, *names: str, partitions: int | None = None, **options: str
) -> None:
    """Make declared topics on a cluster, with as many partitions as declared if not said."""
    client: dict[str, Any] = {"bootstrap.servers": ",".join(kafka.servers), "log_level": 0}
    admin = AdminClient(client)
    topics = [
        NewTopic(
            kafka.topic(name),
            num_partitions=partitions or topic_declared(name).partitions,
            replication_factor=kafka.replicas,
            config={key.replace("_", "."): value for key, value in options.items()},
        )
        for name in names
    ]
    for future in admin.create_topics(topics, operation_timeout=60).values():
        future.result(60)
    # The controller has them; the brokers hear of it, and of what they lead, a moment later.
    until = time.monotonic() + START_SECONDS_MAX
    places = [
        TopicPartition(topic.topic, partition)
        for topic in topics
        for partition in range(topic.num_partitions)
    ]
    with Consumer({**client, "group.id": "tests"}) as consumer:
        while not all(_is_led(consumer, place) for place in places):
            assert time.monotonic() < until, "the topics did not come to be"


class KafkaServer:
    """One broker that is its own controller; its data lasts over `kill` and `restart`.

    With `certificate`, a PEM file of key and chain, it listens for SASL_SSL too, for the users
    in `users` (their passwords by name). `within` stands before its command, to run it elsewhere.
    """

    def __init__(
        self,
        jars: Path,
        *,
        options: Mapping[str, str] | None = None,
        certificate: Path | None = None,
        users: Mapping[str, str] | None = None,
        host: str = "127.0.0.1",
        within: Sequence[str] = (),
    ) -> None:
        self._jars = jars
        self._options = dict(options or {})
        self._certificate = certificate
        self._users = dict(users or {})
        self._host = host
        self._within = list(within)
        self._folder = Path(tempfile.mkdtemp(prefix="mercat-kafka-"))
        self._process: subprocess.Popen[bytes] | None = None
        # An id that began with a hyphen would be taken for an option.
        self.cluster_id = f"m{secrets.token_urlsafe(16)[1:]}"
        self.number = 1
        self._choose_ports()

    @property
    def folder(self) -> Path:
        """Where its data lies."""
        return self._folder

    @property
    def servers(self) -> str:
        """The address that clients are told."""
        return f"{self._host}:{self.port}"

    @property
    def secure_servers(self) -> str:
        """The address of the listener that asks for a name and a password over TLS."""
        assert self._certificate is not None, "this broker has no certificate"
        return f"{self._host}:{self.secure_port}"

    @property
    def process_id(self) -> int:
        """The running broker's process."""
        assert self._process is not None, "the broker does not run"
        return self._process.pid

    def kill(self) -> None:
        """End the broker as the loss of its machine would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def restart(self) -> None:
        """Start the broker again on its data and its ports, after ending it where it runs."""
        self.kill()
        self.launch()
        self.wait(1)

    def format(self, voters: str) -> None:
        """Prepare an empty data folder for a cluster of these controllers."""
        self._write_settings(voters)
        shutil.rmtree(self._folder / "data", ignore_errors=True)
        given = [f"SCRAM-SHA-512=[name={n},password={p}]" for n, p in self._users.items()]
        arguments = ["format", "-t", self.cluster_id, "-c", str(self._settings)]
        for user in given:
            arguments += ["--add-scram", user]
        subprocess.run(
            self._java("kafka.tools.StorageTool", *arguments),
            check=True,
            stdout=subprocess.DEVNULL,
            timeout=START_SECONDS_MAX,
        )

    def launch(self) -> None:
        """Start the process without waiting until it serves."""
        with (self._folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                [*self._within, *self._java("kafka.Kafka", str(self._settings))],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
            )

    def wait(self, brokers: int) -> None:
        """Wait until the broker serves, and sees that many brokers."""
        admin = AdminClient({"bootstrap.servers": self.servers, "log_level": 0})
        until = time.monotonic() + START_SECONDS_MAX
        while not _sees(admin, brokers):
            assert self._process is not None
            said = (self._folder / "server.log").read_text(errors="replace")[-2_000:]
            assert self._process.poll() is None, f"the broker ended before it served: {said}"
            assert time.monotonic() < until, f"the broker did not come up: {said}"

    def close(self) -> None:
        """End the broker, and forget its data."""
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)
        atexit.unregister(self.close)

    @property
    def voter(self) -> str:
        """How the controllers of a cluster name this one."""
        return f"{self.number}@{self._host}:{self._controller_port}"

    def __enter__(self) -> Self:
        atexit.register(self.close)
        for attempt in range(1, STARTS_MAX + 1):
            try:
                self.format(self.voter)
                self.launch()
                self.wait(1)
            except (AssertionError, subprocess.SubprocessError):
                self.kill()
                if attempt == STARTS_MAX:
                    self.close()
                    raise
                self._choose_ports()
            except BaseException:
                self.close()
                raise
            else:
                return self
        raise AssertionError("unreachable")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def _settings(self) -> Path:
        return self._folder / "server.properties"

    def _choose_ports(self) -> None:
        self.port, self._controller_port, self.secure_port = (broker_port() for _ in range(3))

    def _java(self, program: str, *arguments: str) -> list[str]:
        return [
            "java",
            "-Xms128m",
            "-Xmx320m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xshare:auto",
            f"-Dlog4j2.configurationFile={self._folder / 'log4j2.properties'}",
            "-cp",
            f"{self._jars}/*",
            program,
            *arguments,
        ]

    def _write_settings(self, voters: str) -> None:
        (self._folder / "log4j2.properties").write_text(_QUIET)
        listeners = {"PLAINTEXT": self.port}
        if self._certificate is not None:
            listeners["SASL_SSL"] = self.secure_port
        spoken = ",".join(f"{name}://{self._host}:{port}" for name, port in listeners.items())
        settings = {
            "process.roles": "broker,controller",
            "node.id": str(self.number),
            "controller.quorum.voters": voters,
            "controller.listener.names": "CONTROLLER",
            "listeners": f"{spoken},CONTROLLER://{self._host}:{self._controller_port}",
            "advertised.listeners": spoken,
            "log.dirs": str(self._folder / "data"),
            "auto.create.topics.enable": "false",
            "group.initial.rebalance.delay.ms": "0",
            "group.min.session.timeout.ms": "1000",
            "offsets.topic.num.partitions": "4",
            "offsets.topic.replication.factor": "1",
            "transaction.state.log.replication.factor": "1",
            "transaction.state.log.min.isr": "1",
            "share.coordinator.state.topic.replication.factor": "1",
            "share.coordinator.state.topic.min.isr": "1",
            "log.cleaner.dedupe.buffer.size": "4000000",
            "log.retention.check.interval.ms": "1000",
            "log.initial.task.delay.ms": "500",
            # A broker that was killed comes back once the session of its last life has ended.
            "broker.session.timeout.ms": "2000",
            "broker.heartbeat.interval.ms": "400",
            "num.network.threads": "2",
            "num.io.threads": "2",
        }
        settings |= self._secured() | self._options
        text = "".join(f"{name}={value}\n" for name, value in settings.items())
        self._settings.write_text(text)

    def _secured(self) -> dict[str, str]:
        if self._certificate is None:
            return {}
        module = "org.apache.kafka.common.security.scram.ScramLoginModule required;"
        return {
            "listener.security.protocol.map": (
                "PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL,CONTROLLER:PLAINTEXT"
            ),
            "ssl.keystore.type": "PEM",
            "ssl.keystore.location": str(self._certificate),
            "sasl.enabled.mechanisms": "SCRAM-SHA-512",
            "listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config": module,
        }


class KafkaCluster:
    """Some brokers of one cluster, each a controller too; data topics may have as many replicas."""

    def __init__(
        self, jars: Path, count: int = 3, *, options: Mapping[str, str] | None = None
    ) -> None:
        replicas = str(min(3, count))
        kept: dict[str, Any] = {
            "offsets.topic.replication.factor": replicas,
            "transaction.state.log.replication.factor": replicas,
            "broker.session.timeout.ms": "6000",
            "broker.heartbeat.interval.ms": "1000",
            **(options or {}),
        }
        self.brokers = [KafkaServer(jars, options=kept) for _ in range(count)]
        for number, broker in enumerate(self.brokers, start=1):
            broker.number = number
            broker.cluster_id = self.brokers[0].cluster_id

    @property
    def servers(self) -> str:
        """The addresses that clients are told."""
        return ",".join(broker.servers for broker in self.brokers)

    def wait(self) -> None:
        """Wait until every broker serves, and sees every other."""
        for broker in self.brokers:
            broker.wait(len(self.brokers))

    def __enter__(self) -> Self:
        voters = ",".join(broker.voter for broker in self.brokers)
        try:
            for broker in self.brokers:
                atexit.register(broker.close)
                broker.format(voters)
            for broker in self.brokers:
                broker.launch()
            self.wait()
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._close()

    def _close(self) -> None:
        for broker in self.brokers:
            broker.close()


def _sees(admin: AdminClient, brokers: int) -> bool:
    try:
        return len(admin.list_topics(timeout=1).brokers) >= brokers
    except KafkaException:
        return False


def _is_led(consumer: Consumer, place: TopicPartition) -> bool:
    try:
        consumer.get_watermark_offsets(place, 10, cached=False)
    except KafkaException:
        return False
    return True


def limit_topic(kafka: KafkaSettings, name: str, bytes_max: int) -> None:
    """Have the cluster take nothing for a topic that is larger than this."""
    admin = AdminClient({"bootstrap.servers": ",".join(kafka.servers), "log_level": 0})
    entry = ConfigEntry(
        "max.message.bytes", str(bytes_max), incremental_operation=AlterConfigOpType.SET
    )
    resource = ConfigResource(ResourceType.TOPIC, kafka.topic(name), incremental_configs=[entry])
    for future in admin.incremental_alter_configs([resource]).values():
        future.result(60)
