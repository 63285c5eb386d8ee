"""A disk that refuses at odd moments: each ends in an error to retry, and nobody dies of it."""

from collections.abc import Callable
from pathlib import Path

import apsw
import pytest

from services.runtime.clock import ManualClock
from services.runtime.effects import Key
from services.runtime.errors import StateConflictError, StorageRefusedError
from services.runtime.ports import Lane
from services.store.sqlite_journal import SqliteJournal
from services.store.sqlite_writer import Job
from tests.fakes import wait_until
from tests.integration.faults.numbered import START, items
from tests.integration.faults.rig import ANSWER_SECONDS_MAX, DATABASE, Rig
from tests.integration.faults.test_power_loss import commit_of
from tests.simulation.checkers import breaches
from tests.simulation.forgetful_vfs import ForgetfulVfs
from tests.simulation.remains import remains_in_file

TOPIC = "posts.received.v1"


READS: dict[str, Callable[[SqliteJournal], object]] = {
    "a cursor": lambda journal: journal.store.cursor("classify", TOPIC),
    "rows": lambda journal: journal.store.fetch([Key("known_posts", "0")]),
    "a search": lambda journal: journal.store.select("inbox", ("waste", 10)),
    "records": lambda journal: journal.log.read(TOPIC, 0, 10),
    "a start": lambda journal: journal.log.start_offset(TOPIC),
}


@pytest.mark.parametrize("name", READS)
def test_every_refused_read_is_an_error_to_retry(tmp_path: Path, name: str) -> None:
    """What the port promises of each: the same call may succeed later, and does."""
    vfs = ForgetfulVfs()
    journal = SqliteJournal(tmp_path / DATABASE, ManualClock(START), vfs=vfs.name)
    read = READS[name]
    journal.commit(commit_of(0)).result()
    vfs.unreadable = True
    with pytest.raises(StorageRefusedError, match="opened for reading"):
        journal.store.cursor("classify", TOPIC)
    vfs.unreadable = False
    journal.store.cursor("classify", TOPIC)
    # What others committed since makes a reader look at the disk again.
    journal.commit(commit_of(1)).result()
    journal.log._tails.clear()

    vfs.unreadable = True
    with pytest.raises(StorageRefusedError, match="would not be read"):
        read(journal)

    vfs.unreadable = False
    read(journal)
    journal.close()


def test_stages_come_through_a_disk_that_could_not_be_read(tmp_path: Path) -> None:
    """Whatever was being read is read again, and every event reaches its end."""
    vfs = ForgetfulVfs()
    rig = Rig(tmp_path, ManualClock(START), vfs=vfs.name)
    given = items(range(60))
    rig.door.start()
    rig.take(given)
    vfs.unreadable = True
    for stage in rig.stages:
        stage.start()
    retries = rig.metrics.stage_retries.labels("classify")
    wait_until(lambda: retries._value.get() > 1)

    vfs.unreadable = False
    rig.drain()
    rig.stop()
    assert [] == breaches(remains_in_file(tmp_path / DATABASE), given)


def test_the_writer_outlives_a_rollback_that_is_refused_too(tmp_path: Path) -> None:
    """The transaction left open is rolled back by the next group, and writing goes on."""
    journal = SqliteJournal(tmp_path / DATABASE, ManualClock(START))
    writer = journal._writer
    roll_back, refusals = writer._roll_back, iter([True])

    def refused_once() -> None:
        if writer._connection.in_transaction and next(refusals, False):
            raise apsw.IOError("not even that")
        roll_back()

    writer._roll_back = refused_once  # type: ignore[method-assign] # a refusal made to order
    failed = writer.submit(Job(lambda _: 1 / 0), Lane.BULK)

    assert isinstance(failed.exception(ANSWER_SECONDS_MAX), StateConflictError)
    assert len(journal.commit(commit_of(0)).result(ANSWER_SECONDS_MAX)) == 1
    journal.close()
