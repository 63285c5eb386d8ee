"""The tables of incidents: what went wrong with an account, and its evidence."""

from typing import Final

from services.store.table import Column, Table, integer, text

INCIDENT_TABLES: Final = (
    Table(
        "incidents",
        "policy",
        (
            *text("account", "kind", "state", "remote_id", "halt_id", "summary"),
            *text("opened_by", "closed_by", "finding", "reason"),
            *integer("acts", "opened_at_ms", "latest_at_ms", "closed_at_ms", "version"),
        ),
    ),
    Table(
        "incident_evidence",
        "policy",
        (
            *text("incident_id", "kind", "remote_id", "target", "link", "digest"),
            Column("content", "bytes"),
            *integer("at_ms", "seen_at_ms"),
        ),
    ),
    Table(
        "timelines",
        "policy",
        (
            *text("trouble"),
            *integer("baseline_at_ms", "read_at_ms", "trouble_since_ms", "restores", "version"),
        ),
    ),
    Table(
        "timeline_acts",
        "policy",
        (*text("account", "remote_id", "kind", "standing"), *integer("at_ms")),
    ),
)
"""A timeline's id is its account, `restores` the version of the account's restore that its baseline
came after. `timeline_acts` are known though no sending of ours made them: `standing` is baseline,
told (in an incident) or known (somebody said so). `acts` counts what an incident is about; of so
many the evidence is kept."""
