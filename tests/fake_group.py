"""A topic with partitions and the group that reads it, in memory, rebalanced to order."""

import threading
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence

from schemas.envelope import Event
from services.runtime.errors import TopicRemadeError
from services.runtime.ports import Append, Record
from tests.fakes import append_of

Assigned = Callable[[Sequence[int]], Mapping[int, int | None]]
Told = Callable[[Sequence[int]], None]


class FakeTopic:
    """Records in partitions by their key, as Kafka keeps them; the oldest may go."""

    def __init__(self, name: str, partitions: int) -> None:
        self.name = name
        self.runs: list[list[Record]] = [[] for _ in range(partitions)]
        self.starts = [0] * partitions
        self.id: str | None = None
        self.changed = threading.Condition()

    def make_anew(self, topic_id: str) -> None:
        """Have another topic of this name in its place, empty."""
        self.runs = [[] for _ in self.runs]
        self.id = topic_id

    def partition_of(self, key: str) -> int:
        """Return where a key's records lie."""
        return zlib.crc32(key.encode()) % len(self.runs)

    def put(self, *events: Event) -> None:
        """Append events."""
        self.append([append_of(event, self.name) for event in events])

    def append(self, appends: Iterable[Append]) -> None:
        """Append what is on its way here, as bytes alone."""
        with self.changed:
            for append in appends:
                partition = self.partition_of(append.key)
                run = self.runs[partition]
                offset = len(run)
                run.append(Record(self.name, offset, append.key, append.value, None, partition))
            self.changed.notify_all()

    def records(self) -> list[Record]:
        """Return all records, partition by partition."""
        return [record for run in self.runs for record in run]


class FakeGroup:
    """Who has which partition, and how far the group is in each.

    A partition moved with `lost=False` is free once its owner has let go of it; one that is lost
    is the next owner's at once, and the old one hears of it when it next asks.
    """

    def __init__(self, topic: FakeTopic, *, waits: bool = True) -> None:
        self.topic = topic
        self.waits = waits
        self.kept: dict[int, int] = {}
        self.owners: dict[int, FakeMember | None] = dict.fromkeys(range(len(topic.runs)))
        self.wanted: dict[int, FakeMember | None] = dict(self.owners)

    def join(self, *, assigned: Assigned, revoked: Told, lost: Told) -> "FakeMember":
        """Return a member without partitions; the first to join is given them all."""
        member = FakeMember(self, assigned, revoked, lost)
        if not any(self.wanted.values()):
            for partition in self.owners:
                self.move(partition, member)
        return member

    def move(self, partition: int, member: "FakeMember | None", *, lost: bool = False) -> None:
        """Give a partition to a member, or to nobody."""
        owner = self.owners[partition]
        self.wanted[partition] = member
        if owner is None:
            self._give(partition)
        elif owner is not member or lost:
            owner.news.append(("lost" if lost else "revoked", partition))
            if lost:
                self.release(partition)

    def release(self, partition: int) -> None:
        """Let the next owner have what the last one let go of."""
        self.owners[partition] = None
        self._give(partition)

    def leave(self, member: "FakeMember") -> None:
        """Take everything from a member that is gone."""
        for partition, wanted in self.wanted.items():
            if wanted is member:
                self.wanted[partition] = None
            if self.owners[partition] is member:
                self.release(partition)

    def _give(self, partition: int) -> None:
        member = self.owners[partition] = self.wanted[partition]
        if member is not None:
            member.news.append(("assigned", partition))


class FakeMember:
    """One member, as `GroupMember` asks for. `trouble` may raise in place of a poll, to order."""

    def __init__(self, group: FakeGroup, assigned: Assigned, revoked: Told, lost: Told) -> None:
        self.group = group
        self.news: deque[tuple[str, int]] = deque()
        self.topic_id = group.topic.id
        self.positions: dict[int, int] = {}
        self.paused: set[int] = set()
        self.stored: dict[int, int] = {}
        self.polls = 0
        self.closed = False
        self.trouble: Callable[[], None] = lambda: None
        self._assigned = assigned
        self._revoked = revoked
        self._lost = lost

    def poll(self, limit: int, timeout_seconds: float) -> list[Record]:
        """Call back what is new, then return what there is of partitions that are not paused."""
        assert not self.closed, "nobody polls after leaving"
        self.polls += 1
        self.trouble()
        self._look_whether_made_anew()
        records = self._read(limit // 2)
        self._hear()
        records += self._read(limit - len(records))
        if not records and self.group.waits:
            with self.group.topic.changed:
                self.group.topic.changed.wait(min(timeout_seconds, 0.02))
        return records

    def store(self, partition: int, next_offset: int) -> None:
        """Note a place."""
        self.stored[partition] = next_offset

    def commit(self) -> None:
        """Have the group keep the places of partitions that are still ours."""
        for partition, offset in self.stored.items():
            if self.group.owners[partition] is self:
                self.group.kept[partition] = offset
        self.stored.clear()

    def committed(self, partitions: Sequence[int]) -> Mapping[int, int | None]:
        """Return what the group keeps."""
        return {partition: self.group.kept.get(partition) for partition in partitions}

    def seek(self, partition: int, offset: int) -> None:
        """Go on elsewhere; nothing happens where the partition is not ours."""
        if partition in self.positions:
            self.positions[partition] = offset

    def pause(self, partitions: Sequence[int]) -> None:
        """Give nothing of these."""
        self.paused.update(partitions)

    def resume(self, partitions: Sequence[int]) -> None:
        """Give them again."""
        self.paused.difference_update(partitions)

    def watermarks(self, partition: int) -> tuple[int, int]:
        """Return the oldest offset left and the end."""
        topic = self.group.topic
        return topic.starts[partition], len(topic.runs[partition])

    def close(self) -> None:
        """Let go of everything and leave."""
        self.closed = True
        held = list(self.positions)
        if held:
            self._revoked(held)
        self.commit()
        self.positions.clear()
        self.group.leave(self)

    def _look_whether_made_anew(self) -> None:
        if self.topic_id == self.group.topic.id:
            return
        held = list(self.positions)
        self._revoked(held)
        self.positions.clear()
        self.topic_id = self.group.topic.id
        self.news.extend(("assigned", partition) for partition in held)
        raise TopicRemadeError("the topic was deleted and made anew")

    def _hear(self) -> None:
        while self.news:
            what, partition = self.news.popleft()
            if what == "assigned":
                start = self._assigned([partition])[partition]
                kept = self.group.kept.get(partition, 0)
                self.positions[partition] = kept if start is None else start
            elif partition not in self.positions:
                if what == "revoked" and self.group.owners[partition] is self:
                    self.group.release(partition)
            elif what == "revoked":
                self._revoked([partition])
                self.commit()
                del self.positions[partition]
                self.group.release(partition)
            else:
                self._lost([partition])
                del self.positions[partition]

    def _read(self, limit: int) -> list[Record]:
        records: list[Record] = []
        topic = self.group.topic
        for partition in [each for each in self.positions if each not in self.paused]:
            start = max(self.positions[partition], topic.starts[partition])
            run = topic.runs[partition][start : start + limit - len(records)]
            records += run
            self.positions[partition] = start + len(run)
        return records
