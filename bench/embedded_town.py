"""The sample town's Mercat on a folder of its own, without sources: what is handed in, comes in."""

import tempfile
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from bench.errors import MeasurementError
from schemas.assignment import PostRouted
from schemas.codec import decode_event
from schemas.topics import DEAD_LETTERS, POSTS_ROUTED
from services.bootstrap import Embedded
from services.runtime.errors import OverloadedError
from services.runtime.ports import Record
from services.runtime.step import Intake
from services.runtime.system_clock import SystemClock
from services.settings import BodySettings, EnvironmentSettings, read_body
from services.town.file_folder import make_town_folder

DELIVERIES_WAITING_MAX: Final = 8
LAG_STEP_SECONDS: Final = 0.02
RETRY_SECONDS: Final = 0.05
_READ_RECORDS: Final = 1_000


@contextmanager
def town_folder() -> Iterator[Path]:
    """Make the sample town's folder in a place that goes when this ends."""
    with tempfile.TemporaryDirectory(prefix="mercat-bench-") as place:
        folder = Path(place) / "town"
        make_town_folder(folder, SystemClock().now())
        yield folder


def town_settings(folder: Path) -> BodySettings:
    """Return the settings in a folder, whatever the environment would set over them."""
    return read_body(folder, EnvironmentSettings.model_construct())


@contextmanager
def running_town(folder: Path) -> Iterator["RunningTown"]:
    """Run the whole flow on a folder, the classifier in its worker child; ends cleanly."""
    embedded = Embedded(folder, town_settings(folder), SystemClock(), with_sources=False)
    embedded.start()
    try:
        yield RunningTown(embedded)
    finally:
        embedded.stop()


def routed_native_id(record: Record) -> str:
    """Return which post a record of posts.routed.v1 is about: its id at its source."""
    event = record.event or decode_event(record.topic, record.value)
    assert isinstance(event, PostRouted), "nothing is edited, removed or rerouted here"
    return event.data.post.native_id


class RunningTown:
    """Hands posts to the door and waits for what becomes of them."""

    def __init__(self, embedded: Embedded) -> None:
        self.embedded = embedded
        self.log = embedded.journal.log
        self.refusals = 0

    def hand_in_all(self, deliveries: Iterable[Sequence[Intake]]) -> None:
        """Hand deliveries in as fast as the door takes them, a few ahead of its commits."""
        waiting: deque[Future[None]] = deque()
        for intakes in deliveries:
            if len(waiting) >= DELIVERIES_WAITING_MAX:
                waiting.popleft().result()
            waiting.append(self.hand_in(intakes))
        for future in waiting:
            future.result()

    def hand_in(self, intakes: Sequence[Intake]) -> "Future[None]":
        """Hand one delivery in; where the door is full, again and again, as every source does."""
        while True:
            try:
                return self.embedded.door.deliver(intakes)
            except OverloadedError:
                self.refusals += 1
                self._check_running()
                time.sleep(RETRY_SECONDS)

    def drain(self) -> None:
        """Wait until every stage has handled all there is. MeasurementError where one stopped."""
        while self.embedded.lag():
            self._check_running()
            time.sleep(LAG_STEP_SECONDS)
        self._check_running()
        letters = self.log.end_offset(DEAD_LETTERS.name)
        if letters:
            raise MeasurementError(f"{letters} of the sample posts became dead letters")

    def routed_ids(self, offset: int = 0) -> Iterator[str]:
        """Yield the native ids of all posts routed, as the log holds them."""
        while records := self.log.read(POSTS_ROUTED.name, offset, _READ_RECORDS):
            for record in records:
                yield routed_native_id(record)
            offset = records[-1].offset + 1

    def _check_running(self) -> None:
        for stage in self.embedded.stages:
            if not stage.running:
                raise MeasurementError(f"{stage.stage.name} stopped: {stage.stopped_because}")
        crash = self.embedded.crash()
        if crash is not None:
            raise MeasurementError(f"a part ended by a bug: {crash!r}")
