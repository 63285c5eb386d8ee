"""January 2013: a shop chain dismissed sixty people, and the one who ran its account told of it.

She alone held the account; her managers asked on the same account how it is switched off. Here no
account is one person's alone, and whoever leaves speaks no more from the next send on.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.policy.register import register_faults
from services.runtime.errors import NotAllowedError
from tests.handover_town import HandoverTown

LIVE = "We are being dismissed at this moment, sixty of us, all in one room."
CALM = "Some of our people leave us today. We will answer your questions here tomorrow."
WHY = "so that it is on record"


@pytest.fixture
def town(tmp_path: Path) -> Iterator[HandoverTown]:
    """A town whose account ann owns and runs, with dee as its second owner."""
    made = HandoverTown(tmp_path)
    owners = {"owner": "ann", "second_owner": "dee"}
    made.do("account-describe", "gail", account="town", purpose="push", why=WHY, **owners)
    yield made
    made.stop()


def said(town: HandoverTown, who: str, text: str) -> dict[str, Any]:
    """Have somebody propose a statement of the town."""
    return town.do("answer", who, kind="statement", account="town", text=text, why=WHY)


def test_nothing_of_the_dismissed_goes_out_though_it_was_agreed_to(town: HandoverTown) -> None:
    """What was approved a moment before stays here, and a new word is not even taken."""
    act = town.agree(said(town, "ann", LIVE), "bob")
    before = act["state"]
    ann = town.town.actor("ann")

    town.do("person-leaves", "gail", login="ann", why="dismissed today")
    town.turn()
    with pytest.raises(NotAllowedError, match="work here no more"):
        town.town.speaking.desk.carry_out(
            "answer", {"kind": "statement", "account": "town", "text": LIVE, "why": WHY}, ann
        )

    row = town.town.row("acts", act["id"])
    assert "approved" == before
    assert row is not None
    assert row["state"] not in ("approved", "sending")
    assert town.town.row("sendings", act["id"]) is None
    assert [] == town.breaches()


def test_the_second_owner_acts_at_once(town: HandoverTown) -> None:
    """Without anybody else's password: they own it, and what they say goes out."""
    answer = town.do("person-leaves", "gail", login="ann", why="dismissed today")

    town.do("account-step-in", "dee", account="town", why="ann was dismissed")
    act = town.agree(said(town, "dee", CALM), "bob")
    town.turn()

    row, sending = town.town.row("accounts", "town"), town.town.row("sendings", act["id"])
    assert "need another owner: town" in answer["sentence"]
    assert row is not None
    assert town.person_id("dee") == row["owner_id"]
    assert sending is not None
    assert "sent" == sending["state"]
    people = {town.person_id("dee"): {"state": "active"}}
    assert ["it has no second owner; no account is one person's alone"] == list(
        register_faults(row, people)
    )
    assert [] == town.breaches()
