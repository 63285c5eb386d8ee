"""Tampering with the audit in its file: every kind is found, and the first bad entry is named."""

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import apsw
import pytest

from services.policy.audit_checkpoints import Exported
from services.policy.audit_verify import Report, verify_audit
from services.policy.file_checkpoints import (
    KEPT_ELSEWHERE,
    CheckpointFolder,
    Checkpoints,
    public_bytes,
    read_exported,
)
from services.policy.system_sealer import SubjectSealer
from services.runtime.audit_entry import account_chain
from services.runtime.clock import ManualClock
from services.store.chain import GENESIS, entry_hash
from tests.audit_notes import AuditRig, audit_rig, note

TOWN = account_chain("town")
ENTRIES = 6


class Tampered:
    """A database with two chains and exported checkpoints, and somebody who can write the file."""

    def __init__(self, rig: AuditRig, path: Path, clock: ManualClock) -> None:
        self.rig = rig
        self.folder = CheckpointFolder(path / "elsewhere", rig.installation, KEPT_ELSEWHERE)
        self.checkpoints = Checkpoints(
            rig.installation, rig.journal.store, rig.journal, clock, self.folder
        )
        self.file = apsw.Connection(str(path / "mercat.sqlite"))
        for number in range(1, ENTRIES + 1):
            rig.write(note(number), note(number, chain=TOWN, subject="person:p"))
            if number % 2 == 0:
                clock.advance(60)
                self.checkpoints.write()

    def exported(self) -> Exported:
        """Return what lies elsewhere."""
        return read_exported(self.folder.path)

    def verify(self, *, outside: bool = False) -> Report:
        """Verify with every payload opened, with what lies elsewhere or without."""
        key = public_bytes(self.rig.installation.checkpoint_key)
        exported = self.exported() if outside else None
        store = self.rig.journal.store
        sealer = SubjectSealer(self.rig.installation, store, self.rig.journal)
        return verify_audit(store, key, sealer, exported)

    def run(self, *statements: str) -> None:
        """Change the file behind the program's back."""
        for statement in statements:
            self.file.execute(statement)

    def rebuild(self, chain: str, bodies: Sequence[bytes]) -> None:
        """Write a chain anew, whole and consistent, as someone with the file and the code could."""
        previous = GENESIS
        for sequence, body in enumerate(bodies, 1):
            hashed = entry_hash(chain, sequence, previous, body)
            self.file.execute(
                "UPDATE audit_entries SET body = ?, previous_hash = ?, hash = ? "
                "WHERE chain = ? AND sequence = ?",
                (body, previous, hashed, chain, sequence),
            )
            previous = hashed
        self.file.execute(
            "DELETE FROM audit_entries WHERE chain = ? AND sequence > ?", (chain, len(bodies))
        )
        self.file.execute(
            "UPDATE audit_heads SET sequence = ?, hash = ? WHERE id = ?",
            (len(bodies), previous, chain),
        )

    def bodies(self, chain: str) -> list[bytes]:
        """Return a chain's bodies, in order."""
        rows = self.file.execute(
            "SELECT body FROM audit_entries WHERE chain = ? ORDER BY sequence", (chain,)
        )
        return [bytes(body) for (body,) in rows]


@pytest.fixture
def tampered(tmp_path: Path, clock: ManualClock) -> Iterator[Tampered]:
    """Six entries in each of two chains, a checkpoint after every second."""
    with audit_rig(tmp_path, clock) as rig:
        made = Tampered(rig, tmp_path, clock)
        yield made
        made.file.close()


def test_what_was_left_alone_verifies(tampered: Tampered) -> None:
    """Every entry is counted and every payload opened, with and without what lies elsewhere."""
    report = tampered.verify(outside=True)

    assert ([], True) == (list(report.faults), tampered.verify().sound)
    assert {"house": ENTRIES, TOWN: ENTRIES} == report.verified
    assert (12, 12, 0) == (report.entries, report.payloads_opened, report.payloads_gone)
    assert (3, 3) == (report.checkpoints, report.exported_number)


ROW = f"chain = '{TOWN}' AND sequence = 4"
PLACE = f"id = '{TOWN}:000000000004'"
OTHER = f"id = '{TOWN}:000000000005'"


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (
            f"UPDATE audit_entries SET body = "
            f"CAST(replace(body, 'draft', 'Draft') AS BLOB) WHERE {ROW}",
            "Entry 4 of chain account:town was changed: its hash is not",
        ),
        (f"UPDATE audit_entries SET hash = zeroblob(32) WHERE {ROW}", "Entry 4 .* was changed"),
        (f"UPDATE audit_entries SET body = NULL WHERE {ROW}", "Entry 4 .* a part of it is gone"),
        (
            f"UPDATE audit_entries SET previous_hash = zeroblob(32) WHERE {ROW}",
            "Entry 4 .* does not follow",
        ),
        (f"UPDATE audit_entries SET at_ms = at_ms + 1 WHERE {ROW}", "Entry 4 .* column at_ms"),
        (f"UPDATE audit_entries SET kind = 'x' WHERE {ROW}", "Entry 4 .* column kind"),
        (f"UPDATE audit_entries SET subject = 'body' WHERE {ROW}", "Entry 4 .* column subject"),
        (f"UPDATE audit_entries SET actor_id = 'x' WHERE {ROW}", "Entry 4 .* column actor_id"),
        (f"UPDATE audit_entries SET case_id = NULL WHERE {ROW}", "Entry 4 .* column case_id"),
        (f"UPDATE audit_entries SET act_id = 'x' WHERE {ROW}", "Entry 4 .* column act_id"),
        (f"DELETE FROM audit_payloads WHERE {PLACE}", "Entry 4 .* has lost its payload"),
        (
            f"UPDATE audit_payloads SET salt = zeroblob(32) WHERE {PLACE}",
            "Entry 4 .* a payload that is not its own",
        ),
        (
            f"UPDATE audit_payloads SET ciphertext = (SELECT ciphertext FROM audit_payloads "
            f"WHERE {OTHER}) WHERE {PLACE}",
            "Entry 4 .* a payload that is not its own",
        ),
        (
            "UPDATE subject_keys SET state = 'erased' WHERE id = 'person:p'",
            "Entry 1 .* has lost its payload or its key",
        ),
        (f"DELETE FROM audit_entries WHERE {ROW}", "Entry 4 of chain account:town is missing"),
        (
            f"DELETE FROM audit_heads WHERE id = '{TOWN}'",
            "Entry 7 of chain account:town has no head",
        ),
        (
            f"UPDATE audit_heads SET hash = zeroblob(32) WHERE id = '{TOWN}'",
            "Entry 6 .* not the one the chain's head",
        ),
        (
            f"UPDATE audit_heads SET sequence = 4, hash = (SELECT hash FROM audit_entries "
            f"WHERE {ROW}) WHERE id = '{TOWN}'",
            "Entry 5 .* (stands behind the head|is missing)",
        ),
        (
            f"DELETE FROM audit_entries WHERE chain = '{TOWN}' AND sequence > 4",
            "Entry 5 .* missing",
        ),
        (
            "UPDATE audit_checkpoints SET body = CAST(replace(body, '1', '2') AS BLOB) "
            "WHERE number = 2",
            "forged",
        ),
        ("UPDATE audit_checkpoints SET body = NULL WHERE number = 2", "forged"),
        ("UPDATE audit_checkpoints SET number = 9 WHERE number = 3", "stands in another place"),
        ("DELETE FROM audit_checkpoints WHERE number = 2", "Checkpoint 2 .* missing"),
    ],
)
def test_one_change_is_found_and_named(tampered: Tampered, statement: str, said: str) -> None:
    """A byte, a column, a row, a payload, a key, a head or a checkpoint: the sentence names it."""
    tampered.run(statement)

    first = tampered.verify().first

    assert first is not None
    assert re.search(said, first.sentence), first.sentence


def swap_rows(tampered: Tampered) -> None:
    """Exchange the places of two entries."""
    four, five = f"'{TOWN}:000000000004'", f"'{TOWN}:000000000005'"
    tampered.run(
        f"UPDATE audit_entries SET id = 'x', sequence = 99 WHERE id = {four}",
        f"UPDATE audit_entries SET id = {four}, sequence = 4 WHERE id = {five}",
        f"UPDATE audit_entries SET id = {five}, sequence = 5 WHERE id = 'x'",
    )


def swap_bodies(tampered: Tampered) -> None:
    """Exchange what two entries say, and leave their hashes."""
    bodies = tampered.bodies(TOWN)
    for sequence, body in ((4, bodies[4]), (5, bodies[3])):
        tampered.file.execute(
            "UPDATE audit_entries SET body = ? WHERE chain = ? AND sequence = ?",
            (body, TOWN, sequence),
        )


@pytest.mark.parametrize(
    ("swap", "said"), [(swap_rows, "does not follow"), (swap_bodies, "was changed")]
)
def test_exchanged_entries_are_found(
    tampered: Tampered, swap: Callable[[Tampered], None], said: str
) -> None:
    """Entries are bound to their places, and the first of the two is named."""
    swap(tampered)

    first = tampered.verify().first

    assert first is not None
    assert (TOWN, 4, True) == (first.place, first.sequence, said in first.sentence)


def test_a_tail_cut_off_with_its_head_and_checkpoints_needs_what_lies_elsewhere(
    tampered: Tampered,
) -> None:
    """The database alone agrees with itself, and the exported checkpoint names what is missing."""
    tampered.rebuild(TOWN, tampered.bodies(TOWN)[:4])
    tampered.run("DELETE FROM audit_checkpoints WHERE number = 3")

    inside, outside = tampered.verify(), tampered.verify(outside=True)

    assert inside.sound
    assert outside.first is not None
    assert (TOWN, 5) == (outside.first.place, outside.first.sequence)
    assert "ends early, and checkpoint 3 in the exported file" in outside.first.sentence


def test_a_chain_written_anew_needs_what_lies_elsewhere(tampered: Tampered) -> None:
    """A whole and consistent forgery is not what was signed when it was said to be written."""
    bodies = tampered.bodies(TOWN)
    bodies[2] = bodies[2].replace(b'"roles":["approver"]', b'"roles":["governance"]')
    tampered.rebuild(TOWN, bodies)
    tampered.run(
        "DELETE FROM audit_checkpoints",
        "DELETE FROM audit_payloads",
    )

    inside = verify_audit(
        tampered.rig.journal.store, public_bytes(tampered.rig.installation.checkpoint_key)
    )
    outside = tampered.verify(outside=True)

    assert inside.first is not None
    assert "Entry 1" in inside.first.sentence
    assert "lost its payload" in inside.first.sentence
    assert "no longer in the database" in outside.faults[-1].sentence


def test_a_rebuilt_chain_is_named_between_two_checkpoints(tampered: Tampered) -> None:
    """The last checkpoint that agrees and the first that does not say where it was."""
    bodies = tampered.bodies(TOWN)
    body = bodies[2].replace(b'"roles":["approver"]', b'"roles":["governance"]')
    tampered.rebuild(TOWN, [*bodies[:2], body, *bodies[3:]])
    tampered.run("DELETE FROM audit_checkpoints")
    key = public_bytes(tampered.rig.installation.checkpoint_key)

    # Without opening payloads, since the forged body gives its payload away.
    store = tampered.rig.journal.store
    inside, outside = verify_audit(store, key), verify_audit(store, key, None, tampered.exported())

    assert inside.sound
    assert outside.first is not None
    assert (TOWN, 4) == (outside.first.place, outside.first.sequence)
    assert "written anew somewhere behind entry 2" in outside.first.sentence


def test_a_whole_chain_taken_away_is_missed(tampered: Tampered) -> None:
    """A chain of which nothing is left is still named by the checkpoints."""
    tampered.run(
        f"DELETE FROM audit_entries WHERE chain = '{TOWN}'",
        f"DELETE FROM audit_heads WHERE id = '{TOWN}'",
    )

    first = tampered.verify().first

    assert first is not None
    assert "Entry 1 of chain account:town is missing" in first.sentence


def test_another_body_s_export_is_known_for_one(
    tampered: Tampered, tmp_path: Path, clock: ManualClock
) -> None:
    """A file signed by another key vouches for nothing here."""
    (tmp_path / "other").mkdir()
    with audit_rig(tmp_path / "other", clock) as rig:
        folder = CheckpointFolder(tmp_path / "theirs", rig.installation, "")
        rig.write(note(1))
        Checkpoints(rig.installation, rig.journal.store, rig.journal, clock, folder).write()
        theirs = read_exported(folder.path)

    report = verify_audit(
        tampered.rig.journal.store,
        public_bytes(tampered.rig.installation.checkpoint_key),
        exported=theirs,
    )

    assert any("another key" in fault.sentence for fault in report.faults)


def test_what_is_written_while_it_verifies_waits_for_next_time(tampered: Tampered) -> None:
    """An entry that comes after the heads were read is no fault."""
    store = tampered.rig.journal.store
    select = store.select

    def slow(query: str, parameters: Sequence[object] = ()) -> object:
        rows = select(query, parameters)  # type: ignore[arg-type] # passed on as they came
        if query == "audit_heads":
            tampered.rig.write(note(90), note(91, chain=TOWN), note(92, chain="account:new"))
        return rows

    store.select = slow  # type: ignore[assignment,method-assign] # one store for one test
    report = tampered.verify(outside=True)

    assert report.sound, report.first
    assert {"house": ENTRIES, TOWN: ENTRIES} == report.verified
