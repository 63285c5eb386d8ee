"""Work of which one process at a time has its turn, and that waits where it must."""

import threading

from services.runtime.errors import StorageRefusedError
from services.runtime.patient_work import PatientWork
from tests.fakes import wait_until

EVERY_SECONDS = 0.001


def test_a_turn_that_must_wait_is_taken_up_with_the_next() -> None:
    """A store that is away for a moment ends nothing."""
    answers = [StorageRefusedError("away"), StorageRefusedError("still away")]
    done = threading.Event()

    def turn() -> None:
        if answers:
            raise answers.pop()
        done.set()

    work = PatientWork("slots", turn, EVERY_SECONDS)
    work.start()
    wait_until(done.is_set)
    work.stop()

    assert work.crashed_with is None


def test_who_may_not_work_takes_no_turn() -> None:
    """Of several processes, one at a time does it, and another once it may."""
    asked = [False, False, True]
    turns: list[int] = []

    def may_work() -> bool:
        return asked.pop(0) if len(asked) > 1 else asked[0]

    work = PatientWork("slots", lambda: turns.append(len(asked)), EVERY_SECONDS, may_work)
    work.start()
    wait_until(lambda: bool(turns))
    work.stop()

    assert {1} == set(turns)


def test_a_bug_ends_the_work_and_is_kept() -> None:
    """What is no reason to wait is handed up, since the process ends with it."""
    bug = ZeroDivisionError("a bug")

    def turn() -> None:
        raise bug

    work = PatientWork("slots", turn, EVERY_SECONDS)
    work.start()
    wait_until(lambda: work.crashed_with is not None)
    work.stop()

    assert bug is work.crashed_with
