"""The group's consumer on a real broker: where it begins, what it keeps, what it loses."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient

from services.log.kafka_client import client_options
from services.log.kafka_consumer import GroupConsumer
from services.log.kafka_producer import KafkaProducer
from services.runtime.errors import (
    LogUnavailableError,
    SettingsError,
    StateConflictError,
    StorageRefusedError,
    TopicRemadeError,
)
from services.runtime.ports import Append, Record
from services.runtime.scaled_settings import KafkaSettings
from tests.fakes import wait_until
from tests.kafka_server import make_topics

pytestmark = pytest.mark.scaled
TOPIC = "posts.received.v1"
PARTITIONS = 3


@dataclass
class Member:
    """A member of the group that notes what it is told, and begins where `begins` says."""

    kafka: KafkaSettings
    instance: str | None = None
    poll_seconds_max: float = 300
    begins: dict[int, int] = field(default_factory=dict)
    told: list[tuple[str, tuple[int, ...]]] = field(default_factory=list)
    refuse: Exception | None = None
    read: list[Record] = field(default_factory=list)
    when_revoked: Callable[[Sequence[int]], None] = lambda _: None
    identity: Callable[[], str] | None = None

    def __post_init__(self) -> None:
        """Set the consumer up; it joins with its first poll."""
        self.consumer = GroupConsumer(
            client_options(self.kafka, None, "tests"),
            self.kafka,
            topic=TOPIC,
            group="classify",
            instance=self.instance,
            assigned=self._assigned,
            revoked=self._revoked,
            lost=lambda partitions: self.told.append(("lost", tuple(partitions))),
            poll_seconds_max=self.poll_seconds_max,
            identity=self.identity,
        )

    def poll(self) -> None:
        """Take in what there is."""
        self.read.extend(self.consumer.poll(100, 0.05))

    def reads(self, count: int) -> list[Record]:
        """Poll until so many records were read in all."""
        poll_until(lambda: len(self.read) >= count, self)
        return self.read

    def holds(self, count: int, *others: "Member") -> frozenset[int]:
        """Poll, others too, until so many partitions are held."""
        poll_until(lambda: len(self.consumer.held) == count, self, *others)
        return self.consumer.held

    def _assigned(self, partitions: Sequence[int]) -> Mapping[int, int | None]:
        self.told.append(("assigned", tuple(partitions)))
        refuse, self.refuse = self.refuse, None
        if refuse is not None:
            raise refuse
        return {partition: self.begins.get(partition) for partition in partitions}

    def _revoked(self, partitions: Sequence[int]) -> None:
        self.told.append(("revoked", tuple(partitions)))
        self.when_revoked(partitions)


def poll_until(condition: Callable[[], bool], *members: Member) -> None:
    """Have members poll in turn until something holds."""

    def polled() -> bool:
        for member in members:
            member.poll()
        return condition()

    wait_until(polled, tries=400)


@pytest.fixture
def filled(kafka: KafkaSettings) -> KafkaSettings:
    """A topic of three partitions with ninety events, thirty conversations."""
    make_topics(kafka, TOPIC, partitions=PARTITIONS)
    fill(kafka, 90)
    return kafka


def fill(kafka: KafkaSettings, count: int) -> list[tuple[int, int]]:
    """Send numbered events; return where they lie."""
    producer = KafkaProducer(client_options(kafka, None, "tests"), kafka)
    places = producer.deliver(
        [Append(TOPIC, f"k{number % 30}", str(number).encode()) for number in range(count)]
    )
    producer.close()
    return places


def offsets(records: Sequence[Record], partition: int) -> list[int]:
    """Return the offsets read of a partition, in order."""
    return [record.offset for record in records if record.partition == partition]


def test_a_group_without_a_place_begins_at_the_oldest(filled: KafkaSettings) -> None:
    """Everything is read, each partition from its first record on, in order."""
    member = Member(filled)
    read = member.reads(90)
    member.consumer.close()

    assert list(range(90)) == sorted(int(record.value) for record in read)
    for partition in range(PARTITIONS):
        found = offsets(read, partition)
        assert list(range(len(found))) == found
    assert {TOPIC} == {record.topic for record in read}


def test_reading_begins_where_it_is_told(filled: KafkaSettings) -> None:
    """A place from the database goes before Kafka's own."""
    earlier = Member(filled)
    earlier.reads(90)
    for partition in range(PARTITIONS):
        earlier.consumer.store(partition, 20)
    earlier.consumer.commit()
    earlier.consumer.close()
    member = Member(filled, begins={0: 5})

    read = member.reads(1)
    poll_until(lambda: bool(offsets(member.read, 0)), member)
    member.consumer.close()

    assert 5 == offsets(read, 0)[0]
    assert all(offset >= 20 for p in (1, 2) for offset in offsets(read, p))


def test_only_what_was_stored_is_committed(filled: KafkaSettings) -> None:
    """Reading alone moves nothing: a batch that was not finished comes again."""
    member = Member(filled)
    member.reads(90)
    member.consumer.commit()
    before = member.consumer.committed(range(PARTITIONS))
    member.consumer.store(1, 7)
    member.consumer.commit()
    after = member.consumer.committed(range(PARTITIONS))
    member.consumer.close()

    assert {0: None, 1: None, 2: None} == before
    assert {0: None, 1: 7, 2: None} == after


def test_what_is_stored_while_leaving_is_committed(filled: KafkaSettings) -> None:
    """Whoever takes over goes on there, and repeats nothing."""
    member = Member(filled)

    def store(partitions: Sequence[int]) -> None:
        for partition in partitions:
            member.consumer.store(partition, 9)

    member.when_revoked = store
    member.reads(90)
    member.consumer.close()
    heir = Member(filled)

    found = heir.consumer.committed(range(PARTITIONS))
    heir.consumer.close()

    assert [("assigned", (0, 1, 2)), ("revoked", (0, 1, 2))] == member.told
    assert {0: 9, 1: 9, 2: 9} == found


def test_a_second_member_takes_some_and_the_first_keeps_the_rest(filled: KafkaSettings) -> None:
    """Partitions that stay are not taken away first: work on them goes on."""
    first = Member(filled)
    first.reads(90)
    second = Member(filled)

    second.holds(1, first)
    shares = (first.consumer.held, second.consumer.held)
    second.consumer.close()
    whole = first.holds(PARTITIONS)
    first.consumer.close()

    assert {0, 1, 2} == shares[0] | shares[1]
    assert not shares[0] & shares[1]
    taken = next(partitions for word, partitions in first.told if word == "revoked")
    assert shares[1] == set(taken)
    assert {0, 1, 2} == whole


def test_a_member_too_slow_to_poll_loses_its_partitions(filled: KafkaSettings) -> None:
    """They go to another; the slow one hears of it, commits nothing more, and joins again."""
    slow = Member(filled, poll_seconds_max=1.5)
    slow.reads(90)
    other = Member(filled)
    other.holds(PARTITIONS)
    poll_until(lambda: ("lost", (0, 1, 2)) in slow.told, slow)
    slow.consumer.store(0, 30)
    slow.consumer.commit()

    committed = other.consumer.committed([0])
    back = slow.holds(1, other)
    slow.consumer.close()
    other.consumer.close()

    assert {0: None} == committed
    assert back
    assert "revoked" not in [word for word, _ in slow.told[:2]]


def test_a_place_beyond_the_end_stops_the_reader(filled: KafkaSettings) -> None:
    """It has lost what it held: what was read of it before is not what is in it now."""
    member = Member(filled, begins={1: 4_000})

    with pytest.raises(StateConflictError, match="was read up to 4000"):
        member.reads(90)
    held = member.consumer.held
    member.begins = {}
    read = member.reads(90)
    member.consumer.close()

    assert frozenset() == held
    assert 90 == len(read)


def test_trouble_in_finding_the_place_is_raised_and_tried_again(filled: KafkaSettings) -> None:
    """A database that is away when partitions come is no reason to read from elsewhere."""
    member = Member(filled, refuse=StorageRefusedError("away"))

    with pytest.raises(StorageRefusedError):
        member.reads(90)
    before = list(member.read)
    read = member.reads(90)
    member.consumer.close()

    assert [] == before
    assert 90 == len(read)
    assert 2 == [word for word, _ in member.told].count("assigned")


def test_where_retention_took_the_place_reading_goes_on_at_the_oldest(
    filled: KafkaSettings,
) -> None:
    """Whether it is found out before reading begins, or while it goes on."""
    admin = AdminClient(client_options(filled, None, "tests"))
    place = TopicPartition(filled.topic(TOPIC), 1, 6)
    admin.delete_records([place])[place].result(60)
    member = Member(filled, begins={1: 2})
    poll_until(lambda: bool(offsets(member.read, 1)), member)
    begun = offsets(member.read, 1)[0]
    member.read.clear()

    inside(member).seek(TopicPartition(filled.topic(TOPIC), 1, 3))
    poll_until(lambda: bool(offsets(member.read, 1)), member)
    member.consumer.close()

    assert 6 == begun
    assert 6 == offsets(member.read, 1)[0]


def test_a_topic_that_grew_shorter_under_a_reader_stops_it(filled: KafkaSettings) -> None:
    """What it would read next lies beyond the end: it never starts over by itself."""
    member = Member(filled)
    member.reads(90)
    inside(member).seek(TopicPartition(filled.topic(TOPIC), 1, 4_000))

    with pytest.raises(StateConflictError, match="has lost what it held"):
        poll_until(lambda: False, member)

    member.consumer.close()


def test_records_of_a_topic_made_anew_are_never_returned(filled: KafkaSettings) -> None:
    """The reader leaves, joins again, and is told where the new one begins."""
    ids = iter(["first", "second"])
    member = Member(filled, identity=lambda: next(ids, "second"))
    member.when_revoked = lambda _: member.consumer.store(0, 5)

    with pytest.raises(TopicRemadeError, match="made anew"):
        member.reads(90)
    before, id_before = list(member.read), member.consumer.topic_id
    committed = member.consumer.committed([0, 1, 2])
    read = member.reads(90)
    id_after = member.consumer.topic_id
    member.consumer.close()

    assert ([], None, "second") == (before, id_before, id_after)
    assert {0: None, 1: None, 2: None} == committed
    assert 90 == len({(record.partition, record.offset) for record in read}) == len(read)
    assert ["assigned", "revoked", "assigned", "revoked"] == [word for word, _ in member.told]


def test_a_topic_made_anew_and_shorter_is_no_loss(filled: KafkaSettings) -> None:
    """Where the place to go on at lies beyond the end, the id tells the one from the other."""
    ids = ["first"]
    member = Member(filled, identity=lambda: ids[-1])
    member.reads(90)
    ids.append("second")
    inside(member).seek(TopicPartition(filled.topic(TOPIC), 1, 4_000))

    with pytest.raises(TopicRemadeError, match="made anew"):
        poll_until(lambda: False, member)

    member.consumer.close()


def test_records_whose_topic_cannot_be_asked_about_come_again(filled: KafkaSettings) -> None:
    """None of them is passed over, and the partitions stay where they are."""
    answers = iter([True, False, False, False])

    def asked() -> str:
        if next(answers, True):
            return "first"
        raise LogUnavailableError("Kafka did not confirm a question in time")

    member = Member(filled, identity=asked)
    for _ in range(3):
        with pytest.raises(LogUnavailableError):
            member.reads(90)
    before = list(member.read)
    read = member.reads(90)
    told = [word for word, _ in member.told]
    member.consumer.close()

    assert [] == before
    assert 90 == len({(record.partition, record.offset) for record in read}) == len(read)
    assert ["assigned"] == told


def test_two_under_one_name_end_the_elder(filled: KafkaSettings) -> None:
    """A name is one process's: the one that came before it is told why it stops."""
    elder = Member(filled, instance="classify-1")
    elder.reads(90)
    younger = Member(filled, instance="classify-1")

    with pytest.raises(SettingsError, match="MERCAT_INSTANCE"):
        poll_until(lambda: False, younger, elder)

    elder.consumer.close()
    younger.consumer.close()


def test_a_topic_that_is_not_there_is_a_wrong_setting(kafka: KafkaSettings) -> None:
    """The reader says so, and how it is made."""
    member = Member(kafka)

    with pytest.raises(SettingsError, match="mercat topics apply"):
        poll_until(lambda: False, member)

    member.consumer.close()


def inside(member: Member) -> Any:
    """Return the client within, to move it where only a fault would."""
    return member.consumer._consumer
