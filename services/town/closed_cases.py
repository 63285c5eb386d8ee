"""What each team closed in the last 120 days: the evidence by which promises will be measured."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import exp
from typing import Final

from schemas.classification import Urgency
from schemas.envelope import digest_id, timed_id
from services.route.cases import Case
from services.route.configuration import RoutingSettings
from services.route.deadlines import BusinessCalendar
from services.route.decisions import PRIORITIES
from services.route.durations import Duration
from services.route.rows import case_key, case_row
from services.runtime.clock import from_epoch_ms, to_epoch_ms
from services.runtime.effects import Key, Row
from services.town.draw import Draw, Draws, Weights
from services.town.generator import TEAM_SHARES
from services.town.rates import USUAL, Timetable

DAYS: Final = timedelta(days=120)
OPENED_COUNT: Final = 6_400
"""Some opened late are not closed yet, which leaves about 6,000."""

_MINUTE_MS: Final = 60_000
_HOUR_MS: Final = 60 * _MINUTE_MS
_WORKING_HOURS_A_DAY: Final = 8
_PRIORITY_WEIGHTS: Final = Weights((0.02, 0.12, 0.70, 0.16))
_EMERGENCY_HOURS_MEDIAN: Final = 0.7


@dataclass(frozen=True, slots=True)
class AnswerPace:
    """How a team answers: the median as a share of its published standard, and the spread.

    Answer times are log-normal: many soon, a few very late. `spread` is the standard deviation of
    their logarithm.
    """

    median_share: float
    spread: float


USUAL_PACE: Final = AnswerPace(0.7, 0.6)
PACES: Final = {
    "waste": AnswerPace(0.5, 0.6),
    "roads": AnswerPace(0.9, 0.7),
    "lighting": AnswerPace(0.8, 0.6),
    "parking": AnswerPace(0.6, 0.5),
    "housing": AnswerPace(1.3, 0.7),
    "libraries-leisure": AnswerPace(0.4, 0.5),
    "schools": AnswerPace(0.5, 0.5),
    "tax-benefits": AnswerPace(0.9, 0.5),
    "planning": AnswerPace(1.15, 0.6),
    "elections-registration": AnswerPace(0.4, 0.5),
    "contact": AnswerPace(0.5, 0.6),
}
"""Housing and planning promise more than they keep: a town without any such would teach nothing."""

_PRIORITY_SHARES: Final = {"urgent": 0.35, "normal": 1.0, "low": 1.2}


def closed_cases(
    settings: RoutingSettings, now: datetime, seed: int, opened_count: int = OPENED_COUNT
) -> Iterator[tuple[Key, Row]]:
    """Yield cases of the 120 days before `now` that were closed by then, as rows with their keys.

    Ids begin with the time of opening, as all cases' do, and hang on the seed; times move with
    `now`, by whole minutes.
    """
    past = _Past(settings, now.replace(second=0, microsecond=0), seed, opened_count)
    for number in range(opened_count):
        conversation_id, case = past.case(number)
        if case.closed_at_ms is not None and case.closed_at_ms <= to_epoch_ms(now):
            yield case_key(case.id), case_row(conversation_id, case)


class _Past:
    """The cases of a town's last months, any one of them without the others."""

    def __init__(
        self, settings: RoutingSettings, now: datetime, seed: int, opened_count: int
    ) -> None:
        self._settings = settings
        self._seed = str(seed)
        self._draws = Draws(seed)
        self._calendar = BusinessCalendar(settings.calendar)
        self._times = Timetable(now - DAYS, DAYS, opened_count, USUAL)
        self._teams = tuple(settings.team_by_id)
        self._team_weights = Weights(TEAM_SHARES.get(team, 1.0) for team in self._teams)
        self._themes: dict[str, list[str]] = {team: [] for team in self._teams}
        for theme in settings.themes:
            self._themes[theme.team].append(theme.id)

    def case(self, number: int) -> tuple[str, Case]:
        """Return a conversation's id and its closed case."""
        draw = self._draws.at("closed case", number)
        team = self._teams[draw.weighted(self._team_weights)]
        priority = PRIORITIES[draw.weighted(_PRIORITY_WEIGHTS)]
        opened_ms = self._times.moment_ms(number, draw.fraction())
        closed_ms = self._closed_ms(team, priority, opened_ms, draw)
        conversation_id = digest_id("town conversation", self._seed, str(number))
        first_post_id = digest_id("town post", self._seed, str(number))
        posts_count = 1 + draw.integer(3) * draw.integer(2)
        themes = self._themes[team]
        return conversation_id, Case(
            id=timed_id(from_epoch_ms(opened_ms), "town case", conversation_id),
            team=team,
            theme=draw.choice(themes) if themes else None,
            priority=priority,
            first_post_id=first_post_id,
            opened_at_ms=opened_ms,
            latest_at_ms=min(closed_ms, opened_ms + (posts_count - 1) * _HOUR_MS),
            deadline_ms=self._deadline_ms(team, priority, opened_ms),
            posts_live=posts_count,
            posts_total=posts_count,
            state="closed",
            outcome="answered",
            closed_at_ms=closed_ms,
        )

    def _deadline_ms(self, team: str, priority: Urgency, opened_ms: int) -> int:
        by_priority: Duration | None = getattr(self._settings.deadlines, priority, None)
        allowed = [self._settings.standard_of(team)]
        if by_priority is not None:
            allowed.append(by_priority)
        opened = from_epoch_ms(opened_ms)
        return min(to_epoch_ms(self._calendar.deadline(opened, each)) for each in allowed)

    def _closed_ms(self, team: str, priority: Urgency, opened_ms: int, draw: Draw) -> int:
        """Return when a case was closed: emergencies by the clock, the rest in hours of work."""
        pace = PACES.get(team, USUAL_PACE)
        factor = exp(pace.spread * draw.normal())
        if priority == "emergency":
            return opened_ms + max(_MINUTE_MS, int(_EMERGENCY_HOURS_MEDIAN * factor * _HOUR_MS))
        median_hours = pace.median_share * _working_hours(self._settings.standard_of(team))
        hours = median_hours * _PRIORITY_SHARES[priority] * factor
        whole = Duration(amount=max(1, round(hours)), unit="working hours")
        closed = self._calendar.deadline(from_epoch_ms(opened_ms), whole)
        # Some minutes off, so that not every case closes on the hour after it was opened.
        return to_epoch_ms(closed) - draw.integer(55 * _MINUTE_MS)


def _working_hours(standard: Duration) -> float:
    match standard.unit:
        case "working days":
            return max(1, standard.amount) * _WORKING_HOURS_A_DAY
        case "working hours" | "hours":
            return standard.amount
        case "minutes":
            return standard.amount / 60
