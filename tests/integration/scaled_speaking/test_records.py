"""Erasure and rotation over PostgreSQL, with other processes at work on the same database."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import psycopg
import pytest

from services.policy.audit_verify import verify_audit
from services.policy.erasure import Erased, ErasureParts, erase_subject
from services.policy.file_checkpoints import public_bytes
from services.policy.kept_in_topics import stays_with_topics
from services.policy.system_sealer import SubjectSealer
from services.runtime.clock import ManualClock
from services.runtime.errors import ErasedSubjectError
from services.store.file_installation import open_installation
from services.store.file_keys import KeyFolder
from services.store.file_rotation import retire_unused, rotate
from services.store.postgres_journal import PostgresJournal
from services.store.postgres_waiting import WaitingEvents
from tests.audit_notes import AT_MS, OFFICER, AuditRig, note
from tests.erasable_rows import ANN, AUTHOR, MARKER, fill

_TABLES = (
    "SELECT table_name FROM information_schema.tables "
    "WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
)


@pytest.fixture
def rig(address: str, tmp_path: Path, clock: ManualClock) -> Iterator[AuditRig]:
    """A database in which one author among many said something that must go."""
    journal = PostgresJournal(address, clock, connections_max=5)
    keys = KeyFolder(tmp_path / "keys")
    installation = open_installation(journal.store, journal, keys, AT_MS)
    sealer = SubjectSealer(installation, journal.store, journal, shared=True)
    made = AuditRig(cast("Any", journal), keys, installation, sealer)
    try:
        fill(made)
        yield made
    finally:
        journal.close()


def elsewhere(rig: AuditRig, *, shared: bool = True) -> SubjectSealer:
    """Return a sealer as another process has it."""
    return SubjectSealer(rig.installation, rig.journal.store, rig.journal, shared=shared)


def erase(rig: AuditRig, clock: ManualClock) -> Erased:
    """Erase the author."""
    waiting = WaitingEvents(cast("Any", rig.journal))
    return erase_subject(
        ErasureParts(rig.journal.store, waiting, waiting, rig.sealer, clock, stays_with_topics),
        ANN,
        OFFICER,
    )


def tables_with(address: str, marker: str) -> list[str]:
    """Return the tables in which any row holds a marker, as text or in bytes."""
    with psycopg.connect(address) as connection:
        tables = [str(name) for (name,) in connection.execute(_TABLES).fetchall()]
        found = []
        for table in sorted(tables):
            asked = (
                f'SELECT count(*) FROM "{table}" AS looked_at '
                "WHERE looked_at::text LIKE %s OR looked_at::text LIKE %s"
            )
            either = (f"%{marker}%", f"%{marker.encode().hex()}%")
            ((count,),) = connection.execute(asked.encode(), either).fetchall()
            found += [table] if count else []
        return found


def test_no_table_holds_the_marker(rig: AuditRig, address: str, clock: ManualClock) -> None:
    """Posts, act, sending, consent, verdict, letters and what waits for Kafka hold it no more."""
    before = tables_with(address, MARKER)
    assert {"posts", "relay_rows", "acts", "dead_letters"} <= set(before)

    done = erase(rig, clock)

    assert [] == tables_with(address, MARKER)
    assert (2, 1, 15, 15, 1, True) == (
        done.payloads,
        done.acts,
        done.posts,
        done.log_records,
        done.dead_letters,
        done.settled,
    )
    assert tables_with(address, "Nothing much, 4")


def test_the_chains_still_verify(rig: AuditRig, clock: ManualClock) -> None:
    """Two payloads are gone, one entry says whose, and everybody else's opens."""
    erase(rig, clock)

    public_key = public_bytes(rig.installation.checkpoint_key)
    report = verify_audit(rig.journal.store, public_key, rig.sealer)

    assert report.sound, report.first
    assert (4, 1, 2) == (report.entries, report.payloads_opened, report.payloads_gone)


def test_it_is_said_until_when_kafka_keeps_it(rig: AuditRig, clock: ManualClock) -> None:
    """Topics keep seven days, and Kafka a segment more: the day after that is named."""
    done = erase(rig, clock)

    assert "until 10 March 2026 at the latest" in done.stays[0]
    assert "write-ahead log" in done.stays[1]


def test_another_process_seals_nothing_more_of_them(rig: AuditRig, clock: ManualClock) -> None:
    """It had their key in hand a moment ago, and asks anew; one that kept it would go on."""
    subject = rig.sealer.citizen_subject("test", AUTHOR)
    other, keeps = elsewhere(rig), elsewhere(rig, shared=False)
    for sealer in (other, keeps):
        sealer.seal(note(8, subject=subject), AT_MS)

    erase(rig, clock)

    with pytest.raises(ErasedSubjectError):
        other.seal(note(9, subject=subject), AT_MS)
    assert keeps.seal(note(9, subject=subject), AT_MS).ciphertext


def test_another_process_goes_on_after_a_rotation(rig: AuditRig) -> None:
    """It reads and seals by the new master key at once, the old one destroyed."""
    other, subject = elsewhere(rig), "person:other"
    entry = other.seal(note(8, subject=subject), AT_MS)

    rotate(rig.journal.store, rig.journal, rig.installation.masters)
    retired = retire_unused(rig.journal.store, rig.installation.masters)

    assert 1 == len(retired)
    opened = other.open(subject, entry.body, entry.salt or b"", entry.ciphertext or b"")
    assert opened is not None
    assert other.seal(note(9, subject="person:new"), AT_MS).ciphertext
