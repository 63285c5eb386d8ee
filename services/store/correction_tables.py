"""The tables of corrections: a mistake that went out, and each step of putting it right."""

from typing import Final

from services.store.table import Table, integer, text

CORRECTION_TABLES: Final = (
    Table(
        "corrections",
        "policy",
        (
            *text("act_id", "account", "case_id", "state", "found_by", "mistake", "choice"),
            *text("chosen_by", "choice_reason", "removal_act_id", "note_act_id", "apology_act_id"),
            *text("no_apology", "closed_by", "outcome"),
            *integer("personal_data", "one_officer", "found_at_ms", "chosen_at_ms", "closed_at_ms"),
            *integer("version"),
        ),
    ),
    Table(
        "correction_notices",
        "policy",
        (*text("correction_id", "whom", "by_way_of", "told_by"), *integer("told_at_ms")),
    ),
)
"""`choice` is keep or delete; `no_apology` says why none is due. A notice says who was told."""
