"""The producer over a client that answers to order: whose word counts after one was given up."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from confluent_kafka import KafkaError, KafkaException

from services.log import kafka_producer
from services.log.kafka_producer import KafkaProducer
from services.runtime.errors import LogUnavailableError
from services.runtime.ports import Append
from services.runtime.scaled_settings import KafkaSettings

AWAY = KafkaError(KafkaError._TRANSPORT)
TOO_LARGE = KafkaError(KafkaError.MSG_SIZE_TOO_LARGE)
Confirmed = Callable[[KafkaError | None, Any], None]


class Lying:
    """Where a message lies."""

    def partition(self) -> int:
        """Return the first partition."""
        return 0

    def offset(self) -> int:
        """Return the offset seven."""
        return 7


class Client:
    """A client that keeps whom to tell of each event; `broken` is raised by its polls."""

    def __init__(self, options: Any) -> None:
        self.told: list[Confirmed] = []
        self.broken: KafkaError | None = None
        self._pause = threading.Event()
        made.append(self)
        del options

    def produce(self, topic: str, value: bytes, key: str, *, on_delivery: Confirmed) -> None:
        """Take an event."""
        del topic, value, key
        self.told.append(on_delivery)

    def poll(self, timeout: float) -> int:
        """Wait a moment, or raise."""
        if self.broken is not None:
            raise KafkaException(self.broken)
        self._pause.wait(min(timeout, 0.01))
        return 0

    def purge(self, *, blocking: bool) -> None:
        """Forget what is queued."""
        del blocking

    def flush(self, timeout: float) -> int:
        """Have nothing left."""
        del timeout
        return 0


made: list[Client] = []


@pytest.fixture
def producer(monkeypatch: pytest.MonkeyPatch) -> Iterator[KafkaProducer]:
    """A producer over such clients."""
    made.clear()
    monkeypatch.setattr(kafka_producer, "Producer", Client)
    producer = KafkaProducer({}, KafkaSettings(), delivery_seconds_max=60.0)
    yield producer
    for client in made:
        for told in client.told:
            told(None, Lying())
    producer.close()


def events(*keys: str) -> list[Append]:
    """Return an event of each conversation."""
    return [Append("posts.received.v1", key, b"{}") for key in keys]


@pytest.mark.parametrize("late", [AWAY, TOO_LARGE])
def test_a_client_that_was_given_up_fails_nothing_of_the_next_one(
    producer: KafkaProducer, late: KafkaError
) -> None:
    """What it says late of its own events is no news of others, and sets none of them aside."""
    first = producer.send_together(events("a", "b"))
    made[0].told[0](AWAY, None)
    second = producer.send_together(events("c"))

    made[0].told[1](late, None)
    made[1].told[0](None, Lying())

    assert isinstance(first.exception(5), LogUnavailableError)
    assert [(0, 7)] == second.result(5)


def test_a_poll_of_a_client_that_was_given_up_fails_nothing_of_the_next_one(
    producer: KafkaProducer,
) -> None:
    """Its thread may be polling it still, when another thread has given it up."""
    first = producer.send_together(events("a"))
    made[0].told[0](AWAY, None)
    second = producer.send_together(events("b"))

    made[0].broken = AWAY
    producer._hear(made[0])  # type: ignore[arg-type] # a client of ours in the place of Kafka's
    made[1].told[0](None, Lying())

    assert first.exception(5) is not None
    assert [(0, 7)] == second.result(5)


def test_an_event_that_fails_takes_everything_under_way_along(producer: KafkaProducer) -> None:
    """Whoever sends again begins at the first that was not confirmed."""
    sent = [producer.send_together(events(key)) for key in ("a", "b")]

    made[0].told[0](AWAY, None)

    assert [LogUnavailableError] * 2 == [type(each.exception(5)) for each in sent]
