"""A topic, a group and its workers under a seeded hand: partitions move, commits fail, all die.

The runners are the real ones, turned one step at a time in one thread. What is simulated is Kafka,
the database, and the moments at which things happen.
"""

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from random import Random
from typing import Any

from services.log.memory_log import MemoryLog
from services.runtime.clock import ManualClock
from services.runtime.errors import LogUnavailableError
from services.runtime.kafka_runner import KafkaStageRunner
from services.runtime.limits import StageLimits
from services.runtime.metrics import Metrics
from services.runtime.ports import Append, Commit, Record, Stage
from services.runtime.processors import InlineProcessor
from services.store.memory_journal import MemoryJournal
from tests.fake_group import FakeGroup, FakeMember, FakeTopic
from tests.fakes import MOMENT, append_of, received
from tests.simulation.slow_journal import PulledFuture, SlowJournal

TOPIC = "posts.received.v1"
PARTITIONS = 5
CONVERSATIONS = 17
WORKERS = 3
REST_TURNS_MAX = 5_000
LIMITS = StageLimits(
    batch_max=6, dead_letters_max=10_000, dead_letters_window=10, retry_wait_seconds_max=0.0
)


class HesitantFuture(PulledFuture):
    """A future whose waiter may run out of patience before the work is done."""

    hesitates = staticmethod(lambda: False)

    def exception(self, timeout: float | None = None) -> BaseException | None:
        """Return the failure, or say that it is not known in time."""
        if not self.done() and self.hesitates():
            raise TimeoutError
        return super().exception(timeout)


class HesitantJournal(SlowJournal):
    """A database connection of one worker, that now and then takes too long."""

    def __init__(self, kept: MemoryJournal, random: Random) -> None:
        super().__init__(kept, random)
        self.hesitation_share = 0.0

    def commit(self, commit: Commit) -> Future[Sequence[Record]]:
        """Queue a commit."""
        future = HesitantFuture(self.work)
        future.hesitates = lambda: self._random.random() < self.hesitation_share
        self._lanes[commit.lane].append((commit, future))
        return future


class FlakyProducer(HesitantJournal):
    """Sends straight to Kafka: what it did not confirm may be there all the same, up to a point."""

    def work(self) -> None:
        """Deliver the oldest commit, or give up everything that was sent."""
        queue = next(queue for queue in self._lanes.values() if queue)
        if self._random.random() >= self.refusal_share:
            commit, future = queue.popleft()
            future.set_result(self.kept.commit(commit).result())
            return
        sent = [append for commit, _ in queue for append in commit.appends]
        self.kept.commit(Commit(sent[: self._random.randint(0, len(sent))])).result()
        failed = [queue.popleft()[1] for _ in range(len(queue))]
        for future in failed:
            future.set_exception(LogUnavailableError("Kafka did not confirm"))

    def crash(self) -> None:
        """Lose what was not delivered."""
        for queue in self._lanes.values():
            queue.clear()


@dataclass(slots=True)
class Worker:
    """One life of one worker: its runner, its connection, and its place in the group."""

    runner: KafkaStageRunner
    journal: HesitantJournal
    member: FakeMember | None = None


@dataclass(slots=True)
class GroupTally:
    """How often each fault befell a run: a run without faults would prove nothing."""

    crashes: int = 0
    late: int = 0
    moved: int = 0
    lost: int = 0
    refusals: int = 0
    away: int = 0
    repeats: int = 0


class GroupWeek:
    """Posts of some conversations, come to their end by three workers and every misfortune."""

    topic_name = TOPIC

    def __init__(
        self,
        seed: int,
        posts_count: int,
        stage: Stage,
        *,
        in_database: bool = True,
        kept: MemoryJournal | None = None,
    ) -> None:
        self.random = Random(seed)
        self.clock = ManualClock(MOMENT)
        self.topic = FakeTopic(self.topic_name, PARTITIONS)
        self.group = FakeGroup(self.topic, waits=False)
        self.kept = kept or MemoryJournal(MemoryLog())
        self.tally = GroupTally()
        self._stage = stage
        self._in_database = in_database
        self._coming = [self._append(number) for number in range(posts_count)]
        self._ghosts: list[HesitantJournal] = []
        self._workers = [self._started() for _ in range(WORKERS)]

    @property
    def stage_name(self) -> str:
        """The consumer's name."""
        return self._stage.name

    def run(self) -> None:
        """Live through it, then let faults end and everything come to rest."""
        while self._coming:
            self._something()
        for _ in range(50):
            self._something()
        self.rest()

    def rest(self) -> None:
        """Turn the workers until nothing waits. Raises AssertionError where it never ends."""
        for ghost in self._ghosts:
            ghost.crash()
        for worker in self._workers:
            worker.journal.refusal_share = worker.journal.hesitation_share = 0.0
        for _ in range(REST_TURNS_MAX):
            if self._at_rest():
                return
            for worker in self._workers:
                self._turn(worker, away_share=0.0)
        raise AssertionError("I7: faults are over and the workers do not come to rest")

    def _at_rest(self) -> bool:
        homeless = [p for p, owner in self.group.owners.items() if owner is None]
        for partition in homeless:
            self.group.move(partition, self._member())
        held = {p for worker in self._workers for p in worker.runner._places.partitions}
        busy = any(w.runner.lag() or w.runner._batches for w in self._workers)
        return not busy and len(held) == PARTITIONS and not any(map(_expects, self._workers))

    def _something(self) -> None:
        """Let one thing happen, by chance."""
        draw = self.random.random()
        worker = self.random.choice(self._workers)
        if draw < 0.12:
            count = self.random.randint(1, 6)
            self.topic.append(self._coming[:count])
            del self._coming[:count]
        elif draw < 0.75:
            self._turn(worker, away_share=0.03)
        elif draw < 0.9:
            self._work(worker.journal)
        else:
            self._misfortune(worker)

    def _misfortune(self, worker: Worker) -> None:
        draw = self.random.random()
        if draw < 0.45:
            lost = self.random.random() < 0.4
            self.tally.lost += lost
            self.tally.moved += not lost
            partition = self.random.randrange(PARTITIONS)
            self.group.move(partition, self._member(), lost=lost)
        elif draw < 0.6:
            self._crash(worker)
        elif draw < 0.75:
            worker.journal.refusal_share = self.random.choice((0.0, 0.0, 0.3, 1.0))
            worker.journal.hesitation_share = self.random.choice((0.0, 0.5))
        elif draw < 0.9:
            self._late_commits()
        else:
            self._repeat()

    def _turn(self, worker: Worker, away_share: float) -> None:
        member = worker.member
        if member is not None:
            member.trouble = lambda: self._perhaps_away(away_share)
        self.clock.advance(self.random.random())
        retries = worker.runner._failures
        worker.runner.turn()
        self.tally.refusals += worker.runner._failures > retries

    def _perhaps_away(self, share: float) -> None:
        if self.random.random() < share:
            self.tally.away += 1
            raise LogUnavailableError("no broker answers")

    def _crash(self, worker: Worker) -> None:
        """End a worker where it stands; what it gave to its connection may still be carried out."""
        self.tally.crashes += 1
        self._ghosts.append(worker.journal)
        if worker.member is not None:
            self.group.leave(worker.member)
        self._workers[self._workers.index(worker)] = self._started()

    def _late_commits(self) -> None:
        if self._ghosts:
            ghost = self.random.choice(self._ghosts)
            self.tally.late += ghost.waiting
            self._work(ghost)

    def _repeat(self) -> None:
        """Put on the topic again what stands there, as a relay does that died before its mark."""
        records = self.topic.records()
        if not records:
            return
        self.tally.repeats += 1
        again = self.random.choice(records)
        run = self.topic.runs[again.partition]
        behind = [r for r in run[again.offset :] if r.key == again.key][:4]
        name = self.topic_name
        self.topic.append(Append(name, record.key, record.value) for record in behind)

    def _member(self) -> FakeMember | None:
        return self.random.choice(self._workers).member

    @staticmethod
    def _work(journal: HesitantJournal) -> None:
        if journal.waiting:
            journal.work()

    def _append(self, number: int) -> Append:
        draw = self.random.random()
        conversation = f"c{self.random.randrange(CONVERSATIONS)}"
        if draw < 0.02:
            return Append(TOPIC, conversation, b"%d is no event" % number)
        text = "break" if draw < 0.05 else "The bins were not emptied."
        return append_of(received(number, text, conversation_id=conversation))

    def _started(self) -> Worker:
        make = HesitantJournal if self._in_database else FlakyProducer
        journal = make(self.kept, self.random)

        def join(**told: Any) -> FakeMember:
            worker.member = self.group.join(**told)
            return worker.member

        runner = KafkaStageRunner(
            self._stage,
            InlineProcessor(self._stage),
            consumer_of=join,
            store=self.kept,
            journal=journal,
            clock=self.clock,
            metrics=Metrics(),
            limits=LIMITS,
            in_database=self._in_database,
        )
        worker = Worker(runner, journal)
        return worker


def _expects(worker: Worker) -> bool:
    return worker.member is not None and bool(worker.member.news)
