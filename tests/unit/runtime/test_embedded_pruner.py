"""Retention: what is old goes, what is needed stays, in bounded runs."""

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from services.log.memory_log import MemoryLog
from services.runtime.clock import DAY_MS, ManualClock, to_epoch_ms
from services.runtime.effects import Value
from services.runtime.embedded_pruner import Pruner
from services.runtime.metrics import Metrics
from services.runtime.ports import Commit, Cursor
from services.store.memory_journal import MemoryJournal
from tests.fakes import append_of, received

TOPIC = "posts.received.v1"
MEMORIES = {
    *("handled_events", "webhook_ids", "command_keys"),
    *("act_outcomes", "sessions", "sign_in_links"),
}


class NamedLog(MemoryLog):
    """A memory log that says it has one topic."""

    def topics(self) -> list[str]:
        """Return the one topic."""
        return [TOPIC]


@dataclass
class Ordered:
    """Notes what it was told to delete; has three runs' worth of everything."""

    pruned: list[tuple[str, int, int]] = field(default_factory=list)
    forgotten: list[tuple[str, Sequence[Value]]] = field(default_factory=list)
    left: int = 3

    def prune(self, topic: str, before_ms: int, offset_kept: int) -> "Future[int]":
        """Note the order; say that something went, three times."""
        self.pruned.append((topic, before_ms, offset_kept))
        self.left -= 1
        return done(max(0, self.left))

    def forget(self, sweep: str, parameters: Sequence[Value]) -> "Future[int]":
        """Note the order; nothing was left."""
        self.forgotten.append((sweep, parameters))
        return done(0)


def done(count: int) -> "Future[int]":
    """Return a future that is done."""
    future: Future[int] = Future()
    future.set_result(count)
    return future


def pruner(clock: ManualClock, ordered: Ordered, days_max: int | None = None) -> Pruner:
    """Return a pruner over one topic of which the one consumer has handled two records."""
    log = NamedLog()
    log.append([append_of(received(i)) for i in range(5)])
    journal = MemoryJournal(log)
    journal.commit(Commit(cursors=[Cursor("classify", TOPIC, 0, 2)])).result()
    return Pruner(
        event_log=log,
        store=journal,
        journal=ordered,
        clock=clock,
        metrics=Metrics(),
        consumers={"classify": TOPIC},
        days_max=days_max,
    )


def test_records_go_once_they_are_old_and_handled(clock: ManualClock) -> None:
    """The declared seven days bound the age, the slowest consumer the offset."""
    ordered = Ordered()

    pruner(clock, ordered).prune()

    week_ago_ms = to_epoch_ms(clock.now()) - 7 * DAY_MS
    assert (TOPIC, week_ago_ms, 2) == ordered.pruned[0]


def test_settings_shorten_retention_but_never_lengthen_it(clock: ManualClock) -> None:
    """Three days in the settings hold; thirty do not stretch the declared seven."""
    short, long = Ordered(), Ordered()

    pruner(clock, short, 3).prune()
    pruner(clock, long, 30).prune()

    now_ms = to_epoch_ms(clock.now())
    assert now_ms - 3 * DAY_MS == short.pruned[0][1]
    assert now_ms - 7 * DAY_MS == long.pruned[0][1]


def test_runs_are_repeated_until_nothing_is_left(clock: ManualClock) -> None:
    """Each run is bounded; the pruner asks again until one deletes nothing."""
    ordered = Ordered()

    assert 3 == pruner(clock, ordered).prune()

    assert 3 == len(ordered.pruned)


def test_memories_of_repeats_outlive_what_they_remember_by_a_day(clock: ManualClock) -> None:
    """Ids of handled events are forgotten a day after their records may go, by stage."""
    ordered = Ordered()

    pruner(clock, ordered).prune()

    week_and_a_day_ago = (to_epoch_ms(clock.now()) - 8 * DAY_MS) // 1_000
    sweep, (first, end) = ordered.forgotten[0]
    assert "handled_events" == sweep
    assert ("classify:", f"classify:{week_and_a_day_ago:010d}") == (first, end)
    assert "webhook_ids" == ordered.forgotten[1][0]


def test_answers_kept_for_repeated_orders_go_after_a_month(clock: ManualClock) -> None:
    """An order given again long after gets no first answer any more, so nothing grows for ever."""
    ordered = Ordered()

    pruner(clock, ordered).prune()

    month_ago_ms = to_epoch_ms(clock.now()) - 30 * DAY_MS
    assert ("command_keys", (month_ago_ms,)) in ordered.forgotten


@pytest.mark.parametrize("sweep", ["sessions", "sign_in_links"])
def test_a_session_and_a_link_go_a_month_after_their_end(clock: ManualClock, sweep: str) -> None:
    """A digest that opens nothing any more is not kept for ever."""
    ordered = Ordered()

    pruner(clock, ordered).prune()

    month_ago_ms = to_epoch_ms(clock.now()) - 30 * DAY_MS
    assert (sweep, (month_ago_ms,)) in ordered.forgotten


def test_what_became_of_acts_goes_once_nobody_is_shown_it(clock: ManualClock) -> None:
    """By whole months, the thirteenth kept: the page shows twelve, in a zone of its own."""
    ordered = Ordered()

    pruner(clock, ordered).prune()

    ((month,),) = [given for sweep, given in ordered.forgotten if sweep == "act_outcomes"]
    assert f"{clock.now() - timedelta(days=400):%Y-%m}" == month


def test_a_log_that_sees_to_its_own_retention_is_left_alone(clock: ManualClock) -> None:
    """Without a log to prune, only memories go: of events, webhooks, orders, what acts came to."""
    ordered = Ordered()
    journal = MemoryJournal(NamedLog())
    Pruner(
        event_log=None,
        store=journal,
        journal=ordered,
        clock=clock,
        metrics=Metrics(),
        consumers={"classify": TOPIC},
        days_max=None,
    ).prune()

    assert [] == ordered.pruned
    assert MEMORIES == {sweep for sweep, _ in ordered.forgotten}
