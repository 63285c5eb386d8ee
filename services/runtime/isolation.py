"""How a runner finds the one event for which a commit is refused, by halves, and sets it aside."""

from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from datetime import datetime
from typing import Final, NoReturn

from services.runtime.effects import Key, Reject, Row
from services.runtime.errors import (
    BatchRefusedError,
    MercatError,
    RejectError,
    RuleBrokenError,
    StopError,
)
from services.runtime.event_size import UNSENDABLE
from services.runtime.ports import Record, Stage
from services.runtime.step import Outcome, intake_of, step

REFUSED_FOR_GOOD: Final = (RuleBrokenError, RejectError)
"""What a commit fails with where giving it again would fail again."""
UNKEEPABLE: Final = "cannot be kept"
"""The cause of a dead letter for what breaks a rule that the database keeps."""

Place = tuple[int, int]


class Isolation:
    """The records of batches that were refused, and how many may be committed together with each.

    Each refusal halves what the first record of the next batch goes with, so that any record is
    alone after as many refusals as a batch can be halved. Its neighbours are kept as they come to
    be in a batch without it. What is refused alone is to be set aside in its place.
    """

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._most: dict[Place, int] = {}
        self._rejects: dict[Place, Reject] = {}

    def cut(self, records: Sequence[Record]) -> int:
        """Return how many of some records may be one batch, from the first one on."""
        if not self._most:
            return len(records)
        most = len(records)
        for index, record in enumerate(records):
            most = min(most, self._most.get(_place(record), most))
            if most <= index:
                return index
        return most

    def refused(self, records: Sequence[Record], error: MercatError) -> NoReturn:
        """Have smaller batches made of these records, which were refused together.

        Always raises: BatchRefusedError, to begin again at once, or StopError where one record's
        dead letter was refused, too.
        """
        if len(records) == 1:
            self._condemn(records[0], error)
        half = max(1, len(records) // 2)
        for record in records:
            self._most[_place(record)] = min(half, self._most.get(_place(record), half))
        doing = "is set aside" if len(records) == 1 else f"is looked for among {len(records)}"
        raise BatchRefusedError(f"{error}; the event it is about {doing}") from error

    def kept(self, records: Iterable[Record]) -> None:
        """Note that the batch of these records was kept."""
        if self._most:
            for record in records:
                self._most.pop(_place(record), None)
                self._rejects.pop(_place(record), None)

    def forget(self, partitions: Iterable[int]) -> None:
        """Forget what was found out about partitions that are somebody else's now."""
        gone = set(partitions)
        for place in [each for each in self._most if each[0] in gone]:
            del self._most[place]
            self._rejects.pop(place, None)

    def letter(self, records: Sequence[Record], now: datetime) -> "Future[Outcome] | None":
        """Return the dead letter of a batch that was refused alone; None for any other batch."""
        reject = self._rejects.get(_place(records[0])) if self._rejects else None
        if reject is None:
            return None
        done: Future[Outcome] = Future()
        done.set_result(set_aside(self._stage, records[0], reject, now))
        return done

    def _condemn(self, record: Record, error: MercatError) -> None:
        if _place(record) in self._rejects:
            raise StopError(
                f"{self._stage.name} can neither handle the event at offset {record.offset} of "
                f"partition {record.partition} of {record.topic} nor set it aside: {error}; mend "
                "what it is refused for, then start again: it goes on there"
            ) from error
        self._rejects[_place(record)] = _reject(error)


def set_aside(stage: Stage, record: Record, reject: Reject, now: datetime) -> Outcome:
    """Return what a record comes to that a stage is not to handle: a dead letter."""
    return step(stage, [intake_of(record)._replace(content=reject)], _nothing_known, now)


def _reject(error: MercatError) -> Reject:
    if isinstance(error, RuleBrokenError):
        return Reject(
            UNKEEPABLE,
            f"what it gives rise to breaks a rule of the database: {error.rule}; mend what breaks "
            "it, then put it back",
        )
    return Reject(UNSENDABLE, f"{error}; then put it back")


def _place(record: Record) -> Place:
    return record.partition, record.offset


def _nothing_known(keys: Iterable[Key]) -> dict[Key, Row | None]:
    return dict.fromkeys(keys)
