"""What else goes on around an act: how much was said lately, by whom else, how long cases took.

Each of it is one bounded search of the store, counted here and told to policy as plain figures.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from schemas.act import UNDO_OF
from services.policy.act import Act
from services.policy.authority_data import AuthorityData, ClosedCases, SameText
from services.policy.office_hours import is_open
from services.reading.likeness import Likeness
from services.runtime.clock import DAY_MS, HOUR_MS
from services.runtime.effects import Row
from services.runtime.ports import Store

DAY_SECONDS: Final = DAY_MS // 1_000
MINUTE_MS: Final = 60_000
PLACED: Final = ("held", "approved", "sending")
"""States of acts that have been proposed: they keep the place in time that this gave them."""
_PERCENTILE: Final = 80


@dataclass(frozen=True, slots=True)
class Pace:
    """How much was said before an act in the last hour and day, and how long ago the latest was.

    `seconds_since_last` is a day where nothing was said within one.
    """

    last_hour: int = 0
    last_day: int = 0
    seconds_since_last: int = DAY_SECONDS

    def fact(self) -> Mapping[str, Any]:
        """Return the pace as policy is told of it."""
        return {
            "last_hour": self.last_hour,
            "last_day": self.last_day,
            "seconds_since_last": self.seconds_since_last,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What goes on around an act; without anything told, nothing does.

    `same_in_conversation` and `same_in_account` count texts like the act's own. `closed_cases` are
    the team's on the theme, `closed_days_p80` how many days four of five of them took at most.
    """

    account_pace: Pace = Pace()
    author_pace: Pace = Pace()
    same_in_conversation: int = 0
    same_in_account: int = 0
    others_answering: int = 0
    closed_cases: int = 0
    closed_days_p80: int = 0
    in_hours: bool = True

    def account_facts(self) -> Mapping[str, Any]:
        """Return what policy is told of the account beside what it is."""
        return {"pace": self.account_pace.fact(), "same_said": self.same_in_account}

    def actor_facts(self) -> Mapping[str, Any]:
        """Return what policy is told of the author beside who it is."""
        return {"pace": self.author_pace.fact()}

    def conversation_facts(self) -> Mapping[str, Any]:
        """Return what policy is told of the conversation beside what it is about."""
        return {
            "same_said": self.same_in_conversation,
            "others_answering": self.others_answering,
        }

    def evidence_facts(self) -> Mapping[str, Any]:
        """Return what the body's own figures say."""
        return {"closed_cases": self.closed_cases, "closed_days_p80": self.closed_days_p80}


def circumstances_of(
    store: Store, act: Act, case: Row | None, now_ms: int, data: AuthorityData
) -> Circumstances:
    """Read what goes on around an act; the act itself never counts."""
    placed_ms = placed(act, now_ms)
    alike = data.same_text
    since_ms = now_ms - alike.conversation_days * DAY_MS
    talk = (act.conversation_id or "", act.account, since_ms, placed_ms, act.id)
    hour = (act.account, now_ms - HOUR_MS, placed_ms, act.id)
    closed_cases, closed_days = _closed(store, case, now_ms, data.closed_cases)
    return Circumstances(
        account_pace=_pace(store, "pace_of_account", (act.account,), act, placed_ms, now_ms),
        author_pace=_pace(store, "pace_of_author", (act.author_id,), act, placed_ms, now_ms),
        same_in_conversation=_same(store, "texts_of_conversation", talk, act, alike),
        same_in_account=_same(store, "texts_of_account", hour, act, alike),
        others_answering=_others(store, act, now_ms - data.others_answering.minutes * MINUTE_MS),
        closed_cases=closed_cases,
        closed_days_p80=closed_days,
        in_hours=is_open(data.duty_officer.hours, now_ms),
    )


def own_quota(account: Row) -> Mapping[str, Mapping[str, int]]:
    """Return what the register lets an account say at most; nothing where it says nothing."""
    own = {
        window: cast("int", account[f"quota_{window}"])
        for window in ("hour", "day")
        if account.get(f"quota_{window}")
    }
    return {"quota": own} if own else {}


def placed(act: Act, now_ms: int) -> int:
    """Return up to when others count: what comes after an act was proposed is not before it.

    So an act that fitted its quota is not stopped at its sending by what was asked for since.
    """
    if act.state in PLACED and act.proposed_at_ms is not None:
        return min(act.proposed_at_ms, now_ms)
    return now_ms


def pace_under_account(store: Store, act: Act, now_ms: int) -> Pace:
    """Return how much the author of an act asked for as its account before it."""
    placed_ms, who = placed(act, now_ms), (act.author_id, act.account)
    return _pace(store, "pace_under_account", who, act, placed_ms, now_ms)


def _pace(
    store: Store, query: str, who: tuple[str, ...], act: Act, placed_ms: int, now_ms: int
) -> Pace:
    if act.kind in UNDO_OF.values():
        # It takes something back, and how much that is was bounded when it was done.
        return Pace()
    day, hour = now_ms - DAY_MS, now_ms - HOUR_MS
    (row,) = cast(
        "Sequence[Mapping[str, Any]]", store.select(query, (hour, *who, day, placed_ms, act.id))
    )
    if row["latest_at_ms"] is None:
        return Pace()
    since_seconds = max(0, placed_ms - row["latest_at_ms"]) // 1_000
    return Pace(row["last_hour"], row["last_day"], min(since_seconds, DAY_SECONDS))


def _same(
    store: Store, query: str, parameters: tuple[str | int, ...], act: Act, alike: SameText
) -> int:
    """Return how many of the texts found are like the act's own."""
    own = Likeness.of(act.text)
    if own.words < alike.words_min:
        return 0
    texts = (str(row["text"]) for row in store.select(query, parameters))
    return sum(own.percent(Likeness.of(text)) >= alike.likeness_percent for text in texts)


def _others(store: Store, act: Act, since_ms: int) -> int:
    """Return how many other people answer the same case or post."""
    if act.case_id is None and act.post_id is None:
        return 0
    ours = (act.author_id, since_ms, act.drafted_at_ms, act.drafted_at_ms, act.id)
    parameters = (act.case_id or "", *ours, act.post_id or "", *ours)
    (row,) = store.select("others_answering", parameters)
    return cast("int", row["others"])


def _closed(store: Store, case: Row | None, now_ms: int, data: ClosedCases) -> tuple[int, int]:
    """Return how many cases of the team and theme were closed, and what four of five took at most.

    Days are whole ones, begun ones counted: a case of an hour took a day.
    """
    if case is None or case["team"] is None or case["theme"] is None:
        return 0, 0
    parameters = (case["team"], case["theme"], now_ms - data.days * DAY_MS)
    rows = cast("Sequence[Mapping[str, Any]]", store.select("closed_cases_of", parameters))
    if not rows:
        return 0, 0
    took = sorted(max(0, row["closed_at_ms"] - row["opened_at_ms"]) for row in rows)
    place = -(-len(took) * _PERCENTILE // 100) - 1
    return len(took), -(-took[place] // DAY_MS)
