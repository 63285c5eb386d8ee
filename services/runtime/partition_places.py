"""Where a runner is in each partition it holds: read up to, committed up to, and gone astray."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from services.runtime.ports import Record


class Span(NamedTuple):
    """A run of offsets of one partition: from `start` to before `end`."""

    partition: int
    start: int
    end: int


@dataclass(slots=True)
class _Place:
    """`fetched` is where the consumer goes on by itself: where it is not `read`, it must seek."""

    committed: int | None
    read: int | None
    fetched: int | None


class Places:
    """The places of all partitions held; records of any other are no concern of this runner's."""

    def __init__(self) -> None:
        self._places: dict[int, _Place] = {}

    @property
    def partitions(self) -> tuple[int, ...]:
        """The partitions held."""
        return tuple(self._places)

    @property
    def committed(self) -> dict[int, int]:
        """Where each partition is committed, of those of which that is known."""
        return {
            partition: place.committed
            for partition, place in self._places.items()
            if place.committed is not None
        }

    def __contains__(self, partition: int) -> bool:
        return partition in self._places

    def assign(self, partition: int, offset: int | None) -> None:
        """Hold a partition, read from an offset on; with None, nothing is read until it is told."""
        self._places[partition] = _Place(offset, offset, offset)

    def forget(self, partitions: Iterable[int]) -> None:
        """Hold some partitions no longer."""
        for partition in partitions:
            self._places.pop(partition, None)

    def take(self, records: Iterable[Record]) -> tuple[list[Record], list[Span]]:
        """Read on: return what is new of some records, and how far that goes in each partition."""
        new: list[Record] = []
        starts: dict[int, int] = {}
        for record in records:
            place = self._places.get(record.partition)
            if place is None or place.read is None:
                continue
            place.fetched = record.offset + 1
            if record.offset < place.read:
                continue
            starts.setdefault(record.partition, place.read)
            place.read = record.offset + 1
            new.append(record)
        spans = [Span(each, start, self._read(each)) for each, start in starts.items()]
        return new, spans

    def pass_over(self, records: Iterable[Record]) -> None:
        """Note that the consumer is past records nobody read: it has to come back for them."""
        for record in records:
            place = self._places.get(record.partition)
            if place is not None:
                place.fetched = record.offset + 1

    def commit(self, spans: Iterable[Span]) -> None:
        """Note that spans are done for good."""
        for span in spans:
            if span.partition in self._places:
                self._places[span.partition].committed = span.end

    def begin_again(self, starts: Mapping[int, int]) -> None:
        """Let each partition be read from its start on, or from where it is committed."""
        for partition, place in self._places.items():
            place.committed = starts.get(partition, place.committed)
            place.read = place.committed

    @property
    def unknown(self) -> list[int]:
        """The partitions held of which nobody could tell where they are committed."""
        return [each for each, place in self._places.items() if place.committed is None]

    def astray(self) -> dict[int, int]:
        """Return where each partition must be sought, of those whose consumer is elsewhere."""
        return {
            partition: place.read
            for partition, place in self._places.items()
            if place.read is not None and place.fetched != place.read
        }

    def sought(self, partition: int) -> None:
        """Note that the consumer is where it must be."""
        place = self._places[partition]
        place.fetched = place.read

    def done(self, oldest: Mapping[int, int]) -> dict[int, int]:
        """Return up to where each partition needs nobody: committed, or taken by retention."""
        return {
            partition: max(oldest[partition], place.committed or 0)
            for partition, place in self._places.items()
        }

    def _read(self, partition: int) -> int:
        read = self._places[partition].read
        assert read is not None, "a record was read, so its place is known"
        return read
