"""Every table, declared once: its columns and the one service that writes it."""

from typing import Final

from services.store.bell_tables import BELL_TABLES
from services.store.break_glass_tables import BREAK_GLASS_TABLES
from services.store.correction_tables import CORRECTION_TABLES
from services.store.handover_tables import HANDOVER_TABLES
from services.store.incident_tables import INCIDENT_TABLES
from services.store.nomination_tables import NOMINATION_TABLES
from services.store.outcome_tables import OUTCOME_TABLES
from services.store.register_tables import REGISTER_TABLES
from services.store.rota_tables import ROTA_TABLES
from services.store.rules_tables import RULES_TABLES
from services.store.sign_in_tables import SIGN_IN_TABLES
from services.store.slot_report_tables import SLOT_REPORT_TABLES
from services.store.speaking_tables import MODE_TABLES, RECORDS_TABLES, SPEAKING_TABLES
from services.store.table import Column, Table
from services.store.table import integer as _integer
from services.store.table import text as _text
from services.store.takeover_tables import TAKEOVER_TABLES

HANDLED_EVENTS: Final = Table("handled_events", "runtime", _integer("handled_at_ms"))
"""Ids of events a stage handled (`stage:event`): how a repeat is known for a repeat."""

DEAD_LETTERS: Final = Table(
    "dead_letters",
    "runtime",
    (
        *_text("stage", "stage_version", "origin", "place", "event_id", "cause", "detail", "state"),
        *_integer("size_bytes", "written_at_ms"),
        Column("value", "bytes"),
    ),
)

RUNTIME_TABLES: Final = (HANDLED_EVENTS, DEAD_LETTERS)

INGEST_TABLES: Final = (
    Table("source_states", "ingest", (*_text("state"), *_integer("fresh_at_ms"))),
    Table(
        "known_posts",
        "ingest",
        (*_text("conversation_id", "post_id", "revisions"), *_integer("removed", "seen_at_ms")),
    ),
    Table("objections", "ingest", (*_text("source", "reason"), *_integer("added_at_ms"))),
    Table("webhook_ids", "ingest", _integer("expires_at_ms")),
)

_CASE_TEXTS: Final = (
    "state",
    "outcome",
    "priority",
    "first_post_id",
    "merged_into",
    "split_from",
)
_CASE_NUMBERS: Final = (
    "opened_at_ms",
    "latest_at_ms",
    "deadline_ms",
    "closed_at_ms",
    "posts_live",
    "posts_total",
)

ROUTE_TABLES: Final = (
    Table(
        "posts",
        "route",
        (
            *_text("conversation_id", "case_id", "team", "theme", "priority", "why", "reason"),
            *_text("source", "native_id", "channel", "author", "text", "language", "sentiment"),
            *_text("intent", "urgency", "account", "place", "link", "revision", "state"),
            *_integer("posted_at_ms", "received_at_ms", "deadline_ms"),
        ),
    ),
    Table(
        "conversations",
        "route",
        (
            *_text("team", "theme", "decided_by", "teams"),
            *_text("case_id", "case_before", "case_team", "case_theme"),
            *_text(*(f"case_{name}" for name in _CASE_TEXTS)),
            *_integer(*(f"case_{name}" for name in _CASE_NUMBERS)),
        ),
    ),
    Table(
        "cases",
        "route",
        (
            *_text("conversation_id", "team", "theme", "case_before", *_CASE_TEXTS),
            *_integer(*_CASE_NUMBERS),
        ),
    ),
)
"""`conversations` holds its latest case whole (`case_*`): routing reads it by its one known key."""

TABLES: Final = {
    table.name: table
    for table in (
        *RUNTIME_TABLES,
        *INGEST_TABLES,
        *ROUTE_TABLES,
        *SPEAKING_TABLES,
        *RECORDS_TABLES,
        *RULES_TABLES,
        *MODE_TABLES,
        *OUTCOME_TABLES,
        *TAKEOVER_TABLES,
        *HANDOVER_TABLES,
        *REGISTER_TABLES,
        *SIGN_IN_TABLES,
        *ROTA_TABLES,
        *BREAK_GLASS_TABLES,
        *INCIDENT_TABLES,
        *CORRECTION_TABLES,
        *BELL_TABLES,
        *NOMINATION_TABLES,
        *SLOT_REPORT_TABLES,
    )
}
