"""The tables of nominations: rounds in which citizens name a curator, and how one is drawn."""

from typing import Final

from services.store.table import Table, integer, text

NOMINATION_TABLES: Final = (
    Table(
        "nomination_rounds",
        "policy",
        (
            *text("account", "title", "takeover_id", "state", "opened_by", "listed_by", "drawn_by"),
            *text("list_digest", "seed_commitment", "seed", "public_source", "public_value"),
            *text("drawn_order", "outcome"),
            *integer("opened_at_ms", "closes_at_ms", "listed_at_ms", "drawn_at_ms", "ended_at_ms"),
            *integer("one_officer", "version"),
        ),
    ),
    Table(
        "nominations",
        "policy",
        (
            *text("round_id", "state", "named_by", "name", "contact", "words", "receipt_digest"),
            *text("decided_by", "answer"),
            *integer("agreed", "number", "made_at_ms", "decided_at_ms", "version"),
        ),
    ),
)
"""`drawn_order` is the numbers of a list with blanks between, first drawn first. What says who is
named (`name`, `contact`, `words`) is taken out of a row that it is no longer needed in."""
