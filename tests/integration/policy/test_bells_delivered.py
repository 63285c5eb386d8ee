"""How bells leave: once where all is well, again where nobody knows, never lost, never for ever."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.policy.bell_delivery import GIVEN_UP_AFTER_MS
from services.runtime.clock import ManualClock
from services.runtime.failpoints import forget_orders, order_at_failpoints
from services.runtime.ringer import Deferred, Refused, Rung
from tests.bell_rig import BellRig, FakeRinger, bell_rig

HOUR = 3_600


class Died(BaseException):
    """Stands for the end of the process."""


@pytest.fixture
def bells(tmp_path: Path, clock: ManualClock) -> Iterator[BellRig]:
    """Bells of a town in which nothing is new."""
    with bell_rig(tmp_path / "bells.sqlite", clock) as rig:
        yield rig
    forget_orders()


def wait(bells: BellRig, seconds: float) -> None:
    """Let time pass, with a turn of the delivery at the end of it."""
    bells.clock.advance(seconds)
    bells.deliver()


def test_an_act_that_waits_is_mailed_once_to_each_who_could_approve_it(bells: BellRig) -> None:
    """However many turns there are."""
    bells.rig.held()
    bells.collect()
    bells.deliver()
    wait(bells, HOUR)

    assert ["An act waits for consent"] == bells.mail.to("moira")
    assert [] == bells.mail.to("omar")
    assert all("Mill Lane" not in line for each in bells.mail.taken for line in each.lines)


def test_an_act_that_is_proposed_again_in_the_same_words_is_mailed_once(bells: BellRig) -> None:
    """The bell that is there stays as it is, read and sent."""
    act = bells.rig.held()
    bells.collect()
    bells.deliver()
    bells.rig.do("bell-read", "moira", all=True)
    bells.rig.do("propose", "ines", act_id=act["id"])
    bells.collect()
    bells.deliver()

    assert ["An act waits for consent"] == bells.mail.to("moira")
    assert all(bell.read_at_ms is not None for bell in bells.bells("moira"))


def test_what_waited_for_the_morning_comes_in_one_mail(bells: BellRig) -> None:
    """Quiet hours end with one summary of all that they kept back."""
    zone_hours = {"quiet_from": "00:00", "quiet_until": "23:59"}
    bells.rig.do("bell-wish", "moira", **zone_hours)
    for number in range(3):
        bells.rig.held(text=f"The bins in Mill Lane will be emptied on Friday, {number}.")
    bells.collect()
    bells.deliver()
    at_night = bells.mail.to("moira")
    wait(bells, 24 * HOUR)

    assert [] == at_night
    assert ["Summary: 3 bells"] == bells.mail.to("moira")


def test_a_summary_that_was_tried_before_says_the_same_at_the_next_try(bells: BellRig) -> None:
    """What came meanwhile goes into another, so that its id stands for the same words."""
    bells.rig.do("bell-wish", "moira", quiet_from="00:00", quiet_until="23:59")
    bells.rig.held()
    bells.collect()
    bells.mail.reply = Deferred("try later")
    wait(bells, 24 * HOUR)
    bells.rig.held(text="The bins in Mill Lane will be emptied on Friday, all of them.")
    bells.collect()
    bells.mail.reply = Rung()
    wait(bells, 24 * HOUR)

    tries = [each for each in bells.mail.given if each.login == "moira"]
    assert 2 == len({each.id for each in tries})
    assert [tries[0].lines, tries[0].id] == [tries[1].lines, tries[1].id]


@pytest.mark.parametrize(
    ("place", "tries"), [("bell.ring.before", 1), ("bell.ring.after", 2), ("bell.outcome.after", 1)]
)
def test_a_crash_around_the_delivery_loses_nothing(bells: BellRig, place: str, tries: int) -> None:
    """Between taken and written down it goes twice, under one id; anywhere else once."""
    bells.rig.do("bell-test", "omar")
    bells.collect()

    def die(name: str) -> None:
        if name == place:
            forget_orders()
            raise Died

    order_at_failpoints(die)
    with pytest.raises(Died):
        bells.delivery.turn()
    bells.delivery = bells.delivery_by(bells.mail)
    bells.deliver()

    assert tries == len(bells.mail.taken)
    assert 1 == len({each.id for each in bells.mail.taken})


def test_a_server_that_is_away_is_tried_with_one_message_and_all_come_once(
    bells: BellRig,
) -> None:
    """Nothing is lost, nothing comes twice, and a dead server is not asked for each message."""
    for login in ("ines", "moira", "omar"):
        bells.rig.do("bell-test", login)
    bells.collect()
    bells.mail.reply = Deferred("nobody is there", is_away=True)
    bells.delivery.turn()
    bells.rig.do("bell-test", "greta")
    bells.collecting.turn()
    bells.delivery.turn()
    tried = len(bells.mail.given)
    bells.mail.reply = Rung()
    wait(bells, 60)
    wait(bells, 60)

    assert 1 == tried
    assert ["greta", "ines", "moira", "omar"] == sorted(each.login for each in bells.mail.taken)


def test_one_way_that_is_away_holds_up_no_other(bells: BellRig) -> None:
    """The webhook rings while the mail server is dead."""
    webhook = FakeRinger("webhook:desk")
    bells.rig.do("bell-wish", "moira", channels=["mail", "webhook"])
    bells.rig.do("bell-test", "moira")
    bells.collect()
    bells.mail.reply = Deferred("nobody is there", is_away=True)
    bells.delivery.turn()
    bells.delivery_by(webhook).turn()

    assert ["A test bell"] == webhook.to("moira")


def test_an_address_that_is_refused_stands_in_nobodys_way(bells: BellRig) -> None:
    """It is kept as failed, and is not tried again."""
    bells.rig.do("bell-test", "moira")
    bells.collect()
    bells.mail.reply = Refused("nobody of that name")
    bells.deliver()
    bells.mail.reply = Rung()
    wait(bells, 24 * HOUR)

    (row,) = bells.rig.rows("bell_ringings_counts", 0)
    assert ("mail", "failed", 1) == (row["channel"], row["state"], row["ringings"])
    assert [] == bells.mail.taken


def test_what_nobody_takes_for_a_day_is_given_up(bells: BellRig) -> None:
    """Tries are more and more seldom, and end."""
    bells.rig.do("bell-test", "moira")
    bells.collect()
    bells.mail.reply = Deferred("later")
    for _ in range(4 * 30):
        wait(bells, HOUR / 4)

    (row,) = bells.rig.rows("bell_ringings_counts", 0)
    assert "failed" == row["state"]
    assert 20 < len(bells.mail.given) < GIVEN_UP_AFTER_MS / 60_000 / 10


def test_a_server_that_is_away_for_a_day_is_waited_for_no_longer(bells: BellRig) -> None:
    """What was due together is given up together, though one message alone was tried each time."""
    for login in ("ines", "moira", "omar"):
        bells.rig.do("bell-test", login)
    bells.collect()
    bells.mail.reply = Deferred("nobody is there", is_away=True)
    for _ in range(4 * 26):
        wait(bells, HOUR / 4)

    (row,) = bells.rig.rows("bell_ringings_counts", 0)
    assert ("failed", 3) == (row["state"], row["ringings"])


def test_alarms_go_before_everything_that_waits(bells: BellRig) -> None:
    """A backlog of mails holds no halt up."""
    bells.rig.held()
    bells.collect()
    bells.rig.halt("everything")
    bells.collect()
    bells.deliver()

    assert "Halted: everything" == bells.mail.taken[0].subject


def test_who_has_left_is_told_nothing_more(bells: BellRig) -> None:
    """What was on its way to somebody who left stays here."""
    bells.rig.do("bell-test", "mungo")
    bells.collect()
    bells.rig.do("person-leaves", "greta", login="mungo", why="another town")
    bells.deliver()

    assert [] == bells.mail.to("mungo")


def test_a_storm_is_a_few_mails_and_one_that_counts(bells: BellRig) -> None:
    """At most so many mails of a family reach a person in an hour."""
    row = bells.rig.row("acts", str(bells.rig.held()["id"]))
    for number in range(500):
        bells.rig.write("acts", f"storm-{number:05}", **(row | {"digest": f"{number}"}))
    bells.clock.advance(71 * HOUR)
    while bells.collecting.turn():
        bells.clock.advance(1)
    bells.deliver()
    wait(bells, HOUR)

    urgent = [each for each in bells.mail.taken if each.login == "moira"]
    assert 20 + 1 + 1 == len(urgent), "and one about the first act, when it was proposed"
    assert "Summary: 481 bells" in bells.mail.to("moira")


def test_the_inbox_of_who_has_left_is_deleted(bells: BellRig) -> None:
    """With what they wished; others keep theirs."""
    for login in ("mungo", "moira"):
        bells.rig.do("bell-wish", login, muted=["rules"])
        bells.rig.do("bell-test", login)
    bells.collect()
    left = bells.rig.actor("mungo").person_id
    bells.rig.do("person-leaves", "greta", login="mungo", why="another town")
    bells.collecting.tidy()

    assert [] == bells.rig.rows("bells_of", left, 1 << 52, 1 << 52, "", 9)
    assert ["bell.tested"] == bells.kinds("moira")
    assert {"rules"} == {bells.rig.row("bell_wishes", bells.rig.actor("moira").person_id)["muted"]}


def test_old_bells_are_deleted_with_their_ways(bells: BellRig) -> None:
    """An inbox is no archive: the audit is."""
    bells.rig.do("bell-test", "moira")
    bells.collect()
    bells.deliver()
    kept = bells.collecting.tidy()
    bells.clock.advance(91 * 24 * HOUR)
    gone = bells.collecting.tidy()

    assert (0, 2) == (kept, gone)
    assert [] == bells.kinds("moira")
