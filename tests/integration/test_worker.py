"""The worker child: batches worked out in another process, and what follows when that dies."""

import os
import signal
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from datetime import datetime
from typing import Any

import pytest

from schemas.envelope import Event
from services.runtime.effects import Effect, Key
from services.runtime.errors import StopError
from services.runtime.ports import Record
from services.runtime.step import Outcome
from services.runtime.view import View
from services.runtime.worker_processor import StageElsewhere, WorkerProcessor
from tests.fakes import MOMENT, CountingStage, received, record_of, text_of, wait_until

STAGE = StageElsewhere("count", "1", "posts.received.v1")


class DeadlyStage(CountingStage):
    """Ends its own process at a post that says `die`, and stops at one that says `hang`."""

    def __init__(self) -> None:
        super().__init__(knows_repeats=False)

    def needs(self, event: Event) -> Iterable[Key]:
        """Return nothing: it works in a child."""
        del event
        return ()

    def handle(self, event: Event, features: Any, view: View, now: datetime) -> Iterable[Effect]:
        """Return nothing, or never return."""
        del features, view, now
        if "die" in text_of(event):
            os.kill(os.getpid(), signal.SIGKILL)
        if "hang" in text_of(event):
            threading.Event().wait()
        return ()


def build_deadly() -> DeadlyStage:
    """Return the stage, in the child."""
    return DeadlyStage()


def build_nothing() -> DeadlyStage:
    """Fail to return a stage."""
    raise SystemExit(3)


@pytest.fixture
def worker() -> Iterator[WorkerProcessor]:
    """A worker with the deadly stage."""
    processor = WorkerProcessor(STAGE, build_deadly)
    yield processor
    processor.close()


def batch(*texts: str, start: int = 0) -> list[Record]:
    """Return records of posts with these texts."""
    return [record_of(received(start + i, text), start + i) for i, text in enumerate(texts)]


def test_batches_are_worked_out_elsewhere(worker: WorkerProcessor) -> None:
    """The child's process is not ours, and every event comes to its end."""
    futures = [worker.submit(batch(*"abc", start=i * 3), lambda _: {}, MOMENT) for i in range(5)]

    assert [future.result(30).handled for future in futures] == [3] * 5
    assert os.getpid() != worker.pid


def test_a_child_that_is_killed_is_replaced_and_nothing_is_lost(worker: WorkerProcessor) -> None:
    """Batches with a child that dies are given to the next one."""
    assert worker.pid is not None
    os.kill(worker.pid, signal.SIGKILL)

    futures = [worker.submit(batch(*"ab", start=i * 2), lambda _: {}, MOMENT) for i in range(3)]

    assert [future.result(60).handled for future in futures] == [2, 2, 2]


def test_a_post_that_kills_its_worker_becomes_a_dead_letter(worker: WorkerProcessor) -> None:
    """The post that ends the child each time is found and set aside; its neighbours are handled."""
    first = worker.submit(batch("a", "die", "c"), lambda _: {}, MOMENT)
    second = worker.submit(batch("d", start=3), lambda _: {}, MOMENT)

    outcome = first.result(60)

    assert (outcome.handled, outcome.rejected, outcome.began_at) == (2, 1, MOMENT)
    (letter,) = [row for key, row in outcome.writes.items() if key.table == "dead_letters"]
    assert letter is not None
    assert (letter["cause"], letter["place"]) == ("worker died", "1")
    assert second.result(60).handled == 1


def test_a_stage_that_cannot_be_built_stops() -> None:
    """A child that does not come up is an error to stop at, not to wait for."""
    with pytest.raises(StopError, match="did not start"):
        WorkerProcessor(STAGE, build_nothing)


def test_batches_still_out_at_the_end_fail(worker: WorkerProcessor) -> None:
    """Closing tells whoever waits."""
    worker.close()

    with pytest.raises(StopError):
        worker.submit(batch("a"), lambda _: {}, MOMENT).result(30)


def test_a_batch_given_while_a_killer_is_sought_is_worked_out_once(
    worker: WorkerProcessor,
) -> None:
    """Batches that come while another goes record by record wait, and the worker goes on after."""
    first_child = worker.pid
    texts = ["fine"] * 1_500
    texts[10] = "die"
    first = worker.submit(batch(*texts), lambda _: {}, MOMENT)
    wait_until(lambda: worker.pid != first_child)
    second_child = worker.pid
    wait_until(lambda: worker.pid != second_child or first.done())

    others: list[Future[Outcome]] = []
    while not first.done():
        number = 1_500 + len(others)
        others.append(worker.submit(batch("a", start=number), lambda _: {}, MOMENT))
        open_ones = [other for other in others if not other.done()]
        if len(open_ones) >= 6:
            wait([first, *open_ones], return_when=FIRST_COMPLETED)

    assert (1_499, 1) == (first.result(60).handled, first.result(60).rejected)
    assert {1} == {other.result(60).handled for other in others}
    last = worker.submit(batch("b", start=9_999), lambda _: {}, MOMENT)
    assert 1 == last.result(60).handled


def test_a_child_that_hangs_is_replaced_and_its_post_set_aside() -> None:
    """A post at which the worker never answers costs time, not the stage."""
    worker = WorkerProcessor(STAGE, build_deadly, silent_seconds_max=0.5)

    outcome = worker.submit(batch("a", "hang", "c"), lambda _: {}, MOMENT).result(60)

    assert (2, 1) == (outcome.handled, outcome.rejected)
    worker.close()


def test_a_dead_letter_names_the_partition_its_record_lay_in(worker: WorkerProcessor) -> None:
    """An offset alone would not find it again in a topic with partitions."""
    record = Record("posts.received.v1", 7, "key", b"no event", None, 3)

    outcome = worker.submit([record], dict.fromkeys, MOMENT).result(60)

    rows = [row for row in outcome.writes.values() if row is not None]
    assert ["3:7"] == [row["place"] for row in rows]
