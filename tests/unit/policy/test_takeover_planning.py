"""Planning a slot: its time, its officer, its kinds, and that no other lies over it."""

from typing import Any

import pytest

from services.policy.decided import Decided
from services.policy.takeover import Takeover
from services.policy.takeover_orders import PlanTakeover
from services.policy.takeover_planning import Calendar, planned
from services.runtime.clock import DAY_MS
from services.runtime.effects import Key
from services.runtime.errors import RejectError
from services.runtime.ports import Guard
from tests.unit.policy.samples import HOUR_MS, NOW_MS, account
from tests.unit.policy.takeover_samples import GRETA, somebody, takeover

PEOPLE = {
    "dora": somebody("dora", "duty-officer"),
    "ines": somebody("ines", "team-member"),
    "bob": somebody("bob", "approver"),
    "gone": somebody("gone", "duty-officer", state="left"),
}
PLACE = Key("takeovers", "new")
TOWN = Key("accounts", "town")
OTHER: dict[str, Any] = {
    "starts_at_ms": NOW_MS + HOUR_MS,
    "ends_at_ms": NOW_MS + 2 * HOUR_MS,
    "id": "other",
}


def plan(*over: Takeover, **values: Any) -> Decided:
    """Return what planning an hour from now on comes to."""
    order = {
        "account": "town",
        "title": "Week one",
        "duty_officer": "dora",
        "starts_at_ms": NOW_MS + HOUR_MS,
        "ends_at_ms": NOW_MS + 2 * HOUR_MS,
    }
    calendar = Calendar(account(), over, "Europe/London")
    return planned(PlanTakeover(**(order | values)), GRETA, "new", PEOPLE, calendar, NOW_MS)


def test_a_slot_is_kept_with_everything_that_was_said_of_it() -> None:
    """And nobody is to speak in it yet."""
    decided = plan(standby="ines", themes=["trees", "bins"], languages=["en"], why="a try")

    assert {
        "account": "town",
        "state": "draft",
        "curator_id": None,
        "duty_officer_id": "dora-id",
        "standby_id": "ines-id",
        "kinds": "reply statement",
        "themes": "bins trees",
        "languages": "en",
        "zone": "Europe/London",
        "planned_by": "greta-id",
        "reason": "a try",
        "version": 1,
    }.items() <= (decided.writes[PLACE] or {}).items()
    assert "takeover.plan" == decided.notes[0].kind


def test_of_two_planned_at_once_one_is_decided_on_afresh() -> None:
    """Each raises the account's version, and is kept only where nobody else did."""
    decided = plan()

    assert 8 == (decided.writes[TOWN] or {})["version"]
    assert {Guard(TOWN, 7), Guard(PLACE, None), Guard(Key("persons", "dora-id"), 4)} == set(
        decided.guards
    )


@pytest.mark.parametrize(
    ("values", "match"),
    [
        ({"ends_at_ms": NOW_MS + HOUR_MS}, "ends after it begins"),
        ({"starts_at_ms": NOW_MS - 2, "ends_at_ms": NOW_MS}, "over already"),
        ({"ends_at_ms": NOW_MS + 64 * DAY_MS}, "62 days at most"),
        (
            {"starts_at_ms": NOW_MS + 801 * DAY_MS, "ends_at_ms": NOW_MS + 802 * DAY_MS},
            "within 800 days",
        ),
        ({"duty_officer": "bob"}, "Bob is no duty officer"),
        ({"duty_officer": "gone"}, "Gone works here no more"),
        ({"standby": "gone"}, "Gone works here no more"),
        ({"pair_with": "nobody"}, "no takeover nobody"),
    ],
)
def test_what_cannot_be_a_slot_is_refused(values: dict[str, Any], match: str) -> None:
    """In words that say what would do."""
    with pytest.raises(RejectError, match=match):
        plan(**values)


@pytest.mark.parametrize("kind", ["hide", "delete", "block", "mute", "follow", "pin", "profile"])
def test_acts_on_others_are_planned_with_a_reason_alone(kind: str) -> None:
    """Each by its name: no group of them can be given at once."""
    kinds = ("statement", kind)

    with pytest.raises(RejectError, match=f"{kind}: acts on others"):
        plan(kinds=kinds)
    assert "takeover.plan" == plan(kinds=kinds, why="to clear up").notes[0].kind


def test_two_slots_of_an_account_do_not_overlap() -> None:
    """The refusal names the one that is there."""
    with pytest.raises(RejectError, match=r"taken from .* 'Week one' \(other\)"):
        plan(takeover(**OTHER))


def test_two_are_a_pair_where_both_say_so() -> None:
    """Both point to each other from one transaction on."""
    decided = plan(takeover(**OTHER), pair_with="other")

    other = decided.writes[Key("takeovers", "other")] or {}
    assert ("other", "new", 6) == (
        (decided.writes[PLACE] or {})["pair_id"],
        other["pair_id"],
        other["version"],
    )
    assert Guard(Key("takeovers", "other"), 5) in decided.guards


@pytest.mark.parametrize(
    "values",
    [
        {"ends_at_ms": NOW_MS + 3 * HOUR_MS},
        {"pair_id": "third"},
        {"state": "onboarding"},
    ],
)
def test_a_pair_is_of_two_from_the_start(values: dict[str, Any]) -> None:
    """Neither a third, nor another time, nor one that somebody prepares for already."""
    with pytest.raises(RejectError, match="A pair is of two"):
        plan(takeover(**(OTHER | values)), pair_with="other")


def test_a_pair_lies_over_no_third() -> None:
    """Whatever the two say of each other."""
    with pytest.raises(RejectError, match="is taken from"):
        plan(takeover(**OTHER), takeover(**(OTHER | {"id": "third"})), pair_with="other")
