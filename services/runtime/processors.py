"""Where a batch is worked out: in the stage's own thread, or in a child process."""

from collections.abc import Sequence
from concurrent.futures import Future
from datetime import datetime
from typing import Protocol

from services.runtime.ports import Record, Stage
from services.runtime.step import Fetch, Outcome, intake_of, step


class Processor(Protocol):
    """Works out a batch of records; results are asked for in the order the batches were given."""

    def submit(self, records: Sequence[Record], fetch: Fetch, now: datetime) -> "Future[Outcome]":
        """Begin a batch; the future may be done already."""
        ...

    def close(self) -> None:
        """Let go of whatever works for this processor."""
        ...


class InlineProcessor:
    """Works a batch out at once, in the thread that asks."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def submit(self, records: Sequence[Record], fetch: Fetch, now: datetime) -> "Future[Outcome]":
        """Work the batch out and return its result."""
        future: Future[Outcome] = Future()
        intakes = [intake_of(record) for record in records]
        future.set_result(step(self._stage, intakes, fetch, now))
        return future

    def close(self) -> None:
        """Nothing to let go of."""
