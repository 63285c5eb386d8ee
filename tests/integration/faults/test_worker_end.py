"""How a worker child ends: when asked, and with a process that ends without asking."""

from multiprocessing.connection import Connection

from services.runtime.worker_processor import WorkerProcessor
from tests.fakes import MOMENT, received, record_of
from tests.forks import FORKS
from tests.integration.faults.rig import ELSEWHERE
from tests.simulation.stages import classify_stage

END_SECONDS_MAX = 20.0


def test_a_child_that_is_asked_to_end_ends_by_itself() -> None:
    """It answers what it has and goes, without being killed."""
    worker = WorkerProcessor(ELSEWHERE, classify_stage)
    answer = worker.submit([record_of(received(1), 0)], lambda _: {}, MOMENT)
    worker.close()

    assert worker._process.exitcode == 0
    assert answer.result(0).handled == 1


def leave_a_child_behind(told: Connection) -> None:
    """End with a child at work that nobody closed, as a start that fails half way does."""
    worker = WorkerProcessor(ELSEWHERE, classify_stage)
    told.send(worker.pid)


def test_a_process_that_never_closed_its_child_still_ends() -> None:
    """Python waits for its children, and this one ignores the signal it is sent."""
    ours, theirs = FORKS.Pipe(duplex=False)
    process = FORKS.Process(target=leave_a_child_behind, args=(theirs,))
    process.start()
    theirs.close()
    ours.recv()
    process.join(END_SECONDS_MAX)

    ended = process.exitcode
    process.kill()
    assert ended == 0
