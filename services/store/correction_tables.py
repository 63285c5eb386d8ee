"""The tables of corrections: a mistake that went out, and each step of putting it right."""

from typing import Final

from services.store.table import Table, integer, text

CORRECTION_TABLES: Final = (
    Table(
        "corrections",
        "policy",
        (
            *text("act_id", "account", "case_id", "state", "found_by", "mistake", "choice"),
            *text("chosen_by", "note_act_id", "delete_act_id", "apology_act_id", "closed_by"),
            *text("outcome"),
            *integer("found_at_ms", "chosen_at_ms", "closed_at_ms", "version"),
        ),
    ),
    Table(
        "correction_notices",
        "policy",
        (*text("correction_id", "told", "by_way_of", "told_by"), *integer("told_at_ms")),
    ),
)
"""`choice` is keep or delete; a notice says who was told, by which way, and when."""
