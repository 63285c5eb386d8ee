"""Service today: for teams. What waits, what is late, and how soon people are answered."""

from grafana_foundation_sdk.builders import dashboard

from deploy.monitoring import colours
from deploy.monitoring import queries as ask
from deploy.monitoring.dashboard import SERVICE, Choice, Row, made
from deploy.monitoring.panels import Bounds, Floors, Panel, Query, bars, coloured, lines, number
from deploy.monitoring.recording_rules import ANSWERED
from services.runtime import listening_metrics as metrics
from services.runtime import speaking_metrics as speaking

TEAM = "$team"
ALL_TEAMS = 14
"""As high as a bar for each team of a body needs."""


def service_dashboard() -> dashboard.Dashboard:
    """Return the dashboard."""
    return made(
        SERVICE,
        "What waits for an answer, what is late, and how soon people were answered.",
        [Row("Now", _now()), Row("Cases", _cases()), Row("Answers", _answers())],
        [Choice("team", "Team", metrics.CASES_OPEN, "team")],
        since="now/d",
    )


def _now() -> list[Panel]:
    return [
        number(
            "Open cases",
            "Cases that nobody has closed, of the teams chosen.",
            "none",
            Query(ask.level_in_all(metrics.CASES_OPEN, "team", team=TEAM)),
        ),
        number(
            "Overdue",
            "Open cases whose deadline is over.",
            "none",
            Query(ask.level_in_all(metrics.CASES_OVERDUE, "team", team=TEAM)),
            Bounds(1, 20),
            alert="MercatCasesOverdue",
        ),
        number(
            "Due within the hour",
            "Open cases whose deadline comes within the hour.",
            "none",
            Query(ask.level_in_all(metrics.CASES_DUE_SOON, "team", team=TEAM)),
            Bounds(1),
        ),
        number(
            "Wait for consent",
            "Answers that are written and wait for somebody to agree or refuse.",
            "none",
            Query(ask.level(speaking.ACTS, state="held")),
            Bounds(5, 20),
        ),
        number(
            "Longest wait",
            "How long ago the oldest of them was proposed.",
            "s",
            Query(ask.level(speaking.OLDEST_HELD_AGE_SECONDS)),
            Bounds(3_600, 14_400),
            alert="MercatActsWaitForConsent",
        ),
        number(
            "Posts a minute",
            "How many posts reach the teams chosen.",
            "short",
            Query(f"60 * {ask.rate(metrics.TEAM_POSTS, team=TEAM)}"),
        ),
    ]


def _cases() -> list[Panel]:
    return [
        bars(
            "Open cases by team",
            "How many cases each team has open now.",
            "none",
            Query(f"sort_desc({ask.level(metrics.CASES_OPEN, 'team', team=TEAM)})", "{{team}}"),
            width=8,
        ).height(ALL_TEAMS),
        bars(
            "Overdue by team",
            "How many of them are late.",
            "none",
            Query(f"sort_desc({ask.level(metrics.CASES_OVERDUE, 'team', team=TEAM)})", "{{team}}"),
            width=8,
        ).height(ALL_TEAMS),
        coloured(
            colours.CASES,
            lines(
                "Open and overdue",
                "All cases of the teams chosen, over time.",
                "none",
                Query(ask.level_in_all(metrics.CASES_OPEN, "team", team=TEAM), "open"),
                Query(ask.level_in_all(metrics.CASES_OVERDUE, "team", team=TEAM), "overdue"),
                width=8,
            ).height(ALL_TEAMS),
        ),
    ]


def _answers() -> list[Panel]:
    return [
        number(
            "Answered in time",
            "Of the first answers in the time looked at, the share that kept the deadline. The "
            "promise: 95 in 100.",
            "percentunit",
            Query(ask.share(metrics.CASE_ANSWERS, {"in_time": "yes"}, team=TEAM)),
            Floors(ANSWERED.aim, 0.8),
            width=6,
            alert="MercatDeadlinesMissed",
        ),
        number(
            "First answers",
            "Cases that got their first answer in the time looked at.",
            "short",
            Query(f"round({ask.count(metrics.CASE_ANSWERS, team=TEAM)})"),
            width=6,
        ),
        number(
            "Half were answered within",
            "From the first post of a case to its first answer: the median.",
            "s",
            Query(ask.quantile_in_all(0.5, metrics.CASE_ANSWER_SECONDS, team=TEAM)),
            width=6,
        ),
        number(
            "Nine in ten were answered within",
            "From the first post of a case to its first answer: the ninth decile.",
            "s",
            Query(ask.quantile_in_all(0.9, metrics.CASE_ANSWER_SECONDS, team=TEAM)),
            width=6,
        ),
        lines(
            "Posts by team",
            "Posts given to each team, a minute.",
            "short",
            Query(f"60 * {ask.rate(metrics.TEAM_POSTS, 'team', team=TEAM)}", "{{team}}"),
            stacked=True,
        ),
        lines(
            "Answered in time, hour by hour",
            "Of the first answers in the hour before. The promise: 95 in 100.",
            "percentunit",
            Query(ask.hourly_share(metrics.CASE_ANSWERS, {"in_time": "yes"}, team=TEAM), "in time"),
            promise=ANSWERED.aim,
        ),
        bars(
            "First answers by team",
            "In the time looked at, before and after the deadline.",
            "short",
            Query(_first_answers("yes"), "{{team}}, in time"),
            Query(_first_answers("no"), "{{team}}, late"),
        ),
        bars(
            "Half were answered within, by team",
            "From the first post of a case to its first answer: each team's median.",
            "s",
            Query(
                ask.quantile_in_all(0.5, metrics.CASE_ANSWER_SECONDS, "team", team=TEAM), "{{team}}"
            ),
        ),
    ]


def _first_answers(in_time: str) -> str:
    answers = ask.count(metrics.CASE_ANSWERS, "team", team=TEAM, in_time=in_time)
    return f"round({answers}) > 0"
