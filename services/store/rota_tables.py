"""The tables of rotas: who speaks when, swaps, and whose leave is looked at anew."""

from typing import Final

from services.store.table import Table, integer, text

ROTA_GRANT_COLUMNS: Final = (
    *text("rota_id", "shift_id", "deputy_id", "certified_by"),
    *integer("certify_by_ms", "certified_at_ms"),
)
"""What a grant says of its rota, who deputises, and by when somebody looks at it anew."""

ROTA_TABLES: Final = (
    Table(
        "rotas",
        "policy",
        (
            *text("account", "title", "zone", "kinds", "themes", "languages", "answers", "state"),
            *text("deputy_id", "coach_id", "made_by", "reason"),
            *integer("initials", "rest_minutes", "quota_hour", "quota_day"),
            *integer("starts_at_ms", "ends_at_ms", "made_at_ms", "version"),
        ),
    ),
    Table(
        "shifts",
        "policy",
        (
            *text("rota_id", "account", "person_id", "grant_id", "state", "uid", "note"),
            *integer("starts_at_ms", "ends_at_ms", "sequence", "version"),
        ),
    ),
    Table(
        "swaps",
        "policy",
        (
            *text("shift_id", "other_shift_id", "from_id", "to_id", "state", "reason"),
            *integer("asked_at_ms", "answered_at_ms", "version"),
        ),
    ),
)
"""`uid` and `sequence` are iCalendar's. A swap without another shift gives a shift away."""
