"""The twenty-first migration: what the gauges count is found without reading the rows."""

from typing import Final

from services.store.migration import Migration

GAUGES: Final = Migration(
    number=21,
    name="gauges",
    statements=(
        "CREATE INDEX dead_letters_by_state ON dead_letters (state, origin)",
        "CREATE INDEX acts_held ON acts (account, proposed_at_ms) WHERE state = 'held'",
        "CREATE INDEX cases_open ON cases (team, deadline_ms, id) WHERE state = 'open'",
    ),
)
