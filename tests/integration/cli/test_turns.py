"""A request waits for its turn, and its answer is what route made of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from schemas.case import (
    CaseCloseRequest,
    CaseCloseRequested,
    CaseMergeRequest,
    CaseMergeRequested,
)
from schemas.envelope import digest_id
from services.bootstrap import Embedded
from services.runtime.errors import RejectError, RetryLaterError
from services.runtime.system_clock import SystemClock
from services.settings import read_body, read_environment
from services.turns import Turns

TEAMS = ("waste", "lighting")


class HurriedClock(SystemClock):
    """A clock that is seven seconds further on whenever somebody looks how long it took."""

    def __init__(self) -> None:
        self._looks = 0

    def elapsed_seconds(self) -> float:
        """Return seven seconds for each look so far."""
        self._looks += 1
        return self._looks * 7.0


@pytest.fixture
def embedded(ran: Path) -> Iterator[Embedded]:
    """A Mercat at work on a folder that ran, without its sources."""
    settings = read_body(ran, read_environment())
    opened = Embedded(ran, settings, SystemClock(), with_sources=False)
    opened.start()
    yield opened
    opened.stop()


def wishes(embedded: Embedded) -> list[CaseCloseRequested]:
    """Return two people's wishes to close one case."""
    (case,) = embedded.journal.store.select("inbox", ("waste", 1))
    (row,) = embedded.journal.store.select("case", (case["id"],))
    data = CaseCloseRequest(
        case_id=str(case["id"]),
        conversation_id=str(row["conversation_id"]),
        outcome="answered",
        reason="Told",
        requested_by="ann",
    )
    return [
        CaseCloseRequested(
            id=digest_id("close", who),
            source="/console",
            subject=data.conversation_id,
            time=embedded.clock.now(),
            data=data,
        )
        for who in ("ann", "bob")
    ]


def test_a_request_that_came_second_hears_why_it_was_set_aside(embedded: Embedded) -> None:
    """What was possible when it was asked and no more in its turn is told, and a dead letter."""
    first, second = wishes(embedded)
    turns = Turns(embedded)
    turns.take(first)

    with pytest.raises(RejectError, match=r"closed already \(answered\)"):
        turns.take(second)

    letters = embedded.journal.store.select("dead_letters", ("waiting", 10))
    assert ["case is closed"] == [row["cause"] for row in letters if row["stage"] == "route"]


def test_a_request_whose_turn_does_not_come_stays_on_record(embedded: Embedded) -> None:
    """Whoever asked is told to look again; the request itself waits in the log."""
    wish, _ = wishes(embedded)
    embedded.stages[1].stop()
    before = embedded.journal.log.end_offset("posts.classified.v1")
    embedded.clock = HurriedClock()

    with pytest.raises(RetryLaterError, match="on record and waits its turn"):
        Turns(embedded).take(wish)

    assert embedded.journal.log.end_offset("posts.classified.v1") == before + 1


def test_how_long_a_request_waits_is_the_foundations_to_say(embedded: Embedded) -> None:
    """Where requests go through Kafka first, they are waited for longer."""
    looks = []
    for number, seconds in enumerate((20.0, 90.0)):
        embedded.clock = clock = HurriedClock()
        embedded.turn_seconds_max = seconds
        if not number:
            embedded.stages[1].stop()
        with pytest.raises(RetryLaterError):
            Turns(embedded).take(wishes(embedded)[number])
        looks.append(clock._looks)

    assert looks[0] + 10 == looks[1]


def test_a_merge_that_was_overtaken_hears_by_what(embedded: Embedded) -> None:
    """Both merges were possible when they were asked for; the second is told what to do."""
    cases = [embedded.journal.store.select("inbox", (team, 1))[0] for team in TEAMS]
    first, second = merges(embedded, *(str(case["id"]) for case in cases))
    turns = Turns(embedded)
    turns.take(first)

    with pytest.raises(RejectError, match=rf"merged into {cases[1]['id']!s} itself; reopen"):
        turns.take(second)

    states = [embedded.journal.store.select("case", (case["id"],))[0]["state"] for case in cases]
    assert ["closed", "open"] == states


def merges(embedded: Embedded, one: str, other: str) -> list[CaseMergeRequested]:
    """Return the wishes to answer each of two cases with the other one."""
    wishes = []
    for case, into in ((one, other), (other, one)):
        (row,) = embedded.journal.store.select("case", (case,))
        data = CaseMergeRequest(
            case_id=case,
            into_case_id=into,
            conversation_id=str(row["conversation_id"]),
            reason="The same bins",
            requested_by="ann",
        )
        envelope = {
            "id": digest_id("merge", case),
            "source": "/console",
            "subject": data.conversation_id,
            "time": embedded.clock.now(),
        }
        wishes.append(CaseMergeRequested.model_validate({**envelope, "data": data}))
    return wishes
