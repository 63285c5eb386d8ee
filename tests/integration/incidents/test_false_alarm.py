"""January 2018: a missile warning went out in a drill, and taking it back took 38 minutes.

Drill and warning were choices side by side, one press sent either, the text that takes it back had
to be made up and agreed on, and whoever could have spoken did not have the password. Here a drill
gives no leave, every warning takes a second person, the correction goes the same short way, and
leave for whoever is there is broken out by two.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.policy.break_glass_reading import BreakGlassReading
from services.runtime.errors import NotAllowedError, RejectError
from tests.handover_town import HandoverTown

WARNING = "A storm surge is on its way. Leave the harbour now."
ALL_CLEAR = "There is no storm surge. The warning was sent by mistake. We are sorry."
WHY = "so that it is on record"


@pytest.fixture
def town(tmp_path: Path) -> Iterator[HandoverTown]:
    """A town in which bob, who may speak for nobody, is the only one there."""
    made = HandoverTown(tmp_path)
    yield made
    made.stop()


def asked(town: HandoverTown, login: str = "bob", **order: Any) -> str:
    """Have ann ask that somebody may speak as the town; return its number."""
    given = {"account": "town", "login": login, "kinds": ("statement",), "why": WHY, **order}
    return str(town.do("glass-ask", "ann", **given)["glass_id"])


def said(town: HandoverTown, who: str, text: str = WARNING) -> dict[str, Any]:
    """Have somebody propose a statement of the town."""
    return town.do("answer", who, kind="statement", account="town", text=text, why=WHY)


def test_a_drill_cannot_go_out_as_live(town: HandoverTown) -> None:
    """Every step is practised and on record; at its end nobody may say more than before."""
    glass_id = asked(town, drill=True)
    answer = town.do("glass-agree", "dee", glass_id=glass_id, why=WHY)

    with pytest.raises(NotAllowedError):
        said(town, "bob")
    town.turn()

    assert "nothing can go out by it" in answer["sentence"]
    assert 0 == town.audited("sending.sent")
    assert 0 == town.audited("grant.given", person=town.person_id("bob"))
    assert (1, 0) == (town.audited("glass.drill-agreed"), town.audited("glass.agreed"))
    reading = BreakGlassReading(town.town.store, town.clock.now)
    assert town.now_ms >= (reading.last_drill_at_ms() or 0) > 0
    assert [] == town.breaches()


def test_a_warning_takes_a_second_person_also_by_broken_glass(town: HandoverTown) -> None:
    """Whoever is let speak in an emergency presses once, and nothing is out."""
    town.do("glass-agree", "dee", glass_id=asked(town), why=WHY)
    act = said(town, "bob")
    town.turn()
    before = town.audited("sending.sent")

    with pytest.raises(NotAllowedError):
        town.agree(act, "bob")
    town.agree(act, "dee")
    town.turn()

    assert ("held", 0) == (act["state"], before)
    assert 1 == town.audited("sending.sent")
    assert [] == town.breaches()


def test_it_is_taken_back_in_minutes_by_whoever_is_there(town: HandoverTown) -> None:
    """A correction is opened by anybody who writes or approves, and goes out with one consent."""
    town.do("glass-agree", "dee", glass_id=asked(town), why=WHY)
    warning = said(town, "bob")
    town.agree(warning, "dee")
    town.turn()
    began_ms = town.now_ms

    opened = town.do("correction-open", "bob", act_id=warning["id"], mistake="There is no surge.")
    of = {"correction_id": opened["correction_id"]}
    town.do("correction-choose", "gail", choice="keep", why="So that all read both", **of)
    note = town.do("correction-draft", "dee", part="apology", text=ALL_CLEAR, **of)
    town.agree(town.do("propose", "dee", act_id=note["id"]), "bob")
    town.turn()

    sending = town.town.row("sendings", note["id"])
    assert sending is not None
    assert "sent" == sending["state"]
    assert town.now_ms - began_ms < 60_000
    assert [] == town.breaches()


def test_two_people_break_it_and_never_one(town: HandoverTown) -> None:
    """Not who asked, not who is to speak, and not who looks after people as the speaker."""
    glass_id = asked(town)
    own = town.do("glass-ask", "dee", account="town", login="bob", drill=True, why=WHY)
    for_dee = asked(town, "dee")

    with pytest.raises(NotAllowedError, match="It takes two"):
        town.do("glass-agree", "dee", glass_id=own["glass_id"], why=WHY)
    with pytest.raises(NotAllowedError, match="Nobody gives leave to themselves"):
        town.do("glass-agree", "dee", glass_id=for_dee, why=WHY)
    with pytest.raises(NotAllowedError, match="needs one of these roles"):
        town.do("glass-agree", "ann", glass_id=glass_id, why=WHY)
    with pytest.raises(RejectError, match="does not speak"):
        asked(town, "gail")
    with pytest.raises(RejectError, match="asked for already"):
        asked(town)
    with pytest.raises(NotAllowedError):
        said(town, "bob")


def test_it_ends_by_itself(town: HandoverTown) -> None:
    """What was not out by then stays, though it was agreed to."""
    town.do("glass-agree", "dee", glass_id=asked(town, hours=0.5), why=WHY)
    act = said(town, "bob")
    town.clock.advance(1_790)
    town.agree(act, "dee")
    town.clock.advance(20)
    town.turn()

    with pytest.raises(NotAllowedError):
        said(town, "bob")
    assert town.town.row("sendings", act["id"]) is None
    (glass,) = BreakGlassReading(town.town.store, town.clock.now).latest()
    assert "ended" == glass["state"]


def test_it_is_ended_before_its_time_and_its_leave_with_it(town: HandoverTown) -> None:
    """Whoever took part may, and any officer; a colleague who did not may not."""
    glass_id = asked(town)
    town.do("glass-agree", "dee", glass_id=glass_id, why=WHY)
    with pytest.raises(NotAllowedError):
        town.do("glass-end", "otto", glass_id=glass_id, why=WHY)

    town.do("glass-end", "bob", glass_id=glass_id, why="it is over")

    with pytest.raises(NotAllowedError):
        said(town, "bob")
    with pytest.raises(RejectError, match="has ended already"):
        town.do("glass-end", "bob", glass_id=glass_id, why="once more")
    assert 1 == town.audited("grant.ended")


def test_what_was_asked_is_taken_back_or_lapses(town: HandoverTown) -> None:
    """What nobody agreed to within the hour was no emergency."""
    taken_back, late = asked(town), asked(town, drill=True)
    town.do("glass-end", "ann", glass_id=taken_back, why="a mistake")
    town.clock.advance(3_700)

    with pytest.raises(RejectError, match="taken back"):
        town.do("glass-agree", "dee", glass_id=taken_back, why=WHY)
    with pytest.raises(RejectError, match="within the hour"):
        town.do("glass-agree", "dee", glass_id=late, why=WHY)
    assert asked(town)
    states = {
        each["id"]: each["state"]
        for each in BreakGlassReading(town.town.store, town.clock.now).latest()
    }
    assert ("ended", "lapsed") == (states[taken_back], states[late])


def test_a_halt_stops_it_like_all_else(town: HandoverTown) -> None:
    """Broken glass lifts neither the rules nor a halt."""
    town.do("glass-agree", "dee", glass_id=asked(town), why=WHY)
    act = said(town, "bob")
    town.do("halt", "otto", kind="account", name="town", why="nothing goes out")
    town.agree(act, "dee")
    town.turn()

    assert town.town.row("sendings", act["id"]) is None
    assert [] == town.breaches()


def test_somebody_who_took_no_part_looks_at_it_within_three_days(town: HandoverTown) -> None:
    """Never before it is over; what nobody looked at in time is shown as overdue."""
    glass_id = asked(town)
    town.do("glass-agree", "dee", glass_id=glass_id, why=WHY)
    reading = BreakGlassReading(town.town.store, town.clock.now)
    with pytest.raises(RejectError, match="is over"):
        town.do("glass-review", "gail", glass_id=glass_id, why=WHY)
    town.clock.advance(3_600)
    with pytest.raises(NotAllowedError, match="somebody else does"):
        town.do("glass-review", "dee", glass_id=glass_id, why=WHY)
    early = reading.latest()[0]["overdue"]
    town.clock.advance(3 * 86_400)
    late = reading.latest()[0]["overdue"]

    town.do("glass-review", "gail", glass_id=glass_id, why="It was right; the rota had a gap.")

    (glass,) = reading.latest()
    assert (False, True, False) == (early, late, glass["overdue"])
    assert ("reviewed", "gail") == (glass["state"], glass["reviewed_by"])
    assert 1 == town.audited("glass.reviewed", glass=glass_id)
