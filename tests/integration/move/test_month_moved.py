"""A month's report is the same wherever a body's data lie."""

from pathlib import Path
from typing import Any, Final

import pytest

from services.runtime.system_clock import SystemClock
from tests.integration.move.moved_town import MovedTown
from tests.postgres_server import fresh_database

LISTENED: Final = "2026-03"
"""The month of what the town replayed."""
SPOKEN: Final = f"{SystemClock().now():%Y-%m}"
"""The month in which its people spoke: the one of the test."""


def figures(town: MovedTown, month: str, out: Path) -> dict[str, Any]:
    """Return a month's figures, without when they were taken."""
    told: dict[str, Any] = town.told("report", "month", month, "--out", str(out))
    del told["made_at"]
    return told


@pytest.fixture(scope="module")
def before() -> dict[str, Any]:
    """What was told of each month before the move."""
    return {}


@pytest.fixture(scope="module")
def town(
    lived_in: Path,
    tmp_path_factory: pytest.TempPathFactory,
    postgres_server: str,
    before: dict[str, Any],
) -> MovedTown:
    """The town, moved; nothing here changes it."""
    outs = tmp_path_factory.mktemp("outs")

    def ask(town: MovedTown) -> None:
        for month in (LISTENED, SPOKEN):
            before[month] = figures(town, month, outs / month)

    place = tmp_path_factory.mktemp("moved") / "town"
    return MovedTown.moved(lived_in, place, fresh_database(postgres_server), ask)


@pytest.mark.parametrize("month", [LISTENED, SPOKEN])
def test_a_month_is_the_same_after_the_move(
    town: MovedTown, before: dict[str, Any], tmp_path: Path, month: str
) -> None:
    """Posts, cases, acts and verdicts are counted alike in both databases."""
    after = figures(town, month, tmp_path / "out")

    assert before[month] == after
    assert (tmp_path / "out" / "index.html").is_file()


def test_both_months_hold_something(town: MovedTown, before: dict[str, Any]) -> None:
    """What is compared above is no report on nothing."""
    assert town.folder.is_dir()
    assert before[LISTENED]["volumes"]["posts"] > 0
    assert before[SPOKEN]["speaking"]["sent"] > 0


def test_where_postgresql_is_away_it_says_so_and_writes_nothing(
    town: MovedTown, tmp_path: Path
) -> None:
    """The same may succeed later, into the same folder."""
    ended = town.away("report", "month", LISTENED, "--out", str(tmp_path / "out"))

    assert 75 == ended.code
    assert "are in PostgreSQL" in ended.err
    assert not (tmp_path / "out").exists()
