"""The rogue-post detector on a real town: what it takes for ours, and what it cannot read."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from services.bootstrap_timelines import timeline_turns_of
from services.house.faults import Fault, HouseFaults
from services.house.threads import HouseAct
from services.policy.incident import EVIDENCE_MAX
from services.policy.incident_turns import TOLD_A_LOOK_MAX, TimelineTurns
from services.publish.house_platform import HousePlatform
from services.publish.hushed_platform import HushedPlatform
from services.publish.timeline import LISTED_MAX
from services.runtime.effects import Key, Row
from services.runtime.errors import PlatformUnavailableError, RejectError
from services.runtime.ports import Commit
from tests.handover_town import HandoverTown

CALM = "Our office opens at nine tomorrow."
WHY = "looked at with the platform"


class Watched:
    """A town with a detector that keeps what it knows, as a process does."""

    def __init__(self, place: Path) -> None:
        self.town = HandoverTown(place)
        self.store = self.town.town.store
        self.detector = timeline_turns_of(self.town.town.speaking)
        self.faults = HouseFaults()
        for platform in self.town.town.speaking.platforms.values():
            assert isinstance(platform, HushedPlatform)
            assert isinstance(platform._platform, HousePlatform)
            platform._platform._faults = self.faults

    def look(self, seconds: float = 10) -> int:
        """Look once, a while later."""
        self.town.clock.advance(seconds)
        return self.detector.turn()

    def steal(self, *texts: str) -> None:
        """Post as the town past Mercat."""
        house, speaking = self.town.town.embedded.house, self.town.town.speaking
        assert house is not None
        for text in texts:
            act = HouseAct("statement", text=text, language="en")
            house.carry_out("town", act, speaking.credential("town"))

    def incidents(self, state: str = "open") -> list[Row]:
        """Return the incidents in a state."""
        return list(self.store.select("incidents_in_state", (state, 10)))

    def timeline(self) -> Row:
        """Return how far the town was read back."""
        row = self.town.town.row("timelines", "town")
        assert row is not None
        return row

    def write(self, table: str, row_id: str, row: Row) -> None:
        """Set a row."""
        journal = self.town.town.embedded.journal
        journal.commit(Commit(writes={Key(table, row_id): row})).result()

    def tried(self, fault: Fault) -> dict[str, Any]:
        """Have a statement tried once, with a fault."""
        act = self.town.agree(self.town.act("dee", "statement", text=CALM), "bob")
        self.faults.order(fault)
        for sender in self.town.town.speaking.senders:
            sender.turn()
        return act


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    """A town that was looked at once."""
    made = Watched(tmp_path)
    made.look()
    yield made
    made.town.stop()


def test_what_was_there_before_the_first_look_is_known(tmp_path: Path) -> None:
    """A body that begins with Mercat has posted before; what comes after is new."""
    watched = Watched(tmp_path)
    watched.steal("From before.")

    first, second = watched.look(), watched.look()
    watched.steal("From after.")

    assert (0, 0, 1) == (first, second, watched.look())
    (incident,) = watched.incidents()
    assert "From after." in str(incident["summary"])
    watched.town.stop()


def test_what_we_send_raises_no_alarm(watched: Watched) -> None:
    """Looked at by one that remembers, and by one that has just been started."""
    watched.town.own_post()

    assert 0 == watched.look()
    assert 0 == timeline_turns_of(watched.town.town.speaking).turn()
    assert [] == watched.incidents()


@pytest.mark.parametrize("takes_keys", [True, False])
def test_an_act_in_doubt_is_no_stranger(watched: Watched, *, takes_keys: bool) -> None:
    """The platform carried it out and nobody was told: it is ours, by its key or by its looks."""
    watched.faults.takes_keys = takes_keys
    act = watched.tried("time-out-after")
    sending = watched.town.town.row("sendings", act["id"])

    found = watched.look(0.01)

    assert sending is not None
    assert "unknown" == sending["state"]
    assert 0 == found
    watched.town.clock.advance(60)
    watched.town.turn()
    assert 0 == watched.look()


def test_without_keys_a_twin_is_told_once_the_act_in_doubt_is_settled(watched: Watched) -> None:
    """Words like those of an act in doubt wait; when that has its id, the other one has none."""
    watched.faults.takes_keys = False
    act = watched.tried("time-out-before")
    watched.steal(CALM, CALM)

    in_doubt = watched.look(0.01)
    shown = watched.town.town.speaking.platforms["town"]
    first = shown.own_acts("town", "", watched.town.clock.now().replace(year=2025), 10)[1]
    row = watched.town.town.row("sendings", act["id"])
    assert row is not None
    settled = {"state": "reconciled", "remote_id": first.remote_id, "settled_by": "dee"}
    watched.write("sendings", act["id"], {**row, **settled, "version": 9})

    assert 0 == in_doubt
    assert 1 == watched.look()
    (incident,) = watched.incidents()
    assert 1 == incident["acts"]


def test_what_turned_out_to_be_ours_raises_no_alarm_again(watched: Watched) -> None:
    """Closed as known, it stays known; another post is another incident."""
    watched.steal("By a colleague's own hand.")
    watched.look()
    (incident,) = watched.incidents()
    close = {"incident_id": incident["id"], "why": WHY}

    watched.town.do("incident-close", "dee", finding="ours-after-all", **close)
    with pytest.raises(RejectError, match="closed already"):
        watched.town.do("incident-close", "dee", finding="other", **close)
    again = [watched.look(), timeline_turns_of(watched.town.town.speaking).turn()]
    watched.steal("By nobody's.")

    assert [0, 0] == again
    assert 1 == watched.look()
    (closed,), (other,) = watched.incidents("closed"), watched.incidents()
    assert ("ours-after-all", WHY) == (closed["finding"], closed["reason"])
    assert closed["id"] != other["id"]


def test_of_a_flood_all_is_counted_and_the_first_hundred_are_kept(watched: Watched) -> None:
    """What a look may tell is bounded; the rest comes with the next."""
    watched.steal(*(f"Number {number}." for number in range(TOLD_A_LOOK_MAX + 20)))

    looks = [watched.look(), watched.look(), watched.look()]

    (incident,) = watched.incidents()
    kept = watched.store.select("incident_evidence_of", (incident["id"], 1_000))
    assert [1, 1, 0] == looks
    assert TOLD_A_LOOK_MAX + 20 == incident["acts"]
    assert EVIDENCE_MAX == len(kept)


def test_more_than_a_platform_lists_at_once_is_put_on_record(watched: Watched) -> None:
    """What could not be looked at is not told as nothing."""
    watched.steal(*(f"Number {number}." for number in range(LISTED_MAX + 5)))

    while watched.look(1):
        pass
    watched.look()

    (incident,) = watched.incidents()
    assert LISTED_MAX == incident["acts"]
    assert watched.town.audited("incident.gap")


def test_a_timeline_that_cannot_be_read_is_told_and_never_taken_for_empty(
    watched: Watched,
) -> None:
    """The trouble stands with its beginning; what was done meanwhile is found once it can be."""
    read_at_ms = watched.timeline()["read_at_ms"]
    watched.faults.reads_back = False
    watched.steal("While nobody could look.")

    looks = [watched.look(3_600), watched.look(3_600)]
    troubled = watched.timeline()
    watched.faults.reads_back = True

    assert [0, 0] == looks
    assert "does not list" in str(troubled["trouble"])
    assert read_at_ms == troubled["read_at_ms"]
    assert watched.town.now_ms - 3_600_000 == troubled["trouble_since_ms"]
    assert 1 == watched.look()
    watched.look(120)
    assert watched.timeline()["trouble"] is None


def test_a_platform_that_fails_is_trouble_and_not_an_end(watched: Watched) -> None:
    """It is looked at again with the next turn."""

    def away(account: str, since_ms: int) -> Any:
        del account, since_ms
        raise PlatformUnavailableError("it does not answer")

    failing = TimelineTurns(replace(watched.detector._parts, unaccounted=away))

    assert 0 == failing.turn()
    assert "it does not answer" == watched.timeline()["trouble"]


def test_after_a_restore_it_waits_and_begins_anew(watched: Watched) -> None:
    """What was sent after the backup was made has no sending here: it is no stranger's."""
    row: Row = {"state": "waiting", "made_at_ms": 1, "restored_at_ms": 2, "version": 1}
    watched.write("restores", "town", row)
    watched.steal("Sent by us after the backup.")

    waiting = watched.look()
    settled = watched.town.now_ms
    row = {**row, "state": "settled", "settled_at_ms": settled, "version": 2}
    watched.write("restores", "town", row)
    after = [watched.look(), watched.look()]
    watched.steal("Sent by nobody.")

    assert 0 == waiting
    assert [0, 0] == after
    assert 1 == watched.look()
    assert 1 == watched.town.audited("incident.baseline", acts=1)


def test_a_clock_that_was_put_back_hides_nothing(watched: Watched) -> None:
    """What is done at a time that was already looked at is looked at again."""
    watched.look(3_600)
    watched.town.clock.jump(-7_200)
    watched.steal("At an earlier time.")

    assert 1 == watched.look(1)


def test_whoever_waits_for_halts_is_told(watched: Watched) -> None:
    """So that the senders measure how soon it holds."""
    told: list[str] = []
    detector = timeline_turns_of(watched.town.town.speaking, lambda: told.append("halted"))
    watched.steal("Past us.")

    detector.turn()
    detector.turn()

    assert ["halted"] == told
