"""Takes in that a folder came out of a backup: each account is settled before it sends again."""

from services.bootstrap_foundation import Foundation
from services.publish.restored import WAITING
from services.runtime.actor import PROGRAM
from services.runtime.audit_entry import BODY_SUBJECT, HOUSE_CHAIN, AuditNote, Sealer
from services.runtime.clock import to_epoch_ms
from services.runtime.effects import Key, Row
from services.runtime.ports import Commit, Guard, Lane
from services.store.file_restored import RestoredMark, read_mark, remove_mark


def take_in_restore(foundation: Foundation, sealer: Sealer) -> None:
    """Put a folder's mark into its database, with the audit's word on it, and take the mark away.

    Where the process ends in between, the next start does it again: accounts wait once more.
    """
    mark = read_mark(foundation.folder)
    if mark is None:
        return
    writes: dict[Key, Row | None] = {}
    guards: list[Guard] = []
    for account in foundation.settings.accounts:
        key = Key("restores", account.id)
        before = foundation.journal.store.fetch([key])[key]
        writes[key] = _row(mark, before)
        guards.append(Guard(key, None if before is None else int(str(before["version"]))))
    note = AuditNote(
        chain=HOUSE_CHAIN,
        kind="restore.noted",
        actor=PROGRAM,
        subject=BODY_SUBJECT,
        payload={},
        facts={"made_at_ms": mark.made_at_ms, "restored_at_ms": mark.restored_at_ms},
    )
    entry = sealer.seal(note, to_epoch_ms(foundation.clock.now()))
    commit = Commit(writes=writes, lane=Lane.DECISION, guards=guards, entries=(entry,))
    foundation.journal.commit(commit).result()
    remove_mark(foundation.folder)


def _row(mark: RestoredMark, before: Row | None) -> Row:
    """Return an account's row; one that still waited when it was backed up is as old as it was."""
    made_at_ms, version = mark.made_at_ms, 0
    if before is not None:
        version = int(str(before["version"]))
        if before["state"] == WAITING:
            made_at_ms = min(made_at_ms, int(str(before["made_at_ms"])))
    return {
        "state": WAITING,
        "made_at_ms": made_at_ms,
        "restored_at_ms": mark.restored_at_ms,
        "settled_at_ms": None,
        "version": version + 1,
    }
