"""What rings whom, on a desk's own database: each rule rings, and does not ring who has no part."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from pathlib import Path

import pytest

from services.runtime.clock import ManualClock
from services.runtime.effects import Key, Row
from services.runtime.ports import Commit, Journal, Record
from tests.bell_rig import BASE, BellRig, bell_rig
from tests.desk_rig import desk_rig
from tests.takeover_rig import plan, prepare, ready, without_grants


@pytest.fixture
def bells(tmp_path: Path, clock: ManualClock) -> Iterator[BellRig]:
    """Bells of a town in which nothing is new."""
    with bell_rig(tmp_path / "bells.sqlite", clock) as rig:
        yield rig


def test_an_act_that_waits_rings_whoever_could_approve_it(bells: BellRig) -> None:
    """Approvers are told of it, and what the bell says is no word of the act."""
    act = bells.rig.held()

    bells.collect()

    assert {"ivor", "moira", "mungo", "greta", "gordon", "dora"} == bells.who_heard(
        "approval.wanted"
    )
    (bell,) = bells.bells("moira")
    assert f"{BASE}/api/v1/acts/{act['id']}" == bell.link
    assert "Mill Lane" not in bell.body + bell.subject


def test_an_act_of_an_approver_does_not_ring_its_author(bells: BellRig) -> None:
    """Nobody is asked to approve their own act."""
    bells.rig.held(who="ivor")

    bells.collect()

    assert "ivor" not in bells.who_heard("approval.wanted")
    assert "moira" in bells.who_heard("approval.wanted")


def test_an_act_that_goes_at_once_rings_nobody(bells: BellRig) -> None:
    """What was approved before the bells came round asks for no consent any more."""
    bells.rig.approved()

    bells.collect()

    assert not bells.who_heard("approval.wanted")


def test_a_halt_rings_the_officers_and_whoever_it_stops(bells: BellRig) -> None:
    """Who placed it is told too: a stolen name must not ring past its owner."""
    bells.rig.halt("account", "town", who="omar")

    bells.collect()

    assert {"omar", "greta", "gordon", "dora", "ines", "ivor", "curt"} == bells.who_heard(
        "halt.placed"
    )
    assert "Halted: account town" == bells.bells("ines")[0].subject


def test_a_halt_of_a_person_rings_that_person_and_no_other_writer(bells: BellRig) -> None:
    """The name is read from the row, since the chain of the audit does not hold it."""
    bells.rig.halt("person", "curt")

    bells.collect()

    assert "curt" in bells.who_heard("halt.placed")
    assert "ines" not in bells.who_heard("halt.placed")
    assert "Halted: person curt" == bells.bells("greta")[0].subject


def test_a_release_rings_who_could_complete_it_and_then_everybody(bells: BellRig) -> None:
    """The second person is asked for, and who asked is not."""
    bells.rig.halt("everything")
    bells.rig.release("everything")

    bells.collect()

    assert {"gordon", "dora"} == bells.who_heard("halt.release-asked")
    assert "ines" in bells.who_heard("halt.released")


def test_an_invitation_rings_the_curator_alone(bells: BellRig) -> None:
    """Whoever is asked hears of it."""
    without_grants(bells.rig)
    bells.drop()
    takeover_id = plan(bells.rig, 30, 40)
    prepare(bells.rig, takeover_id)

    bells.collect()

    assert {"curt"} == bells.who_heard("takeover.invite")
    assert {"greta", "gordon"} == bells.who_heard("takeover.ready-wanted")


def test_a_slot_rings_a_day_and_an_hour_before_it_begins(bells: BellRig) -> None:
    """Curator and duty officer are told twice, and once only of each."""
    without_grants(bells.rig)
    ready(bells.rig, 30, 40)
    bells.collect()
    assert not bells.who_heard("takeover.begins")

    bells.clock.advance(7 * 3_600)
    bells.collect()
    bells.collect()
    a_day = bells.kinds("curt").count("takeover.begins")
    bells.clock.advance(22 * 3_600)
    bells.collect()

    assert 1 == a_day
    assert 2 == bells.kinds("curt").count("takeover.begins")
    assert {"curt", "dora"} == bells.who_heard("takeover.begins")


def test_a_held_act_near_its_time_rings_urgently_and_its_author_once_it_is_over(
    bells: BellRig,
) -> None:
    """Consent that comes too late is of no use."""
    bells.rig.held()
    bells.clock.advance(71 * 3_600)
    bells.collect()
    urgent = [each for each in bells.bells("moira") if each.kind == "approval.running-out"]
    bells.clock.advance(3_600)
    bells.collect()

    assert ["urgent"] == [each.urgency for each in urgent]
    assert "ines" not in bells.who_heard("approval.running-out")
    assert {"ines"} == bells.who_heard("act.lapsed")


def test_a_grant_rings_a_week_and_a_day_before_it_ends(bells: BellRig) -> None:
    """Whoever has it and whoever gave it are told."""
    bells.rig.give_grant("ines", days=10)
    bells.collect()
    assert not bells.who_heard("expiry.grant")

    bells.clock.advance(5 * 86_400)
    bells.collect()
    bells.clock.advance(4.5 * 86_400)
    bells.collect()

    assert 2 == bells.kinds("ines").count("expiry.grant")
    assert {"ines", "greta"} == bells.who_heard("expiry.grant")


def test_letters_ring_ops_once_for_all_of_them(bells: BellRig) -> None:
    """A storm of dead letters is one bell with a number."""
    for number in range(40):
        bells.rig.write(
            "dead_letters", f"letter-{number}", state="new", written_at_ms=bells.rig.now_ms + 1
        )

    bells.collect()

    assert {"omar"} == bells.who_heard("letters.written")
    assert bells.bells("omar")[0].body.startswith("40 events were set aside")


def test_an_account_with_one_owner_rings_once_a_month(bells: BellRig) -> None:
    """Governance and the owner are told until there is a second one."""
    bells.rig.amend("accounts", "town", owner_id=bells.rig.actor("ines").person_id)
    bells.clock.advance(40 * 86_400)
    bells.collect()
    bells.collect()

    assert {"greta", "gordon", "ines"} == bells.who_heard("register.one-owner")
    assert 1 == bells.kinds("ines").count("register.one-owner")


def test_ten_thousand_held_acts_are_a_few_bells_and_one_with_a_number(bells: BellRig) -> None:
    """A storm of acts fills nobody's inbox, and counts every act."""
    held = bells.rig.held()
    row = bells.rig.row("acts", str(held["id"]))
    storm: dict[Key, Row | None] = {
        Key("acts", f"storm-{number:05}"): row | {"digest": f"{number}"} for number in range(10_000)
    }
    bells.rig.journal.commit(Commit(writes=storm)).result()

    bells.clock.advance(71 * 3_600)
    while bells.collecting.turn():
        bells.clock.advance(1)

    inbox = [each for each in bells.bells("moira") if each.kind == "approval.running-out"]
    assert 10_001 == sum(each.times for each in inbox)
    assert 21 == len(inbox)


def test_two_processes_that_read_the_same_ring_once(bells: BellRig) -> None:
    """The slower one's turn is not kept, and what the quicker one sent is not sent again."""
    quicker = bells.collecting_over(bells.rig.journal)

    def hurry() -> None:
        quicker.turn()
        bells.deliver()

    overtaken = Overtaken(bells.rig.journal, hurry)
    slower = bells.collecting_over(overtaken)
    bells.rig.halt("everything")

    kept = slower.turn()
    bells.deliver()

    assert 0 == kept
    assert ["Halted: everything"] == bells.mail.to("greta")
    assert 1 == bells.kinds("greta").count("halt.placed")


def test_a_turn_cut_short_is_made_again_from_the_same_place(bells: BellRig) -> None:
    """A crash before the commit loses no bell, and after it rings none twice."""

    def die() -> None:
        raise InterruptedError

    bells.rig.halt("everything")
    with pytest.raises(InterruptedError):
        bells.collecting_over(Overtaken(bells.rig.journal, die)).turn()
    bells.collecting_over(bells.rig.journal).turn()
    bells.collecting_over(bells.rig.journal).turn()

    assert 1 == bells.kinds("greta").count("halt.placed")


class Overtaken:
    """A journal before whose first commit something happens."""

    def __init__(self, journal: Journal, happens: Callable[[], object]) -> None:
        self._journal = journal
        self._happens: Callable[[], object] | None = happens

    def commit(self, commit: Commit) -> "Future[Sequence[Record]]":
        """Let it happen, then commit."""
        happens, self._happens = self._happens, None
        if happens is not None:
            happens()
        return self._journal.commit(commit)


@pytest.mark.parametrize(("hours", "is_told"), [(0.5, True), (2, False)])
def test_what_happened_long_before_bells_began_rings_nobody(
    tmp_path: Path, clock: ManualClock, hours: float, *, is_told: bool
) -> None:
    """Years of records are not told anew when Mercat learns to ring; the last hour is."""
    with desk_rig(tmp_path / "old.sqlite", clock) as rig:
        rig.halt("everything")
        clock.advance(hours * 3_600)
        bells = BellRig(rig, begun=False)

        bells.collect()

        assert is_told == bool(bells.who_heard("halt.placed"))
