"""Weekly takeovers for seven years and a rota beside, through crashes and jumps of the clock."""

from pathlib import Path

import pytest

from tests.simulation.seeds import long_share_of, seed_of_run
from tests.simulation.seven_years import SevenYears

WEEKS_OF_SEVEN_YEARS = 356
"""As many as the best-known of its kind had, from December 2011 to September 2018."""
WEEKS_EVERY_DAY = 12


def lived(place: Path, seed: int, weeks: int) -> SevenYears:
    """Live some weeks, and hold everything that is left against the promises once more."""
    years = SevenYears(place, seed)
    years.live(weeks)
    states = {years.town.state_of(each) for each in years.slots}
    breaches = years.town.breaches()

    assert [] == breaches
    assert {"closed"} == states
    assert years.watch.looks > weeks * 10
    return years


def test_weeks_of_takeovers_keep_every_promise(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """A look after each step finds nothing, and the files alone prove it at the end."""
    lived(tmp_path, seed_of_run(request), WEEKS_EVERY_DAY)


@pytest.mark.long
def test_seven_years_of_takeovers_keep_every_promise(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """All of it happens: crashes, jumps, nobody coming, leave taken away, changes reverted."""
    weeks = long_share_of(WEEKS_OF_SEVEN_YEARS)

    years = lived(tmp_path, seed_of_run(request), weeks)

    tally = years.tally
    if weeks == WEEKS_OF_SEVEN_YEARS:
        assert min(tally.crashes, tally.jumps, tally.no_shows, tally.revocations) > 20
        assert min(tally.reverted, tally.late_closes, tally.unprepared) > 5
        assert min(years.rota.swaps, years.rota.called_off) > 10
