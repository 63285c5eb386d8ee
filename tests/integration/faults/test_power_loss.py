"""Power loss, on a disk that forgets what was not synced: FULL keeps its word, NORMAL cannot."""

import contextlib
from pathlib import Path
from random import Random

import apsw
import pytest

from services.runtime.clock import ManualClock
from services.runtime.effects import Key
from services.runtime.errors import MercatError, RetryLaterError
from services.runtime.ports import Commit, Cursor
from services.store.sqlite_journal import SqliteJournal
from tests.fakes import append_of, received
from tests.integration.faults.numbered import START, item, items
from tests.integration.faults.rig import ANSWER_SECONDS_MAX, DATABASE, Rig
from tests.simulation.checkers import breaches
from tests.simulation.forgetful_vfs import ForgetfulVfs
from tests.simulation.remains import Remains, remains_in_file

TOPIC = "posts.received.v1"
CONSUMER = "classify"


def commit_of(number: int) -> Commit:
    """Return a commit whose event, row and cursor all tell its number."""
    return Commit(
        [append_of(received(number))],
        {Key("known_posts", str(number)): {"removed": number}},
        [Cursor(CONSUMER, TOPIC, number, number + 1)],
    )


def committed_until_power_went(
    path: Path, vfs: ForgetfulVfs, first: int, count: int, synchronous: str = "FULL"
) -> list[int]:
    """Commit numbers until the disk dies, several at a time; return what was acknowledged."""
    try:
        journal = SqliteJournal(path, ManualClock(START), synchronous=synchronous, vfs=vfs.name)
    except (RetryLaterError, apsw.IOError):
        return []
    answers = [(n, journal.commit(commit_of(n))) for n in range(first, first + count)]
    acknowledged = []
    for number, answer in answers:
        with contextlib.suppress(MercatError):
            answer.result(ANSWER_SECONDS_MAX)
            acknowledged.append(number)
    vfs.crash()
    with contextlib.suppress(apsw.IOError):
        journal.close()
    return acknowledged


def kept_numbers(remains: Remains) -> set[int]:
    """Return the numbers that are there; each of them whole, the cursor behind the last."""
    posts = {event.data.native_id for event in remains.events(TOPIC)}  # type: ignore[attr-defined] # posts all
    rows = {int(str(row["removed"])) for row in remains.rows["known_posts"].values()}
    assert {f"n{number}" for number in rows} == posts
    assert remains.cursors[CONSUMER] == len(rows)
    return rows


@pytest.mark.parametrize("share", [0.0, 0.5])
def test_every_acknowledged_commit_survives_power_loss(
    tmp_path: Path, seed: int, share: float
) -> None:
    """Life after life on one file, whatever share of the unsynced sectors the disk had written."""
    random = Random(seed)
    acknowledged: set[int] = set()
    SqliteJournal(tmp_path / DATABASE, ManualClock(START)).close()
    for _ in range(12):
        vfs = ForgetfulVfs(lambda: random.random() < share)
        vfs.steps_left = random.randrange(150)
        first = remains_in_file(tmp_path / DATABASE).cursors[CONSUMER]
        acknowledged |= {*committed_until_power_went(tmp_path / DATABASE, vfs, first, 40)}

        assert acknowledged <= kept_numbers(remains_in_file(tmp_path / DATABASE))

    assert len(acknowledged) > 12


def test_the_control_without_full_syncs_loses_what_it_acknowledged(tmp_path: Path) -> None:
    """The disk does forget: were this to pass with NORMAL, the test above would prove nothing."""
    SqliteJournal(tmp_path / DATABASE, ManualClock(START)).close()
    acknowledged = committed_until_power_went(
        tmp_path / DATABASE, ForgetfulVfs(), 0, 40, synchronous="NORMAL"
    )

    kept = kept_numbers(remains_in_file(tmp_path / DATABASE))
    assert len(acknowledged) == 40
    assert {*acknowledged} - kept


def fed_until_power_went(rig: Rig, first: int, end: int) -> list[int]:
    """Hand numbered items in one after another; return those acknowledged before the end."""
    acknowledged: list[int] = []
    with contextlib.suppress(RetryLaterError):
        for number in range(first, end):
            rig.take([item(number)])
            acknowledged.append(number)
    return acknowledged


def test_the_whole_of_listening_survives_power_loss(tmp_path: Path, seed: int) -> None:
    """Door and stages go on from what is left, and what was acknowledged reaches its team once."""
    random = Random(seed)
    acknowledged: list[int] = []
    Rig(tmp_path, ManualClock(START)).journal.close()
    for _ in range(8):
        vfs = ForgetfulVfs(lambda: random.random() < 0.3)
        rig = Rig(tmp_path, ManualClock(START), vfs=vfs.name)
        rig.start()
        vfs.steps_left = random.randrange(20, 400)
        acknowledged += fed_until_power_went(rig, len(acknowledged), len(acknowledged) + 60)
        vfs.crash()
        rig.let_go()
    last = Rig(tmp_path, ManualClock(START))
    last.start()
    last.drain()
    last.stop()

    assert [] == breaches(remains_in_file(tmp_path / DATABASE), items(acknowledged))
    assert len(acknowledged) > 30
