"""Erasure over a real file: a planted marker is in no byte of it, and the chains verify."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from schemas.topics import POSTS_RECEIVED
from services.log.sqlite_log import SqliteLog
from services.policy.audit_verify import verify_audit
from services.policy.decided_commit import commit_of, sealed
from services.policy.erasure import ErasureParts, Staff, erase_subject
from services.policy.file_checkpoints import public_bytes
from services.policy.legal_holds import lift_hold, place_hold
from services.runtime.audit_entry import HOUSE_CHAIN
from services.runtime.clock import ManualClock
from services.runtime.effects import Key, Row
from services.runtime.errors import ErasedSubjectError, NotAllowedError, RetryLaterError
from services.runtime.ports import Commit
from tests.audit_notes import AT_MS, OFFICER, AuditRig, audit_rig, note
from tests.erasable_rows import ACT_ID, ANN, AUTHOR, MARKER, OTHERS, fill


@pytest.fixture
def rig(tmp_path: Path, clock: ManualClock) -> Iterator[AuditRig]:
    """A database in which one author among many said something that must go."""
    with audit_rig(tmp_path, clock) as made:
        fill(made)
        yield made


def parts(rig: AuditRig, clock: ManualClock) -> ErasureParts:
    """Return what an erasure works on."""
    return ErasureParts(rig.journal.store, rig.journal, rig.journal.log, rig.sealer, clock)


def files_with(folder: Path, marker: str) -> list[str]:
    """Return the files of a database that hold a marker, write-ahead log among them."""
    return [
        path.name
        for path in sorted(folder.glob("mercat.sqlite*"))
        if marker.encode() in path.read_bytes()
    ]


def test_no_byte_of_the_marker_is_left(rig: AuditRig, tmp_path: Path, clock: ManualClock) -> None:
    """Posts, log, act, sending, consent, verdict, answers and dead letters hold it no more."""
    assert files_with(tmp_path, MARKER)

    done = erase_subject(parts(rig, clock), ANN, OFFICER)

    assert [] == files_with(tmp_path, MARKER)
    assert (2, 1, 15, 15, 1, True) == (
        done.payloads,
        done.acts,
        done.posts,
        done.log_records,
        done.dead_letters,
        done.settled,
    )
    assert files_with(tmp_path, "Nothing much, 4")


def test_the_chains_still_verify_and_account_for_what_is_gone(
    rig: AuditRig, clock: ManualClock
) -> None:
    """Two payloads are gone, one entry says whose, and everybody else's opens."""
    erase_subject(parts(rig, clock), ANN, OFFICER)

    report = verify_audit(
        rig.journal.store, public_bytes(rig.installation.checkpoint_key), rig.sealer
    )

    assert report.sound, report.first
    assert (4, 1, 2) == (report.entries, report.payloads_opened, report.payloads_gone)
    last = rig.journal.store.select("audit_chain_after", (HOUSE_CHAIN, 2, 10))[-1]
    assert "subject.erased" == last["kind"]


def test_readers_of_the_log_go_on_and_routing_hears_of_the_removal(
    rig: AuditRig, clock: ManualClock
) -> None:
    """Every record still decodes in its place, and each post's removal follows."""
    log: SqliteLog = rig.journal.log
    erase_subject(parts(rig, clock), ANN, OFFICER)
    fresh = SqliteLog(rig.journal._readers, rig.journal._writer._connection)

    records = fresh.read(POSTS_RECEIVED.name, 0, 1_000)

    assert OTHERS + 15 == log.end_offset(POSTS_RECEIVED.name)
    assert list(range(OTHERS + 15)) == [record.offset for record in records]
    assert 15 == sum(b"mercat.posts.removed.v1" in record.value for record in records)


def test_nothing_new_of_them_is_sealed(rig: AuditRig, clock: ManualClock) -> None:
    """The key that was at hand is let go of with the one on disk."""
    subject = rig.sealer.citizen_subject("test", AUTHOR)
    erase_subject(parts(rig, clock), ANN, OFFICER)

    with pytest.raises(ErasedSubjectError):
        rig.sealer.seal(note(9, subject=subject), AT_MS)


def test_an_erasure_can_be_done_again(rig: AuditRig, clock: ManualClock) -> None:
    """What was broken off is finished by the next, and one entry tells of it."""
    erase_subject(parts(rig, clock), ANN, OFFICER)

    again = erase_subject(parts(rig, clock), ANN, OFFICER)

    assert (0, 0) == (again.payloads, again.posts)
    rows = rig.journal.store.select("audit_chain_after", (HOUSE_CHAIN, 0, 100))
    assert 1 == sum(row["kind"] == "subject.erased" for row in rows)


@pytest.mark.parametrize("kind", ["case", "subject", "everything"])
def test_a_legal_hold_stops_it_and_lifting_frees_it(
    rig: AuditRig, clock: ManualClock, kind: str
) -> None:
    """The sentence has reason, owner and review date, and nothing was touched."""
    store = rig.journal.store
    name = {"case": "case-3", "subject": rig.sealer.citizen_subject("test", AUTHOR)}.get(kind, "")
    owner = replace(OFFICER, why="Claim 7 before the court")
    placed = place_hold("h", kind, name, owner, AT_MS + 86_400_000 * 30, AT_MS)  # type: ignore[arg-type] # one of the three
    rig.journal.commit(commit_of(placed, sealed(rig.sealer, placed.notes, AT_MS))).result()

    with pytest.raises(NotAllowedError, match=r"Claim 7 before the court \(owner b+, .*2026-04-01"):
        erase_subject(parts(rig, clock), ANN, OFFICER)
    act = Key("acts", ACT_ID)
    before = store.fetch([act])[act]
    lifted = lift_hold(store, "h", OFFICER, AT_MS)
    rig.journal.commit(commit_of(lifted, sealed(rig.sealer, lifted.notes, AT_MS))).result()
    done = erase_subject(parts(rig, clock), ANN, OFFICER)

    assert before is not None
    assert f"Dear {MARKER}" == before["text"]
    assert 1 == done.acts


def test_it_waits_for_an_answer_that_is_on_its_way(rig: AuditRig, clock: ManualClock) -> None:
    """What may have to be known again when read back is not taken away under it."""
    key = Key("sendings", ACT_ID)
    rig.journal.commit(Commit(writes={key: {"state": "unknown", "version": 2}})).result()

    with pytest.raises(RetryLaterError, match="on its way"):
        erase_subject(parts(rig, clock), ANN, OFFICER)


def test_one_of_the_body_s_own_people_can_be_erased(
    rig: AuditRig, tmp_path: Path, clock: ManualClock
) -> None:
    """Name, login and address go; the id stays on the record of what they did."""
    place = Key("persons", "p1")
    row: Row = {"login": "zq-moira", "name": "zq-Moira", "address": "zq-m@council.example"}
    rig.journal.commit(Commit(writes={place: {**row, "state": "left", "version": 3}})).result()
    rig.write(note(5, subject="person:p1", payload={"name": "zq-Moira"}))

    done = erase_subject(parts(rig, clock), Staff("p1"), OFFICER)

    assert [] == files_with(tmp_path, "zq-moira") + files_with(tmp_path, "zq-Moira")
    left = rig.journal.store.fetch([place])[place]
    assert left is not None
    assert ("erased-p1", "", "left", 1) == (
        left["login"],
        left["name"],
        left["state"],
        done.payloads,
    )
