"""Where a consumer stands in each making of a topic, and the places from before that was told."""

import pytest

from services.log.memory_log import MemoryLog
from services.runtime.errors import StaleStateError
from services.runtime.ports import Commit, Cursor
from services.runtime.topic_places import TopicPlaces, topic_made
from services.store.memory_journal import MemoryJournal

TOPIC = "posts.classified.v1"


@pytest.fixture
def journal() -> MemoryJournal:
    """An empty journal with its state."""
    return MemoryJournal(MemoryLog())


def places(journal: MemoryJournal) -> TopicPlaces:
    """Return what a worker of route asks."""
    return TopicPlaces("route", TOPIC, journal, journal)


def stand(journal: MemoryJournal, topic: str, at: int, partition: int = 0) -> None:
    """Bring route from the start of a partition to a place in it."""
    journal.commit(Commit(cursors=[Cursor("route", topic, 0, at, partition)])).result()


def test_each_making_of_a_topic_has_places_of_its_own(journal: MemoryJournal) -> None:
    """A place in one says nothing of the next."""
    stand(journal, topic_made(TOPIC, "first"), 40, partition=2)

    asked = places(journal)
    first, second = asked.starts([1, 2], "first"), asked.starts([1, 2], "second")

    assert {1: 0, 2: 40} == first
    assert {1: 0, 2: 0} == second
    assert topic_made(TOPIC, "second") == asked.kept_as


def test_a_place_under_the_name_alone_is_the_first_ids_that_is_met(journal: MemoryJournal) -> None:
    """It moves there as it is, so that no later making can take it for its own."""
    stand(journal, TOPIC, 7)
    stand(journal, TOPIC, 9, partition=1)

    first = places(journal).starts([0, 1], "first")

    assert {0: 7, 1: 9} == first
    assert first == places(journal).starts([0, 1], "first")
    assert {0: 0, 1: 0} == places(journal).starts([0, 1], "second")


def test_a_place_that_an_older_version_kept_meanwhile_moves_nobody(journal: MemoryJournal) -> None:
    """Events between the two are handled again, which is harmless; none is passed over."""
    stand(journal, topic_made(TOPIC, "first"), 5)
    stand(journal, TOPIC, 8)

    found = places(journal).starts([0], "first")

    assert {0: 5} == found
    assert 0 == journal.cursor("route", TOPIC)


def test_without_an_id_a_topic_has_one_place_for_each_partition(journal: MemoryJournal) -> None:
    """So it is in a log where no topic is ever made anew."""
    stand(journal, TOPIC, 3)

    asked = places(journal)

    assert {0: 3, 1: 0} == asked.starts([0, 1], None)
    assert TOPIC == asked.kept_as


def test_a_place_that_moves_while_it_is_taken_over_is_asked_for_again() -> None:
    """An older worker may still be at work, or another have taken it over just now."""

    def meddle(commit: Commit) -> None:
        if len(commit.cursors) == 2:
            meddled.commit(Commit(cursors=[Cursor("route", TOPIC, 7, 8)])).result()

    meddled = MemoryJournal(MemoryLog(), meddle)
    stand(meddled, TOPIC, 7)

    with pytest.raises(StaleStateError):
        places(meddled).starts([0], "first")

    assert (8, 0) == (meddled.cursor("route", TOPIC), meddled.cursor("route", f"{TOPIC}@first"))
