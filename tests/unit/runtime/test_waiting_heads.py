"""How late a worker of many is: by the oldest event not handled, and more so while it stands."""

from datetime import datetime, timedelta

import pytest

from services.runtime.clock import ManualClock
from services.runtime.ports import Record
from services.runtime.waiting_heads import WaitingHeads, made_at
from tests.fakes import received, record_of

MINUTE = timedelta(minutes=1)


def posted(offset: int, at: datetime, partition: int = 0) -> Record:
    """Return a post as Kafka gives it, in bytes alone."""
    event = received(offset).model_copy(update={"time": at})
    return record_of(event, offset)._replace(event=None, partition=partition)


@pytest.fixture
def heads(clock: ManualClock) -> WaitingHeads:
    """Nothing waits yet."""
    return WaitingHeads(clock.now)


def test_what_is_not_handled_grows_older_by_itself(heads: WaitingHeads, clock: ManualClock) -> None:
    """From the first of a batch that was begun, whatever comes after it or is begun again."""
    heads.began([posted(0, clock.now() - MINUTE), posted(1, clock.now())])

    clock.advance(60)
    heads.began([posted(0, clock.now())])

    assert 120 == heads.age_seconds()


def test_the_partition_that_waits_longest_counts(heads: WaitingHeads, clock: ManualClock) -> None:
    """One that keeps up does not hide another that does not."""
    now = clock.now()
    heads.began([posted(7, now, partition=1), posted(3, now - 5 * MINUTE, partition=2)])

    heads.handled([posted(7, now, partition=1)])

    assert 300 == heads.age_seconds()


def test_what_waits_behind_a_batch_is_no_older_than_its_last(
    heads: WaitingHeads, clock: ManualClock
) -> None:
    """Until the next batch is there, that is what is known."""
    now = clock.now()
    batch = [posted(0, now - 9 * MINUTE), posted(1, now - 2 * MINUTE)]
    heads.began(batch)

    heads.handled(batch)

    assert 120 == heads.age_seconds()


def test_nothing_is_late_where_nothing_waits(heads: WaitingHeads, clock: ManualClock) -> None:
    """All was handled, or somebody else has the partition now."""
    heads.began([posted(0, clock.now() - MINUTE), posted(0, clock.now() - MINUTE, partition=1)])

    heads.waits([])

    assert 0 == heads.age_seconds()


def test_what_waits_unread_ages_from_when_it_was_noticed(
    heads: WaitingHeads, clock: ManualClock
) -> None:
    """Nothing more is known of an event until it is read."""
    heads.waits([2])
    clock.advance(30)
    heads.waits([2])
    noticed_seconds = heads.age_seconds()

    heads.began([posted(4, clock.now() - 9 * MINUTE, partition=2)])

    assert 30 == noticed_seconds
    assert 540 == heads.age_seconds()


def test_an_event_made_ahead_of_this_clock_is_not_late(
    heads: WaitingHeads, clock: ManualClock
) -> None:
    """Clocks of two machines differ."""
    heads.began([posted(0, clock.now() + MINUTE)])

    assert 0 == heads.age_seconds()


def test_what_cannot_be_read_ages_from_when_it_was_begun(
    heads: WaitingHeads, clock: ManualClock
) -> None:
    """It becomes a dead letter in its turn; a gauge is no place to stumble over it."""
    torn = [b"{", b"[]", b"{}", b'{"time": 7}', b'{"time": "2026-03-02T09:00:00"}', b"\xff"]
    records = [Record("t", 0, "k", value, None, number) for number, value in enumerate(torn)]

    heads.began(records)
    clock.advance(5)

    assert [None] * len(torn) == [made_at(record) for record in records]
    assert 5 == heads.age_seconds()
