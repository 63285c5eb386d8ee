"""How every Kafka client of ours is set up, and what its errors mean for whoever called.

The settings are those of librdkafka: https://github.com/confluentinc/librdkafka/blob/master/CONFIGURATION.md
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

import structlog
from confluent_kafka import KafkaError, KafkaException

from services.runtime.errors import (
    LogUnavailableError,
    MercatError,
    SettingsError,
    StateConflictError,
)
from services.runtime.event_size import MESSAGE_BYTES_MAX
from services.runtime.scaled_settings import KafkaSettings

PARTITIONER: Final = "murmur2_random"
"""What Java clients and aiokafka do with a key; librdkafka by default does otherwise, and one key
would lie on two partitions."""
REQUEST_SECONDS_MAX: Final = 30
ANSWER_SECONDS_MAX: Final = 10

log = structlog.get_logger(__name__)
Client = TypeVar("Client")

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
_VAGUE: Final = frozenset(
    {
        KafkaError._TRANSPORT,
        KafkaError._TIMED_OUT,
        KafkaError._ALL_BROKERS_DOWN,
        KafkaError._MSG_TIMED_OUT,
        KafkaError._WAIT_COORD,
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
        "log_level": 0,
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


class Heard:
    """What a client reports of itself between calls: kept for the error that a call then raises.

    A client that is refused goes on trying, and its calls just take too long; what was heard last
    says why. Give it as `error_cb`: it never raises, since it runs inside the client.
    """

    def __init__(self) -> None:
        self._refusal: KafkaError | None = None
        self._ending = False

    def __call__(self, error: KafkaError) -> None:
        """Take note of an error. A line that breaks unsays a refusal: a broker was only ending."""
        if error.code() in _REFUSED:
            self._refusal = error
        elif error.code() in (KafkaError._TRANSPORT, KafkaError._RESOLVE):
            self._refusal = None
        if self._ending:
            return
        if error.code() in _REFUSED or error.code() == KafkaError._ALL_BROKERS_DOWN:
            log.warning("kafka is away", reason=error.str())

    @property
    def refused(self) -> bool:
        """Whether the last thing heard was that the cluster will not have us."""
        return self._refusal is not None

    def ending(self) -> None:
        """Say that the client is about to close its lines itself."""
        self._ending = True

    def went_well(self) -> None:
        """Forget what was heard: the cluster has answered since."""
        self._refusal = None

    def failure(self, error: KafkaError | None, doing: str) -> MercatError:
        """Return what a failed or late call comes to, in the light of what was heard.

        `error` is None where the call took too long.
        """
        if self._refusal is not None and (error is None or error.code() in _VAGUE):
            return error_of(self._refusal, doing)
        if error is None:
            return LogUnavailableError(f"Kafka did not confirm {doing} in time")
        return error_of(error, doing)


def made(
    kind: Callable[[dict[str, Any]], Client],
    options: Mapping[str, Any],
    heard: Callable[[KafkaError], None],
) -> Client:
    """Return a client of a kind. Raises SettingsError where it cannot be set up as told."""
    try:
        return kind({**options, "error_cb": heard})
    except KafkaException as exception:
        raise SettingsError(
            f"Kafka's client cannot be set up: {error_in(exception).str()}; "
            "look at scaled.kafka in mercat.yaml"
        ) from exception


def error_in(exception: Exception) -> KafkaError:
    """Return the client's error that one of its exceptions carries."""
    error = exception.args[0]
    assert isinstance(error, KafkaError), f"an exception of another kind: {exception!r}"
    return error
