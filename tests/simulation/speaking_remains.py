"""What a run of the speaking half left behind: its rows, the audit, and what stands in public."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import apsw

from schemas.act import ActMedia, ActPerformed, ActPerformedV2, PerformedAct, PerformedActV2
from services.house.sqlite_house import HOUSE_NAME
from services.policy.audit_verify import verify_audit
from services.policy.bundle import Bundle
from services.policy.file_bundle import read_bundle
from services.policy.file_checkpoints import exported_files, public_bytes, read_exported
from services.policy.system_sealer import SubjectSealer
from services.runtime.ports import Store
from services.runtime.system_clock import SystemClock
from services.settings import DATABASE_NAME
from services.store.file_installation import Installation, open_installation
from services.store.file_keys import KeyFolder
from services.store.sqlite_connection import quick_check
from services.store.sqlite_journal import SqliteJournal
from tests.simulation.remains import Remains, remains_in_file

PERFORMED: Final = "acts.performed.v1"
_ENTRIES: Final = (
    "SELECT e.chain, e.kind, e.at_ms, e.act_id, e.actor_id, e.subject, e.body, p.salt, "
    "p.ciphertext FROM audit_entries e LEFT JOIN audit_payloads p ON p.id = e.id ORDER BY e.rowid"
)
_DEEDS: Final = (
    "SELECT a.remote_id, a.handle, a.kind, p.text, a.target, p.language, p.media, a.key, p.deleted "
    "FROM acts a JOIN accounts c ON c.handle = a.handle LEFT JOIN posts p ON p.id = a.remote_id "
    "WHERE c.kind = 'body' ORDER BY a.sequence"
)


@dataclass(frozen=True, slots=True)
class Deed:
    """Something the body did in public, as the platform shows it now.

    Of what was deleted since, no wording is left; who deleted it is a deed of its own.
    """

    remote_id: str
    account: str
    kind: str
    text: str
    target: str | None
    language: str | None
    media: tuple[ActMedia, ...]
    key: str | None
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the audit, opened; `place` counts all chains' entries as they were written."""

    place: int
    chain: str
    kind: str
    at_ms: int
    act_id: str | None
    actor_id: str
    facts: Mapping[str, Any]
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SpeakingRemains:
    """Rows by table and id, entries as they were written, deeds in public, oldest first.

    `faults` are what a verification of the audit found; `performed` is what others were told.
    """

    rows: Mapping[str, Mapping[str, Mapping[str, Any]]]
    entries: Sequence[Entry]
    deeds: Sequence[Deed]
    performed: Sequence[PerformedAct | PerformedActV2]
    faults: Sequence[str]
    bundle: Bundle


def speaking_remains(folder: Path) -> SpeakingRemains:
    """Return what a folder holds that nobody works on. Raises AssertionError if it is damaged."""
    base = remains_in_file(folder / DATABASE_NAME)
    journal = SqliteJournal(folder / DATABASE_NAME, SystemClock())
    try:
        keys = KeyFolder(folder.parent / "keys")
        installation = open_installation(journal.store, journal, keys, 0)
        sealer = SubjectSealer(installation, journal.store, journal)
        entries = _entries(folder / DATABASE_NAME, sealer)
        faults = audit_faults(folder.parent / "checkpoints", journal.store, installation, sealer)
    finally:
        journal.close()
    return SpeakingRemains(
        rows=base.rows,
        entries=entries,
        deeds=deeds_in(folder / HOUSE_NAME),
        performed=_performed(base),
        faults=faults,
        bundle=read_bundle(),
    )


def _entries(path: Path, sealer: SubjectSealer) -> list[Entry]:
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        rows: list[tuple[Any, ...]] = connection.execute(_ENTRIES).fetchall()
    finally:
        connection.close()
    return [entry_of(place, row, sealer) for place, row in enumerate(rows)]


def entry_of(place: int, row: tuple[Any, ...], sealer: SubjectSealer) -> Entry:
    """Return a row of the audit with its payload, opened."""
    chain, kind, at_ms, act_id, actor_id, subject, body, salt, ciphertext = row
    opened = sealer.open(subject, body, salt or b"", ciphertext or b"")
    said = json.loads(body)
    payload = json.loads(opened or b"{}")
    return Entry(place, chain, kind, at_ms, act_id, actor_id, said["facts"], payload)


def audit_faults(
    checkpoints: Path, store: Store, installation: Installation, sealer: SubjectSealer
) -> list[str]:
    """Return what a verification of the audit finds, against the checkpoints in a folder."""
    files = exported_files(checkpoints, installation.id)
    exported = read_exported(*files) if files else None
    public_key = public_bytes(installation.checkpoint_key)
    report = verify_audit(store, public_key, sealer, exported)
    return [fault.sentence for fault in report.faults]


def deeds_in(path: Path) -> list[Deed]:
    """Return what the body did on a platform of its own, oldest first."""
    connection = apsw.Connection(str(path))
    try:
        assert quick_check(connection) == "ok"
        rows: list[tuple[Any, ...]] = connection.execute(_DEEDS).fetchall()
    finally:
        connection.close()
    return [
        Deed(
            remote_id=remote_id,
            account=handle,
            kind=kind,
            text=text or "",
            target=target,
            language=language,
            media=tuple(ActMedia(**each) for each in json.loads(media or "[]")),
            key=key,
            deleted=bool(deleted),
        )
        for remote_id, handle, kind, text, target, language, media, key, deleted in rows
    ]


def _performed(base: Remains) -> list[PerformedAct | PerformedActV2]:
    return [
        event.data
        for event in base.events(PERFORMED)
        if isinstance(event, ActPerformed | ActPerformedV2)
    ]
