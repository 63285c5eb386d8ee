"""A compressed day under faults: what was promised holds, whatever the order of things."""

from collections.abc import Sequence

import pytest

from schemas.envelope import Event
from services.log.memory_log import MemoryLog
from services.runtime.effects import Row
from services.runtime.ports import Commit, Stage
from services.runtime.step import intake_of, step
from services.store.memory_journal import MemoryJournal
from tests.fakes import MOMENT, record_of
from tests.simulation.checkers import CLASSIFIED, RECEIVED, breaches
from tests.simulation.day import Day
from tests.simulation.remains import Remains, remains_in_memory
from tests.simulation.seeds import long_share_of
from tests.simulation.stages import classify_stage, route_stage

STATE = ("posts", "conversations", "cases")


def lived(seed: int, posts_count: int) -> tuple[Day, Remains]:
    """Return a day that was lived to its end, and what it left."""
    day = Day(seed, posts_count)
    day.run()
    return day, remains_in_memory(day.kept)


def without_faults(stage: Stage, events: Sequence[Event], topic: str) -> MemoryJournal:
    """Return what a stage makes of events in one go, on an empty store, with nothing in its way."""
    journal = MemoryJournal(MemoryLog())
    records = [record_of(event, offset, topic) for offset, event in enumerate(events)]
    outcome = step(stage, [intake_of(record) for record in records], journal.fetch, MOMENT)
    journal.commit(Commit(outcome.appends, outcome.writes)).result()
    return journal


def state_of(journal: MemoryJournal) -> dict[str, dict[str, Row]]:
    """Return the rows that routing keeps."""
    rows = remains_in_memory(journal).rows
    return {table: dict(rows[table]) for table in STATE}


@pytest.mark.parametrize("part", range(3))
def test_a_day_of_faults_keeps_every_promise(seed: int, part: int) -> None:
    """Crashes, refusals, repeats and reorderings lose, double and overtake nothing."""
    day, remains = lived(seed + part, 700)

    assert [] == breaches(remains, day.acknowledged)
    assert len(day.acknowledged) > 700
    assert min(day.tally.crashes, day.tally.refused, day.tally.outages) > 0


def test_a_day_of_faults_ends_in_the_state_of_a_day_without(seed: int) -> None:
    """Whatever failed on the way, rows and events are what the same log gives in one go."""
    day, remains = lived(seed, 400)

    calm = without_faults(route_stage(), remains.events(CLASSIFIED), CLASSIFIED)
    assert state_of(calm) == state_of(day.kept)
    classified = without_faults(classify_stage(), remains.events(RECEIVED), RECEIVED)
    told = [event.id for event in remains_in_memory(classified).events(CLASSIFIED)]
    assert told == [e.id for e in remains.events(CLASSIFIED) if e.causationid is not None]


def test_a_seed_gives_the_same_day_again(seed: int) -> None:
    """A failure can be replayed: one seed, one order of things, one end."""
    first, first_remains = lived(seed, 100)
    second, second_remains = lived(seed, 100)

    assert first.tally == second.tally
    assert first_remains == second_remains


@pytest.mark.long
@pytest.mark.parametrize("part", range(long_share_of(40)))
def test_many_longer_days_of_faults_keep_every_promise(seed: int, part: int) -> None:
    """The same over ten times the posts, and many days."""
    day, remains = lived(seed + part, 7_000)

    assert [] == breaches(remains, day.acknowledged)
