"""Of several processes, the one that holds a source's lease polls it."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

import pytest

from services.ingest.embedded_source import SourceRunner
from services.ingest.leased_sources import LeasedSources
from services.ingest.source import Poll, State
from services.log.memory_log import MemoryLog
from services.runtime.clock import ManualClock
from services.runtime.effects import Key, Row
from services.runtime.errors import StorageRefusedError
from services.runtime.metrics import Metrics
from services.runtime.step import Intake
from services.store.memory_journal import MemoryJournal
from tests.fakes import wait_until


@dataclass
class Registry:
    """Who holds which lease: what the database knows."""

    held: dict[str, str] = field(default_factory=dict)


class FakeLeases:
    """One process's leases; `away` refuses to answer, as a database that is gone."""

    def __init__(self, registry: Registry, process: str) -> None:
        self._registry = registry
        self._process = process
        self.away = False

    def hold(self, name: str) -> bool:
        """Take a lease that is free."""
        self._ask()
        return self._process == self._registry.held.setdefault(name, self._process)

    def holds(self, name: str) -> bool:
        """Return whether a lease is this process's."""
        self._ask()
        return self._process == self._registry.held.get(name)

    def release(self, name: str) -> None:
        """Give a lease back."""
        self._ask()
        if self._process == self._registry.held.get(name):
            del self._registry.held[name]

    def _ask(self) -> None:
        if self.away:
            raise StorageRefusedError("PostgreSQL is away")


class CountedSource:
    """A source that counts its polls and then waits; `fault` is raised instead, to order."""

    name = "town"

    def __init__(self, fault: Exception | None = None) -> None:
        self.polls = 0
        self.closed = False
        self._fault = fault

    def poll(self, state: State) -> Poll:
        """Return nothing, and ask for a long wait."""
        self.polls += 1
        if self._fault is not None:
            raise self._fault
        return Poll(items=(), state=state, wait_seconds=3_600.0)

    def close(self) -> None:
        """Note that it was closed."""
        self.closed = True


class OpenDoor:
    """A door that takes everything at once."""

    def deliver(
        self, intakes: Sequence[Intake], writes: Mapping[Key, Row | None] | None = None
    ) -> "Future[None]":
        """Return a future that is done."""
        del intakes, writes
        done: Future[None] = Future()
        done.set_result(None)
        return done


class Process:
    """One ingest process: its leases, and the sources it built."""

    def __init__(
        self, registry: Registry, name: str, clock: ManualClock, fault: Exception | None = None
    ) -> None:
        self.leases = FakeLeases(registry, name)
        self.built: list[CountedSource] = []

        def build() -> SourceRunner:
            self.built.append(CountedSource(fault))
            return SourceRunner(
                self.built[-1],
                door=OpenDoor(),
                store=MemoryJournal(MemoryLog()),
                clock=clock,
                metrics=Metrics(),
                draw=lambda: 0.5,
            )

        self.sources = LeasedSources({"town": build}, self.leases, look_seconds=0.01)


Make = Callable[[str], Process]


@pytest.fixture
def registry() -> Registry:
    """Leases that nobody holds."""
    return Registry()


@pytest.fixture
def process(registry: Registry, clock: ManualClock) -> Make:
    """Make a process by its name."""
    return lambda name: Process(registry, name, clock)


def test_one_process_polls_and_the_other_stands_by(process: Make) -> None:
    """Who asks first has the source; asking again changes nothing."""
    one, other = process("one"), process("other")
    for each in (one, other, one, other):
        each.sources.look()

    assert one.sources.runner("town") is not None
    assert other.sources.runner("town") is None
    assert (1, 0) == (len(one.built), len(other.built))
    one.sources.stop()


def test_another_takes_over_once_a_process_has_ended(process: Make) -> None:
    """A process that ends gives the source back, closed."""
    one, other = process("one"), process("other")
    one.sources.look()
    one.sources.stop()
    other.sources.look()

    assert one.built[0].closed
    assert other.sources.runner("town") is not None
    other.sources.stop()


def test_who_lost_the_lease_stops_polling(process: Make, registry: Registry) -> None:
    """A lease that went with its connection is another's, and so is the source."""
    one, other = process("one"), process("other")
    one.sources.look()
    registry.held.clear()
    other.sources.look()
    one.sources.look()

    assert one.sources.runner("town") is None
    assert one.built[0].closed
    assert other.sources.runner("town") is not None
    other.sources.stop()


def test_a_lease_that_came_back_builds_the_source_afresh(process: Make, registry: Registry) -> None:
    """What was open from before is not gone on with: others may have read on meanwhile."""
    one = process("one")
    one.sources.look()
    registry.held = {"source:town": "other"}
    one.sources.look()
    registry.held.clear()
    one.sources.look()

    assert 2 == len(one.built)
    one.sources.stop()


def test_nothing_is_polled_while_leases_cannot_be_asked_for(process: Make) -> None:
    """A database that is away leaves it open who polls, so nobody does until it answers."""
    one = process("one")
    one.sources.look()
    one.leases.away = True
    one.sources.look()

    assert one.sources.runner("town") is None
    one.leases.away = False
    one.sources.look()
    assert one.sources.runner("town") is not None
    one.sources.stop()


def test_an_end_does_not_wait_for_a_database_that_is_away(process: Make) -> None:
    """A lease that cannot be given back ends with its connection."""
    one = process("one")
    one.sources.look()
    one.leases.away = True

    one.sources.stop()

    assert one.built[0].closed


def test_leases_are_asked_for_again_and_again(process: Make, registry: Registry) -> None:
    """A standing-by process notices by itself that a source came free."""
    registry.held = {"source:town": "other"}
    one = process("one")
    one.sources.start()
    registry.held.clear()
    wait_until(lambda: one.sources.runner("town") is not None)
    one.sources.stop()

    assert {} == registry.held


def test_a_bug_in_a_source_is_handed_up(registry: Registry, clock: ManualClock) -> None:
    """The process learns what ended the poll."""
    one = Process(registry, "one", clock, KeyError("a bug"))
    one.sources.look()
    wait_until(lambda: one.sources.crash() is not None)

    assert isinstance(one.sources.crash(), KeyError)
    one.sources.stop()


def test_a_bug_in_building_a_source_is_handed_up(registry: Registry) -> None:
    """A source that cannot be made ends the process, not only its thread."""

    def build() -> SourceRunner:
        raise KeyError("a bug")

    sources = LeasedSources({"town": build}, FakeLeases(registry, "one"), look_seconds=0.01)
    sources.start()
    wait_until(lambda: sources.crash() is not None)

    assert isinstance(sources.crash(), KeyError)
    sources.stop()
