"""A month's figures for tests of what is made of them: small, with something of every part."""

from datetime import UTC, date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from services.monthly.answer_times import AnswerTimes
from services.monthly.calls import Solved
from services.monthly.costs import CostTerms, costs_told
from services.monthly.period import period_of
from services.monthly.speaking import Acts, rules_told
from services.monthly.volumes import Volumes
from services.runtime.clock import DAY_MS, HOUR_MS
from services.runtime.effects import Row
from tests.unit.monthly.test_calls_and_costs import answered
from tests.unit.monthly.test_speaking_and_reach import outcome
from tests.unit.monthly.test_volumes_and_times import case

TEAMS: Final = {"waste": "Waste & <recycling>", "roads": "Roads"}
PERIOD: Final = period_of("2026-10", datetime(2026, 12, 1, tzinfo=UTC), ZoneInfo("Europe/London"))


def month(*, with_calls: bool = True, terms: CostTerms | None = None) -> dict[str, Any]:
    """Return a whole month, with or without a contact log."""
    given = CostTerms(hour_cost=31, running_cost=60, call_cost=6.2, currency="GBP")
    acts = _acts()
    return {
        "format": "mercat-month-1",
        "body": "Test & Co",
        "month": PERIOD.name,
        "since": PERIOD.since.isoformat(),
        "until": PERIOD.until.isoformat(),
        "made_at": "2026-12-01T09:00:00+00:00",
        "is_over": True,
        "volumes": _volumes(),
        "answers": _answers(),
        "calls": _calls(["calls"] if with_calls else []),
        "speaking": acts.told(),
        "rules": _rules(),
        "takeovers": _takeovers(),
        "cost": costs_told(acts.replies_sent, terms or given),
    }


def _volumes() -> dict[str, Any]:
    volumes = Volumes()
    for day in PERIOD.days():
        number = day.date.day
        rows: list[Row] = [
            {"source": "feed", "team": "waste", "sentiment": "negative", "posts": number},
            {"source": "calls", "team": "roads", "sentiment": "positive", "posts": 2},
        ]
        volumes.add(date(2026, 10, number), rows)
    return volumes.told(TEAMS)


def _answers() -> dict[str, Any]:
    times = AnswerTimes(1_000 * HOUR_MS)
    times.add(case(replied_at_ms=hour * HOUR_MS // 4) for hour in range(1, 61))
    times.add([case(team="roads"), case(team="roads", state="closed", outcome="merged")])
    return times.told(TEAMS)


def _calls(logs: list[str]) -> dict[str, Any]:
    solved = Solved(logs, 31 * DAY_MS, 100 * DAY_MS)
    solved.add(answered(f"case-{number}") for number in range(37))
    return solved.told([("case-0", 2 * DAY_MS)] if logs else [], 43 if logs else 0)


def _acts() -> Acts:
    acts = Acts()
    sent: Row = {"kind": "reply", "state": "sending", "sending_state": "sent", "acts": 53}
    acts.add_account("town", "The Town", [sent])
    acts.add_approvals([{"proposed_at_ms": 0, "approved_at_ms": 240_000}] * 29)
    return acts


def _rules() -> dict[str, Any]:
    rows = [
        *(outcome("proposed", "", 71), outcome("allowed", "", 48), outcome("held", "", 19)),
        *(outcome("denied", "", 4), outcome("overridden", "", 17)),
        *(outcome("held", "content/emoji", 19), outcome("denied", "content/personal_data", 4)),
    ]
    return rules_told(rows, {"content/emoji": {"title": "Emoji", "stops": "Too <many> emoji."}})


def _takeovers() -> dict[str, Any]:
    slot = {
        "account": "town",
        "name": "=The Town",
        "starts_at_ms": PERIOD.since_ms + DAY_MS,
        "hours": 8.0,
    }
    counts = {"sent": 6, "held": 1, "denied": 0, "posts_back": 11}
    feelings = {"negative": 2, "neutral": 5, "positive": 4}
    return {
        "slots": 1,
        "without_report": 0,
        **counts,
        **feelings,
        "by_slot": [slot | counts | feelings],
    }
