"""The child process in which a stage works batches out, so that a second core is used."""

import queue
import signal
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Final

from services.runtime.effects import Key, Row
from services.runtime.failpoints import reach
from services.runtime.heap import keep_heap
from services.runtime.ports import Append, Record, Stage
from services.runtime.step import intake_of, step

READY: Final = "ready"
BATCHES_WAITING_MAX: Final = 8

Request = tuple[int, str, list[tuple[int, str, bytes, int]], object]
"""Number of the batch, topic, (offset, key, value, partition) of each record, and the moment it is
handled."""
Reply = tuple[int, list[tuple[str, str, bytes]], dict[Key, Row | None], tuple[int, int, int]]
"""Number of the batch, (topic, key, value) of each append, writes, and the three counts."""


def run_worker(build_stage: Callable[[], Stage], pipe: Connection) -> None:
    """Work batches out until None comes or the pipe closes: the whole life of the child.

    A thread of its own reads requests, since two ends that both write large messages before
    reading would wait for each other for ever.
    """
    # Ctrl-C and a supervisor's end reach the whole group; the parent ends us when it is done.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    stage = build_stage()
    keep_heap()
    requests: queue.Queue[Request | None] = queue.Queue(BATCHES_WAITING_MAX)
    threading.Thread(target=_receive, args=(pipe, requests), daemon=True).start()
    pipe.send(READY)
    while (request := requests.get()) is not None:
        reach("child.batch.before")
        answer = _answer(stage, request)
        reach("child.batch.after")
        try:
            pipe.send(answer)
        except (BrokenPipeError, ConnectionResetError):
            return


def _receive(pipe: Connection, requests: "queue.Queue[Request | None]") -> None:
    try:
        while True:
            requests.put(pipe.recv())
    except (EOFError, OSError):
        requests.put(None)


def _answer(stage: Stage, request: Request) -> Reply:
    number, topic, records, now = request
    intakes = [
        intake_of(Record(topic, offset, key, value, None, partition))
        for offset, key, value, partition in records
    ]
    outcome = step(stage, intakes, lambda _: {}, now)  # type: ignore[arg-type] # sent as it came
    appends = [(append.topic, append.key, append.value) for append in outcome.appends]
    counts = (outcome.handled, outcome.repeats, outcome.rejected)
    return number, appends, outcome.writes, counts


def outcome_appends(appends: list[tuple[str, str, bytes]]) -> list[Append]:
    """Return a reply's appends as the runner commits them."""
    return [Append(topic, key, value) for topic, key, value in appends]
