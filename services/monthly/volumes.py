"""How much was said in a month: by day, by where it came from, and by the team that has it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from services.route.configuration import NO_TEAM
from services.runtime.effects import Row

SENTIMENTS: Final = ("negative", "neutral", "positive")
UNREAD: Final = "unread"
"""Of a post that was removed since, of which nothing is known any more."""

Counts = dict[str, Counter[str]]


class Volumes:
    """Adds up what the store counted of each day."""

    def __init__(self) -> None:
        self._by_day: Counts = {}
        self._by_source: Counts = defaultdict(Counter)
        self._by_team: Counts = defaultdict(Counter)

    def add(self, day: date, rows: Iterable[Row]) -> None:
        """Take in a day, one on which nothing was said as well."""
        counts = self._by_day.setdefault(day.isoformat(), Counter())
        for row in rows:
            posts = int(str(row["posts"]))
            sentiment = str(row["sentiment"])
            feeling = sentiment if sentiment in SENTIMENTS else UNREAD
            for group in (
                counts,
                self._by_source[str(row["source"])],
                self._by_team[str(row["team"] or NO_TEAM)],
            ):
                group[feeling] += posts

    def told(self, team_names: Mapping[str, str]) -> dict[str, Any]:
        """Return all of it for a report; teams and sources with most posts first."""
        days = [{"day": day, **_told(counts)} for day, counts in sorted(self._by_day.items())]
        return {
            "posts": sum(day["posts"] for day in days),
            "by_day": days,
            "by_source": [
                {"source": source, **_told(counts)} for source, counts in _ordered(self._by_source)
            ],
            "by_team": [
                {"team": team, "name": _name(team, team_names), **_told(counts)}
                for team, counts in _ordered(self._by_team)
            ],
        }


def _told(counts: Counter[str]) -> dict[str, int]:
    return {"posts": counts.total(), **{each: counts[each] for each in (*SENTIMENTS, UNREAD)}}


def _ordered(groups: Counts) -> list[tuple[str, Counter[str]]]:
    return sorted(groups.items(), key=lambda each: (-each[1].total(), each[0]))


def _name(team: str, names: Mapping[str, str]) -> str:
    return "None of ours" if team == NO_TEAM else names.get(team, team)
