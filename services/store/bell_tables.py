"""The tables of bells: what people are to be told, by which way, and when they want quiet."""

from typing import Final

from services.store.table import Table, integer, text

BELL_TABLES: Final = (
    Table(
        "bells",
        "policy",
        (
            *text("person_id", "kind", "family", "urgency", "about", "subject", "body", "link"),
            *integer("times", "rung_at_ms", "read_at_ms", "version"),
        ),
    ),
    Table(
        "bell_ringings",
        "policy",
        (
            *text("bell_id", "person_id", "channel", "manner", "state", "detail", "summary_id"),
            *integer("place", "not_before_ms", "begun_at_ms", "attempt", "ended_at_ms"),
            *integer("made_at_ms", "version"),
        ),
    ),
    Table(
        "bell_wishes",
        "policy",
        (
            *text("channels", "quiet_from", "quiet_until", "summary_at", "zone", "muted"),
            *integer("changed_at_ms", "version"),
        ),
    ),
    Table("bell_marks", "policy", (*text("place"), *integer("at_ms", "version"))),
)
"""A bell's id follows from what it tells, whom, and on which occasion, so that it is there once;
`times` counts the occasions that it stands for. A ringing's id is its bell and its channel; the
lower its `place`, the sooner it goes. A wish's id is its person; a mark's is what is watched, and
`place` how far it was read."""
