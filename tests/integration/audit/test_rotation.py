"""Rotation of the master key over a real file, broken off and taken up again."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from pathlib import Path

import pytest

from services.policy.system_sealer import SubjectSealer
from services.runtime.clock import ManualClock
from services.runtime.effects import Key
from services.runtime.errors import StorageRefusedError
from services.runtime.ports import Commit, Record
from services.store import file_rotation
from services.store.file_rotation import retire_unused, rotate
from services.store.sqlite_journal import SqliteJournal
from tests.audit_notes import AuditRig, audit_rig, note

SUBJECTS = 7


@pytest.fixture
def rig(tmp_path: Path, clock: ManualClock) -> Iterator[AuditRig]:
    """A database with payloads about seven people."""
    with audit_rig(tmp_path, clock) as made:
        made.write(*(note(number, subject=f"person:{number}") for number in range(SUBJECTS)))
        yield made


class BreakingJournal:
    """A journal whose disk is full after some commits."""

    def __init__(self, journal: SqliteJournal, commits: int) -> None:
        self._journal = journal
        self._left = commits

    def commit(self, commit: Commit) -> "Future[Sequence[Record]]":
        """Pass a commit on, or refuse it."""
        self._left -= 1
        if self._left < 0:
            raise StorageRefusedError("the disk is full")
        return self._journal.commit(commit)


def payloads(rig: AuditRig) -> list[bytes | None]:
    """Open every payload there is, with nothing at hand."""
    sealer = SubjectSealer(rig.installation, rig.journal.store, rig.journal)
    rows = rig.journal.store.select("audit_chain_after", ("house", 0, 100))
    return [
        sealer.open(str(row["subject"]), row["body"], row["salt"], row["ciphertext"])  # type: ignore[arg-type] # bytes as declared
        for row in rows
    ]


def test_every_key_is_wrapped_anew_and_every_payload_still_opens(rig: AuditRig) -> None:
    """Old masters can then go, and nothing needs them."""
    before, first = payloads(rig), rig.installation.masters.active

    done = rotate(rig.journal.store, rig.journal, rig.installation.masters)
    retired = retire_unused(rig.journal.store, rig.installation.masters)

    assert (SUBJECTS, False, (first,)) == (done.rewrapped, done.resumed, done.older_key_ids)
    assert (first,) == retired
    assert [rig.installation.masters.active] == rig.installation.masters.ids()
    assert before == payloads(rig)
    assert None not in before


def test_a_rotation_broken_off_is_finished_by_the_next(
    rig: AuditRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No second key is made, nothing is lost meanwhile, and no key goes that is still needed."""
    monkeypatch.setattr(file_rotation, "BATCH_ROWS", 2)
    masters, before = rig.installation.masters, payloads(rig)
    with pytest.raises(StorageRefusedError):
        rotate(rig.journal.store, BreakingJournal(rig.journal, 3), masters)
    half_way, kept = payloads(rig), retire_unused(rig.journal.store, masters)

    done = rotate(rig.journal.store, rig.journal, masters)

    assert (before, ()) == (half_way, kept)
    assert (SUBJECTS - 3, True, 2) == (done.rewrapped, done.resumed, len(masters.ids()))
    assert before == payloads(rig)


def test_an_erased_subject_is_passed_over(rig: AuditRig) -> None:
    """There is nothing left to wrap, and the rotation does not wait for it."""
    place = Key("subject_keys", "person:0")
    rig.journal.commit(
        Commit(writes={place: {"state": "erased", "key_id": "x", "version": 2}})
    ).result()

    done = rotate(rig.journal.store, rig.journal, rig.installation.masters)

    assert SUBJECTS - 1 == done.rewrapped
