"""How one bell reaches somebody: by which ways, at once or in a summary, and what breaks quiet."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from services.policy.bell import Bell, Family, Urgency
from services.policy.bell_wishes import Plan, Recipient, Wish, planned, ringing_rows
from services.runtime.clock import HOUR_MS, to_epoch_ms
from services.runtime.effects import Key

LONDON = "Europe/London"
NIGHT = to_epoch_ms(datetime(2026, 11, 27, 23, 10, tzinfo=ZoneInfo(LONDON)))
SEVEN = to_epoch_ms(datetime(2026, 11, 28, 7, 0, tzinfo=ZoneInfo(LONDON)))
EIGHT = SEVEN + HOUR_MS
WAYS = ("mail", "webhook:desk", "webhook:pager")


def bell(kind: str, urgency: Urgency = "usual", family: Family | None = None) -> Bell:
    """Return a bell of a kind."""
    return Bell(
        id="bell-1",
        person_id="dora-id",
        kind=kind,
        family=family or urgency,
        urgency=urgency,
        about="halts",
        subject="Something",
        body="It happened.",
        link="",
        rung_at_ms=NIGHT,
    )


USUAL = bell("approval.wanted")
LOW = bell("rules.approved", "low")
URGENT = bell("approval.running-out", "urgent")
ALARM = bell("halt.placed", "urgent", "alarm")
INCIDENT = bell("incident.opened", "urgent", "alarm")


def somebody(*roles: str, on_duty: bool = False, quiet: bool = True, **wish: Any) -> Recipient:
    """Return somebody who wants quiet at night, unless told otherwise."""
    hours = {"quiet_from": "22:00", "quiet_until": "07:00"} if quiet else {}
    wished = Wish(zone=LONDON, **(hours | wish))
    return Recipient("dora-id", "dora", frozenset(roles), wished, on_duty)


@pytest.mark.parametrize(
    ("rung", "expected"),
    [
        (USUAL, Plan(("mail",), "summary", SEVEN)),
        (URGENT, Plan(("mail",), "summary", SEVEN)),
        (ALARM, Plan(("mail",), "single", NIGHT)),
        (LOW, Plan(("mail",), "summary", EIGHT)),
    ],
    ids=["usual", "urgent", "alarm", "low"],
)
def test_quiet_lets_alarms_through_and_keeps_the_rest_to_its_end(
    rung: Bell, expected: Plan
) -> None:
    """Halts and incidents do not wait for the morning; what waited comes in one summary."""
    assert expected == planned(rung, somebody("team-member"), WAYS, NIGHT)


@pytest.mark.parametrize("rung", [USUAL, URGENT], ids=["usual", "urgent"])
def test_without_quiet_a_bell_comes_at_once(rung: Bell) -> None:
    """Who wished nothing is told by mail, at any hour."""
    who = somebody("team-member", quiet=False)

    assert Plan(("mail",), "single", NIGHT) == planned(rung, who, WAYS, NIGHT)


def test_a_duty_officer_on_duty_is_told_what_is_urgent_in_quiet_hours() -> None:
    """Whoever answers for a slot is not let sleep through it, but for what is usual."""
    who = somebody("duty-officer", on_duty=True)

    assert Plan(("mail",), "single", NIGHT) == planned(URGENT, who, WAYS, NIGHT)
    assert Plan(("mail",), "summary", SEVEN) == planned(USUAL, who, WAYS, NIGHT)


@pytest.mark.parametrize(
    "wish", [{"channels": ()}, {"muted": frozenset({"halt"})}], ids=["no way", "muted"]
)
def test_an_alarm_reaches_the_duty_officer_on_duty_whatever_they_wish(wish: Any) -> None:
    """Nobody who is on duty can turn a halt off; whoever is not can."""
    on_duty = somebody("duty-officer", on_duty=True, **wish)
    off_duty = somebody("duty-officer", **wish)

    assert ("mail",) == planned(ALARM, on_duty, WAYS, NIGHT).channels
    assert () == planned(ALARM, off_duty, WAYS, NIGHT).channels


@pytest.mark.parametrize(("role", "expected"), [("ops", ("mail",)), ("approver", ())])
def test_incidents_are_never_muted_for_governance_and_ops(
    role: str, expected: tuple[str, ...]
) -> None:
    """A wish that was made before somebody had the role holds no longer."""
    who = somebody(role, muted=frozenset({"incident"}))

    assert expected == planned(INCIDENT, who, WAYS, NIGHT).channels


def test_a_webhook_that_is_wished_is_each_that_there_is() -> None:
    """Mail is left out where only the webhook is wished."""
    who = somebody("approver", channels=("webhook",))

    assert ("webhook:desk", "webhook:pager") == planned(ALARM, who, WAYS, NIGHT).channels


def test_without_a_server_the_inbox_is_all() -> None:
    """Nothing waits to be sent by a way there is not, not even an alarm."""
    who = somebody("duty-officer", on_duty=True)

    assert () == planned(ALARM, who, (), NIGHT).channels


def test_what_stands_for_many_comes_as_the_hour_ends() -> None:
    """By then it has counted them all; in quiet hours it waits like any other."""
    hour_end = (NIGHT // HOUR_MS + 1) * HOUR_MS
    awake, asleep = somebody(quiet=False), somebody()

    assert Plan(("mail",), "summary", hour_end) == planned(URGENT, awake, WAYS, NIGHT, folded=True)
    assert SEVEN == planned(URGENT, asleep, WAYS, NIGHT, folded=True).not_before_ms


def test_each_way_has_a_row_of_its_own() -> None:
    """So that one that is away holds up no other."""
    rows = ringing_rows(USUAL, Plan(("mail", "webhook:desk"), "single", NIGHT), NIGHT)

    assert {
        Key("bell_ringings", "bell-1:mail"),
        Key("bell_ringings", "bell-1:webhook:desk"),
    } == {*rows}


def test_wishes_come_back_from_their_row() -> None:
    """What is kept is what was wished."""
    wish = somebody(muted=frozenset({"act", "rota"}), channels=("mail", "webhook")).wish

    assert wish == Wish.of(wish.row(), "UTC")
    assert Wish(zone="UTC") == Wish.of(None, "UTC")
