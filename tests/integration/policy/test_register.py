"""The register at the desk: owners, limits that the gate keeps, and what the public is told."""

from typing import Any, Final

import pytest

from services.policy.register_reading import Body, RegisterReading
from services.runtime.actor import OPERATOR
from services.runtime.errors import NotAllowedError, NotFoundError
from tests.desk_rig import DeskRig, account_settings
from tests.takeover_rig import ready, turns_of, without_grants

WHY: Final = "so that all know it"
FRESH_SECONDS: Final = 5


def reading_of(rig: DeskRig) -> RegisterReading:
    """Return what reads the rig's register."""
    body = Body(
        accounts=[account_settings("town", "town-house"), account_settings("library", "library")],
        teams={"waste": "Waste and streets"},
        domain="social.town.example",
        address="https://mercat.town.example",
    )
    return RegisterReading(rig.store, body, rig.clock.now, rig.clock.elapsed_seconds)


def describe(rig: DeskRig, account: str = "town", who: Any = "greta", **values: Any) -> Any:
    """Describe an account."""
    return rig.do("account-describe", who, account=account, why=WHY, **values)


def public(reading: RegisterReading, account: str = "town") -> Any:
    """Return what the public is told of an account."""
    return next(each for each in reading.in_public() if each["id"] == account)


def test_governance_describes_and_others_do_not(rig: DeskRig) -> None:
    """Whoever has the machine may too: that is how a body begins."""
    describe(rig, who=OPERATOR, purpose="service", owner="dora", second_owner="ivor")

    told = reading_of(rig).one("town")
    assert ("service", "dora", "ivor", []) == (
        told["purpose"],
        told["owner"],
        told["second_owner"],
        told["faults"],
    )
    with pytest.raises(NotAllowedError):
        describe(rig, who="dora", purpose="push")
    with pytest.raises(NotFoundError):
        reading_of(rig).one("tower")


def test_what_else_changes_an_account_keeps_what_the_register_says(rig: DeskRig) -> None:
    """Grants, modes and halts write the row whole; none of them wipes an owner."""
    describe(rig, owner="dora", second_owner="ivor", about="Ask us.", quota_hour=9)

    rig.give_grant("ines")
    rig.do("set-mode", "dora", account="town", mode="emergency", why="the river rises")
    rig.halt("account", "town")

    row = rig.row("accounts", "town")
    assert ("Ask us.", 9, "emergency") == (row["about"], row["quota_hour"], row["mode"])
    assert rig.actor("dora").person_id == row["owner_id"]


def test_a_description_holds_from_the_next_send_on(rig: DeskRig) -> None:
    """It raises the account's version, by which each sending is bound."""
    before = rig.row("accounts", "town")["version"]

    describe(rig, quota_day=3)

    assert before + 1 == rig.row("accounts", "town")["version"]


def test_an_owner_who_leaves_is_told_of_and_the_second_steps_in(rig: DeskRig) -> None:
    """Nobody is dropped in silence: the answer, the list and the second owner know."""
    describe(rig, owner="dora", second_owner="ivor")

    answer = rig.do("person-leaves", "greta", login="dora", why="a new post elsewhere")
    before = reading_of(rig).one("town")["faults"]
    rig.do("account-step-in", "ivor", account="town", why="she left")

    after = reading_of(rig).one("town")
    assert "need another owner: town" in answer["sentence"]
    assert ["its owner works here no more; the second owner can step in"] == before
    assert ("ivor", None) == (after["owner"], after["second_owner"])
    assert ["it has no second owner; no account is one person's alone"] == after["faults"]


def test_the_public_is_told_of_listed_accounts_alone(rig: DeskRig) -> None:
    """What is not said to be unlisted is on the list, with where it is found."""
    describe(rig, "library", listed=False)
    describe(rig, purpose="service", owner_team="waste")
    reading = reading_of(rig)

    (told,) = reading.in_public()

    assert ("@town@social.town.example", "https://mercat.town.example/house/accounts/town") == (
        told["full_handle"],
        told["link"],
    )
    assert "Staff of Waste and streets" == told["speaking"]["sentence"]
    assert "unknown" == reading.looked_up("@library@social.town.example").answer
    assert "yes" == reading.looked_up(told["link"]).answer


def test_a_halt_is_told_without_its_reason(rig: DeskRig) -> None:
    """That nothing is posted helps whoever waits for an answer; why is the body's own matter."""
    reading = reading_of(rig)
    before = public(reading)["mode"]
    rig.halt("everything")

    soon = public(reading)["mode"]
    rig.clock.advance(FRESH_SECONDS)
    later = public(reading)

    assert ("normal", "normal", "halted") == (before, soon, later["mode"])
    assert "Nothing is being posted here just now." == later["mode_sentence"]


def test_a_guest_is_named_only_by_their_own_word(rig: DeskRig) -> None:
    """A guest of the town until they agree, and again once they take it back."""
    without_grants(rig)
    takeover_id = ready(rig)
    rig.clock.advance(3_601)
    turns_of(rig).turn()
    reading, seen = reading_of(rig), []

    for name in (None, "Curt", ""):
        if name is not None:
            rig.do("takeover-show-name", "curt", takeover_id=takeover_id, name=name)
            rig.clock.advance(FRESH_SECONDS)
        seen.append(public(reading)["speaking"])

    assert ["a guest of the town", "Curt", "a guest of the town"] == [each["who"] for each in seen]
    assert {"A day on the allotments"} == {each["title"] for each in seen}
    assert {rig.row("takeovers", takeover_id)["ends_at_ms"]} == {
        each["ends_at_ms"] for each in seen
    }


def test_staff_by_rota_are_told_by_their_initials(rig: DeskRig) -> None:
    """Who they are stands in the initials, as far as they sign."""
    describe(rig, owner_team="waste")
    rig.give_grant("ivor", origin="rota", initials="IV")

    told = public(reading_of(rig))["speaking"]

    assert "Staff of Waste and streets, signed with initials" == told["sentence"]


def test_the_facts_tell_the_gate_of_the_own_limit(rig: DeskRig) -> None:
    """What governance sets is what the rules are asked with."""
    describe(rig, quota_hour=2)
    rig.held()

    facts = rig.gate.asked[-1]

    assert {"hour": 2} == facts["account"]["quota"]
