"""Work that must not overlap is done by one thread of one process at a time."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from services.runtime.clock import ManualClock
from services.runtime.errors import OverloadedError, StorageRefusedError
from services.runtime.one_at_a_time import OneAtATime
from services.runtime.system_clock import SystemClock


class Table:
    """Who holds which lease."""

    def __init__(self) -> None:
        self.held: dict[str, str] = {}


class ProcessLeases:
    """One process's leases; whoever asks in vain moves the clock on, and may be let in."""

    def __init__(self, table: Table, process: str, clock: ManualClock | None = None) -> None:
        self._table = table
        self._process = process
        self._clock = clock
        self.asked = 0
        self.free_after = 1_000_000
        self.away = False

    def hold(self, name: str) -> bool:
        """Take a lease that is free."""
        self.asked += 1
        if self._clock is not None:
            self._clock.advance(1.0)
        if self.asked > self.free_after:
            self._table.held.pop(name, None)
        return self._process == self._table.held.setdefault(name, self._process)

    def release(self, name: str) -> None:
        """Give a lease back."""
        if self.away:
            raise StorageRefusedError("PostgreSQL is away")
        del self._table.held[name]


def test_the_lease_is_held_for_the_work_and_no_longer(clock: ManualClock) -> None:
    """Others have it as soon as the work is done, also where it failed."""
    table = Table()
    alone = OneAtATime(ProcessLeases(table, "one"), clock, 10.0)
    with alone("merging"):
        during = dict(table.held)
    with pytest.raises(KeyError), alone("merging"):
        raise KeyError("a bug")

    assert {"merging": "one"} == during
    assert {} == table.held


def test_another_process_is_waited_for(clock: ManualClock) -> None:
    """The work begins once the other has given its lease back."""
    table = Table()
    table.held["merging"] = "other"
    leases = ProcessLeases(table, "one", clock)
    leases.free_after = 3
    with OneAtATime(leases, clock, 10.0)("merging"):
        asked = leases.asked

    assert 4 == asked


def test_nobody_waits_for_ever(clock: ManualClock) -> None:
    """Where another process keeps at it, the caller is sent away to come again."""
    table = Table()
    table.held["merging"] = "other"
    alone = OneAtATime(ProcessLeases(table, "one", clock), clock, 5.0)

    with pytest.raises(OverloadedError, match="try again"), alone("merging"):
        pass

    assert {"merging": "other"} == table.held


def test_threads_of_one_process_do_not_overlap() -> None:
    """A lease is a process's; among its threads a lock decides."""
    alone = OneAtATime(ProcessLeases(Table(), "one"), SystemClock(), 20.0)
    inside, most = [0], [0]
    guard = threading.Lock()

    def work() -> None:
        with alone("merging"):
            with guard:
                inside[0] += 1
                most[0] = max(most[0], inside[0])
            threading.Event().wait(0.001)
            with guard:
                inside[0] -= 1

    with ThreadPoolExecutor(8) as hands:
        for done in [hands.submit(work) for _ in range(40)]:
            done.result()

    assert 1 == most[0]


def test_a_thread_that_waits_for_another_is_sent_away() -> None:
    """Also within a process the wait has an end."""
    alone = OneAtATime(ProcessLeases(Table(), "one"), SystemClock(), 0.0)
    with (
        alone("merging"),
        ThreadPoolExecutor(1) as hands,
        pytest.raises(OverloadedError),
    ):
        hands.submit(lambda: alone("merging").__enter__()).result()


def test_what_was_done_stays_done_where_the_lease_cannot_be_given_back(
    clock: ManualClock,
) -> None:
    """The work's answer is not lost to a database that went away after it."""
    leases = ProcessLeases(Table(), "one")
    leases.away = True
    done = False
    with OneAtATime(leases, clock, 5.0)("merging"):
        done = True

    assert done
