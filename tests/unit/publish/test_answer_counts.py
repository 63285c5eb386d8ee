"""First answers counted: in time or not, once a case, and never in a sender's way."""

from collections.abc import Iterable, Sequence
from typing import Any

import pytest

from services.publish.answer_counts import AnswerCounts
from services.runtime.effects import Key, Row, Value
from services.runtime.errors import StorageRefusedError
from services.runtime.metrics import Metrics
from tests.unit.publish.samples import NOW_MS, sending

MINUTE = 60_000
IN_TIME = "mercat_route_case_answers_total"


class Cases:
    """A store with one case, so many earlier answers, and a disk that may refuse."""

    def __init__(self, deadline_ms: int | None = NOW_MS, earlier: int = 0) -> None:
        self.case: Row | None = {
            "team": "roads",
            "opened_at_ms": NOW_MS - 30 * MINUTE,
            "deadline_ms": deadline_ms,
        }
        self.earlier = earlier
        self.refuses = False

    def fetch(self, keys: Iterable[Key]) -> dict[Key, Row | None]:
        """Return the case."""
        if self.refuses:
            raise StorageRefusedError("the disk is gone")
        return dict.fromkeys(keys, self.case)

    def select(self, query: str, parameters: Sequence[Value] = ()) -> list[Row]:
        """Return how many answers went out before."""
        assert ("gauge_earlier_answers", ("case-1", NOW_MS, NOW_MS, "act-1")) == (
            query,
            tuple(parameters),
        )
        return [{"answers": self.earlier}]

    def cursor(self, consumer: str, topic: str, *, partition: int = 0) -> int:
        """Return no place: nobody asks."""
        raise AssertionError(f"nobody asks for {consumer}'s place in {topic}, {partition}")


def counted(store: Cases, **values: Any) -> dict[str, float | None]:
    """Record one sending, count, and return how many answers were in time and not."""
    metrics = Metrics()
    counts = AnswerCounts(metrics, store)
    counts.recorded(sending(**{"state": "sent", "ended_at_ms": NOW_MS, **values}))
    counts()
    value = metrics.registry.get_sample_value
    return {
        in_time: value(IN_TIME, {"team": "roads", "in_time": in_time}) for in_time in ("yes", "no")
    }


def test_an_answer_at_the_deadline_is_in_time() -> None:
    """To the millisecond, as the body promised."""
    assert {"yes": 1, "no": None} == counted(Cases(deadline_ms=NOW_MS))
    assert {"yes": None, "no": 1} == counted(Cases(deadline_ms=NOW_MS - 1))
    assert {"yes": 1, "no": None} == counted(Cases(deadline_ms=None))


@pytest.mark.parametrize(
    "values",
    [
        {"state": "refused"},
        {"state": "unknown"},
        {"state": "reconciled", "remote_id": None},
        {"kind": "hide"},
        {"case_id": None},
    ],
)
def test_what_is_no_answer_that_went_out_is_not_counted(values: dict[str, Any]) -> None:
    """A try that failed, one that was found not to be there, moderation, and a word to nobody."""
    assert {"yes": None, "no": None} == counted(Cases(), **values)


def test_what_was_found_out_later_went_out_when_it_was_begun() -> None:
    """That a person looked a day later does not make the answer late."""
    begun_ms = NOW_MS - 5 * MINUTE
    found = {"state": "reconciled", "remote_id": "native-1", "begun_at_ms": begun_ms}

    assert {"yes": 1, "no": None} == counted(Cases(deadline_ms=begun_ms), **found)
    assert {"yes": None, "no": 1} == counted(Cases(deadline_ms=begun_ms - 1), **found)


def test_a_second_answer_to_a_case_is_not_counted() -> None:
    """The promise is about the first."""
    assert {"yes": None, "no": None} == counted(Cases(earlier=1))


def test_the_answers_of_a_team_are_counted_from_nothing() -> None:
    """So that the first is seen as a rise."""
    metrics = Metrics()

    AnswerCounts(metrics, Cases(), ["roads"])

    value = metrics.registry.get_sample_value
    assert [0, 0] == [value(IN_TIME, {"team": "roads", "in_time": each}) for each in ("yes", "no")]
    assert 0 == value("mercat_route_case_answer_seconds_count", {"team": "roads"})


def test_an_answer_is_counted_once_the_store_says_what_it_answers() -> None:
    """A disk that refuses holds no sender up, and loses no count."""
    metrics, store = Metrics(), Cases()
    store.refuses = True
    counts = AnswerCounts(metrics, store)
    counts.recorded(sending(state="sent", ended_at_ms=NOW_MS))
    with pytest.raises(StorageRefusedError):
        counts()
    store.refuses = False

    counts()
    counts()

    value = metrics.registry.get_sample_value
    assert 1 == value(IN_TIME, {"team": "roads", "in_time": "yes"})
    assert 1_800 == value("mercat_route_case_answer_seconds_sum", {"team": "roads"})
