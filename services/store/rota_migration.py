"""The fourteenth migration: rotas, their shifts and swaps, and grants that are looked at anew."""

from typing import Final

from services.store.migration import Migration
from services.store.rota_tables import ROTA_GRANT_COLUMNS, ROTA_TABLES
from services.store.table import add_statements, create_statement

_CHECKS: Final[dict[str, tuple[str, ...]]] = {
    "rotas": ("account IS NOT NULL AND state IS NOT NULL",),
    "shifts": (
        "rota_id IS NOT NULL AND account IS NOT NULL AND person_id IS NOT NULL",
        "starts_at_ms IS NOT NULL AND ends_at_ms IS NOT NULL AND starts_at_ms < ends_at_ms",
    ),
    "swaps": ("shift_id IS NOT NULL AND from_id IS NOT NULL AND to_id <> from_id",),
}

ROTA: Final = Migration(
    number=14,
    name="rotas",
    statements=(
        *add_statements("grants", ROTA_GRANT_COLUMNS),
        *(create_statement(table, _CHECKS.get(table.name, ())) for table in ROTA_TABLES),
        "CREATE INDEX shifts_by_rota ON shifts (rota_id, starts_at_ms)",
        "CREATE INDEX shifts_by_person ON shifts (person_id, starts_at_ms)",
        "CREATE INDEX shifts_by_end ON shifts (state, ends_at_ms)",
        "CREATE INDEX swaps_by_shift ON swaps (shift_id)",
        "CREATE INDEX swaps_by_other_shift ON swaps (other_shift_id)",
        "CREATE INDEX swaps_by_from ON swaps (from_id)",
        "CREATE INDEX swaps_by_to ON swaps (to_id)",
        "CREATE INDEX grants_by_initials ON grants (account, initials) WHERE initials IS NOT NULL",
        "CREATE INDEX grants_by_coach ON grants (coach_id) WHERE coach_id IS NOT NULL",
        "CREATE INDEX grants_by_certifying ON grants (certify_by_ms) "
        "WHERE certify_by_ms IS NOT NULL",
    ),
)
