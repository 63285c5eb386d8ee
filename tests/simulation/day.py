"""A compressed day in one thread: the real runners, turned one step at a time by a seeded hand.

Everything that decides is Mercat's own. What is simulated is the world around it: senders that
repeat, reorder and try again, a disk that refuses, a process that dies, a wall clock that jumps.
"""

from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from schemas.assignment import RerouteRequest, RerouteRequested
from schemas.codec import encode_event
from schemas.envelope import digest_id
from services.ingest.door_stage import DoorStage, intake_of_item
from services.ingest.post_row import Origin
from services.ingest.replay_rows import json_sighting
from services.ingest.sighting import Refused, Sighting
from services.log.memory_log import MemoryLog
from services.runtime.clock import ManualClock
from services.runtime.embedded_door import DoorRunner
from services.runtime.embedded_stage import StageRunner
from services.runtime.errors import RetryLaterError
from services.runtime.limits import StageLimits
from services.runtime.metrics import Metrics
from services.runtime.ports import Append, Commit, Lane, Stage
from services.runtime.processors import InlineProcessor
from services.store.memory_journal import MemoryJournal
from services.town.file_texts import read_stories, read_texts
from services.town.rows import row_line
from services.town.week import Town
from tests.simulation.slow_journal import SlowJournal
from tests.simulation.stages import TEAMS, classify_stage, route_stage

START = datetime(2026, 3, 3, tzinfo=UTC)
DAY = timedelta(days=1)
REST_TURNS_MAX = 100_000
UNDELIVERED_MAX = 40
POISON = (
    b'{"id": "broken", ',
    b'{"id": "deep", "text": ' + b"[" * 2_000,
    b'{"id": "half", "text": "\\ud800"}',
    b'{"id": 7, "text": "a number for an id"}',
    b'{"id": "late", "text": "x", "posted_at": "9999-12-31T23:59:59Z"}',
    b'{"id": "bytes", "text": "\xff\xfe"}',
)
LIMITS = StageLimits(
    batch_max=16, dead_letters_max=1_000, dead_letters_window=10, retry_wait_seconds_max=0.0
)

Item = Sighting | Refused


class PatientLog(MemoryLog):
    """A log whose waiting takes no time: what is not there yet is not waited for."""

    def wait(self, topic: str, offset: int, timeout_seconds: float, *, partition: int = 0) -> bool:
        """Return whether the record is there now."""
        del timeout_seconds
        return self.end_offset(topic, partition=partition) > offset


@dataclass(slots=True)
class Sent:
    """A delivery on its way: its items, and the door's answer once there is one."""

    items: Sequence[Item]
    answer: "Future[None]"


@dataclass(slots=True)
class Tally:
    """How often each fault befell a run: a run without faults would prove nothing."""

    crashes: int = 0
    refused: int = 0
    repeats: int = 0
    reroutes: int = 0
    outages: int = 0
    jumps: int = 0


@dataclass(slots=True)
class Process:
    """One life of Mercat: a door and two stages, none of them with a thread."""

    door: DoorRunner
    stages: Sequence[StageRunner] = field(default_factory=tuple)


class Day:
    """A day of the town's posts, and everything that can go wrong in it."""

    def __init__(self, seed: int, posts_count: int) -> None:
        self.random = Random(seed)
        self.clock = ManualClock(START)
        self.kept = MemoryJournal(PatientLog())
        self.journal = SlowJournal(self.kept, self.random)
        self.tally = Tally()
        self.acknowledged: list[Item] = []
        self._metrics = Metrics()
        self._coming = deque(self._reordered(items_of_a_day(seed, posts_count, self.random)))
        self._sent: list[Sent] = []
        self._to_send: deque[Sequence[Item]] = deque()
        self._process = self._started()
        self._pause_seconds = DAY.total_seconds() / max(1, posts_count)

    def run(self) -> None:
        """Live the day, then let faults end and Mercat come to rest."""
        while self._coming or self._to_send or self._sent:
            self._something()
        self.rest()

    def rest(self) -> None:
        """Turn everything until nothing is left to do. Raises AssertionError where it never is."""
        self.journal.refusal_share = 0.0
        for _ in range(REST_TURNS_MAX):
            if self._at_rest():
                return
            self._turn_all()
        raise AssertionError("I7: faults are over and Mercat does not come to rest")

    def _at_rest(self) -> bool:
        idle = not (self.journal.waiting or self._sent or self._door_busy())
        return idle and not any(each.lag() or each._batches for each in self._process.stages)

    def _turn_all(self) -> None:
        if self._door_busy():
            self._process.door.turn()
        for stage in self._process.stages:
            stage.turn()
        if self.journal.waiting:
            self.journal.work()
        self._hear_back()

    def _something(self) -> None:
        """Let one thing happen, by chance."""
        draw = self.random.random()
        if draw < 0.30:
            self._deliver()
        elif draw < 0.50:
            if self._door_busy():
                self._process.door.turn()
        elif draw < 0.80:
            self.random.choice(self._process.stages).turn()
        elif draw < 0.955:
            if self.journal.waiting:
                self.journal.work()
        else:
            self._misfortune()
        self._hear_back()

    def _misfortune(self) -> None:
        draw = self.random.random()
        if draw < 0.20:
            self._crash()
        elif draw < 0.45:
            self.journal.refusal_share = self.random.choice((0.0, 0.3, 1.0))
            self.tally.outages += 1
        elif draw < 0.65:
            self.journal.refusal_share = 0.0
        elif draw < 0.80:
            self._reroute()
        elif draw < 0.90:
            self.clock.jump(self.random.uniform(-3_600, 3_600))
            self.tally.jumps += 1
        else:
            self._repeat()

    def _deliver(self) -> None:
        if not self._to_send:
            count = min(self.random.randint(1, 5), len(self._coming))
            if not count:
                return
            self._to_send.append([self._coming.popleft() for _ in range(count)])
            self.clock.advance(count * self._pause_seconds)
        if len(self._sent) < UNDELIVERED_MAX:
            self._hand_in(self._to_send.popleft())

    def _hand_in(self, items: Sequence[Item]) -> None:
        source = items[0].source if isinstance(items[0], Sighting) else "town"
        intakes = [intake_of_item(source, item) for item in items]
        self._sent.append(Sent(items, self._process.door.deliver(intakes)))

    def _hear_back(self) -> None:
        """Note what was acknowledged; send again what was refused, later."""
        waiting = []
        for sent in self._sent:
            if not sent.answer.done():
                waiting.append(sent)
            elif isinstance(sent.answer.exception(), RetryLaterError):
                self.tally.refused += 1
                self._to_send.append(sent.items)
            else:
                sent.answer.result()
                self.acknowledged.extend(sent.items)
        self._sent = waiting

    def _crash(self) -> None:
        """End the process where it stands; senders who heard nothing send again."""
        self.tally.crashes += 1
        self.journal.crash()
        self._to_send.extend(sent.items for sent in self._sent)
        self._sent = []
        self._process = self._started()

    def _repeat(self) -> None:
        """Send again, long after, what was acknowledged."""
        if self.acknowledged:
            count = min(5, len(self.acknowledged))
            self._to_send.append(self.random.sample(self.acknowledged, count))
            self.tally.repeats += 1

    def _reroute(self) -> None:
        """Let a person ask for another team for some post that has one."""
        posts = [(key.id, row) for key, row in self.kept.rows.items() if key.table == "posts"]
        if not posts:
            return
        post, row = self.random.choice(posts)
        self.tally.reroutes += 1
        wish = RerouteRequested(
            id=digest_id("reroute", post, str(self.tally.reroutes)),
            source="/console",
            subject=str(row["conversation_id"]),
            time=self.clock.now(),
            data=RerouteRequest(
                post_id=post,
                conversation_id=str(row["conversation_id"]),
                team=self.random.choice((*TEAMS, "nobody")),
                reason="Wrong team",
                requested_by="Morag",
            ),
        )
        append = Append("posts.classified.v1", wish.subject, encode_event(wish), wish)
        self.journal.commit(Commit([append], lane=Lane.DECISION))

    def _door_busy(self) -> bool:
        return bool(self._process.door._waiting or self._process.door._groups)

    def _started(self) -> Process:
        door = DoorRunner(
            DoorStage(),
            store=self.kept,
            journal=self.journal,
            clock=self.clock,
            batch_max=8,
            linger_seconds=0.0,
            committed=lambda _outcome: None,
        )
        door._sequence = self.kept.cursor("door", "intake")
        return Process(door, (self._runner(classify_stage()), self._runner(route_stage())))

    def _runner(self, stage: Stage) -> StageRunner:
        return StageRunner(
            stage,
            InlineProcessor(stage),
            event_log=self.kept.log,
            store=self.kept,
            journal=self.journal,
            clock=self.clock,
            metrics=self._metrics,
            limits=LIMITS,
        )

    def _reordered(self, items: Sequence[Item]) -> list[Item]:
        """Return items with some of them arriving late, an edit before its post among them."""
        late = self.random.choices((0, 20), (0.9, 0.1), k=len(items))
        order = sorted(range(len(items)), key=lambda i: i + late[i] * self.random.random())
        return [items[i] for i in order]


def items_of_a_day(seed: int, posts_count: int, random: Random) -> list[Item]:
    """Return a day of the town as a source would see it: with stories, repeats, and some poison."""
    origin = Origin("town", "platform", rows_name_source=True)
    rows = Town(read_texts(), read_stories(), seed).posts(START, DAY, posts_count)
    lines = [row_line(row) for row in rows]
    for _ in range(posts_count // 50):
        lines.insert(random.randrange(len(lines)), random.choice(POISON))
    again = random.sample(lines, len(lines) // 20)
    for line in again:
        lines.insert(random.randrange(len(lines)), line)
    places = {line: f"line {number}" for number, line in enumerate(lines)}
    return [json_sighting(line, {}, origin, places[line]) for line in lines]
