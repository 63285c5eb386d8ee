"""The tables of incidents: what went wrong with an account, and its evidence."""

from typing import Final

from services.store.table import Column, Table, integer, text

INCIDENT_TABLES: Final = (
    Table(
        "incidents",
        "policy",
        (
            *text("account", "kind", "state", "remote_id", "halt_id", "summary", "evidence_id"),
            *text("opened_by", "owner_id", "closed_by", "finding"),
            *integer("opened_at_ms", "closed_at_ms", "version"),
        ),
    ),
    Table(
        "incident_evidence",
        "policy",
        (
            *text("incident_id", "kind", "remote_id", "link", "digest"),
            Column("content", "bytes"),
            *integer("at_ms", "seen_at_ms"),
        ),
    ),
    Table(
        "timelines",
        "policy",
        (
            *text("state", "trouble"),
            *integer("baseline_at_ms", "read_since_ms", "read_at_ms", "version"),
        ),
    ),
    Table("timeline_acts", "policy", (*text("account", "remote_id", "kind"), *integer("at_ms"))),
)
"""A timeline's id is its account; `timeline_acts` are those of its platform that are accounted for
though no sending of ours made them: the baseline, and what somebody said was known."""
