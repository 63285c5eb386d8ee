"""The table of what became of acts, which the public's monthly counts are made of."""

from typing import Final

from services.store.table import Table, text

OUTCOME_TABLES: Final = (Table("act_outcomes", "policy", text("month", "outcome", "rule")),)
"""An id is `MONTH:OUTCOME:RULE:ACT`, so that an act counts once a month under each heading however
often it is judged. `month` is `2026-11`, in the body's zone; `rule` is empty for the act as a
whole. Nothing in a row is anybody's word, and erasing an act leaves its count."""
