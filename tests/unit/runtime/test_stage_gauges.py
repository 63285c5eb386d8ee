"""How far a stage is behind: told from the log, by the event that waits longest."""

from datetime import timedelta

from services.log.memory_log import MemoryLog
from services.runtime.clock import ManualClock
from services.runtime.ports import Commit, Cursor, Record
from services.runtime.stage_gauges import StageGauges, age_of
from services.store.memory_journal import MemoryJournal
from tests.fakes import append_of, received, record_of

TOPIC = "posts.received.v1"
STAGES = {"classify": TOPIC}


def told(gauges: StageGauges) -> dict[str, float]:
    """Return what is told, by metric."""
    return {figure.metric.name: figure.value for figure in gauges()}


def test_the_age_is_that_of_the_first_event_not_handled(clock: ManualClock) -> None:
    """It goes on growing while the stage stands still, and is nothing once all is handled."""
    log = MemoryLog()
    journal = MemoryJournal(log)
    journal.commit(Commit(appends=[append_of(received(n)) for n in range(3)])).result()
    journal.commit(Commit(cursors=[Cursor("classify", TOPIC, 0, 1)])).result()
    clock.jump((received(1).time - clock.now()).total_seconds() + 40)
    gauges = StageGauges(log, journal, clock, STAGES)

    behind = told(gauges)
    clock.advance(60)
    later = told(gauges)
    journal.commit(Commit(cursors=[Cursor("classify", TOPIC, 1, 3)])).result()

    assert {
        "mercat_stage_lag_events": 2,
        "mercat_stage_oldest_unhandled_age_seconds": 40,
    } == behind
    assert 100 == later["mercat_stage_oldest_unhandled_age_seconds"]
    assert {0.0} == set(told(gauges).values())


def test_an_event_is_as_old_as_it_says_whether_decoded_or_not() -> None:
    """The clock of whoever made it may be ahead: then it has no age."""
    event = received(1)
    record = record_of(event, 0)
    now = event.time + timedelta(seconds=7)

    assert 7 == age_of(record._replace(event=event), now)
    assert 7 == age_of(record._replace(event=None), now)
    assert 0 == age_of(record, event.time - timedelta(seconds=7))


def test_what_cannot_be_read_has_no_age(clock: ManualClock) -> None:
    """It becomes a dead letter in its turn; a gauge is no place to stumble over it."""
    torn = [b"{", b"[]", b"{}", b'{"time": 7}', b'{"time": "soon"}', b"\xff", b"[" * 100_000]

    assert [0.0] * len(torn) == [
        age_of(Record(TOPIC, 0, "k", value), clock.now()) for value in torn
    ]
