"""June 2012: a curator's posts about Jews went out as a country's voice, and were left to stand.

Here what demeans a group is refused; what no list knows is read by a second person before it goes
out, as every act of somebody new is; one press stops the rest; and what did go out is put right.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.runtime.errors import RejectError
from tests.handover_town import HandoverTown

DEMEANING = "Muslims are vermin and should be thrown out of the town."
INSINUATING = "What is it with the Jews? Whatever goes wrong here, people say it is them."
CAREFUL = "Today I show you the oldest apple tree on our allotments."


@pytest.fixture
def town(tmp_path: Path) -> Iterator[HandoverTown]:
    """A town whose account a curator speaks as."""
    made = HandoverTown(tmp_path)
    yield made
    made.stop()


def shown(town: HandoverTown) -> list[str]:
    """Return what stands on the platform now, newest first."""
    house = town.town.embedded.house
    assert house is not None
    return [post.text for post, _ in house.latest(50) if not post.deleted]


def test_words_that_demean_a_group_are_refused_whoever_agrees(town: HandoverTown) -> None:
    """Nobody can consent to them, and the attempt takes the curator's trust down, on record."""
    town.live_slot()

    act = town.act("curt", "statement", text=DEMEANING)
    with pytest.raises(RejectError, match="refused by the rules"):
        town.agree(act, "bob")
    town.turn()

    assert "denied" == act["state"]
    assert "content/hate" in {reason["rule"] for reason in act["reasons"]}
    assert DEMEANING not in shown(town)
    assert 1 == town.audited("act.proposed", decision="deny")


def test_words_that_no_list_knows_wait_for_a_second_person(town: HandoverTown) -> None:
    """Whoever reads them takes them back, with the reason; they were never seen."""
    town.live_slot()

    act = town.act("curt", "statement", text=INSINUATING)
    town.turn()
    town.do("withdraw", "bob", act_id=act["id"], why="It lets a slur be asked as a question")

    assert "held" == act["state"]
    assert INSINUATING not in shown(town)
    assert 1 == town.audited("act.withdrawn")


def test_one_press_stops_the_rest_of_it(town: HandoverTown) -> None:
    """What waits does not go out after it, however many have agreed."""
    takeover_id = town.live_slot()
    act = town.agree(town.act("curt", "statement", text=CAREFUL), "bob")

    town.do("takeover-pause", "dee", takeover_id=takeover_id, why="I want to read it all again")
    town.turn()

    assert CAREFUL not in shown(town)
    assert "approved" == act["state"]
    with pytest.raises(RejectError):
        town.do("takeover-sign-on", "curt", takeover_id=takeover_id)


def test_what_slipped_through_is_deleted_and_said_sorry_for(town: HandoverTown) -> None:
    """By officers who did not write it, under the same rules; the record of it stays."""
    takeover_id = town.live_slot()
    slipped = town.agree(town.act("curt", "statement", text=INSINUATING), "bob")
    town.turn()
    assert INSINUATING in shown(town)
    town.do("takeover-stop", "dee", takeover_id=takeover_id, why="It must not stand")
    opened = town.do("correction-open", "bob", act_id=slipped["id"], mistake="It repeats a slur")
    of = {"correction_id": opened["correction_id"]}
    town.do("correction-choose", "gail", choice="delete", why="It hurts whoever reads it", **of)
    removal = town.do("correction-draft", "dee", part="removal", **of)
    asked = town.do("propose", "dee", act_id=removal["id"])
    town.agree(asked, "bob", "gail")
    town.turn()

    assert INSINUATING not in shown(town)
    assert 1 == town.audited("correction.chosen", choice="delete")
    assert 1 == town.audited("sending.sent", act_kind="delete")
    assert [] == town.breaches()
