"""A month's figures as tables for a spreadsheet: one CSV file each, columns in a fixed order."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from services.runtime.clock import from_epoch_ms

Cell = str | int | float | None
COUNTS: Final = ("posts", "negative", "neutral", "positive", "unread")
VOLUMES: Final = ("by-day", "by-source", "by-team")
STATES: Final = ("cases", "in_time", "late", "overdue", "not_due", "needs_none", "closed_without")
_SHARE: Final = ("share", "low", "high")
_TIME: Final = ("count", "median", "low", "high", "nine_in_ten")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""With what a spreadsheet would begin a formula: a name of that kind gets a quote before it."""

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "summary": ("figure", "value", "low", "high", "hits", "of"),
    "volumes-by-day": ("day", *COUNTS),
    "volumes-by-source": ("source", *COUNTS),
    "volumes-by-team": ("team", "name", *COUNTS),
    "answers-by-team": (
        *("team", "name", *STATES),
        *(f"within_promise_{each}" for each in ("hits", "of", *_SHARE)),
        *(f"hours_{each}" for each in _TIME),
    ),
    "rules": ("rule", "title", "held", "overridden", "denied", "stops"),
    "accounts": ("account", "name", "proposed", "sent", "replies_sent"),
    "takeovers": (
        *("account", "name", "starts_at", "hours", "sent", "held", "denied"),
        *("posts_back", "negative", "neutral", "positive"),
    ),
    "costs": ("level", "minutes", "hours", "cost", "cost_per_answer", "of_a_call"),
}
"""Each file's columns, by its name without the ending."""


def month_files(figures: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield each table of a month as the name of its file and its text: UTF-8, with a header."""
    for name, columns in COLUMNS.items():
        yield f"{name}.csv", _written(columns, _rows(name, figures))


def _rows(name: str, figures: Mapping[str, Any]) -> Sequence[Mapping[str, Cell]]:
    tables: Mapping[str, Sequence[Mapping[str, Cell]]] = {
        "summary": list(_summary(figures)),
        "answers-by-team": [_answers(row) for row in figures["answers"]["by_team"]],
        "rules": figures["rules"]["by_rule"],
        "accounts": figures["speaking"]["by_account"],
        "takeovers": [
            {**row, "starts_at": from_epoch_ms(row["starts_at_ms"]).isoformat()}
            for row in figures["takeovers"]["by_slot"]
        ],
        "costs": [{"level": level, **row} for level, row in figures["cost"]["levels"].items()],
        **{f"volumes-{each}": figures["volumes"][each.replace("-", "_")] for each in VOLUMES},
    }
    return tables[name]


def _answers(row: Mapping[str, Any]) -> Mapping[str, Cell]:
    share, time = row["within_promise"], row["hours_to_answer"]
    return {
        **row,
        **{f"within_promise_{each}": share[each] for each in ("hits", "of", *_SHARE)},
        **{f"hours_{each}": time[each] for each in _TIME},
    }


def _summary(figures: Mapping[str, Any]) -> Iterator[Mapping[str, Cell]]:
    """Yield what a month came to as a whole, a figure a row."""
    answers, calls, rules = figures["answers"], figures["calls"], figures["rules"]
    speaking, takeovers, cost = figures["speaking"], figures["takeovers"], figures["cost"]
    yield _plain("posts", figures["volumes"]["posts"])
    yield from (_plain(f"cases {each}", answers[each]) for each in STATES)
    yield _share("within promise", answers["within_promise"])
    yield _time("hours to answer", answers["hours_to_answer"])
    for each in ("calls", "answered_in_public", "a_call_followed", "too_early_to_tell"):
        yield _plain(each.replace("_", " "), calls[each])
    yield _share("without a call", calls["without_a_call"])
    yield from (
        _plain(f"acts {each}", rules[each])
        for each in ("proposed", "allowed", "held", "overridden", "denied")
    )
    yield _share("held of proposed", rules["held_share"])
    yield _share("denied of proposed", rules["denied_share"])
    yield _plain("acts sent", speaking["sent"])
    yield _plain("replies sent", speaking["replies_sent"])
    yield _time("minutes to consent", speaking["approval_minutes"])
    yield _time("minutes from draft to asking", speaking["writing_minutes"])
    for each in ("slots", "without_report", "sent", "held", "denied", "posts_back"):
        yield _plain(f"takeovers {each.replace('_', ' ')}", takeovers[each])
    low, middle, high = (cost["levels"][each] for each in ("low", "middle", "high"))
    for each in ("hours", "cost", "cost_per_answer"):
        found = {"value": middle[each], "low": low[each], "high": high[each]}
        yield {"figure": each.replace("_", " "), **found}


def _plain(figure: str, value: Cell) -> Mapping[str, Cell]:
    return {"figure": figure, "value": value}


def _share(figure: str, share: Mapping[str, Any] | None) -> Mapping[str, Cell]:
    return {"figure": figure, "value": (share or {}).get("share"), **(share or {})}


def _time(figure: str, time: Mapping[str, Any]) -> Mapping[str, Cell]:
    bounds = {"low": time["low"], "high": time["high"], "of": time["count"]}
    return {"figure": figure, "value": time["median"], **bounds}


def _written(columns: Sequence[str], rows: Sequence[Mapping[str, Cell]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_cell(row.get(column)) for column in columns] for row in rows)
    return out.getvalue()


def _cell(value: Cell) -> Cell:
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value
