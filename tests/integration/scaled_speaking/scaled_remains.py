"""What a run over PostgreSQL left behind, as the checkers of speaking take it."""

from typing import Any, Final

import psycopg
from psycopg.rows import dict_row

from schemas.act import ActPerformed, ActPerformedV2, PerformedAct, PerformedActV2
from schemas.codec import decode_event
from services.house.sqlite_house import HOUSE_NAME
from services.policy.file_bundle import read_bundle
from services.policy.system_sealer import SubjectSealer
from services.runtime.system_clock import SystemClock
from services.store.file_installation import open_installation
from services.store.postgres_journal import PostgresJournal
from services.store.tables import TABLES
from tests.scaled_town import ScaledTown
from tests.simulation.speaking_remains import (
    PERFORMED,
    Entry,
    SpeakingRemains,
    audit_faults,
    deeds_in,
    entry_of,
)

_ENTRIES: Final = (
    "SELECT e.chain, e.kind, e.at_ms, e.act_id, e.actor_id, e.subject, e.body, p.salt, "
    "p.ciphertext FROM audit_entries e LEFT JOIN audit_payloads p ON p.id = e.id "
    "ORDER BY e.at_ms, e.chain, e.sequence"
)
_TOLD: Final = "SELECT value FROM relay_rows WHERE topic = %s ORDER BY key, sequence"


def scaled_remains(town: ScaledTown, address: str) -> SpeakingRemains:
    """Return what a town's database and platform hold, once nobody works on them."""
    journal = PostgresJournal(address, SystemClock(), connections_max=4)
    try:
        installation = open_installation(journal.store, journal, town.order.keys, 0)
        sealer = SubjectSealer(installation, journal.store, journal)
        faults = audit_faults(
            town.folder.parent / "checkpoints", journal.store, installation, sealer
        )
        with psycopg.connect(address) as connection:
            return SpeakingRemains(
                rows=_rows(connection),
                entries=_entries(connection, sealer),
                deeds=deeds_in(town.folder / HOUSE_NAME),
                performed=_performed(connection),
                faults=faults,
                bundle=read_bundle(),
            )
    finally:
        journal.close()


def _rows(connection: psycopg.Connection[Any]) -> dict[str, dict[str, dict[str, Any]]]:
    rows: dict[str, dict[str, dict[str, Any]]] = {}
    with connection.cursor(row_factory=dict_row) as cursor:
        for table in TABLES:
            found = cursor.execute(f"SELECT * FROM {table}".encode()).fetchall()
            rows[table] = {row.pop("id"): row for row in found}
    return rows


def _entries(connection: psycopg.Connection[Any], sealer: SubjectSealer) -> list[Entry]:
    rows = connection.execute(_ENTRIES).fetchall()
    return [entry_of(place, row, sealer) for place, row in enumerate(rows)]


def _performed(connection: psycopg.Connection[Any]) -> list[PerformedAct | PerformedActV2]:
    """Return what is on its way to Kafka: nobody relays here, so that is all there ever was."""
    values = connection.execute(_TOLD, (PERFORMED,)).fetchall()
    events = [decode_event(PERFORMED, bytes(value)) for (value,) in values]
    return [event.data for event in events if isinstance(event, ActPerformed | ActPerformedV2)]
