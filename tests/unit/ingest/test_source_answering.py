"""Whether a source answers is told while it is asked from here, and no longer."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from typing import Final

from services.ingest.embedded_source import SourceRunner
from services.ingest.source import Poll, State
from services.log.memory_log import MemoryLog
from services.runtime.clock import ManualClock
from services.runtime.effects import Key, Row
from services.runtime.errors import StopError, StorageRefusedError
from services.runtime.listening_metrics import SOURCE_ANSWERING
from services.runtime.metrics import Metrics
from services.runtime.step import Intake
from services.store.memory_journal import MemoryJournal
from tests.fakes import wait_until

ANSWER: Final = Poll(items=(), state={}, wait_seconds=3_600.0)


class ScriptedSource:
    """A source that gives, one at a time, what it was told to, and the last of it for ever."""

    name = "town"

    def __init__(self, *script: Poll | Exception) -> None:
        self._script = list(script)

    def poll(self, state: State) -> Poll:
        """Return, or raise, what comes next."""
        del state
        each = self._script.pop(0) if len(self._script) > 1 else self._script[0]
        if isinstance(each, Exception):
            raise each
        return each

    def close(self) -> None:
        """Do nothing."""


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


class Asked:
    """A source that is asked, and what is told of it."""

    def __init__(self, clock: ManualClock, *script: Poll | Exception) -> None:
        self._metrics = Metrics()
        self.runner = SourceRunner(
            ScriptedSource(*script),
            door=OpenDoor(),
            store=MemoryJournal(MemoryLog()),
            clock=clock,
            metrics=self._metrics,
            draw=lambda: 0.0,
        )

    def told(self) -> float | None:
        """Return whether the source answers, as the metrics tell it."""
        labels = {"source": "town"}
        return self._metrics.registry.get_sample_value(SOURCE_ANSWERING.name, labels)


def test_a_source_that_answers_is_told_so(clock: ManualClock) -> None:
    """One failure before does not matter any more."""
    asked = Asked(clock, StorageRefusedError("away", wait_seconds=0.0), ANSWER)
    asked.runner.start()
    wait_until(lambda: asked.told() == 1)

    assert asked.runner.working
    asked.runner.stop()


def test_a_source_that_fails_or_stopped_does_not_answer(clock: ManualClock) -> None:
    """Whether it is asked again, or not any more."""
    for fault in (StorageRefusedError("away"), StopError("its file is not there")):
        asked = Asked(clock, fault)
        asked.runner.start()
        wait_until(lambda asked=asked: asked.told() == 0)  # type: ignore[misc]

        assert not asked.runner.working
        asked.runner.stop()


def test_a_source_that_is_not_asked_any_more_is_not_told(clock: ManualClock) -> None:
    """Another process may ask it now, and tells how it answers."""
    asked = Asked(clock, ANSWER)
    asked.runner.start()
    wait_until(lambda: asked.told() == 1)
    asked.runner.stop()

    assert asked.told() is None
