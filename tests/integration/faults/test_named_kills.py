"""kill -9 before and after each step: what was acknowledged is there, once, in order."""

from dataclasses import replace
from pathlib import Path

import pytest

from services.runtime.failpoints import LISTENING_FAILPOINTS
from tests.integration.faults.driver import CHILD_DIED, Order
from tests.integration.faults.numbered import items
from tests.integration.faults.processes import KILLED, child_ended, live
from tests.integration.faults.rig import DATABASE
from tests.simulation.checkers import CLASSIFIED, RECEIVED, breaches
from tests.simulation.remains import Remains, remains_in_file

COUNT = 60
PRUNE_PLACES = [name for name in LISTENING_FAILPOINTS if name.startswith("log.prune.")]
PARENT_PLACES = [name for name in LISTENING_FAILPOINTS if name.startswith("worker.")]
CHILD_PLACES = [name for name in LISTENING_FAILPOINTS if name.startswith("child.")]
OTHER_PLACES = sorted({*LISTENING_FAILPOINTS} - {*PRUNE_PLACES, *PARENT_PLACES, *CHILD_PLACES})


def finished(folder: Path, acknowledged: list[int], end: int = COUNT) -> Remains:
    """Return what is left once a second process has done what the first could not.

    It hands in again what was not acknowledged, and a few items that were.
    """
    first = max(0, len(acknowledged) - 5)
    life = live(Order(folder, first, end))
    assert life.finished, life
    acknowledged += life.acknowledged
    return remains_in_file(folder / DATABASE)


@pytest.mark.parametrize("hit", [1, 4])
@pytest.mark.parametrize("place", OTHER_PLACES)
def test_a_process_killed_at_a_place_loses_and_doubles_nothing(
    tmp_path: Path, place: str, hit: int
) -> None:
    """The next process goes on where the dead one was, wherever that was."""
    life = live(Order(tmp_path, 0, COUNT, kill_at=place, hit=hit))
    acknowledged = list(life.acknowledged)
    assert (KILLED, False) == (life.exit_code, life.finished)

    remains = finished(tmp_path, acknowledged)

    assert [] == breaches(remains, items(acknowledged))
    assert set(range(COUNT)) == set(acknowledged)


def joined(before: Remains, after: Remains) -> Remains:
    """Return what is left with the records that were pruned since an earlier look."""
    topics = {name: {each.offset: each for each in run} for name, run in before.topics.items()}
    for name, run in after.topics.items():
        topics.setdefault(name, {}).update({each.offset: each for each in run})
    whole = {name: [run[offset] for offset in sorted(run)] for name, run in topics.items()}
    return replace(after, topics=whole)


@pytest.mark.parametrize("place", PRUNE_PLACES)
def test_a_process_killed_while_pruning_takes_nothing_half_away(tmp_path: Path, place: str) -> None:
    """A pruning step is there whole or not at all, and the offsets go on counting."""
    acknowledged = list(live(Order(tmp_path, 0, COUNT)).acknowledged)
    before = remains_in_file(tmp_path / DATABASE)

    life = live(Order(tmp_path, COUNT, 2 * COUNT, kill_at=place, prune_first=True, hit=2))
    killed = remains_in_file(tmp_path / DATABASE)
    acknowledged += live(Order(tmp_path, COUNT, 2 * COUNT, prune_first=True)).acknowledged
    after = remains_in_file(tmp_path / DATABASE)

    assert KILLED == life.exit_code
    assert before.topic(RECEIVED)[-1:] == killed.topic(RECEIVED)
    assert before.topic(CLASSIFIED) == killed.topic(CLASSIFIED)
    assert before.topic(CLASSIFIED)[-1] == after.topic(CLASSIFIED)[0]
    assert [] == breaches(joined(before, after), items(acknowledged))


@pytest.mark.parametrize("place", PARENT_PLACES)
def test_a_worker_child_ends_with_the_process_that_was_killed(tmp_path: Path, place: str) -> None:
    """No orphan works on, and the batches it had are worked out again."""
    life = live(Order(tmp_path, 0, COUNT, kill_at=place, hit=3, in_child=True))
    acknowledged = list(life.acknowledged)

    assert KILLED == life.exit_code
    assert child_ended(tmp_path)
    assert [] == breaches(finished(tmp_path, acknowledged), items(acknowledged))


@pytest.mark.parametrize("place", CHILD_PLACES)
def test_a_killed_worker_child_is_replaced_and_nothing_shows(tmp_path: Path, place: str) -> None:
    """The process goes on, and no post is set aside for its child's death."""
    life = live(Order(tmp_path, 0, COUNT, kill_at=place, hit=2, in_child=True))
    remains = remains_in_file(tmp_path / DATABASE)

    assert (tmp_path / CHILD_DIED).exists()
    assert (0, True) == (life.exit_code, life.finished)
    assert [] == breaches(remains, items(life.acknowledged))
    causes = {row["cause"] for row in remains.rows["dead_letters"].values()}
    assert {"not JSON"} == causes
