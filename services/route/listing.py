"""Inbox, post and case as plain text 80 columns wide, and as dictionaries for JSON.

Rows come in with their `id`. What people wrote is stripped of control and direction characters
first: no post may move the cursor or turn round the line it stands in.
"""

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from services.reading.plain_text import WIDTH, columns, plain, shortened, wrapped
from services.route.decisions import PRIORITIES
from services.runtime.clock import from_epoch_ms
from services.runtime.effects import Row, Value

REMOVED_TEXT: Final = "(removed where it was posted)"

_INDENT: Final = "  "
_TEXT_INDENT: Final = "  | "
_THEME_WIDTH: Final = 30
_SAID_AT_WIDTH: Final = WIDTH - 36
_LABEL_WIDTH: Final = 14
_NOBODY: Final[Mapping[str, str]] = {}
_MINUTE_MS: Final = 60_000
_HOUR_MS: Final = 60 * _MINUTE_MS
_DAY_MS: Final = 24 * _HOUR_MS
_UNITS: Final = ((2 * _DAY_MS, _DAY_MS, "d"), (2 * _HOUR_MS, _HOUR_MS, "h"))
_HEADING: Final = f"{'DUE':<15} {'BY':<16} {'PRIORITY':<9}  {'THEME':<{_THEME_WIDTH}} {'POSTS':>5}"

Json = dict[str, object]

_POST_LINES: Final = (
    ("team", "Team"),
    ("reason", "Because"),
    ("theme", "Theme"),
    ("priority", "Priority"),
    ("state", "State"),
    ("intent", "Intent"),
    ("sentiment", "Sentiment"),
    ("urgency", "Urgency"),
    ("language", "Language"),
    ("source", "Source"),
    ("answered_as", "Answered as"),
    ("channel", "Channel"),
    ("author", "Author"),
    ("account", "To account"),
    ("place", "Place"),
    ("link", "Link"),
    ("native_id", "Id there"),
    ("revision", "Revision"),
    ("conversation_id", "Conversation"),
    ("case_id", "Case"),
)
_CASE_LINES: Final = (
    ("team", "Team"),
    ("theme", "Theme"),
    ("priority", "Priority"),
    ("state", "State"),
    ("outcome", "Outcome"),
    ("conversation_id", "Conversation"),
    ("case_before", "Case before"),
    ("split_from", "Split from"),
    ("merged_into", "Merged into"),
)
_CASE_MOMENTS: Final = (
    ("opened_at_ms", "Opened"),
    ("deadline_ms", "Due"),
    ("closed_at_ms", "Closed"),
)
_POST_MOMENTS: Final = (
    ("posted_at_ms", "Posted"),
    ("received_at_ms", "Received"),
    ("deadline_ms", "Due"),
)


def in_order(cases: Iterable[Row]) -> list[Row]:
    """Return cases as a team should take them up: overdue first, then by deadline and priority."""
    return sorted(cases, key=_place_in_line)


def inbox_text(
    cases: Iterable[Row], now: datetime, zone: str, answering: Mapping[str, str] = _NOBODY
) -> str:
    """Return a team's open cases, three lines each; a row has its first post's `text`, `source`.

    `answering` names the account that answers what was said at a source.
    """
    ordered = in_order(cases)
    if not ordered:
        return "No open cases."
    overdue = sum(_is_overdue(case, now) for case in ordered)
    noun = "open case" if len(ordered) == 1 else "open cases"
    lines = [
        f"{_cell(ordered[0], 'team')}: {len(ordered)} {noun}, {overdue} overdue",
        "",
        _HEADING,
        f"{_INDENT}{'CASE':<32}  SAID AT, ANSWERED AS",
        f"{_INDENT}FIRST WORDS",
    ]
    for case in ordered:
        theme = _padded(str(case["theme"] or "-"), _THEME_WIDTH)
        due, by = due_text(case["deadline_ms"], now), _local(case["deadline_ms"], ZoneInfo(zone))
        lines.append(
            f"{due:<15} {by:<16} {_cell(case, 'priority'):<9}  "
            f"{theme} {_cell(case, 'posts_live'):>5}"
        )
        said = shortened(said_at(case, answering), _SAID_AT_WIDTH)
        lines.append(f"{_INDENT}{_cell(case, 'id'):<32}  {said}")
        lines.append(f"{_INDENT}{shortened(_first_words(case), WIDTH - len(_INDENT))}")
    return "\n".join(lines)


def inbox_dicts(
    cases: Iterable[Row], now: datetime, answering: Mapping[str, str] = _NOBODY
) -> list[Json]:
    """Return the same as dictionaries, moments as ISO 8601 in UTC."""
    return [
        {**answered_json(case, answering), "overdue": _is_overdue(case, now)}
        for case in in_order(cases)
    ]


def said_at(row: Row, answering: Mapping[str, str]) -> str:
    """Return where a post, or a case's first one, was said, and as whom it can be answered."""
    source = str(row.get("source") or "-")
    account = answering.get(source)
    return f"{source}, {'no account speaks there' if account is None else f'as {account}'}"


def answered_json(row: Row, answering: Mapping[str, str]) -> Json:
    """Return a row with the account that answers it, `answers_as`: None where there is none."""
    return {**as_json(row), "answers_as": answering.get(str(row.get("source")))}


def show_text(
    case: Row | None,
    posts: Sequence[Row],
    zone: str,
    merged: Sequence[Row] = (),
    answering: Mapping[str, str] = _NOBODY,
) -> str:
    """Return all that is known of posts, their case, and the cases `merged` into it.

    Where such a case is due sooner, that is when an answer is due. `answering` is as above.
    """
    where = ZoneInfo(zone)
    said = [
        {**post, "answered_as": answering.get(str(post["source"]), "no account speaks there")}
        for post in sorted(posts, key=_moment_said)
    ]
    parts = [] if case is None else [_case_lines(due_first(case, merged), said, where, merged)]
    parts.extend(_post_lines(post, where) for post in said)
    return "\n\n".join("\n".join(lines) for lines in parts)


def show_dict(
    case: Row | None,
    posts: Sequence[Row],
    merged: Sequence[Row] = (),
    answering: Mapping[str, str] = _NOBODY,
) -> Json:
    """Return the same as a dictionary: `posts`; `case` and `merged` where there are any."""
    said = sorted(posts, key=_moment_said)
    shown: Json = {"posts": [answered_json(post, answering) for post in said]}
    if case is not None:
        shown["case"] = {"id": _case_id(case, posts), **as_json(due_first(case, merged))}
    if merged:
        shown["merged"] = [as_json(each) for each in merged]
    return shown


def as_json(row: Row) -> Json:
    """Return a row with its milliseconds as ISO 8601 in UTC and without what is empty."""
    result: Json = {}
    for name, value in row.items():
        if value is None:
            continue
        if name.endswith("_ms") and isinstance(value, int):
            result[name.removesuffix("_ms")] = from_epoch_ms(value).isoformat()
        else:
            result[name] = value
    return result


def due_text(deadline_ms: Value, now: datetime) -> str:
    """Return how far a deadline is, in its largest fitting unit: `in 5 h`, `overdue 3 d`."""
    if not isinstance(deadline_ms, int):
        return "-"
    left_ms = round((from_epoch_ms(deadline_ms) - now).total_seconds() * 1_000)
    size_ms = abs(left_ms)
    unit_ms, unit = next(
        ((unit_ms, unit) for least_ms, unit_ms, unit in _UNITS if size_ms >= least_ms),
        (_MINUTE_MS, "min"),
    )
    return f"{'in' if left_ms >= 0 else 'overdue'} {size_ms // unit_ms} {unit}"


def due_first(case: Row, merged: Iterable[Row]) -> Row:
    """Return an open case with the nearest deadline of all that it has to answer."""
    if case["state"] != "open":
        return case
    times = (each["deadline_ms"] for each in (case, *merged))
    soonest_ms = min((at for at in times if isinstance(at, int)), default=None)
    return {**case, "deadline_ms": soonest_ms}


def _case_lines(case: Row, posts: Sequence[Row], zone: tzinfo, merged: Iterable[Row]) -> list[str]:
    return [
        f"Case {_case_id(case, posts)}",
        *_labelled(case, _CASE_LINES),
        *_moments(case, _CASE_MOMENTS, zone),
        *(
            line
            for each in merged
            for line in _label(
                "Answers also",
                f"{_cell(each, 'id')}, due {_local(each['deadline_ms'], zone, year=True)}",
            )
        ),
        *_label(
            "Posts", f"{_cell(case, 'posts_live')} of {_cell(case, 'posts_total')} still there"
        ),
    ]


def _post_lines(post: Row, zone: tzinfo) -> list[str]:
    return [
        f"Post {_cell(post, 'id')}",
        *_labelled(post, _POST_LINES),
        *_moments(post, _POST_MOMENTS, zone),
        *wrapped(_text_of(post), _TEXT_INDENT),
    ]


def _case_id(case: Row, posts: Sequence[Row]) -> str:
    """Return a case's id: rows fetched by their key come without it, but their posts name it."""
    return str(case.get("id") or next((post["case_id"] for post in posts), ""))


def _cell(row: Row, name: str) -> str:
    return str(row[name])


def _labelled(row: Row, lines: Iterable[tuple[str, str]]) -> list[str]:
    return [line for name, label in lines for line in _label(label, row.get(name))]


def _label(label: str, value: Value) -> list[str]:
    if value is None:
        return []
    first = f"{_INDENT}{label:<{_LABEL_WIDTH}}"
    return textwrap.wrap(
        plain(str(value)),
        WIDTH,
        initial_indent=first,
        subsequent_indent=" " * len(first),
    )


def _moments(row: Row, lines: Iterable[tuple[str, str]], zone: tzinfo) -> list[str]:
    return [
        line
        for name, label in lines
        if row.get(name) is not None
        for line in _label(label, _local(row[name], zone, year=True))
    ]


def _local(at_ms: Value, zone: tzinfo, *, year: bool = False) -> str:
    if not isinstance(at_ms, int):
        return "-"
    form = "%a %d %b %Y %H:%M %Z" if year else "%a %d %b %H:%M"
    return from_epoch_ms(at_ms).astimezone(zone).strftime(form)


def _text_of(row: Row) -> str:
    text = row.get("text")
    return REMOVED_TEXT if text is None else str(text)


def _first_words(case: Row) -> str:
    merged = case.get("merged_cases")
    return f"(and {merged!s} merged) {_text_of(case)}" if merged else _text_of(case)


def _is_overdue(case: Row, now: datetime) -> bool:
    deadline_ms = case["deadline_ms"]
    return isinstance(deadline_ms, int) and from_epoch_ms(deadline_ms) < now


def _place_in_line(case: Row) -> tuple[float, int, str]:
    deadline_ms, priority = case["deadline_ms"], case["priority"]
    at = float(deadline_ms) if isinstance(deadline_ms, int) else float("inf")
    return at, _PRESSING.get(str(priority), len(PRIORITIES)), str(case["id"])


def _moment_said(post: Row) -> tuple[int, str]:
    posted_at_ms = post["posted_at_ms"]
    return posted_at_ms if isinstance(posted_at_ms, int) else 0, str(post["id"])


def _padded(text: str, width: int) -> str:
    line = shortened(text, width)
    return line + " " * (width - columns(line))


_PRESSING: Final[Mapping[str, int]] = {name: place for place, name in enumerate(PRIORITIES)}
