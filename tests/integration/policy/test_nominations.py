"""Nominations at the desk: named, listed, drawn, taken up, and what is forgotten of whom."""

from typing import Any

import pytest

from services.policy.fair_draw import commitment_of, drawn_order, list_digest_of
from services.policy.nominations import receipt_digest
from services.runtime.actor import ANYBODY
from services.runtime.errors import NotAllowedError, NotFoundError, RejectError
from tests.desk_rig import DeskRig
from tests.nomination_rig import NAMES, SOURCE, VALUE, drawn, listed, named, opened, reading
from tests.takeover_rig import plan


def rows_of(rig: DeskRig, round_id: str) -> list[dict[str, Any]]:
    """Return a round's nominations as they are kept."""
    return [dict(row) for row in rig.rows("nominations_of_round", round_id, 100)]


def test_a_round_goes_from_names_to_somebody_who_takes_it_up(rig: DeskRig) -> None:
    """Everything that the draw rests on was public before it, and works out to the same order."""
    round_id, order = drawn(rig)
    told = next(each for each in reading(rig).in_public() if each["id"] == round_id)
    entries = [(each["number"], each["receipt_digest"]) for each in told["list"]]

    assert told["order"] == order == drawn_order(3, VALUE, told["seed"], list_digest_of(entries))
    assert told["seed_commitment"] == commitment_of(told["seed"])
    assert told["list_digest"] == list_digest_of(entries)
    reply = rig.do(
        "nomination-answer", "greta", round_id=round_id, number=order[0], answer="taken-up"
    )
    assert "ended" == reply["state"]


def test_before_the_draw_the_secret_is_told_to_nobody(rig: DeskRig) -> None:
    """Not to the public, and not to an officer, who could else wait for a value that suits."""
    round_id, _ = listed(rig)

    assert None is reading(rig).round(round_id)["seed"]
    assert None is reading(rig).in_public()[0]["seed"]


def test_the_public_sees_no_name(rig: DeskRig) -> None:
    """Numbers, and digests of receipts that only their holders have."""
    round_id, made = listed(rig)
    told = str(reading(rig).in_public())

    assert all(name not in told for name in NAMES)
    assert all(receipt_digest(each["receipt"]) in told for each in made)
    assert all(each["receipt"] not in told for each in made)
    assert round_id in told


def test_who_fixed_the_list_does_not_draw_from_it(rig: DeskRig) -> None:
    """One person would know the secret and choose when to look at the value."""
    round_id, _ = listed(rig)

    with pytest.raises(NotAllowedError, match="ask another officer"):
        rig.do("nomination-draw", "greta", round_id=round_id, public_value=VALUE)


def test_a_body_with_one_officer_draws_and_it_is_marked(lone_rig: DeskRig) -> None:
    """As everything that one person did for two."""
    round_id, _ = listed(lone_rig)

    lone_rig.do("nomination-draw", "greta", round_id=round_id, public_value=VALUE)

    assert 1 == lone_rig.row("nomination_rounds", round_id)["one_officer"]


def test_a_fixed_list_is_drawn_from_once(rig: DeskRig) -> None:
    """Whoever does not like an order cannot draw again."""
    round_id, _ = drawn(rig)

    with pytest.raises(RejectError, match="is drawn; this takes one that is listed"):
        rig.do("nomination-draw", "gordon", round_id=round_id, public_value="another")


def test_they_are_asked_in_the_order_drawn(rig: DeskRig) -> None:
    """Nobody is passed over; whoever declines is forgotten at once."""
    round_id, order = drawn(rig)
    with pytest.raises(RejectError, match=f"Number {order[0]} is next"):
        rig.do("nomination-answer", "greta", round_id=round_id, number=order[1], answer="taken-up")
    rig.do("nomination-answer", "greta", round_id=round_id, number=order[0], answer="declined")
    reply = rig.do(
        "nomination-answer", "greta", round_id=round_id, number=order[1], answer="taken-up"
    )

    kept = [row["name"] for row in rows_of(rig, round_id) if row["name"]]
    taken = next(row for row in rows_of(rig, round_id) if row["number"] == order[1])
    assert [taken["name"]] == kept
    assert str(taken["name"]) in reply["sentence"]


def test_where_everybody_declined_nobody_is_left_to_ask(rig: DeskRig) -> None:
    """The round is ended by hand then."""
    round_id, order = drawn(rig)
    for number in order:
        rig.do("nomination-answer", "greta", round_id=round_id, number=number, answer="declined")

    with pytest.raises(RejectError, match="Everybody drawn has been heard"):
        rig.do("nomination-answer", "greta", round_id=round_id, number=order[0], answer="taken-up")


def test_a_round_that_is_ended_forgets_everybody(rig: DeskRig) -> None:
    """Whatever state it was in."""
    round_id, _ = listed(rig)

    rig.do("nomination-end", "greta", round_id=round_id, why="The slot was called off")

    assert [None] * 9 == [
        row[name] for row in rows_of(rig, round_id) for name in ("name", "contact", "words")
    ]


def test_a_receipt_takes_a_nomination_back_and_its_number_stays(rig: DeskRig) -> None:
    """The draw can still be worked out; nobody is asked by that number."""
    round_id, made = listed(rig)
    rig.do("nomination-take-back", ANYBODY, receipt=f" {made[0]['receipt']} ")
    reply = rig.do("nomination-draw", "gordon", round_id=round_id, public_value=VALUE)

    gone = rig.row("nominations", made[0]["nomination_id"])
    assert ("withdrawn", None, None) == (gone["state"], gone["name"], gone["contact"])
    assert 3 == len(reply["order"])
    first = next(number for number in reply["order"] if number != gone["number"])
    rig.do("nomination-answer", "greta", round_id=round_id, number=first, answer="taken-up")
    with pytest.raises(NotFoundError, match="No nomination has this receipt"):
        rig.do("nomination-take-back", ANYBODY, receipt=made[0]["receipt"])


def test_whoever_was_named_by_somebody_else_is_asked_before_they_are_listed(rig: DeskRig) -> None:
    """An officer says so, and the record names the officer."""
    round_id = opened(rig)
    each = named(rig, round_id, named_by="somebody-else")["nomination_id"]
    with pytest.raises(RejectError, match="ask them first"):
        rig.do("nomination-choose", "greta", nomination_id=each)

    rig.do("nomination-choose", "greta", nomination_id=each, agreed=True)

    assert 1 == rig.row("nominations", each)["agreed"]


def test_a_list_is_fixed_once_the_round_has_closed_and_all_are_decided_on(rig: DeskRig) -> None:
    """Nobody is left off for want of a look, and nobody who comes in time comes too late."""
    round_id = opened(rig)
    first, second = (named(rig, round_id, name)["nomination_id"] for name in NAMES[:2])
    rig.do("nomination-choose", "greta", nomination_id=first)
    fix = {"round_id": round_id, "public_source": SOURCE}
    with pytest.raises(RejectError, match="still open"):
        rig.do("nomination-fix-list", "greta", **fix)
    rig.clock.advance(3_600)
    with pytest.raises(RejectError, match="1 of those named are neither"):
        rig.do("nomination-fix-list", "greta", **fix)

    rig.do("nomination-set-aside", "greta", nomination_id=second, why="Lives elsewhere")

    assert "listed" == rig.do("nomination-fix-list", "greta", **fix)["state"]
    with pytest.raises(RejectError, match="this takes one that is open"):
        rig.do("nomination-choose", "greta", nomination_id=second)


def test_nobody_is_named_before_a_round_or_after_it(rig: DeskRig) -> None:
    """By the server's clock, to the millisecond."""
    round_id = opened(rig)
    rig.clock.advance(3_599.999)
    named(rig, round_id)
    rig.clock.advance(0.001)

    with pytest.raises(NotFoundError, match="Nobody can be named here now"):
        named(rig, round_id, NAMES[1])
    with pytest.raises(NotFoundError, match="Nobody can be named here now"):
        named(rig, "0" * 32)


def test_a_round_may_be_closed_before_its_time(rig: DeskRig) -> None:
    """With a reason on the record; from then on nobody is named."""
    round_id = opened(rig)
    rig.do("nomination-close", "greta", round_id=round_id, why="Enough were named")

    with pytest.raises(NotFoundError, match="Nobody can be named here now"):
        named(rig, round_id)
    with pytest.raises(RejectError, match="has closed already"):
        rig.do("nomination-close", "greta", round_id=round_id, why="Once more")
    assert "Enough were named" in str(rig.notes("nomination.closed"))


def test_an_empty_list_is_not_fixed(rig: DeskRig) -> None:
    """There is nothing to draw from."""
    round_id = opened(rig)
    rig.clock.advance(3_600)

    with pytest.raises(RejectError, match="Nobody is on the list"):
        rig.do("nomination-fix-list", "greta", round_id=round_id, public_source=SOURCE)


@pytest.mark.parametrize("hours", [0.0, -1.0, 24 * 367])
def test_a_round_closes_within_a_year(rig: DeskRig, hours: float) -> None:
    """And not before it opened."""
    with pytest.raises(RejectError, match="A round closes between now and"):
        opened(rig, hours)


def test_a_round_is_for_a_slot_that_nobody_was_asked_for(rig: DeskRig) -> None:
    """Of its own account, and after the round has closed."""
    slot = plan(rig, 2, 3)
    assert opened(rig, takeover_id=slot)
    with pytest.raises(RejectError, match="not of library"):
        opened(rig, account="library", takeover_id=slot)
    with pytest.raises(RejectError, match="begins before the round closes"):
        opened(rig, 2, takeover_id=slot)
    rig.do("takeover-invite", "greta", takeover_id=slot, login="curt")

    with pytest.raises(RejectError, match="somebody was asked already"):
        opened(rig, takeover_id=slot)


@pytest.mark.parametrize("verb", ["nomination-open", "nomination-draw", "halt"])
def test_anybody_may_name_somebody_and_nothing_else(rig: DeskRig, verb: str) -> None:
    """The page that asks nobody who they are opens no other door."""
    with pytest.raises(NotAllowedError, match="needs one of these roles"):
        rig.do(verb, ANYBODY)


def test_the_record_names_nobody_who_was_named(rig: DeskRig) -> None:
    """Each step stands in the account's chain, without a name or a way to reach somebody."""
    drawn(rig)
    kinds = ("opened", "made", "chosen", "listed", "drawn")
    noted = [each for kind in kinds for each in rig.notes(f"nomination.{kind}")]

    assert 9 == len(noted)
    assert all(name not in str(noted) for name in NAMES)
    assert "town.example" not in str(noted)
