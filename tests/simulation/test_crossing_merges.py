"""Merges that cross on several workers: no case is answered with one that is merged itself."""

from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from schemas.case import CaseClosed, CaseMerged, CaseReopened
from schemas.envelope import Event
from schemas.topics import POSTS_CLASSIFIED, POSTS_ROUTED
from services.log.memory_log import MemoryLog
from services.route.stage import RouteStage
from services.runtime.errors import StaleStateError
from services.runtime.ports import Append, Guard
from services.store.memory_journal import MemoryJournal
from tests.fakes import append_of
from tests.simulation.group_week import GroupWeek
from tests.simulation.seeds import long_share_of
from tests.unit.route.samples import (
    RULES,
    SETTINGS,
    Driver,
    classified,
    close,
    merge,
    post,
    reopen,
)

CASES = 7
WISHES = 400
RECORDS_MAX = 100_000


class CountingJournal(MemoryJournal):
    """Counts how often somebody else was quicker."""

    stale = 0

    def _check(self, guards: Iterable[Guard]) -> None:
        try:
            super()._check(guards)
        except StaleStateError:
            self.stale += 1
            raise


class UnguardedJournal(MemoryJournal):
    """A database that does not look whether a merge still finds what it was decided on."""

    def _check(self, guards: Iterable[Guard]) -> None:
        del guards


class MergeWeek(GroupWeek):
    """People close, reopen and merge a few cases; no lease keeps them from doing so at once."""

    topic_name = POSTS_CLASSIFIED.name

    def __init__(self, seed: int, kept: MemoryJournal) -> None:
        begun = Driver()
        for number in range(1, CASES + 1):
            begun.give(classified(post(number, conversation_id=f"conversation-{number}")))
        kept.rows.update(begun.rows)
        self._cases: list[dict[str, Any]] = [dict(case) for case in begun.cases()]
        super().__init__(seed, WISHES, RouteStage(SETTINGS, RULES), kept=kept)

    def _append(self, number: int) -> Append:
        """Return one of four wishes for a pair of cases: to open both, and to merge each way."""
        if number % 4 == 0:
            self._pair = self.random.sample(self._cases, 2)
        case, other = self._pair if number % 2 else self._pair[::-1]
        conversation = case["conversation_id"]
        if number % 4 < 2:
            wish: Event = reopen(case, conversation)
        elif self.random.random() < 0.1:
            wish = close(case, conversation_id=conversation)
        else:
            wish = merge(case, other, conversation)
        return append_of(wish.model_copy(update={"id": f"wish-{number}"}), self.topic_name)


def breaches(week: MergeWeek) -> Iterator[str]:
    """Yield a sentence for each merge that met a case no longer open, and each ring."""
    closed: set[str] = set()
    for record in week.kept.log.read(POSTS_ROUTED.name, 0, RECORDS_MAX):
        match record.event:
            case CaseMerged(data=merged):
                if {merged.case_id, merged.into_case_id} & closed:
                    yield f"{merged.case_id} was merged into {merged.into_case_id}, one closed"
                closed.add(merged.case_id)
            case CaseClosed(data=ended):
                closed.add(ended.case_id)
            case CaseReopened(data=opened):
                closed.discard(opened.case_id)
    cases = [(key.id, row) for key, row in week.kept.rows.items() if key.table == "cases"]
    into = {case: str(row["merged_into"]) for case, row in cases if row["merged_into"] is not None}
    for case, at in into.items():
        steps, end = 0, at
        while end in into and steps <= CASES:
            steps, end = steps + 1, into[end]
        if steps > CASES:
            yield f"{case} leads round in a ring"


def unanswered(week: MergeWeek) -> set[str]:
    """Return the wishes that were neither met nor set aside."""
    ended = {key.id.split(":")[-1] for key in week.kept.rows if key.table == "handled_events"}
    letters = [row for key, row in week.kept.rows.items() if key.table == "dead_letters"]
    set_aside = {str(row["event_id"]) for row in letters}
    return {f"wish-{number}" for number in range(WISHES)} - ended - set_aside


def test_merges_that_cross_are_met_or_refused_never_both_met(seed: int) -> None:
    """Whatever workers do at once, each merge finds both cases open, and each wish has its end."""
    stale = 0
    for part in range(4):
        kept = CountingJournal(MemoryLog())
        week = MergeWeek(seed + part, kept)
        week.run()
        stale += kept.stale

        assert [] == list(breaches(week))
        assert set() == unanswered(week)
    assert stale > 0


def test_without_the_guard_merges_cross() -> None:
    """A database that does not look again leaves cases that nobody answers in most weeks."""
    weeks = [MergeWeek(seed, UnguardedJournal(MemoryLog())) for seed in range(4)]
    for week in weeks:
        week.run()

    assert sum(any(breaches(week)) for week in weeks) >= 3


@pytest.mark.long
@pytest.mark.parametrize("part", range(long_share_of(50)))
def test_many_weeks_of_merges_keep_every_case_answered(seed: int, part: int) -> None:
    """The same over many more weeks."""
    week = MergeWeek(seed + part, CountingJournal(MemoryLog()))

    week.run()

    assert [] == list(breaches(week))
