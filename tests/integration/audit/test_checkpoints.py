"""Checkpoints as they are written and copied out, across starts, full disks and torn lines."""

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from services.bootstrap_speaking_foundation import checkpoints_of
from services.policy.audit_checkpoints import read_export
from services.policy.file_checkpoints import (
    KEPT_ELSEWHERE,
    PROVES_NOTHING,
    CheckpointFolder,
    Checkpoints,
    CheckpointThread,
    exported_files,
    read_exported,
)
from services.runtime.clock import ManualClock
from services.runtime.errors import InputInvalidError, StaleStateError
from services.runtime.ports import Commit, Record
from tests.audit_notes import AuditRig, audit_rig, note


@pytest.fixture
def rig(tmp_path: Path, clock: ManualClock) -> Iterator[AuditRig]:
    """An empty database."""
    with audit_rig(tmp_path, clock) as made:
        yield made


def writer(rig: AuditRig, clock: ManualClock, folder: CheckpointFolder | None) -> Checkpoints:
    """Return what the next start would write checkpoints with."""
    return Checkpoints(rig.installation, rig.journal.store, rig.journal, clock, folder)


def test_a_checkpoint_is_written_when_a_chain_has_grown_and_only_then(
    rig: AuditRig, clock: ManualClock
) -> None:
    """Nothing is stated of nothing, and nothing twice."""
    checkpoints = writer(rig, clock, None)
    assert checkpoints.write() is None
    rig.write(note(1))

    first, second = checkpoints.write(), checkpoints.write()
    rig.write(note(2))
    third = checkpoints.write()

    assert first is not None
    assert second is None
    assert third is not None
    assert [1, 2] == [first.number, third.number]
    assert first.digest == json.loads(third.body)["previous"]


class OvertakenJournal:
    """A journal before whose commit another process's checkpoint comes in."""

    def __init__(self, rig: AuditRig, other: Checkpoints) -> None:
        self._rig = rig
        self._other = other

    def commit(self, commit: Commit) -> "Future[Sequence[Record]]":
        """Let the other write first."""
        assert self._other.write() is not None
        return self._rig.journal.commit(commit)


def test_of_two_that_write_one_number_the_second_writes_none(
    rig: AuditRig, clock: ManualClock, tmp_path: Path
) -> None:
    """The first may be exported already, and must not be another afterwards."""
    folder = CheckpointFolder(tmp_path / "second", rig.installation, PROVES_NOTHING)
    journal = OvertakenJournal(rig, writer(rig, clock, folder))
    rig.write(note(1))
    second = Checkpoints(rig.installation, rig.journal.store, journal, clock, folder)
    clock.advance(1.0)

    with pytest.raises(StaleStateError):
        second.write()

    (kept,) = rig.journal.store.select("audit_checkpoints_after", (0, 10))
    (exported,) = read_exported(folder.path).checkpoints
    assert kept["body"] == exported.body


@pytest.mark.parametrize(
    ("named", "where", "note_given"),
    [("elsewhere", "elsewhere", KEPT_ELSEWHERE), (None, "body/checkpoints", PROVES_NOTHING)],
)
def test_what_a_body_exports_says_what_it_is_worth(
    rig: AuditRig,
    clock: ManualClock,
    tmp_path: Path,
    named: str | None,
    where: str,
    note_given: str,
) -> None:
    """A place that the settings name may be somebody else's; the demonstration's own is not."""
    speaking = SimpleNamespace(
        checkpoint_folder=None if named is None else str(tmp_path / named), checkpoint_seconds=60
    )
    foundation: Any = SimpleNamespace(
        folder=tmp_path / "body",
        settings=SimpleNamespace(speaking=speaking, kind="demonstration"),
        journal=rig.journal,
        clock=clock,
    )
    rig.write(note(1))
    thread = checkpoints_of(foundation, rig.installation)
    thread.start()
    thread.stop()

    (file,) = exported_files(tmp_path / where, rig.installation.id)
    assert note_given == read_exported(file).note


def test_the_file_says_who_signs_and_what_it_is_worth(
    rig: AuditRig, clock: ManualClock, tmp_path: Path
) -> None:
    """A folder on the same machine says in its first line that it proves nothing."""
    folder = CheckpointFolder(tmp_path / "second", rig.installation, PROVES_NOTHING)
    rig.write(note(1))
    writer(rig, clock, folder).write()

    exported = read_exported(folder.path)

    assert "it proves nothing" in exported.note
    assert (rig.installation.id, 1) == (exported.installation, len(exported.checkpoints))
    assert exported.public_key.hex() in (
        tmp_path / "second" / f"checkpoint-key-{rig.installation.id}-1.json"
    ).read_text("ascii")


def test_what_a_folder_missed_follows_when_it_is_back(
    rig: AuditRig, clock: ManualClock, tmp_path: Path
) -> None:
    """A place that cannot be written holds nothing up, and lacks nothing afterwards."""
    place = tmp_path / "second"
    place.write_text("in the way")
    folder = CheckpointFolder(place, rig.installation, "")
    checkpoints = writer(rig, clock, folder)
    for number in (1, 2):
        rig.write(note(number))
        assert checkpoints.write() is not None
    place.unlink()

    checkpoints.write()

    assert [1, 2] == [each.number for each in read_exported(folder.path).checkpoints]


def test_a_line_torn_by_a_loss_of_power_is_written_again(
    rig: AuditRig, clock: ManualClock, tmp_path: Path
) -> None:
    """The half line is passed over by readers and cut off by the next start."""
    folder = CheckpointFolder(tmp_path / "second", rig.installation, "")
    for number in (1, 2):
        rig.write(note(number))
        writer(rig, clock, folder).write()
    whole = folder.path.read_bytes()
    folder.path.write_bytes(whole[:-20])
    torn = [each.number for each in read_exported(folder.path).checkpoints]

    writer(rig, clock, folder).write()

    assert [1] == torn
    assert whole == folder.path.read_bytes()


def test_a_file_past_its_bound_is_put_aside_and_read_with_the_rest(
    rig: AuditRig, clock: ManualClock, tmp_path: Path
) -> None:
    """No line is lost or repeated where one file ends and the next begins."""
    folder = CheckpointFolder(tmp_path / "second", rig.installation, "", bytes_max=1_500)
    for number in range(7):
        rig.write(note(number))
        writer(rig, clock, folder).write()

    files = exported_files(tmp_path / "second", rig.installation.id)

    assert len(files) > 2
    assert list(range(1, 8)) == [each.number for each in read_exported(*files).checkpoints]


def test_a_damaged_file_is_named_by_its_line() -> None:
    """What is no file of ours, or has a line that is none, is refused."""
    with pytest.raises(InputInvalidError, match="first line"):
        read_export(["{}\n".replace("{}", '{"public_key": "00", "format": "x"}')])
    with pytest.raises(InputInvalidError, match="line 2 of the exported"):
        read_export(['{"public_key": "00", "format": "mercat-checkpoints-1"}\n', "{]\n"])
    with pytest.raises(InputInvalidError, match="first line"):
        read_export([])


def test_the_thread_leaves_a_last_checkpoint(rig: AuditRig, clock: ManualClock) -> None:
    """What happened before the end is covered when the program ends."""
    thread = CheckpointThread(writer(rig, clock, None), every_seconds=3_600)
    thread.start()
    rig.write(note(1))

    thread.stop()

    assert thread.crashed_with is None
    assert 1 == len(rig.journal.store.select("audit_checkpoint_last"))
