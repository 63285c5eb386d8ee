"""What the public is told of the rules: those in force, and how often they stopped what.

A count under five is told as fewer than five: in a small body a small number is a person, whose
colleagues would know whose draft was stopped.
"""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, tzinfo
from typing import Any, Final

from services.policy.bundle import Bundle
from services.policy.outcomes import months_until
from services.policy.public_rules import PublicGroup, public_groups
from services.policy.rule_sections import NOTHING_DELIVERED, Delivered
from services.policy.rules_on_record import NOT_WHOLE, whole_rules
from services.policy.signed_rules import IN_FORCE, revision_key
from services.runtime.effects import Key, Row
from services.runtime.errors import RetryLaterError
from services.runtime.ports import Store

FEWER_THAN: Final = 5
FRESH_SECONDS: Final = 60.0
PAST_FRESH_SECONDS: Final = 3_600.0
OF_ACTS: Final = ("proposed", "allowed", "held", "overridden", "denied")
OF_RULES: Final = ("held", "overridden", "denied")

Counts = Mapping[tuple[str, str, str], int]
"""How many acts, by month, outcome and rule; the rule is empty for acts as a whole."""


class RulesInPublic:
    """Tells of the rules in force; any number of threads may ask.

    What is told is worked out once a minute, and what is past once an hour, however many ask.
    `elapsed_seconds` and `now` are the clock port's; a month begins and ends where `zone` is.
    """

    def __init__(
        self,
        store: Store,
        zone: tzinfo,
        now: Callable[[], datetime],
        elapsed_seconds: Callable[[], float],
        delivered: Delivered = NOTHING_DELIVERED,
    ) -> None:
        self._store = store
        self._zone = zone
        self._now = now
        self._elapsed_seconds = elapsed_seconds
        self._delivered = delivered
        self._turn = threading.Lock()
        self._told: tuple[float, Mapping[str, Any]] | None = None
        self._groups: tuple[object, Sequence[PublicGroup]] | None = None
        self._past: tuple[float, tuple[str, ...], Counts] | None = None

    def told(self) -> Mapping[str, Any]:
        """Return number, since when, the rules by group, and the counts of twelve months.

        Each count is None where it is from one to four. Raises RetryLaterError where no rules are
        in force yet, or they are not kept whole.
        """
        with self._turn:
            seconds = self._elapsed_seconds()
            if self._told is None or seconds - self._told[0] >= FRESH_SECONDS:
                self._told = (seconds, self._worked_out(seconds))
            return self._told[1]

    def _worked_out(self, seconds: float) -> Mapping[str, Any]:
        row = self._row(IN_FORCE)
        if row is None:
            raise RetryLaterError("No rules are in force yet; they come with the first start.")
        groups = self._groups_of(row)
        now = self._now()
        months = months_until(now, self._zone)
        counts = {**self._past_counts(months[:-1], seconds), **self._counts(months[-1:])}
        return {
            "number": row["number"],
            "since_at_ms": row["since_ms"],
            "rules": sum(len(group.rules) for group in groups),
            "groups": [_group(group, months, counts) for group in groups],
            "months": _months(months, OF_ACTS, "", counts),
            "fewer_than": FEWER_THAN,
            "counted_at": now,
        }

    def _groups_of(self, row: Row) -> Sequence[PublicGroup]:
        mark = (row["number"], row["revision"])
        if self._groups is None or self._groups[0] != mark:
            self._groups = (mark, public_groups(self._bundle(int(str(row["number"])))))
        return self._groups[1]

    def _bundle(self, number: int) -> Bundle:
        signed = self._row(revision_key(number))
        if signed is None:
            raise RetryLaterError(NOT_WHOLE)
        return whole_rules(self._store, str(signed["content_id"]), self._delivered).bundle

    def _past_counts(self, months: tuple[str, ...], seconds: float) -> Counts:
        past = self._past
        if past is None or past[1] != months or seconds - past[0] >= PAST_FRESH_SECONDS:
            past = self._past = (seconds, months, self._counts(months))
        return past[2]

    def _counts(self, months: tuple[str, ...]) -> Counts:
        rows = self._store.select("outcomes_by_month", (months[0], months[-1]))
        return {
            (str(row["month"]), str(row["outcome"]), str(row["rule"])): int(str(row["acts"]))
            for row in rows
        }

    def _row(self, key: Key) -> Row | None:
        return self._store.fetch([key])[key]


def masked(count: int) -> int | None:
    """Return a count as it may be told: None from one to four."""
    return None if 0 < count < FEWER_THAN else count


def _group(group: PublicGroup, months: Iterable[str], counts: Counts) -> Mapping[str, Any]:
    rules = [
        {
            **{name: each for name, each in asdict(rule).items() if name != "group"},
            "months": [
                month
                for month in _months(months, OF_RULES, rule.id, counts)
                if any(month[outcome] != 0 for outcome in OF_RULES)
            ],
        }
        for rule in group.rules
    ]
    return {"id": group.id, "title": group.title, "rules": rules}


def _months(
    months: Iterable[str], outcomes: Sequence[str], rule: str, counts: Counts
) -> list[dict[str, Any]]:
    """Return a row a month, the latest first."""
    return [
        {
            "month": month,
            **{outcome: masked(counts.get((month, outcome, rule), 0)) for outcome in outcomes},
        }
        for month in sorted(months, reverse=True)
    ]
