"""How every Kafka client of ours is set up, and what its errors mean for whoever called.

The settings are those of librdkafka: https://github.com/confluentinc/librdkafka/blob/master/CONFIGURATION.md
"""

from collections.abc import Mapping
from typing import Any, Final

from confluent_kafka import KafkaError

from services.runtime.errors import (
    LogUnavailableError,
    MercatError,
    SettingsError,
    StateConflictError,
)
from services.runtime.scaled_settings import KafkaSettings

PARTITIONER: Final = "murmur2_random"
"""What Java clients and aiokafka do with a key; librdkafka by default does otherwise, and one key
would lie on two partitions."""
REQUEST_SECONDS_MAX: Final = 30
MESSAGE_BYTES_MAX: Final = 1_048_576

_REFUSED: Final = frozenset(
    {
        KafkaError._AUTHENTICATION,
        KafkaError.TOPIC_AUTHORIZATION_FAILED,
        KafkaError.GROUP_AUTHORIZATION_FAILED,
        KafkaError.CLUSTER_AUTHORIZATION_FAILED,
        KafkaError.SASL_AUTHENTICATION_FAILED,
        KafkaError._SSL,
    }
)
_ABSENT: Final = frozenset(
    {KafkaError.UNKNOWN_TOPIC_OR_PART, KafkaError._UNKNOWN_TOPIC, KafkaError._UNKNOWN_PARTITION}
)


def client_options(kafka: KafkaSettings, password: str | None, client_id: str) -> dict[str, Any]:
    """Return the settings every client of a cluster shares.

    `password` is the secret that `kafka.password` names, where one is needed.
    """
    options: dict[str, Any] = {
        "bootstrap.servers": ",".join(kafka.servers),
        "client.id": client_id,
        "security.protocol": kafka.security,
        "socket.timeout.ms": REQUEST_SECONDS_MAX * 1_000,
        "socket.keepalive.enable": True,
        "reconnect.backoff.max.ms": 5_000,
        "log.connection.close": False,
    }
    if kafka.security.startswith("sasl"):
        options |= {
            "sasl.mechanism": kafka.mechanism,
            "sasl.username": kafka.username,
            "sasl.password": password,
        }
    files = {
        "ssl.ca.location": kafka.ca_file,
        "ssl.certificate.location": kafka.certificate_file,
        "ssl.key.location": kafka.key_file,
    }
    return options | {name: place for name, place in files.items() if place is not None}


def producer_options(client: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of a producer: no event lost, none twice, none before its elder."""
    return {
        **client,
        "enable.idempotence": True,
        "acks": "all",
        "partitioner": PARTITIONER,
        "delivery.timeout.ms": 30_000,
        "linger.ms": 5,
        "compression.type": "lz4",
        "message.max.bytes": MESSAGE_BYTES_MAX,
        "queue.buffering.max.messages": 100_000,
    }


def error_of(error: KafkaError, doing: str) -> MercatError:
    """Return a client's error as what its caller does next: wait, or stop."""
    said = f"Kafka did not take {doing}: {error.str()}"
    if error.code() in _REFUSED:
        return SettingsError(f"{said}; look at scaled.kafka in mercat.yaml and at its secrets")
    if error.code() in _ABSENT:
        return SettingsError(f"{said}; make the topics with `mercat topics apply`")
    if error.code() in (KafkaError.OFFSET_OUT_OF_RANGE, KafkaError._AUTO_OFFSET_RESET):
        return StateConflictError(f"{said}; the topic is not the one that was read before")
    return LogUnavailableError(said)
