"""The tables of nominations: rounds in which citizens name a curator, and how one is drawn."""

from typing import Final

from services.store.table import Column, Table, integer, text

NOMINATION_TABLES: Final = (
    Table(
        "nomination_rounds",
        "policy",
        (
            *text("account", "title", "takeover_id", "state", "opened_by", "seed_digest", "seed"),
            *text("seed_published", "list_digest", "drawn", "drawn_by"),
            *integer("opens_at_ms", "closes_at_ms", "listed_at_ms", "drawn_at_ms", "version"),
        ),
    ),
    Table(
        "nominations",
        "policy",
        (
            *text("round_id", "number", "state", "subject", "decided_by", "reason"),
            Column("sealed", "bytes"),
            *integer("place", "made_at_ms", "consented_at_ms", "decided_at_ms", "version"),
        ),
    ),
)
"""Who is named, and how they are reached, lies in `sealed`, under a key of their own: what is
published of a draw is their number alone."""
