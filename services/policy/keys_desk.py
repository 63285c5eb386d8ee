"""The master keys as whoever has the machine looks after them: listed, and rotated on record."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from services.runtime.actor import Actor
from services.runtime.audit_entry import BODY_SUBJECT, HOUSE_CHAIN, AuditNote, Sealer
from services.runtime.clock import Clock, to_epoch_ms
from services.runtime.errors import NotAllowedError
from services.runtime.ports import Commit, Journal, Lane, Store
from services.store.file_installation import MasterKeys
from services.store.file_rotation import retire_unused, rotate


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredKeys:
    """The keys' desk over one database; see `KeysDesk` in the console's parts."""

    store: Store
    journal: Journal
    sealer: Sealer
    masters: MasterKeys
    clock: Clock

    def keys(self) -> Mapping[str, Any]:
        """Return every master key's id, which is in use, and how many data keys it wraps."""
        wrapped = {
            str(row["key_id"]): int(str(row["wrapped"]))
            for row in self.store.select("records_key_ids")
        }
        active = self.masters.active
        return {
            "items": [
                {"id": key_id, "in_use": key_id == active, "wraps": wrapped.get(key_id, 0)}
                for key_id in self.masters.ids()
            ]
        }

    def rotate(self, wanted: Mapping[str, Any], actor: Actor) -> Mapping[str, Any]:
        """Put a new master key to use and wrap every data key with it; destroy old ones if asked.

        Raises NotAllowedError for anybody but whoever has the machine.
        """
        if not actor.is_operator:
            raise NotAllowedError(
                "Keys are rotated by whoever has the machine: at the command line, without --as."
            )
        retire = bool(wanted.get("retire"))
        done = rotate(self.store, self.journal, self.masters)
        retired = retire_unused(self.store, self.masters) if retire else ()
        note = AuditNote(
            chain=HOUSE_CHAIN,
            kind="keys.rotated",
            actor=replace(actor, why=str(wanted["why"])),
            subject=BODY_SUBJECT,
            payload={},
            facts={
                "key_id": done.key_id,
                "rewrapped": done.rewrapped,
                "resumed": done.resumed,
                "retired": len(retired),
            },
        )
        entry = self.sealer.seal(note, to_epoch_ms(self.clock.now()))
        self.journal.commit(Commit(lane=Lane.DECISION, entries=(entry,))).result()
        older = [each for each in done.older_key_ids if each not in retired]
        return {
            "key_id": done.key_id,
            "rewrapped": done.rewrapped,
            "older": older,
            "retired": list(retired),
            "sentence": _sentence(done.key_id, done.rewrapped, len(older), len(retired)),
        }


def _sentence(key_id: str, rewrapped: int, older: int, retired: int) -> str:
    said = f"Key {key_id} is in use; {rewrapped:,} data keys are wrapped by it. Back the keys up."
    if retired:
        said += f" {retired} older were destroyed: backups made under them cannot be opened."
    if older:
        said += f" {older} older stay, for the backups made under them."
    return said
