"""Workers of a group under faults: what was promised holds, whoever has which partition when."""

from collections.abc import Sequence

import pytest

from services.log.memory_log import MemoryLog
from services.runtime.ports import Commit, Record
from services.store.memory_journal import MemoryJournal
from services.store.statements import cursor_id
from tests.fakes import CountingStage
from tests.simulation.checkers_group import disordered, group_breaches, lost, told_of
from tests.simulation.group_week import GroupWeek
from tests.simulation.seeds import long_share_of
from tests.unit.runtime.test_kafka_runner import CarryingStage

UNLUCKY_SEED = 1206
"""A worker loses a partition and has it again while its own commit is under way."""


class UnfencedJournal(MemoryJournal):
    """A database that does not look where a consumer is: any worker may commit."""

    def _commit(self, commit: Commit) -> Sequence[Record]:
        for cursor in commit.cursors:
            name = cursor_id(cursor.consumer, cursor.topic, cursor.partition)
            self._cursors[name] = cursor.start
        return super()._commit(commit)


def lived(seed: int, posts_count: int, kept: MemoryJournal | None = None) -> GroupWeek:
    """Return a week of workers whose places are in the database, lived to its end."""
    week = GroupWeek(seed, posts_count, CountingStage(), kept=kept)
    week.run()
    return week


def broken_week(seed: int) -> bool:
    """Return whether a week without the fence shows in what it leaves."""
    try:
        return bool(group_breaches(lived(seed, 200, UnfencedJournal(MemoryLog()))))
    except AssertionError:
        return True


@pytest.mark.parametrize("part", range(8))
def test_workers_that_come_and_go_keep_every_promise(seed: int, part: int) -> None:
    """Every event takes effect once and in order, whoever died, was evicted or came late."""
    week = lived(seed + part, 400)

    assert [] == group_breaches(week)
    tally = week.tally
    assert min(tally.crashes, tally.lost, tally.moved, tally.refusals, tally.away) > 0


def test_batches_behind_one_that_was_refused_are_refused_though_their_place_is_right() -> None:
    """A week in which an earlier commit of a lost partition brought its cursor to just there."""
    assert [] == group_breaches(lived(UNLUCKY_SEED, 400))


@pytest.mark.parametrize("part", range(8))
def test_without_a_database_nothing_is_lost_or_overtaken(seed: int, part: int) -> None:
    """Where Kafka keeps the places there are repeats, and nothing worse."""
    week = GroupWeek(seed + part, 400, CarryingStage(knows_repeats=False), in_database=False)
    week.run()

    told = list(told_of(week.kept))
    assert [] == [*lost(week, told), *disordered(week, told)]


def test_without_the_fence_the_checkers_find_what_zombies_did() -> None:
    """A database that lets any worker commit doubles or loses something in most weeks."""
    weeks = [broken_week(seed) for seed in range(6)]

    assert sum(weeks) >= 4


def test_a_seed_gives_the_same_week_again(seed: int) -> None:
    """A failure can be replayed."""
    first, second = lived(seed, 100), lived(seed, 100)

    assert first.tally == second.tally
    assert first.kept.rows == second.kept.rows


@pytest.mark.long
@pytest.mark.parametrize("part", range(long_share_of(100)))
def test_many_longer_weeks_keep_every_promise(seed: int, part: int) -> None:
    """The same over many more posts, and many weeks."""
    assert [] == group_breaches(lived(seed + part, 4_000))
