"""A town restored from an older backup: what was sent since is found, and never sent again."""

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from services.runtime.clock import ManualClock
from services.runtime.errors import RejectError, StorageRefusedError
from services.store.file_backup import restore_backup, write_backup
from services.store.file_restored import read_mark
from tests.speaking_town import ACCOUNTS, SpeakingTown, case_id, make_speaking_folder

DATABASE = "mercat.sqlite"
HOUSE = "house.sqlite"
SHOWN_SECONDS = 31
TURNS = 40
KEYS = pytest.mark.parametrize("takes_keys", [True, False], ids=["keys", "no-keys"])


class Place:
    """A town's folder, its backup, and the same town brought back from it elsewhere."""

    def __init__(self, folder: Path, clock: ManualClock, faults: Path) -> None:
        self._folder = folder
        self._clock = clock
        self._faults = faults
        self.data = make_speaking_folder(folder)
        self._backup = folder / "monday.tar"

    @contextmanager
    def opened(self, data: Path | None = None) -> Iterator[SpeakingTown]:
        """Yield the town, opened on its folder or on the one restored."""
        town = SpeakingTown(data or self.data, self._clock)
        try:
            yield town
        finally:
            town.speaking.close()
            town.stop()

    def order(self, **faults: Any) -> None:
        """Say how the platform is from now on."""
        self._faults.write_text(json.dumps(faults), "utf-8")

    def back_up(self) -> None:
        """Write the backup, as the command does while Mercat runs."""
        made_at = self._clock.now().isoformat()
        write_backup(self.data, DATABASE, self._backup, made_at, lambda _share: None)

    def restore(self, name: str = "again", *, house: bool) -> Path:
        """Restore elsewhere, beside a copy of the keys; `house` brings the world as it is now."""
        data = self._folder / name / "data"
        restore_backup(self._backup, data, self._clock.now())
        shutil.copytree(self.data.parent / "keys", data.parent / "keys")
        if house:
            shutil.copy(self.data / HOUSE, data / HOUSE)
        self._clock.advance(SHOWN_SECONDS)
        return data


@pytest.fixture
def place(tmp_path: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A town with its people and their posts, whose platform does as it is told."""
    faults = tmp_path / "faults.json"
    monkeypatch.setenv("MERCAT_TEST_HOUSE_FAULTS", str(faults))
    (tmp_path / "first").mkdir()
    made = Place(tmp_path / "first", clock, faults)
    with made.opened() as town:
        town.set_up()
    return made


def turn(town: SpeakingTown, clock: ManualClock, turns: int = TURNS) -> None:
    """Let the town account's sender work, with a second between its turns."""
    sender = next(each for each in town.speaking.senders if each.account == ACCOUNTS[0])
    for _ in range(turns):
        sender.turn()
        clock.advance(1)


def held(town: SpeakingTown, number: int) -> dict[str, Any]:
    """Return an answer to a case that waits for consent."""
    text = f"Bin {number} is emptied on Friday."
    return town.do("answer", "ann", case_id=case_id(number), text=text)


def approve(town: SpeakingTown, act: Mapping[str, Any]) -> dict[str, Any]:
    """Return an act that is about to go out."""
    return town.do("approve", "bob", act_id=act["id"], digest=act["digest"])


def said(town: SpeakingTown) -> list[str]:
    """Return what the town said on its platform, every time it did."""
    assert town.embedded.house is not None
    posts = town.embedded.house.latest(1_000)
    return sorted(post.text for post, author in posts if author.handle == ACCOUNTS[0])


def state(town: SpeakingTown, act: Mapping[str, Any]) -> tuple[Any, Any]:
    """Return an act's state, and its sending's."""
    row, sending = town.row("acts", act["id"]), town.row("sendings", act["id"])
    return (row and row["state"], sending and sending["state"])


def settled_note(town: SpeakingTown) -> Mapping[str, Any]:
    """Return the facts of the entry that says how the account was settled."""
    rows = town.store.select("audit_chain_after", (f"account:{ACCOUNTS[0]}", 0, 1_000))
    bodies = [json.loads(row["body"]) for row in rows]  # type: ignore[arg-type]
    facts: Sequence[Mapping[str, Any]] = [
        body["facts"] for body in bodies if body["kind"] == "restore.settled"
    ]
    return facts[0] if facts else {}


@KEYS
def test_what_was_sent_after_the_backup_is_not_sent_again(
    place: Place, clock: ManualClock, *, takes_keys: bool
) -> None:
    """The world is newer than the database: each act it shows is written down as sent, once."""
    place.order(takes_keys=takes_keys)
    with place.opened() as town:
        waits, goes = held(town, 1), approve(town, held(town, 2))
        place.back_up()
        clock.advance(60)
        approve(town, waits)
        turn(town, clock)
        before = said(town)

    with place.opened(place.restore(house=True)) as town:
        turn(town, clock)
        states = [state(town, act) for act in (waits, goes)]
        with pytest.raises(RejectError) as refused:
            approve(town, waits)
        fresh = approve(town, held(town, 3))
        turn(town, clock)
        after, note = said(town), settled_note(town)

    assert 2 == len(before)
    assert [("sending", "reconciled")] * 2 == states
    assert "on its way or sent" in str(refused.value)
    assert sorted([*before, "Bin 3 is emptied on Friday."]) == after, fresh["id"]
    assert (2, 0, 0) == (note["found_sent"], note["held"], note["not_on_record"])


@KEYS
def test_what_the_world_does_not_show_waits_for_a_person(
    place: Place, clock: ManualClock, *, takes_keys: bool
) -> None:
    """Approved acts do not go out by themselves; approved again, each goes out once."""
    place.order(takes_keys=takes_keys)
    with place.opened() as town:
        goes = approve(town, held(town, 1))
        place.back_up()

    with place.opened(place.restore(house=True)) as town:
        turn(town, clock)
        nothing, waiting = said(town), state(town, goes)
        sentence = str((town.row("acts", goes["id"]) or {})["sentence"])
        approve(town, goes)
        turn(town, clock)
        after = said(town)

    assert ([], ("held", None)) == (nothing, waiting)
    assert "so that nobody is answered twice" in sentence
    assert ["Bin 1 is emptied on Friday."] == after


@KEYS
@pytest.mark.parametrize("reached", [True, False], ids=["performed", "not-performed"])
def test_what_was_on_its_way_is_settled_by_reading_back(
    place: Place, clock: ManualClock, *, takes_keys: bool, reached: bool
) -> None:
    """A sending that the backup caught halfway is found, or handed to a person; never repeated."""
    fault = "time-out-after" if reached else "time-out-before"
    place.order(takes_keys=takes_keys, plan=[fault])
    with place.opened() as town:
        goes = approve(town, held(town, 1))
        turn(town, clock, 1)
        halfway = state(town, goes)
        place.back_up()

    place.order(takes_keys=takes_keys)
    with place.opened(place.restore(house=True)) as town:
        turn(town, clock)
        ended, after = state(town, goes), said(town)

    assert ("sending", "unknown") == halfway
    assert (("sending" if reached else "held"), "reconciled") == ended
    assert (["Bin 1 is emptied on Friday."] if reached else []) == after


def test_nothing_is_sent_while_the_platform_cannot_be_read(
    place: Place, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even what is approved after the restore goes before the account was compared."""
    with place.opened() as town:
        place.back_up()

    with place.opened(place.restore(house=True)) as town:
        platform = town.speaking.platforms[ACCOUNTS[0]]
        with monkeypatch.context() as patch:
            patch.setattr(town.embedded.house, "own_acts", _away)
            fresh = approve(town, held(town, 1))
            turn(town, clock)
            nothing, waiting = said(town), state(town, fresh)
            sentence = town.speaking.senders[0].sentence
        turn(town, clock)
        after = said(town)

    assert platform.facts.reads_back
    assert ([], ("approved", None)) == (nothing, waiting)
    assert "restored from a backup" in sentence
    assert ["Bin 1 is emptied on Friday."] == after


def test_a_platform_that_shows_nothing_leaves_it_to_people(
    place: Place, clock: ManualClock
) -> None:
    """Without reading back, a person settles what was begun and approves the rest again."""
    place.order(takes_keys=False, reads_back=False, plan=["time-out-after"])
    with place.opened() as town:
        begun = approve(town, held(town, 1))
        turn(town, clock, 1)
        goes = approve(town, held(town, 2))
        place.back_up()

    place.order(takes_keys=False, reads_back=False)
    with place.opened(place.restore(house=True)) as town:
        turn(town, clock)
        states, after = [state(town, act) for act in (begun, goes)], said(town)
        sending = town.row("sendings", begun["id"]) or {}

    assert [("sending", "unknown"), ("held", None)] == states
    assert sending["not_before_ms"] is None
    assert ["Bin 1 is emptied on Friday."] == after


def test_two_acts_that_look_alike_are_not_guessed_at(place: Place, clock: ManualClock) -> None:
    """Without keys, one deed that could be either of two acts is a person's to tell."""
    place.order(takes_keys=False)
    with place.opened() as town:
        twins = [
            approve(town, town.do("answer", "ann", case_id=case_id(1), text="On Friday."))
            for _ in range(2)
        ]
        place.back_up()
        turn(town, clock, 1)

    with place.opened(place.restore(house=True)) as town:
        turn(town, clock)
        states, after = [state(town, act) for act in twins], said(town)
        sentences = {str((town.row("acts", act["id"]) or {})["sentence"]) for act in twins}

    assert [("held", None)] * 2 == states
    assert ["On Friday."] == after
    assert all("something just like it" in sentence for sentence in sentences)


def test_what_nobody_has_on_record_is_counted(place: Place, clock: ManualClock) -> None:
    """Drafted and sent after the backup, an act is unknown to it: the audit says how many."""
    with place.opened() as town:
        place.back_up()
        clock.advance(60)
        lost = approve(town, held(town, 1))
        turn(town, clock)

    with place.opened(place.restore(house=True)) as town:
        turn(town, clock)
        note, row = settled_note(town), town.row("acts", lost["id"])

    assert row is None
    assert (0, 1) == (note["found_sent"], note["not_on_record"])


def test_a_restore_is_taken_in_once(place: Place, clock: ManualClock) -> None:
    """The mark goes once the database knows; a later start holds nothing again."""
    with place.opened() as town:
        place.back_up()
    data = place.restore(house=True)
    marked = read_mark(data)

    with place.opened(data) as town:
        turn(town, clock)
        goes = approve(town, held(town, 1))
    with place.opened(data) as town:
        turn(town, clock)
        after, sent = said(town), state(town, goes)

    assert marked is not None
    assert read_mark(data) is None
    assert (["Bin 1 is emptied on Friday."], ("sending", "sent")) == (after, sent)


def test_a_backup_of_what_was_never_settled_is_as_old_as_the_first(
    place: Place, clock: ManualClock
) -> None:
    """Restored twice without a start in between, the data's age is that of the first backup."""
    place.back_up()
    first = read_mark(place.restore(house=False))
    clock.advance(3_600)
    again = Path(place.data.parent / "again" / "data")
    copy = place.data.parent / "tuesday.tar"
    write_backup(again, DATABASE, copy, clock.now().isoformat(), lambda _share: None)
    restore_backup(copy, place.data.parent / "third", clock.now())
    second = read_mark(place.data.parent / "third")

    assert first is not None
    assert second is not None
    assert first.made_at_ms == second.made_at_ms
    assert first.restored_at_ms < second.restored_at_ms


def _away(*_: object) -> Sequence[object]:
    raise StorageRefusedError("the disk is away")
