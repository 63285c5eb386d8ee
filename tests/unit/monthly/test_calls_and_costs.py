"""What was solved without a call, and what an answer cost, worked out by hand."""

import pytest

from services.monthly.calls import Solved, roots_of
from services.monthly.costs import MINUTES_ASSUMED, CostTerms, costs_told, minutes_of
from services.runtime.clock import DAY_MS
from services.runtime.effects import Row, Value
from services.runtime.errors import InputInvalidError
from tests.unit.monthly.test_volumes_and_times import case

UNTIL_MS = 30 * DAY_MS
LATER_MS = 100 * DAY_MS


def answered(case_id: str, day: float = 1, **values: Value) -> Row:
    """Return a case that was answered in public on a day of the month, and closed."""
    plain: Row = {"state": "closed", "outcome": "answered", "replied_at_ms": round(day * DAY_MS)}
    return case(id=case_id, **{**plain, **values})


def test_a_call_within_fourteen_days_of_the_answer_counts_against_it() -> None:
    """One before it or with it, one after that time and one about another case do not."""
    solved = Solved(["calls"], UNTIL_MS, LATER_MS)
    solved.add([answered(f"case-{number}") for number in range(25)])

    told = solved.told(
        [
            ("case-0", 2 * DAY_MS),
            ("case-0", 3 * DAY_MS),
            ("case-1", 15 * DAY_MS),
            ("case-2", 15 * DAY_MS + 1),
            ("case-3", DAY_MS - 1),
            ("case-4", DAY_MS),
            ("other", 2 * DAY_MS),
        ],
        7,
    )

    assert (25, 2, 7) == (told["answered_in_public"], told["a_call_followed"], told["calls"])
    assert (23, 25, 0.92) == tuple(told["without_a_call"][each] for each in ("hits", "of", "share"))


def test_only_what_was_answered_in_public_and_closed_is_looked_at() -> None:
    """Not what began with a call, what is open, what was closed otherwise, or a late answer."""
    solved = Solved(["calls"], UNTIL_MS, LATER_MS)
    solved.add(
        [
            answered("a"),
            answered("b", source="calls"),
            answered("c", state="open", outcome=None),
            answered("d", outcome="resolved-elsewhere"),
            answered("e", replied_at_ms=None),
            answered("f", day=45),
        ]
    )

    assert 1 == solved.told([], 1)["answered_in_public"]


def test_an_answer_whose_days_are_not_over_is_too_early() -> None:
    """It is told apart, and in no share."""
    solved = Solved(["calls"], UNTIL_MS, now_ms=20 * DAY_MS)
    solved.add([answered("a", day=6), answered("b", day=6.1)])

    told = solved.told([], 1)

    assert (1, 1) == (told["answered_in_public"], told["too_early_to_tell"])


@pytest.mark.parametrize(("logs", "calls"), [((), 0), (("calls",), 0)])
def test_without_calls_on_record_it_cannot_be_told(logs: tuple[str, ...], calls: int) -> None:
    """No log and an empty one say the same of calls: nothing."""
    solved = Solved(logs, UNTIL_MS, LATER_MS)
    solved.add([answered("a")])

    told = solved.told([], calls)

    assert not told["can_be_told"]
    assert told["without_a_call"] is None
    assert bool(logs) == told["has_contact_log"]


def test_a_case_is_followed_to_the_one_that_it_is_answered_with() -> None:
    """Through every merge; two that were merged into each other end all the same."""
    merged = {"a": "b", "b": "c", "x": "y", "y": "x"}

    assert {"a": "c", "c": "c", "x": "y"} == roots_of(["a", "c", "x"], merged)


def test_an_answer_costs_its_minutes_and_its_part_of_the_running() -> None:
    """Forty replies of ten minutes are 6.7 hours: 200 at 30 an hour, and 100 for the machine."""
    told = costs_told(40, CostTerms(hour_cost=30, running_cost=100, call_cost=5, currency="GBP"))

    middle = told["levels"]["middle"]
    assert told["is_assumed"]
    assert {"minutes": 10.0, "hours": 6.7, "cost": 300.0, "cost_per_answer": 7.5} == {
        each: middle[each] for each in ("minutes", "hours", "cost", "cost_per_answer")
    }
    assert 1.5 == middle["of_a_call"]
    assert (5.0, 12.5) == tuple(told["levels"][each]["cost_per_answer"] for each in ("low", "high"))


def test_few_replies_have_no_cost_of_one() -> None:
    """All of them have one."""
    middle = costs_told(19, CostTerms(hour_cost=60))["levels"]["middle"]

    assert 190.0 == middle["cost"]
    assert middle["cost_per_answer"] is None


def test_nothing_is_in_money_that_nobody_gave_in_money() -> None:
    """Hours are told all the same."""
    low = costs_told(60, CostTerms(call_cost=5))["levels"]["low"]

    assert 5.0 == low["hours"]
    assert (None, None, None) == (low["cost"], low["cost_per_answer"], low["of_a_call"])


def test_minutes_are_one_figure_or_a_range() -> None:
    """Nothing said is the assumption."""
    assert (8, 8, 8) == minutes_of("8")
    assert (4, 6.5, 9) == minutes_of("4,6.5,9")
    assert MINUTES_ASSUMED == minutes_of(None)


@pytest.mark.parametrize("written", ["", "eight", "5,10", "0", "-3", "nan", "20,10,5", "1,2,1e9"])
def test_what_is_no_range_of_minutes_is_refused(written: str) -> None:
    """Low comes before high, and all are above nothing."""
    with pytest.raises(InputInvalidError, match="5,10,20"):
        minutes_of(written)
