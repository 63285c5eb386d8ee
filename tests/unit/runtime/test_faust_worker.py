"""The Faust worker's own decisions: what it confirms, what it lets be committed, when it ends."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, NoReturn

import pytest

from schemas.topics import DEAD_LETTERS
from services.log.kafka_journal import KafkaJournal
from services.log.kafka_producer import Place
from services.log.memory_log import MemoryLog
from services.runtime.clock import ManualClock
from services.runtime.errors import InputInvalidError, LogUnavailableError, StorageRefusedError
from services.runtime.event_size import TOO_LARGE_HERE
from services.runtime.faust_worker import EXIT_BROKEN, EXIT_STOPPED, FaustWorker
from services.runtime.limits import StageLimits
from services.runtime.metrics import Metrics
from services.runtime.ports import Append, Commit, Record
from services.runtime.scaled_settings import KafkaSettings
from services.store.memory_journal import MemoryJournal
from tests.fakes import CountingStage, received, record_of
from tests.unit.runtime.echo_stage import EchoStage

KAFKA = KafkaSettings(prefix="leith.")


class Ended(Exception):  # noqa: N818 - no error, but how a test sees that the process would end
    """The process would have ended here, with this code."""


@dataclass
class FakeProducer:
    """Confirms or refuses what it is given together; keeps the order of things in `happened`."""

    happened: list[str]
    failing: bool = False
    silent: bool = False
    bytes_max: int = 1_000_000
    topics: list[str] = field(default_factory=list)

    def send_together(self, appends: Sequence[Append]) -> "Future[list[Place]]":
        """Take events, and confirm or refuse them all at once, unless silent."""
        places: Future[list[Place]] = Future()
        for append in appends:
            self.happened.append("sent")
            self.topics.append(append.topic)
        if self.failing:
            places.set_exception(LogUnavailableError("the broker is gone"))
        elif any(len(append.value) > self.bytes_max for append in appends):
            places.set_exception(InputInvalidError(TOO_LARGE_HERE))
        elif not self.silent:
            places.set_result([(0, number) for number in range(len(appends))])
        return places


class ListeningJournal(MemoryJournal):
    """Says when it was asked to keep something."""

    def __init__(self, happened: list[str], fault: Callable[[Commit], None] | None = None) -> None:
        super().__init__(MemoryLog(), fault)
        self._happened = happened

    def commit(self, commit: Commit) -> "Future[Any]":
        """Keep what is to be kept."""
        self._happened.append("kept")
        return super().commit(commit)


class Rig:
    """A worker over fakes, given batches by hand."""

    def __init__(
        self, clock: ManualClock, *, delivery_seconds_max: float = 60.0, **limits: int
    ) -> None:
        self.happened: list[str] = []
        self.clock = clock
        self.journal = ListeningJournal(self.happened)
        self.producer = FakeProducer(self.happened)
        self.metrics = Metrics()
        self.worker = FaustWorker(
            EchoStage(),
            kafka=KAFKA,
            password=None,
            instance="a",
            journal=KafkaJournal(self.producer, self.journal),
            clock=clock,
            metrics=self.metrics,
            limits=StageLimits(**limits),
            delivery_seconds_max=delivery_seconds_max,
            exit_at_once=self._end,
        )
        self.worker.placed({0: 0})

    def handle(self, records: list[Record]) -> None:
        """Have a batch handled."""
        asyncio.run(self.worker._handle(records))

    @staticmethod
    def _end(code: int) -> NoReturn:
        raise Ended(code)


@pytest.fixture
def rig(clock: ManualClock) -> Rig:
    """A worker that was given partition 0 from its beginning."""
    return Rig(clock)


def batch(*texts: str) -> list[Record]:
    """Return records of posts that say these texts, from the beginning of partition 0."""
    return [record_of(received(number, text), number) for number, text in enumerate(texts)]


def test_a_batch_that_was_confirmed_may_be_committed(rig: Rig) -> None:
    """Answers are sent together, in their order."""
    rig.handle(batch("one", "two"))

    assert rig.worker.allowed({0: 2}) == {0: 2}
    assert rig.producer.topics == ["posts.classified.v1"] * 2


def test_how_long_the_oldest_waits_grows_while_nothing_is_confirmed(rig: Rig) -> None:
    """From the first event of the batch at work, until the log has the answers."""
    name, labels = "mercat_stage_oldest_unhandled_age_seconds", {"stage": rig.worker.stage.name}
    rig.clock.jump((received(0).time - rig.clock.now()).total_seconds() + 40)
    rig.producer.failing = True
    with pytest.raises(LogUnavailableError):
        rig.handle(batch("one", "two"))

    rig.clock.advance(60)

    assert 100 == rig.metrics.registry.get_sample_value(name, labels)


def test_dead_letters_are_kept_before_their_neighbours_are_sent(rig: Rig) -> None:
    """Their announcement goes with them into the journal, and not to Kafka."""
    rig.handle(batch("one", "refuse", "three"))

    assert rig.happened == ["kept", "sent", "sent"]
    assert rig.journal.log.end_offset(DEAD_LETTERS.name) == 1
    assert rig.worker.allowed({0: 3}) == {0: 3}


def test_a_batch_whose_answers_were_not_confirmed_may_not_be_committed(rig: Rig) -> None:
    """The failure comes up to where the process ends."""
    rig.producer.failing = True

    with pytest.raises(LogUnavailableError):
        rig.handle(batch("one"))

    assert rig.worker.allowed({0: 0}) == {0: 0}
    with pytest.raises(Ended, match=str(EXIT_BROKEN)):
        rig.worker.allowed({0: 1})


def test_a_batch_that_is_not_confirmed_for_too_long_is_a_failure(clock: ManualClock) -> None:
    """A broker that neither confirms nor refuses must not hold a worker up for ever."""
    rig = Rig(clock, delivery_seconds_max=0.01)
    rig.producer.silent = True

    with pytest.raises(TimeoutError):
        rig.handle(batch("one"))

    assert rig.worker.allowed({0: 0}) == {0: 0}


def test_a_batch_whose_dead_letters_were_not_kept_is_not_sent(rig: Rig) -> None:
    """Nothing of the batch happened, as far as anybody sees."""

    def refuse(_: Commit) -> None:
        raise StorageRefusedError("the disk is full")

    letters = ListeningJournal(rig.happened, refuse)
    rig.worker._journal = KafkaJournal(rig.producer, letters)

    with pytest.raises(StorageRefusedError):
        rig.handle(batch("one", "refuse"))

    assert rig.happened == ["kept"]


def test_an_answer_too_large_for_its_topic_costs_its_event_alone(rig: Rig) -> None:
    """Halves of the batch find whose answer it is."""
    rig.producer.bytes_max = 2_000

    rig.handle(batch("one", "two", "three" * 1_000, "four", "five"))

    ((key, row),) = rig.journal.rows.items()
    assert "dead_letters" == key.table
    assert ("2", "cannot be sent") == (row["place"], row["cause"])
    assert "mercat topics apply" in str(row["detail"])
    assert rig.worker.allowed({0: 5}) == {0: 5}
    events = rig.worker._metrics.stage_events
    assert [4, 1] == [
        events.labels("echo", result)._value.get() for result in ("handled", "rejected")
    ]


def test_too_many_dead_letters_end_the_worker_after_their_batch(clock: ManualClock) -> None:
    """What was set aside stays so; the reason is told, and the code says that it is a stop."""
    rig = Rig(clock, dead_letters_max=1)

    rig.handle(batch("refuse", "refuse"))

    assert rig.worker._code == EXIT_STOPPED
    assert "became dead letters" in str(rig.worker.stopped_because)
    assert rig.worker.allowed({0: 9}) == {0: 2}


def test_while_it_is_taken_down_commits_are_cut_to_what_was_done(rig: Rig) -> None:
    """Faust then counts as handled what it only let pass."""
    rig.handle(batch("one"))
    rig.worker._ending = True

    assert rig.worker.allowed({0: 50}) == {0: 1}


def test_a_crash_inside_faust_ends_the_process_at_once(rig: Rig) -> None:
    """Unwinding would count unhandled events as handled."""
    with pytest.raises(Ended, match=str(EXIT_BROKEN)):
        rig.worker.crashed(RuntimeError("the consumer gave up"))


def test_lag_and_life_are_told_from_what_was_committed(rig: Rig, clock: ManualClock) -> None:
    """Events that wait while nothing is committed are a worker that died slowly."""
    rig.worker._progress.seen({0: 5}, clock.elapsed_seconds())
    rig.worker.committed({0: 2})
    clock.advance(121)

    assert rig.worker.lag() == 3
    assert not rig.worker.alive(120)


def test_a_stage_that_must_know_repeats_is_refused(clock: ManualClock) -> None:
    """Faust repeats events, and this worker keeps no state to know them by."""
    with pytest.raises(ValueError, match="count must know repeats"):
        FaustWorker(
            CountingStage(),
            kafka=KAFKA,
            password=None,
            instance="a",
            journal=ListeningJournal([]),
            clock=clock,
            metrics=Metrics(),
            limits=StageLimits(),
        )
