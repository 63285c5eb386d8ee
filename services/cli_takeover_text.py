"""Takeovers as people read them in a terminal: a line each, one whole, and a calendar."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, Final
from zoneinfo import ZoneInfo

from services.reading.plain_text import plain

Item = Mapping[str, Any]
_STEPS: Final = {
    "consent": "agree to the terms (`mercat takeover consent`)",
    "second-factor": "sign in by two factors",
    "practise": "try a post (`mercat takeover practise`)",
}
_TIMES: Final = (
    ("planned", "planned"),
    ("invited", "asked"),
    ("accepted", "said yes"),
    ("consented", "agreed to the terms"),
    ("second_factor", "signed in by two factors"),
    ("practised", "tried a post"),
    ("ready", "ready"),
    ("live", "live"),
    ("signed_on", "signed on"),
    ("paused", "paused"),
    ("ended", "ended"),
    ("closed", "closed"),
)


def line_of(item: Item) -> str:
    """Return a takeover in a line."""
    state = item["outcome"] or item["state"] if item["state"] == "closed" else item["state"]
    times = f"{_moment(item, 'starts_at')} to {_moment(item, 'ends_at')}"
    line = f"{item['id']}  {state:<10} {times}  {plain(item['account'])}: {plain(item['title'])}"
    line += f", {plain(item['curator'] or 'nobody yet')}"
    return f"{line}  ! {_needed(item)}" if item["needs_another"] else line


def whole_lines(item: Item) -> Iterator[str]:
    """Yield a takeover line by line: what it is, who, how far, and what comes next."""
    yield f"{plain(item['title'])}, as {plain(item['account'])}: {item['state']}" + (
        f" ({item['outcome']})" if item["outcome"] else ""
    )
    yield f"  from {_moment(item, 'starts_at')} to {_moment(item, 'ends_at')} ({item['zone']})"
    yield f"  speaks: {plain(item['curator'] or 'nobody yet')}"
    yield f"  answers for it: {plain(item['duty_officer'])}; stands by: " + (
        plain(item["standby"] or "nobody")
    )
    themes = ", ".join(item["themes"]) or "anything"
    yield f"  may: {', '.join(item['kinds'])}; about {themes}" + (
        f"; in {', '.join(item['languages'])}" if item["languages"] else ""
    )
    if item["pair_id"]:
        yield f"  a pair with {item['pair_id']}"
    for name, words in _TIMES:
        if item[f"{name}_at"]:
            yield f"  {words:<24} {_moment(item, f'{name}_at')}"
    if item["reason"]:
        yield f"  last said: {plain(item['reason'])}"
    if item["needs_another"]:
        yield f"  ! {_needed(item)}"
    for step in item["steps_missing"]:
        yield f"  still to do: {_STEPS[step]}"
    if item["waits"]:
        yield f"  {plain(item['waits'])}"


def calendar_lines(items: Sequence[Item]) -> Iterator[str]:
    """Yield slots account by account, and the time between two of them that nobody has."""
    if not items:
        yield "Nothing is planned."
    by_account = sorted(items, key=lambda item: (item["account"], item["starts_at"], item["id"]))
    for account, slots in groupby(by_account, key=lambda item: str(item["account"])):
        yield plain(account)
        end: Item | None = None
        for item in slots:
            if item["state"] == "closed" and item["outcome"] in ("declined", "withdrawn"):
                continue
            if end is not None and end["ends_at"] < item["starts_at"]:
                yield f"  {_moment(end, 'ends_at')}  free until {_moment(item, 'starts_at')}"
            who = plain(item["curator"] or "nobody yet")
            yield f"  {_moment(item, 'starts_at')}  {plain(item['title'])}: {who} ({item['state']})"
            if end is None or item["ends_at"] > end["ends_at"]:
                end = item
        if end is not None:
            yield f"  {_moment(end, 'ends_at')}  free"


def _needed(item: Item) -> str:
    places = " and ".join(item["needs_another"])
    return f"needs another {places}: who was named has left"


def _moment(item: Item, name: str) -> str:
    moment = datetime.fromisoformat(item[name]).astimezone(ZoneInfo(item["zone"]))
    return f"{moment:%a %d %b %Y %H:%M}"
