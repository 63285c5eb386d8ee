"""The tail of a topic: what it holds, and that nobody waits for the log behind it."""

import pytest

from schemas.topics import POSTS_RECEIVED, POSTS_ROUTED
from services.log.tailed_log import TailedLog
from tests.fakes import append_of, received
from tests.partitioned_log import PartitionedLog

TOPIC = POSTS_RECEIVED.name
KEPT = 3


@pytest.fixture
def log() -> PartitionedLog:
    """A log of two partitions."""
    return PartitionedLog(2)


@pytest.fixture
def tail(log: PartitionedLog) -> TailedLog:
    """Its tail, not looked at yet."""
    return TailedLog(log, TOPIC, KEPT)


def write(log: PartitionedLog, partition: int, *numbers: int) -> None:
    """Add the n-th posts to a partition."""
    log.append(partition, [append_of(received(number), TOPIC) for number in numbers])


def offsets(tail: TailedLog, partition: int, first: int = 0) -> list[int]:
    """Return the offsets at hand of a partition."""
    return [record.offset for record in tail.read(TOPIC, first, 100, partition=partition)]


def test_a_tail_holds_the_newest_of_each_partition(log: PartitionedLog, tail: TailedLog) -> None:
    """Offsets are those of the log behind it; what is older than is kept is not at hand."""
    write(log, 0, *range(5))
    write(log, 1, 5)

    tail.look()

    assert ([2, 3, 4], [0]) == (offsets(tail, 0), offsets(tail, 1))
    assert (5, 1) == (tail.end_offset(TOPIC), tail.end_offset(TOPIC, partition=1))
    assert (2, 2) == (tail.partitions(TOPIC), tail.start_offset(TOPIC))


def test_a_tail_takes_in_what_comes(log: PartitionedLog, tail: TailedLog) -> None:
    """Each look adds what came since, and drops as many of the oldest."""
    write(log, 0, 0, 1, 2)
    tail.look()
    write(log, 0, 3)

    tail.look()

    assert [1, 2, 3] == offsets(tail, 0)
    assert [3] == offsets(tail, 0, first=3)
    assert tail.wait(TOPIC, 3, 0.0)
    assert not tail.wait(TOPIC, 4, 60.0)


def test_what_was_read_stays_while_the_log_is_away(log: PartitionedLog, tail: TailedLog) -> None:
    """The page goes on showing it, and says what is wrong until the log is back."""
    write(log, 1, 0)
    tail.look()
    log.away = True

    tail.look()

    assert ("Kafka is away", [0]) == (tail.trouble, offsets(tail, 1))
    log.away = False
    tail.look()
    assert tail.trouble is None


def test_a_tail_is_empty_before_its_first_look(tail: TailedLog) -> None:
    """Nothing is claimed of a topic that was not read yet, nor of any other topic."""
    assert (1, 0, []) == (tail.partitions(TOPIC), tail.end_offset(TOPIC), offsets(tail, 0))
    assert tail.trouble is not None
    assert (1, 0) == (tail.partitions(POSTS_ROUTED.name), tail.end_offset(POSTS_ROUTED.name))


def test_a_topic_made_anew_is_read_from_its_beginning(log: PartitionedLog, tail: TailedLog) -> None:
    """What was at hand of the old one is gone, since its offsets mean something else now."""
    write(log, 0, *range(4))
    tail.look()
    log.parts = PartitionedLog(2).parts
    write(log, 0, 9)

    tail.look()

    assert ([0], 1) == (offsets(tail, 0), tail.end_offset(TOPIC))
