"""Closed cases: as many as a town has, as late as its teams are."""

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from statistics import median

import pytest

from schemas.envelope import TIME_DIGITS
from services.route.configuration import RoutingSettings
from services.route.deadlines import BusinessCalendar
from services.runtime.clock import from_epoch_ms, to_epoch_ms
from services.runtime.effects import Key, Row
from services.runtime.yaml_lines import parse_yaml
from services.settings import BodySettings
from services.store.tables import TABLES
from services.town.closed_cases import DAYS, PACES, closed_cases
from services.town.file_texts import read_settings

NOW = datetime(2026, 11, 23, 10, 17, 31, tzinfo=UTC)


@pytest.fixture(scope="module")
def settings() -> RoutingSettings:
    """Return the town's routing settings."""
    return parse_yaml(read_settings("mercat.yaml"), BodySettings, "mercat.yaml").routing


@pytest.fixture(scope="module")
def cases(settings: RoutingSettings) -> list[tuple[Key, Row]]:
    """Return all closed cases."""
    return list(closed_cases(settings, NOW, 7))


def number(row: Row, column: str) -> int:
    """Return a number of a row."""
    value = row[column]
    assert isinstance(value, int)
    return value


def shares_of_standard(settings: RoutingSettings, cases: list[tuple[Key, Row]]) -> dict[str, float]:
    """Return each team's median answer time over what its standard allows, ordinary cases only."""
    calendar = BusinessCalendar(settings.calendar)
    shares: defaultdict[str, list[float]] = defaultdict(list)
    for _, row in cases:
        if row["priority"] == "normal":
            team = str(row["team"])
            opened = from_epoch_ms(number(row, "opened_at_ms"))
            due = calendar.deadline(opened, settings.standard_of(team))
            taken = number(row, "closed_at_ms") - number(row, "opened_at_ms")
            shares[team].append(taken / ((due - opened) / timedelta(milliseconds=1)))
    return {team: median(found) for team, found in shares.items()}


def test_there_are_about_6000_and_every_team_has_enough_to_be_measured(
    settings: RoutingSettings, cases: list[tuple[Key, Row]]
) -> None:
    """Twenty in 90 days is what a promise needs."""
    teams = Counter(row["team"] for _, row in cases)

    assert 5_500 < len(cases) < 6_500
    assert set(settings.team_by_id) == set(teams)
    assert min(teams.values()) > 80


def test_rows_have_the_columns_of_the_cases_table(cases: list[tuple[Key, Row]]) -> None:
    """They can be written as they are."""
    columns = {column.name for column in TABLES["cases"].columns}

    assert all(key.table == "cases" and set(row) <= columns for key, row in cases)


def test_ids_are_distinct_and_hang_on_the_seed(
    settings: RoutingSettings, cases: list[tuple[Key, Row]]
) -> None:
    """Made again at the same moment they are the same, and of another seed they are others."""
    ids = {key.id for key, _ in cases}

    again = {key.id for key, _ in closed_cases(settings, NOW, 7)}
    other = {key.id for key, _ in closed_cases(settings, NOW, 8)}

    assert len(ids) == len(cases)
    assert again == ids
    assert not ids & other


def test_ids_begin_with_the_second_of_opening(cases: list[tuple[Key, Row]]) -> None:
    """So the cases of a month lie together, as those of posts do."""
    assert all(
        int(key.id[:TIME_DIGITS], 16) == number(row, "opened_at_ms") // 1_000 for key, row in cases
    )


def test_every_case_was_opened_in_the_120_days_and_closed_before_now(
    cases: list[tuple[Key, Row]],
) -> None:
    """First the post, then the answer, then now."""
    for _, row in cases:
        opened, closed = number(row, "opened_at_ms"), number(row, "closed_at_ms")
        assert to_epoch_ms(NOW - DAYS) - 60_000 <= opened < closed <= to_epoch_ms(NOW)
        assert opened <= number(row, "latest_at_ms") <= closed
        assert opened < number(row, "deadline_ms")
        assert ("closed", "answered") == (row["state"], row["outcome"])


def test_only_emergencies_are_closed_when_the_office_is_shut(
    settings: RoutingSettings, cases: list[tuple[Key, Row]]
) -> None:
    """Answers are given in the hours of work, and by the clock where life is in danger."""
    calendar = BusinessCalendar(settings.calendar)
    shut = Counter(
        row["priority"]
        for _, row in cases
        if not calendar.is_open_on(from_epoch_ms(number(row, "closed_at_ms")).date())
    )

    assert {"emergency"} == set(shut)


def test_teams_answer_at_their_own_pace(
    settings: RoutingSettings, cases: list[tuple[Key, Row]]
) -> None:
    """Housing and planning promise more than they keep; everybody else mostly keeps it."""
    shares = shares_of_standard(settings, cases)

    slow = {team for team, pace in PACES.items() if pace.median_share > 1}
    assert {"housing", "planning"} == slow
    assert all(shares[team] > 1 for team in slow)
    assert all(0.3 < share < 1.1 for team, share in shares.items() if team not in slow)


def test_what_presses_is_answered_sooner(cases: list[tuple[Key, Row]]) -> None:
    """Emergencies within hours, urgent cases before ordinary ones."""
    hours: defaultdict[str, list[float]] = defaultdict(list)
    for _, row in cases:
        taken_ms = number(row, "closed_at_ms") - number(row, "opened_at_ms")
        hours[str(row["priority"])].append(taken_ms / 3_600_000)

    medians = {priority: median(found) for priority, found in hours.items()}

    assert medians["emergency"] < 2
    assert medians["emergency"] < medians["urgent"] < medians["normal"] < medians["low"]


def test_themes_are_those_of_the_team(
    settings: RoutingSettings, cases: list[tuple[Key, Row]]
) -> None:
    """A case on potholes lies with the roads."""
    team_of = {theme.id: theme.team for theme in settings.themes}

    assert all(team_of[str(row["theme"])] == row["team"] for _, row in cases)
