"""Grants: leave for a person to do some kinds of act as an account, for a time, within limits."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, cast, get_args

from schemas.act import ActKind
from services.policy.authority_data import Origin
from services.policy.grant_hours import GrantHours, within
from services.policy.orders import Answers, GiveGrant
from services.runtime.clock import DAY_MS
from services.runtime.effects import Key, Row

Limit = Literal[
    "kind",
    "theme",
    "theme_unknown",
    "hours",
    "language",
    "answers",
    "quota_hour",
    "quota_day",
    "initials",
]
"""What an act can be out of, piece by piece; `theme_unknown` says that nobody can tell, `initials`
that its words do not end with those of its writer."""
LIMITS: Final[tuple[Limit, ...]] = get_args(Limit)
STANDING: Final[Origin] = "standing"
UNKNOWN_ALONE: Final[list[Limit]] = ["theme_unknown"]
CERTIFY_DAYS: Final = 180
"""Standing leave is looked at anew after so long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """So much of an act as grants are limited by.

    `language` is the one its words are in, None without words; `text` are the words themselves,
    None for acts that speak no words of ours. `said_to_account` says that what it
    answers was said to an account of the body. `last_hour` and `last_day` count its author's acts
    as the account before it.
    """

    kind: ActKind
    theme: str | None = None
    language: str | None = None
    text: str | None = None
    said_to_account: bool = False
    last_hour: int = 0
    last_day: int = 0


def grant_key(grant_id: str) -> Key:
    """Return where a grant's row stands."""
    return Key("grants", grant_id)


def origin_of(row: Row) -> Origin:
    """Return how a grant came about; one from before this was kept is a standing one."""
    return cast("Origin", row.get("origin") or STANDING)


def is_live(row: Row, now_ms: int) -> bool:
    """Return whether a grant is in force at a moment; its hours are a limit of their own."""
    kept = cast("Mapping[str, Any]", row)
    return bool(kept["state"] == "live" and kept["starts_at_ms"] <= now_ms < kept["ends_at_ms"])


def is_paused(row: Row, now_ms: int) -> bool:
    """Return whether a grant would be in force at a moment, were it not that its slot is paused."""
    return row["state"] == "paused" and is_live({**row, "state": "live"}, now_ms)


def has_themes(rows: Iterable[Row]) -> bool:
    """Return whether any of some grants is for some themes alone."""
    return any(row["themes"] for row in rows)


def has_quota(rows: Iterable[Row]) -> bool:
    """Return whether any of some grants has a quota of its own."""
    return any(row.get("quota_hour") or row.get("quota_day") for row in rows)


def limits_of(order: GiveGrant, zone: str) -> Row:
    """Return what a grant's row keeps of its limits; `zone` tells hours without one of their own.

    What limits nothing is empty, as in a row from before there were limits.
    """
    hours = None
    if order.hours:
        hours = GrantHours(zone=order.zone or zone, weekly=order.hours).model_dump_json()
    return {
        "origin": order.origin,
        "languages": " ".join(sorted(set(order.languages))) or None,
        "hours": hours,
        "answers": None if order.answers == "anyone" else order.answers,
        "quota_hour": order.quota_hour,
        "quota_day": order.quota_day,
        "initials": order.initials,
    }


def limits_said(order: GiveGrant) -> Iterator[str]:
    """Yield what a grant is limited to, as people say it."""
    if order.themes:
        yield f"on {', '.join(sorted(set(order.themes)))} only"
    for each in order.hours:
        yield f"{', '.join(each.days)} from {each.since} to {each.until}"
    if order.languages:
        yield f"in {', '.join(sorted(set(order.languages)))} only"
    if order.answers == "own-account":
        yield "answering those who spoke to the account"
    if order.answers == "nobody":
        yield "answering nobody"
    if order.quota_hour is not None:
        yield f"{order.quota_hour} an hour at most"
    if order.quota_day is not None:
        yield f"{order.quota_day} a day at most"


def grant_fact(rows: Iterable[Row], asked: Asked, now_ms: int) -> Mapping[str, Any] | None:
    """Return the grant an act would go out under, as policy is told of it: the best there is.

    A live one in scope comes first, then one of which only the theme cannot be told, then a live
    one out of scope, then one that has ended.
    """
    facts = [_fact(cast("Mapping[str, Any]", row), asked, now_ms) for row in rows]
    return max(
        facts,
        key=lambda fact: (fact["live"], fact["in_scope"], fact["out_of"] == UNKNOWN_ALONE),
        default=None,
    )


def _fact(row: Mapping[str, Any], asked: Asked, now_ms: int) -> Mapping[str, Any]:
    out_of = list(_out_of(row, asked, now_ms))
    return {
        "id": row["id"],
        "live": is_live(row, now_ms),
        "in_scope": not out_of,
        "out_of": out_of,
        "origin": origin_of(row),
        "ends_at": row["ends_at_ms"] // 1_000,
    }


def _out_of(row: Mapping[str, Any], asked: Asked, now_ms: int) -> Iterator[Limit]:
    themes = row["themes"].split()
    languages = (row.get("languages") or "").split()
    if asked.kind not in row["kinds"].split():
        yield "kind"
    if themes and asked.theme is None:
        yield "theme_unknown"
    elif themes and asked.theme not in themes:
        yield "theme"
    if not within(row.get("hours"), now_ms):
        yield "hours"
    if languages and asked.language is not None and asked.language not in languages:
        yield "language"
    if asked.kind == "reply" and not _may_answer(row.get("answers"), asked):
        yield "answers"
    if row.get("quota_hour") and asked.last_hour >= row["quota_hour"]:
        yield "quota_hour"
    if row.get("quota_day") and asked.last_day >= row["quota_day"]:
        yield "quota_day"
    if row.get("initials") and not is_signed(asked.text, row["initials"]):
        yield "initials"


def is_signed(text: str | None, initials: str) -> bool:
    """Return whether words end with somebody's initials; what has no words needs none."""
    return not text or text.rstrip().endswith(f" ^{initials}")


def signed(text: str, grants: Iterable[Row], now_ms: int) -> str:
    """Return words with their writer's initials at the end, where grants in force all ask for some.

    They are part of the draft from its beginning: what is approved is what goes out.
    """
    asked = {row.get("initials") for row in grants if is_live(row, now_ms)}
    initials = next(iter(asked)) if len(asked) == 1 else None
    if not initials or is_signed(text, str(initials)):
        return text
    return f"{text.rstrip()} ^{initials!s}"


def coaches_of(grants: Iterable[Row], now_ms: int) -> frozenset[str]:
    """Return who coaches somebody, of the grants that are theirs for an account and in force."""
    live = [row for row in grants if is_live(row, now_ms)]
    return frozenset(str(row["coach_id"]) for row in live if row.get("coach_id"))


def certify_by_ms(now_ms: int, ends_at_ms: int) -> int | None:
    """Return by when a new standing grant is looked at anew; None where it ends before that."""
    by_ms = now_ms + CERTIFY_DAYS * DAY_MS
    return by_ms if by_ms < ends_at_ms else None


def _may_answer(answers: Answers | None, asked: Asked) -> bool:
    if answers is None or answers == "anyone":
        return True
    return answers == "own-account" and asked.said_to_account
