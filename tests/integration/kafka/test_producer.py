"""The producer on a real broker: order, refusals, and what a broker's absence comes to."""

from collections.abc import Iterator
from concurrent.futures import Future
from random import randbytes

import pytest
from confluent_kafka import KafkaError

from schemas.topics import UndeclaredTopicError
from services.log.kafka_client import client_options
from services.log.kafka_log import KafkaLog
from services.log.kafka_producer import KafkaProducer, Place
from services.runtime.errors import (
    InputInvalidError,
    LogUnavailableError,
    OverloadedError,
    SettingsError,
)
from services.runtime.event_size import MESSAGE_BYTES_MAX
from services.runtime.ports import Append
from services.runtime.scaled_settings import KafkaSettings
from tests.conftest import absent
from tests.kafka_server import KafkaServer, fresh_prefix, kafka_jars, make_topics

pytestmark = pytest.mark.scaled
TOPIC = "posts.received.v1"


def appends(*numbers: int, key: str = "k") -> list[Append]:
    """Return numbered events of one conversation."""
    return [Append(TOPIC, key, str(number).encode()) for number in numbers]


def sent_by_one(producer: KafkaProducer, *numbers: int) -> list["Future[list[Place]]"]:
    """Send numbered events, each by a call of its own."""
    return [producer.send_together(appends(number)) for number in numbers]


def values(kafka: KafkaSettings, place: Place) -> list[int]:
    """Return the numbers in a partition, in order."""
    log = KafkaLog(client_options(kafka, None, "tests"), kafka)
    found = [int(record.value) for record in log.read(TOPIC, 0, 10_000, partition=place[0])]
    log.close()
    return found


@pytest.fixture
def producer(kafka: KafkaSettings) -> Iterator[KafkaProducer]:
    """A producer, with a topic of three partitions to write to."""
    make_topics(kafka, TOPIC, partitions=3)
    made = KafkaProducer(client_options(kafka, None, "tests"), kafka)
    yield made
    made.close()


@pytest.fixture(scope="module")
def mortal() -> Iterator[KafkaServer]:
    """A broker of this module's own, to be killed."""
    jars = kafka_jars()
    if jars is None:
        absent("Kafka's jars are not there (needs java and mvn: `make kafka`)")
        return
    with KafkaServer(jars) as server:
        yield server


@pytest.fixture
def on_mortal(mortal: KafkaServer) -> KafkaSettings:
    """Settings of that broker, running, with a topic made."""
    kafka = KafkaSettings(
        servers=(mortal.servers,), prefix=fresh_prefix(), replicas=1, replicas_in_sync_min=1
    )
    make_topics(kafka, TOPIC, partitions=1)
    return kafka


def test_events_of_a_key_lie_in_the_order_sent(
    kafka: KafkaSettings, producer: KafkaProducer
) -> None:
    """However many calls they come by."""
    sent = [
        producer.send_together(appends(*range(start, start + 60))) for start in range(0, 600, 60)
    ]
    places = [place for future in sent for place in future.result(60)]

    assert list(range(600)) == [offset for _, offset in places]
    assert list(range(600)) == values(kafka, places[0])


def test_nothing_to_send_is_sent(producer: KafkaProducer) -> None:
    """No events have no places."""
    assert [] == producer.deliver([])


@pytest.mark.parametrize(
    ("bad", "kind"),
    [
        (Append(TOPIC, "k", b"x" * MESSAGE_BYTES_MAX), InputInvalidError),
        (Append(TOPIC, "", b"x"), InputInvalidError),
        (Append("made.up.v1", "k", b"x"), UndeclaredTopicError),
    ],
    ids=["too large", "no key", "undeclared"],
)
def test_what_no_broker_would_take_is_refused_before_any_of_its_call_has_gone(
    kafka: KafkaSettings, producer: KafkaProducer, bad: Append, kind: type[Exception]
) -> None:
    """The calls before and behind it go on."""
    (first,) = sent_by_one(producer, 1)
    with pytest.raises(kind):
        producer.send_together([*appends(7), bad])
    (last,) = sent_by_one(producer, 2)

    last.result(60)
    assert [1, 2] == values(kafka, first.result(60)[0])


def test_the_largest_event_that_is_let_through_is_taken(producer: KafkaProducer) -> None:
    """Our bound lies within the broker's: nothing is let through that it refuses."""
    largest = Append(TOPIC, "k", b"x" * (MESSAGE_BYTES_MAX - 300))

    assert 1 == len(producer.deliver([largest]))


def test_what_is_larger_than_its_topic_takes_is_told_from_a_broker_that_is_away(
    kafka: KafkaSettings,
) -> None:
    """Waiting would not help: whoever sends it finds it by halves, and its neighbours go on."""
    make_topics(kafka, TOPIC, partitions=1, max_message_bytes="20000")
    producer = KafkaProducer(client_options(kafka, None, "tests"), kafka)
    large = Append(TOPIC, "k", randbytes(30_000))

    for together in ([*appends(1), large, *appends(2)], [large]):
        with pytest.raises(InputInvalidError, match="larger than its topic takes"):
            producer.deliver(together)
    places = [producer.deliver(appends(number))[0] for number in (1, 2)]
    producer.close()

    assert [1, 2] == values(kafka, places[0])


def test_a_topic_that_is_not_there_is_a_wrong_setting(kafka: KafkaSettings) -> None:
    """The broker makes none by itself, and the error says how to."""
    options = client_options(kafka, None, "tests") | {"topic.metadata.propagation.max.ms": 500}
    producer = KafkaProducer(options, kafka)

    with pytest.raises(SettingsError, match="mercat topics apply"):
        producer.deliver(appends(1))

    producer.close()


def test_a_client_that_broke_is_made_anew(kafka: KafkaSettings, producer: KafkaProducer) -> None:
    """After a fatal error what was under way fails, and the next call has a new client."""
    producer.deliver(appends(1))
    producer._reported(KafkaError(KafkaError._FENCED, "as ordered", fatal=True))

    place = producer.deliver(appends(2))[0]

    assert [1, 2] == values(kafka, place)


def test_a_broker_that_stays_away_fails_all_that_waits(
    mortal: KafkaServer, on_mortal: KafkaSettings
) -> None:
    """The first event that is late takes all behind it along: none may overtake its elder."""
    producer = KafkaProducer(
        client_options(on_mortal, None, "tests"), on_mortal, delivery_seconds_max=2
    )
    producer.deliver(appends(1))
    mortal.kill()

    waiting = sent_by_one(producer, 2, 3, 4)
    errors = [future.exception(60) for future in waiting]
    mortal.restart()
    place = producer.deliver(appends(2, 3, 4))[0]
    producer.close()

    assert [LogUnavailableError] * 3 == [type(error) for error in errors]
    assert [1, 2, 3, 4] == first_of_each(values(on_mortal, place))


def test_a_broker_that_comes_back_in_time_is_waited_for(
    mortal: KafkaServer, on_mortal: KafkaSettings
) -> None:
    """An outage shorter than the patience is no failure, and nothing comes twice."""
    producer = KafkaProducer(client_options(on_mortal, None, "tests"), on_mortal)
    producer.deliver(appends(1))
    mortal.kill()

    waiting = sent_by_one(producer, 2, 3)
    mortal.restart()
    places = [future.result(60)[0] for future in waiting]
    producer.close()

    assert [1, 2, 3] == values(on_mortal, places[0])


def test_closing_waits_for_what_is_under_way_and_takes_nothing_more(
    kafka: KafkaSettings, producer: KafkaProducer
) -> None:
    """Nothing that was sent is dropped by an orderly end."""
    sent = sent_by_one(producer, *range(50))
    producer.close()

    assert list(range(50)) == values(kafka, sent[0].result(0)[0])
    with pytest.raises(OverloadedError):
        producer.deliver(appends(99))


def first_of_each(numbers: list[int]) -> list[int]:
    """Return each number where it first stands: what readers that know repeats see."""
    return list(dict.fromkeys(numbers))
