"""The batches of a stage on partitions that are being worked out or committed, in their order."""

from collections import deque
from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from services.runtime.failpoints import reach
from services.runtime.isolation import REFUSED_FOR_GOOD, Isolation
from services.runtime.overlay import Overlay
from services.runtime.partition_places import Span
from services.runtime.ports import Commit, Cursor, Journal, Record, Stage, StateReader
from services.runtime.processors import Processor
from services.runtime.step import Outcome


@dataclass(slots=True)
class Batch:
    """Records of several partitions on their way, `full` where there was room for no more.

    `topic` is the name under which places in those partitions are kept.
    """

    topic: str
    spans: Sequence[Span]
    records: Sequence[Record]
    full: bool
    begun_seconds: float
    outcome: "Future[Outcome]"
    done: "Future[Sequence[Record]] | None" = None


class BatchesInFlight:
    """Has batches worked out and commits them in order, each seeing what those before it wrote.

    No batch may be kept where one before it was not. So, where commits move cursors, each also
    names, without moving them, the partitions of those before it, and the commit it follows: a
    worker that had a partition before may move its cursor to just where a batch begins. Several
    are on their way then. Where commits move none, one is given once that before it is durable.
    """

    def __init__(
        self,
        stage: Stage,
        processor: Processor,
        store: StateReader,
        journal: Journal,
        *,
        moves_cursors: bool,
    ) -> None:
        self._stage = stage
        self._processor = processor
        self._journal = journal
        self._moves_cursors = moves_cursors
        self._overlay = Overlay(store)
        self._isolation = Isolation(stage)
        self._batches: deque[Batch] = deque()

    def __len__(self) -> int:
        return len(self._batches)

    def begin(
        self,
        records: Sequence[Record],
        spans: Sequence[Span],
        *,
        topic: str,
        full: bool,
        now: datetime,
        begun_seconds: float,
    ) -> None:
        """Have records worked out, and committed as soon as those before them are."""
        outcome = self._isolation.letter(records, now)
        if outcome is None:
            outcome = self._processor.submit(records, self._overlay.fetch, now)
        self._batches.append(Batch(topic, spans, records, full, begun_seconds, outcome))
        self._commit_ready()

    def cut(self, records: Sequence[Record]) -> int:
        """Return how many of some records may be one batch, from the first one on."""
        return self._isolation.cut(records)

    def oldest_is_done(self) -> bool:
        """Return whether the oldest batch can be taken home without waiting."""
        return bool(self._batches) and (done := self._batches[0].done) is not None and done.done()

    def take_home(self, wait_seconds: float) -> Batch | None:
        """Wait for the oldest batch; return it if it was kept in that time, None if not yet.

        Raises what its commit failed with; nothing in flight is of use then. Where it would fail
        again, that is BatchRefusedError: the batches to come are smaller, until the one event is
        found and set aside. Raises StopError where even that is refused.
        """
        batch = self._batches[0]
        if batch.done is None:
            if not _ended(batch.outcome, wait_seconds):
                return None
            self._commit_ready()
        assert batch.done is not None, "what is worked out is committed, the oldest first"
        if not _ended(batch.done, wait_seconds):
            return None
        try:
            batch.done.result()
        except REFUSED_FOR_GOOD as error:
            self._isolation.refused(batch.records, error)
        reach(f"{self._stage.name}.commit.after")
        self._batches.popleft()
        self._overlay.settle()
        self._isolation.kept(batch.records)
        self._commit_ready()
        return batch

    def drop(self) -> None:
        """Forget everything in flight, whatever becomes of it."""
        self._batches.clear()
        self._overlay.clear()

    def forget(self, partitions: Iterable[int]) -> None:
        """Forget what was refused in partitions that are somebody else's now."""
        self._isolation.forget(partitions)

    def _commit_ready(self) -> None:
        reached: dict[int, Span] = {}
        follows: Future[Sequence[Record]] | None = None
        for batch in self._batches:
            spans = {span.partition: span for span in batch.spans}
            if batch.done is None:
                may = self._moves_cursors or not reached
                if not may or not batch.outcome.done():
                    return
                self._commit(batch, {**reached, **spans}.values(), follows)
            follows = batch.done
            reached |= {each: Span(each, span.end, span.end) for each, span in spans.items()}

    def _commit(
        self,
        batch: Batch,
        spans: Iterable[Span],
        follows: "Future[Sequence[Record]] | None",
    ) -> None:
        name = self._stage.name
        outcome = batch.outcome.result()
        cursors = [
            Cursor(name, batch.topic, span.start, span.end, span.partition) for span in spans
        ]
        reach(f"{name}.commit.before")
        kept = Commit(outcome.appends, outcome.writes, guards=tuple(outcome.guards))
        if self._moves_cursors:
            kept = replace(kept, cursors=cursors, follows=follows)
        batch.done = self._journal.commit(kept)
        self._overlay.add(outcome.writes)


def _ended(future: "Future[Any]", wait_seconds: float) -> bool:
    try:
        future.exception(wait_seconds)
    except TimeoutError:
        return False
    return True
