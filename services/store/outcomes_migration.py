"""The tenth migration: what became of acts, by the month.

The index holds all that the counts are made of, so that a million of rows are counted without
reading one of them.
"""

from typing import Final

from services.store.migration import KEYED, Migration
from services.store.outcome_tables import OUTCOME_TABLES
from services.store.table import create_statement

_CHECKS: Final = (
    "month IS NOT NULL AND rule IS NOT NULL",
    "outcome IS NOT NULL AND outcome IN ('proposed', 'allowed', 'held', 'denied', 'overridden')",
)

OUTCOMES: Final = Migration(
    number=10,
    name="outcomes",
    statements=(
        *(f"{create_statement(table, _CHECKS)}{KEYED}" for table in OUTCOME_TABLES),
        "CREATE INDEX act_outcomes_by_month ON act_outcomes (month, outcome, rule)",
    ),
)
