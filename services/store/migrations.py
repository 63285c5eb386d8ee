"""Numbered migrations, in text that both SQLite and PostgreSQL take.

A migration that has been released is never changed: a new one is added. TEXT, BIGINT, DOUBLE
PRECISION and BYTEA mean on SQLite what their affinity says, and a blob stays a blob.
"""

from typing import Final

from services.store.bell_migration import BELL
from services.store.break_glass_migration import BREAK_GLASS
from services.store.correction_migration import CORRECTION
from services.store.gauge_migration import GAUGES
from services.store.handover_migration import HANDOVERS
from services.store.incident_migration import INCIDENT
from services.store.migration import Migration
from services.store.moving_migration import MOVING
from services.store.nomination_migration import NOMINATION
from services.store.outcomes_migration import OUTCOMES
from services.store.pace_migration import PACE
from services.store.records_migration import RECORDS
from services.store.register_migration import REGISTER
from services.store.relay_migration import RELAY
from services.store.rota_migration import ROTA
from services.store.rules_migration import RULES
from services.store.sign_in_migration import SIGN_IN
from services.store.slot_report_migration import SLOT_REPORT
from services.store.speaking_migration import SPEAKING
from services.store.takeover_migration import TAKEOVERS

VERSIONS_TABLE: Final = (
    "CREATE TABLE IF NOT EXISTS schema_versions "
    "(number BIGINT PRIMARY KEY, name TEXT NOT NULL, applied_at_ms BIGINT NOT NULL)"
)

LISTENING: Final = Migration(
    number=1,
    name="listening",
    statements=(
        "CREATE TABLE cursors (id TEXT PRIMARY KEY, next_offset BIGINT NOT NULL)",
        "CREATE TABLE handled_events (id TEXT PRIMARY KEY, handled_at_ms BIGINT){keyed}",
        "CREATE TABLE dead_letters (id TEXT PRIMARY KEY, stage TEXT, stage_version TEXT, "
        "origin TEXT, place TEXT, event_id TEXT, cause TEXT, detail TEXT, state TEXT, "
        "size_bytes BIGINT, written_at_ms BIGINT, value BYTEA)",
        "CREATE TABLE source_states (id TEXT PRIMARY KEY, state TEXT, fresh_at_ms BIGINT)",
        "CREATE TABLE known_posts (id TEXT PRIMARY KEY, conversation_id TEXT, post_id TEXT, "
        "revisions TEXT, removed BIGINT, seen_at_ms BIGINT){keyed}",
        "CREATE TABLE objections (id TEXT PRIMARY KEY, source TEXT, reason TEXT, "
        "added_at_ms BIGINT)",
        "CREATE TABLE webhook_ids (id TEXT PRIMARY KEY, expires_at_ms BIGINT)",
        "CREATE TABLE posts (id TEXT PRIMARY KEY, conversation_id TEXT, case_id TEXT, team TEXT, "
        "theme TEXT, priority TEXT, why TEXT, reason TEXT, source TEXT, native_id TEXT, "
        "channel TEXT, author TEXT, text TEXT, language TEXT, sentiment TEXT, intent TEXT, "
        "urgency TEXT, account TEXT, place TEXT, link TEXT, revision TEXT, state TEXT, "
        "posted_at_ms BIGINT, received_at_ms BIGINT, deadline_ms BIGINT)",
        "CREATE INDEX posts_by_case ON posts (case_id)",
        "CREATE TABLE conversations (id TEXT PRIMARY KEY, team TEXT, theme TEXT, "
        "decided_by TEXT, teams TEXT, case_id TEXT, case_before TEXT, case_team TEXT, "
        "case_theme TEXT, case_state TEXT, case_outcome TEXT, case_priority TEXT, "
        "case_first_post_id TEXT, case_opened_at_ms BIGINT, case_latest_at_ms BIGINT, "
        "case_deadline_ms BIGINT, case_closed_at_ms BIGINT, case_posts_live BIGINT, "
        "case_posts_total BIGINT){keyed}",
        "CREATE TABLE cases (id TEXT PRIMARY KEY, conversation_id TEXT, team TEXT, theme TEXT, "
        "case_before TEXT, state TEXT, outcome TEXT, priority TEXT, first_post_id TEXT, "
        "opened_at_ms BIGINT, latest_at_ms BIGINT, deadline_ms BIGINT, closed_at_ms BIGINT, "
        "posts_live BIGINT, posts_total BIGINT){keyed}",
        "CREATE INDEX cases_by_team ON cases (team, state, deadline_ms)",
    ),
    sqlite=(
        "CREATE TABLE log_topics (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)",
        "CREATE TABLE log (position INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, "
        "key TEXT NOT NULL, value BLOB NOT NULL)",
    ),
)

CASES: Final = Migration(
    number=2,
    name="cases",
    statements=(
        "ALTER TABLE conversations ADD COLUMN case_merged_into TEXT",
        "ALTER TABLE conversations ADD COLUMN case_split_from TEXT",
        "ALTER TABLE cases ADD COLUMN merged_into TEXT",
        "ALTER TABLE cases ADD COLUMN split_from TEXT",
        "CREATE INDEX cases_by_merged_into ON cases (merged_into) WHERE merged_into IS NOT NULL",
        "CREATE INDEX cases_by_conversation ON cases (conversation_id)",
        "CREATE INDEX posts_without_case ON posts (conversation_id) WHERE case_id IS NULL",
    ),
)

MIGRATIONS: Final = (
    LISTENING,
    CASES,
    SPEAKING,
    RECORDS,
    RELAY,
    MOVING,
    RULES,
    PACE,
    TAKEOVERS,
    OUTCOMES,
    HANDOVERS,
    REGISTER,
    SIGN_IN,
    ROTA,
    BREAK_GLASS,
    INCIDENT,
    CORRECTION,
    BELL,
    NOMINATION,
    SLOT_REPORT,
    GAUGES,
)
VERSION: Final = MIGRATIONS[-1].number
