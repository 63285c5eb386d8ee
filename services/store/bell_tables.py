"""The tables of bells: what people are to be told, by which way, and when they want quiet."""

from typing import Final

from services.store.table import Table, integer, text

BELL_TABLES: Final = (
    Table(
        "bells",
        "policy",
        (
            *text("person_id", "kind", "urgency", "about", "subject", "body", "link", "channel"),
            *text("state", "detail", "summary_id"),
            *integer("rung_at_ms", "not_before_ms", "attempt", "delivered_at_ms", "version"),
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
"""A bell's id follows from what it tells and whom, so that it is rung once. A wish's id is its
person; a mark's is what is watched, and `place` how far it was read."""
