"""Broken glass in a body with one officer, decided on rows alone."""

from typing import Any

import pytest

from services.policy.break_glass import Glass, agreed, reviewed
from services.policy.break_glass_orders import AgreeGlass, AskGlass, ReviewGlass
from services.runtime.errors import NotAllowedError
from tests.unit.policy.samples import NOW_MS, account, actor

OMAR, GRETA = actor("omar-id", "ops"), actor("greta-id")
AGREE = AgreeGlass(glass_id="g1", why="it burns")
INES: dict[str, Any] = {"id": "ines-id", "login": "ines", "name": "Ines", "roles": "approver"}
PERSON = {**INES, "state": "active", "version": 3}


def glass(**values: Any) -> Glass:
    """Return glass that greta asked to break for ines."""
    plain: dict[str, Any] = {"account": "town", "person_id": "ines-id", "kinds": "statement"}
    plain |= {"asked_by": "greta-id", "reason": "it burns", "minutes": 60, "asked_at_ms": NOW_MS}
    return Glass(id="g1", **(plain | values))


def test_a_lone_officer_agrees_to_what_they_asked_and_it_is_marked() -> None:
    """In the row and in the audit; where there are two, it takes them."""
    before = glass()

    decided = agreed(AGREE, GRETA, before, PERSON, account(), "grant-1", NOW_MS, one_officer=True)

    row = decided.writes[before.key]
    assert row is not None
    assert (1, "grant-1", "broken") == (row["one_officer"], row["grant_id"], row["state"])
    assert decided.notes[0].one_officer
    with pytest.raises(NotAllowedError):
        agreed(AGREE, GRETA, before, PERSON, account(), "grant-1", NOW_MS, one_officer=False)


def test_a_lone_officer_looks_at_their_own_and_it_is_marked() -> None:
    """There is nobody else, and the record says so."""
    over = glass(state="broken", agreed_by="omar-id", ends_at_ms=NOW_MS - 1)
    order = ReviewGlass(glass_id="g1", why="it was right")

    row = reviewed(order, GRETA, over, NOW_MS, one_officer=True).writes[over.key]

    assert row is not None
    assert (1, "greta-id") == (row["one_officer"], row["reviewed_by"])
    other = reviewed(order, actor("mungo-id"), over, NOW_MS, one_officer=True).writes[over.key]
    assert 0 == (other or {})["one_officer"]


@pytest.mark.parametrize("hours", [0, 4.5])
def test_leave_for_an_emergency_is_short(hours: float) -> None:
    """Four hours at most, and some."""
    with pytest.raises(ValueError, match="hours"):
        AskGlass(account="town", login="ines", hours=hours, why="it burns")
