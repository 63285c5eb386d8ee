"""The same again: input twice, in any order, cursors back at nought, state worked out anew."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from random import Random

import apsw
import pytest

from services.runtime.clock import ManualClock
from services.runtime.effects import Row
from tests.integration.faults.numbered import START, Item, items
from tests.integration.faults.rig import DATABASE, Rig
from tests.simulation.checkers import breaches
from tests.simulation.remains import Remains, remains_in_file

COUNT = 120
STATE = ("posts", "conversations", "cases")
LATER_SECONDS = 90_000.0


def lived(folder: Path, given: Sequence[Item], later_seconds: float = 0.0) -> Remains:
    """Return what is left once a folder's Mercat took items in and came to rest."""
    clock = ManualClock(START)
    clock.advance(later_seconds)
    rig = Rig(folder, clock)
    rig.start()
    for start in range(0, len(given), 7):
        rig.take(given[start : start + 7])
    rig.drain()
    rig.stop()
    return remains_in_file(folder / DATABASE)


def state_of(remains: Remains) -> dict[str, dict[str, Row]]:
    """Return the rows that routing keeps."""
    return {table: dict(remains.rows[table]) for table in STATE}


def copied(folder: Path, copy: Path, *statements: str) -> Path:
    """Return a copy of a folder in whose database some statements were carried out."""
    shutil.copytree(folder, copy)
    connection = apsw.Connection(str(copy / DATABASE))
    for statement in statements:
        connection.execute(statement)
    connection.close()
    return copy


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder in which Mercat lives."""
    made = tmp_path / "one"
    made.mkdir()
    return made


def test_the_same_input_twice_and_shuffled_changes_nothing(folder: Path, seed: int) -> None:
    """Every item is known for a repeat, whichever way it comes again."""
    given = items(range(COUNT))
    once = lived(folder, given)
    shuffled = Random(seed).sample(given, COUNT)

    again = lived(folder, [*given, *shuffled], LATER_SECONDS)

    assert state_of(once) == state_of(again)
    events = {name: len(run) for name, run in once.topics.items() if name.startswith(("p", "t"))}
    assert events == {name: len(again.topic(name)) for name in events}
    assert [] == breaches(again, given)


def test_cursors_set_back_to_nought_have_no_second_effect(folder: Path, tmp_path: Path) -> None:
    """Every event is handled again, and the effects of each stay single."""
    once = lived(folder, items(range(COUNT)))

    back = copied(folder, tmp_path / "back", "DELETE FROM cursors WHERE id NOT LIKE 'door%'")
    again = lived(back, (), LATER_SECONDS)

    assert state_of(once) == state_of(again)
    assert once.topic("posts.routed.v1") == again.topic("posts.routed.v1")
    twice = 2 * len(once.topic("posts.received.v1"))
    assert twice == len(again.topic("posts.classified.v1"))


def test_state_wiped_and_worked_out_anew_is_the_same(folder: Path, tmp_path: Path) -> None:
    """The log alone gives every row back, to the last column."""
    once = lived(folder, items(range(COUNT)))

    wiped = copied(
        folder,
        tmp_path / "wiped",
        "DELETE FROM cursors WHERE id NOT LIKE 'door%'",
        "DELETE FROM handled_events",
        *(f"DELETE FROM {table}" for table in STATE),
    )
    again = lived(wiped, (), LATER_SECONDS)

    assert len(state_of(once)["posts"]) > COUNT / 2
    assert state_of(once) == state_of(again)
