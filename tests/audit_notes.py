"""Notes, keys and small databases for the suites of the audit."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from services.policy.system_sealer import SubjectSealer
from services.runtime.actor import Actor
from services.runtime.audit_entry import HOUSE_CHAIN, AuditNote
from services.runtime.clock import Clock
from services.runtime.ports import Commit
from services.store.file_installation import Installation, open_installation
from services.store.file_keys import KeyFolder
from services.store.sqlite_journal import SqliteJournal

AT_MS = 1_772_442_000_000
OFFICER = Actor("b" * 32, "moira", frozenset({"approver"}), "token", credential_id="t1")


def note(number: int = 0, **values: Any) -> AuditNote:
    """Return the n-th of a run of notes in the house chain, with some values set."""
    plain = AuditNote(
        chain=HOUSE_CHAIN,
        kind="act-drafted",
        actor=OFFICER,
        subject="citizen:" + "0" * 32,
        payload={"text": f"Draft number {number}"},
        facts={"number": number, "digest": "d" * 64},
        case_id="c" * 32,
        act_id=f"{number:032d}",
    )
    return replace(plain, **values)


@dataclass
class AuditRig:
    """A database of its own with its keys and its sealer."""

    journal: SqliteJournal
    folder: KeyFolder
    installation: Installation
    sealer: SubjectSealer

    def write(self, *notes: AuditNote, at_ms: int = AT_MS) -> None:
        """Seal notes and link them, one commit each."""
        for number, each in enumerate(notes):
            entry = self.sealer.seal(each, at_ms + number)
            self.journal.commit(Commit(entries=(entry,))).result()


@contextmanager
def audit_rig(folder: Path, clock: Clock) -> Iterator[AuditRig]:
    """Yield a database in a folder, its keys in a folder beside it."""
    journal = SqliteJournal(folder / "mercat.sqlite", clock)
    try:
        keys = KeyFolder(folder / "keys")
        installation = open_installation(journal.store, journal, keys, AT_MS)
        sealer = SubjectSealer(installation, journal.store, journal)
        yield AuditRig(journal, keys, installation, sealer)
    finally:
        journal.close()
