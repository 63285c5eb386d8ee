"""A full disk: refused in plain words, nothing half written, back to work once there is room."""

import resource
from multiprocessing.connection import Connection
from pathlib import Path

from services.runtime.clock import ManualClock
from services.runtime.effects import Key
from services.runtime.errors import RetryLaterError, StorageRefusedError
from tests.fakes import wait_until
from tests.forks import FORKS
from tests.integration.faults.numbered import START, item, items
from tests.integration.faults.rig import DATABASE, Rig
from tests.simulation.checkers import breaches
from tests.simulation.forgetful_vfs import ForgetfulVfs
from tests.simulation.remains import remains_in_file

NUMBERS_MAX = 5_000
ROOM_BYTES = 200_000


def fed_until_refused(rig: Rig, first: int) -> tuple[list[int], RetryLaterError]:
    """Hand numbered items in until one is refused; return those taken in, and the refusal."""
    taken: list[int] = []
    for number in range(first, NUMBERS_MAX):
        try:
            rig.take([item(number)])
        except RetryLaterError as refusal:
            return taken, refusal
        taken.append(number)
    raise AssertionError("the disk never filled up")


def fed(rig: Rig, first: int, count: int) -> list[int]:
    """Hand numbered items in, each of them acknowledged."""
    numbers = range(first, first + count)
    for number in numbers:
        rig.take([item(number)])
    return [*numbers]


def test_a_full_disk_refuses_and_work_goes_on_once_there_is_room(tmp_path: Path) -> None:
    """What was refused is taken when handed in again, and no event waits for ever."""
    vfs = ForgetfulVfs()
    rig = Rig(tmp_path, ManualClock(START), vfs=vfs.name)
    rig.start()
    taken = fed(rig, 0, 20)
    vfs.room_bytes = ROOM_BYTES
    more, refusal = fed_until_refused(rig, 20)
    _, again = fed_until_refused(rig, 20 + len(more))

    assert isinstance(refusal, StorageRefusedError)
    assert isinstance(again, StorageRefusedError)
    assert str(refusal).startswith("the store would not take a write: ")
    readable = rig.journal.log.read("posts.received.v1", 0, 10)
    assert len(readable) == 10
    assert rig.journal.store.fetch([Key("known_posts", "nobody")])

    vfs.room_bytes = None
    taken += more + fed(rig, 20 + len(more), 20)
    rig.drain()
    rig.stop()
    assert [] == breaches(remains_in_file(tmp_path / DATABASE), items(taken))


def test_stages_wait_while_the_disk_is_full_and_then_catch_up(tmp_path: Path) -> None:
    """A stage that could not commit begins again by itself: nobody has to start it."""
    vfs = ForgetfulVfs()
    rig = Rig(tmp_path, ManualClock(START), vfs=vfs.name)
    rig.door.start()
    taken = fed(rig, 0, 40)
    vfs.room_bytes = 0
    for stage in rig.stages:
        stage.start()
    retries = rig.metrics.stage_retries.labels("classify")
    wait_until(lambda: retries._value.get() > 2)

    assert rig.lag() == rig.journal.log.end_offset("posts.received.v1") > 30

    vfs.room_bytes = None
    rig.drain()
    rig.stop()
    assert [] == breaches(remains_in_file(tmp_path / DATABASE), items(taken))


def fill_up_for_real(folder: Path, told: Connection) -> None:
    """Feed until the operating system lets no file grow, then lift that; tell what was taken."""
    rig = Rig(folder, ManualClock(START))
    rig.start()
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM_BYTES * 4, hard))
    taken, refusal = fed_until_refused(rig, 0)
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    taken += fed(rig, len(taken), 20)
    rig.drain()
    rig.stop()
    told.send((taken, type(refusal), str(refusal)))


def test_a_limit_of_the_operating_system_is_met_in_the_same_way(tmp_path: Path) -> None:
    """The kernel refuses, not a stand-in: the same words, and the same way back."""
    ours, theirs = FORKS.Pipe(duplex=False)
    process = FORKS.Process(target=fill_up_for_real, args=(tmp_path, theirs))
    process.start()
    theirs.close()
    taken, kind, words = ours.recv()
    process.join()

    assert kind is StorageRefusedError
    assert words.startswith("the store would not take a write: ")
    assert [] == breaches(remains_in_file(tmp_path / DATABASE), items(taken))
