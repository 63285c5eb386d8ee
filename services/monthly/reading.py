"""Reads what a report on a month is made of from a store, day by day and in pages.

Nothing is written and nothing is kept but counts, times and ids of cases: no text and no name of
anybody is read.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, cast

from services.monthly.answer_times import AnswerTimes
from services.monthly.calls import SEARCHED_DAYS, Solved, roots_of
from services.monthly.costs import CostTerms, costs_told
from services.monthly.period import Period
from services.monthly.reach import takeovers_told
from services.monthly.speaking import Acts, rules_told
from services.monthly.volumes import Volumes
from services.runtime.clock import DAY_MS, from_epoch_ms
from services.runtime.effects import Key, Row
from services.runtime.ports import Store
from services.store.months import id_at

FORMAT: Final = "mercat-month-1"
PAGE_ROWS: Final = 2_000
TAKEOVERS_MAX: Final = 1_000
MERGES_MAX: Final = 20
"""So many merges of one case into the next are followed."""

Show = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Whose month it is, and what the body's settings and rules say of the names in it.

    `contact_logs` are the sources that are logs of calls; `rules` say what a rule stops.
    """

    body: str
    period: Period
    now_ms: int
    terms: CostTerms = field(default_factory=CostTerms)
    teams: Mapping[str, str] = field(default_factory=dict)
    contact_logs: Sequence[str] = ()
    rules: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def month_figures(
    store: Store, scope: Scope, show: Show = lambda _done, _whole: None
) -> dict[str, Any]:
    """Return all figures of a month; `show` hears how many steps of all are done."""
    accounts = {
        str(row["id"]): str(row["name"] or row["id"]) for row in store.select("month_accounts")
    }
    days = list(scope.period.days())
    steps = len(days) + len(scope.contact_logs) + len(accounts)
    volumes, times = Volumes(), AnswerTimes(scope.now_ms)
    solved = Solved(scope.contact_logs, scope.period.until_ms, scope.now_ms)
    for done, day in enumerate(days):
        show(done, steps)
        volumes.add(day.date, store.select("month_posts", (day.first_id, day.end_id)))
        for cases in _cases(store, day.first_id, day.end_id):
            times.add(cases)
            solved.add(cases)
    calls, calls_count = _calls(store, scope)
    show(steps - len(accounts), steps)
    acts = Acts()
    for done, (account, name) in enumerate(accounts.items(), steps - len(accounts) + 1):
        _add_account(acts, store, scope.period, account, name)
        show(done, steps)
    return {
        **_about(scope),
        "volumes": volumes.told(scope.teams),
        "answers": times.told(scope.teams),
        "calls": solved.told(calls, calls_count),
        "speaking": acts.told(),
        "rules": rules_told(
            store.select("outcomes_by_month", (scope.period.name, scope.period.name)), scope.rules
        ),
        "takeovers": _takeovers(store, scope.period, accounts),
        "cost": costs_told(acts.replies_sent, scope.terms),
    }


def _about(scope: Scope) -> dict[str, Any]:
    period = scope.period
    return {
        "format": FORMAT,
        "body": scope.body,
        "month": period.name,
        "since": period.since.isoformat(),
        "until": period.until.isoformat(),
        "made_at": from_epoch_ms(scope.now_ms).isoformat(timespec="seconds"),
        "is_over": period.until_ms <= scope.now_ms,
    }


def _cases(store: Store, after: str, end: str) -> Iterator[list[Row]]:
    while rows := store.select("month_cases", (after, end, PAGE_ROWS)):
        yield rows
        after = str(rows[-1]["id"])


def _calls(store: Store, scope: Scope) -> tuple[list[tuple[str, int]], int]:
    """Return calls with the case that each is answered with, and how many the month itself had."""
    period = scope.period
    until_ms = period.until_ms + SEARCHED_DAYS * DAY_MS
    found: list[tuple[str, int]] = []
    for source in scope.contact_logs:
        after, end = id_at(period.since), id_at(from_epoch_ms(until_ms))
        while rows := store.select("month_posts_of", (after, end, source, PAGE_ROWS)):
            found += [(str(row["case_id"]), cast("int", row["posted_at_ms"])) for row in rows]
            after = str(rows[-1]["id"])
    cases = {case_id for case_id, _ in found}
    roots = roots_of(cases, _merged_into(store, cases))
    count = sum(called_ms < period.until_ms for _, called_ms in found)
    return [(roots[case_id], called_ms) for case_id, called_ms in found], count


def _merged_into(store: Store, cases: set[str]) -> dict[str, str]:
    """Return for each case that was merged the one it was merged into, and so on from there."""
    merged: dict[str, str] = {}
    asked = sorted(cases)
    for _ in range(MERGES_MAX):
        led_to = set()
        for begin in range(0, len(asked), PAGE_ROWS):
            keys = [Key("cases", each) for each in asked[begin : begin + PAGE_ROWS]]
            for key, row in store.fetch(keys).items():
                if row is not None and row["merged_into"] is not None:
                    merged[key.id] = str(row["merged_into"])
                    led_to.add(merged[key.id])
        asked = sorted(led_to - merged.keys())
        if not asked:
            break
    return merged


def _add_account(acts: Acts, store: Store, period: Period, account: str, name: str) -> None:
    bounds = (account, period.since_ms, period.until_ms)
    acts.add_account(account, name, store.select("month_acts", bounds))
    for rows in _pages(store, "month_approvals", account, period):
        acts.add_approvals(rows)
    for rows in _pages(store, "month_replies", account, period):
        acts.add_replies(rows)


def _pages(store: Store, query: str, account: str, period: Period) -> Iterator[list[Row]]:
    after: tuple[int, str] = (period.since_ms, "")
    while rows := store.select(query, (account, period.until_ms, *after, PAGE_ROWS)):
        yield rows
        after = cast("int", rows[-1]["proposed_at_ms"]), str(rows[-1]["id"])


def _takeovers(store: Store, period: Period, names: Mapping[str, str]) -> dict[str, Any]:
    """Return the slots whose end lay in the month."""
    bounds = (period.since_ms - 1, period.until_ms, TAKEOVERS_MAX)
    rows = [
        row
        for row in store.select("takeovers_between", bounds)
        if cast("int", row["ends_at_ms"]) < period.until_ms
    ]
    keys = [Key("slot_reports", str(row["id"])) for row in rows]
    reports = {key.id: row for key, row in store.fetch(keys).items() if row is not None}
    return takeovers_told(rows, reports, names)
