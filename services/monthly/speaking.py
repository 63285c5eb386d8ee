"""What was said in the body's name in a month, what the rules held or stopped, and by which rule.

The counts of rules are those that are kept by the month as each verdict falls: an act counts once
under each heading, and once under each rule of it, however often it is judged.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final, cast

from services.monthly.intervals import Share, typical
from services.runtime.effects import Row

SENT: Final = ("sent", "reconciled")
OUTCOMES: Final = ("proposed", "allowed", "held", "overridden", "denied")
OF_RULES: Final = ("held", "overridden", "denied")
_MINUTE_MS: Final = 60_000


class Acts:
    """Adds up acts of accounts, and how long people wrote and waited for a colleague."""

    def __init__(self) -> None:
        self._accounts: dict[str, dict[str, Any]] = {}
        self._waits: list[float] = []
        self._writing: list[float] = []

    def add_account(self, account: str, name: str, rows: Iterable[Row]) -> None:
        """Take in what the store counted of an account's acts."""
        counts: Counter[str] = Counter()
        for row in rows:
            acts = int(str(row["acts"]))
            counts["proposed"] += acts
            if row["sending_state"] in SENT:
                counts["sent"] += acts
                counts["replies_sent"] += acts if row["kind"] == "reply" else 0
        told = {each: counts[each] for each in ("proposed", "sent", "replies_sent")}
        self._accounts[account] = {"account": account, "name": name, **told}

    def add_approvals(self, rows: Iterable[Row]) -> None:
        """Take in some consents: each was waited for since its act was proposed."""
        self._waits += [_minutes(row, "proposed_at_ms", "approved_at_ms") for row in rows]

    def add_replies(self, rows: Iterable[Row]) -> None:
        """Take in some replies; one that was proposed as it was drafted says nothing of writing."""
        written = (_minutes(row, "drafted_at_ms", "proposed_at_ms") for row in rows)
        self._writing += [minutes for minutes in written if minutes > 0]

    @property
    def replies_sent(self) -> int:
        """How many replies went out."""
        return sum(each["replies_sent"] for each in self._accounts.values())

    def told(self) -> dict[str, Any]:
        """Return all of it for a report."""
        accounts = sorted(self._accounts.values(), key=lambda each: (-each["sent"], each["name"]))
        return {
            **{
                each: sum(account[each] for account in accounts)
                for each in ("proposed", "sent", "replies_sent")
            },
            "by_account": accounts,
            "approval_minutes": typical(self._waits),
            "writing_minutes": typical(self._writing),
        }


def rules_told(rows: Iterable[Row], public: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """Return what became of acts by rule; `public` says of a rule its title and what it stops."""
    counts = {(str(row["outcome"]), str(row["rule"])): int(str(row["acts"])) for row in rows}
    judged = counts.get(("proposed", ""), 0)
    rules = sorted({rule for _, rule in counts if rule})
    by_rule = [
        {
            "rule": rule,
            "title": public.get(rule, {}).get("title") or _words(rule),
            "stops": public.get(rule, {}).get("stops") or "",
            **{outcome: counts.get((outcome, rule), 0) for outcome in OF_RULES},
        }
        for rule in rules
    ]
    return {
        **{outcome: counts.get((outcome, ""), 0) for outcome in OUTCOMES},
        "held_share": Share(counts.get(("held", ""), 0), judged).told(),
        "denied_share": Share(counts.get(("denied", ""), 0), judged).told(),
        "by_rule": sorted(by_rule, key=lambda each: (-each["held"] - each["denied"], each["rule"])),
    }


def _minutes(row: Row, since: str, until: str) -> float:
    begin, end = cast("int | None", row[since]), cast("int | None", row[until])
    return 0.0 if begin is None or end is None else max(0, end - begin) / _MINUTE_MS


def _words(rule: str) -> str:
    return rule.rpartition("/")[2].replace("_", " ").capitalize()
