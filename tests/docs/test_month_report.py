"""The tables of a month's report are documented as they are written."""

import re
from typing import Final

from services.monthly.answer_times import STATES
from services.monthly.calls import FOLLOWS_DAYS
from services.monthly.costs import MINUTES_ASSUMED
from services.monthly.intervals import ENOUGH
from services.monthly.tables import COLUMNS
from tests.docs.documents import ROOT, table

PAGE: Final = ROOT / "docs/month-report.md"
_TICKED: Final = re.compile(r"`([^`]+)`")


def test_every_table_is_listed_with_its_columns_in_order() -> None:
    """Whoever reads one by a program finds in the document what stands where."""
    listed = {
        row[0].strip("`"): tuple(_TICKED.findall(row[1])) for row in table(PAGE, "The tables")
    }

    assert {f"{name}.csv": columns for name, columns in COLUMNS.items()} == listed


def test_what_became_of_a_case_is_explained_for_each_heading() -> None:
    """As many as there are, each by what it means."""
    assert len(STATES) == len(table(PAGE, "Answers against what was promised"))


def test_the_figures_of_the_method_are_those_of_the_program() -> None:
    """How many are enough, how long a call is looked for, and what minutes are assumed."""
    text = PAGE.read_text("utf-8")
    low, middle, high = MINUTES_ASSUMED

    assert f"fewer than {ENOUGH}" in text
    assert f"within {FOLLOWS_DAYS} days of the reply" in text
    assert f"{low:g}, {middle:g} or {high:g}" in text
