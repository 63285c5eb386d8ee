"""What became of acts, counted by the month: the rows of a verdict, and the months they are for.

An act counts once a month under each heading, and once under each rule of it, however often it is
judged: a row's id says all it is, so that writing it again changes nothing.
"""

from collections.abc import Iterable
from datetime import datetime, tzinfo
from typing import Final, Literal

from schemas.verdict import Verdict
from services.runtime.clock import from_epoch_ms
from services.runtime.effects import Key, Row
from services.runtime.gate import Phase

Outcome = Literal["proposed", "allowed", "held", "denied", "overridden"]
TABLE: Final = "act_outcomes"
MONTHS_A_YEAR: Final = 12


def month_of(at_ms: int, zone: tzinfo) -> str:
    """Return the month that a moment lies in, there where the zone is: `2026-11`."""
    return _named(from_epoch_ms(at_ms).astimezone(zone))


def months_until(now: datetime, zone: tzinfo, count: int = MONTHS_A_YEAR) -> tuple[str, ...]:
    """Return the last months, the present one last."""
    here = now.astimezone(zone)
    last = here.year * MONTHS_A_YEAR + here.month - 1
    return tuple(
        f"{number // MONTHS_A_YEAR:04d}-{number % MONTHS_A_YEAR + 1:02d}"
        for number in range(last - count + 1, last + 1)
    )


def proposed_write(act_id: str, month: str) -> dict[Key, Row | None]:
    """Return the write that counts an act as proposed."""
    return _writes(act_id, month, "proposed", ())


def outcome_writes(
    act_id: str, month: str, verdict: Verdict, phase: Phase, *, agreed: bool
) -> dict[Key, Row | None]:
    """Return the writes that count what a verdict made of an act; `agreed`: somebody consented.

    What is let go at its sending was counted when it was let go before.
    """
    if verdict.decision == "deny":
        return _writes(act_id, month, "denied", _rules(verdict, "deny"))
    if verdict.decision == "hold":
        return _writes(act_id, month, "held", _rules(verdict, "hold"))
    if phase == "sending":
        return {}
    if agreed:
        met = {reason.rule for reason in verdict.reasons if reason.need is not None}
        return _writes(act_id, month, "overridden", met)
    return _writes(act_id, month, "allowed", ())


def _rules(verdict: Verdict, severity: str) -> set[str]:
    return {reason.rule for reason in verdict.reasons if reason.severity == severity}


def _writes(
    act_id: str, month: str, outcome: Outcome, rules: Iterable[str]
) -> dict[Key, Row | None]:
    return {
        Key(TABLE, f"{month}:{outcome}:{rule}:{act_id}"): {
            "month": month,
            "outcome": outcome,
            "rule": rule,
        }
        for rule in ("", *sorted(rules))
    }


def _named(moment: datetime) -> str:
    return f"{moment.year:04d}-{moment.month:02d}"
