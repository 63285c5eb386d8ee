"""What a verdict counts for: under which heading, by which rules, in which month."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from schemas.verdict import Decision, Need, Reason, Severity, Verdict
from services.policy.outcomes import month_of, months_until, outcome_writes, proposed_write
from services.runtime.clock import to_epoch_ms
from services.runtime.gate import Phase

LONDON = ZoneInfo("Europe/London")
NEED = Need(roles=("approver",))


def reason(rule: str, severity: Severity, need: Need | None = None) -> Reason:
    """Return a reason of a rule."""
    return Reason(rule=rule, severity=severity, message="a.b", sentence="It is so.", need=need)


def counted(
    decision: Decision, *reasons: Reason, phase: Phase = "proposal", agreed: bool = False
) -> set[str]:
    """Return the ids of the rows that a verdict on the act `a1` writes."""
    verdict = Verdict(decision=decision, reasons=reasons)
    writes = outcome_writes("a1", "2026-11", verdict, phase, agreed=agreed)
    for key, row in writes.items():
        assert row is not None
        parts = (row["month"], row["outcome"], row["rule"], "a1")
        assert key.id == ":".join(map(str, parts))
    return {key.id.removeprefix("2026-11:").removesuffix(":a1") for key in writes}


def test_a_hold_counts_once_and_under_each_rule_that_holds() -> None:
    """Not under those that only advise, however often a rule says it."""
    reasons = (
        reason("content/emoji", "hold"),
        reason("content/emoji", "hold"),
        reason("authority/four_eyes", "hold", NEED),
        reason("content/length", "advice"),
    )

    assert {"held:", "held:content/emoji", "held:authority/four_eyes"} == counted("hold", *reasons)


def test_a_refusal_counts_under_what_refused_it() -> None:
    """What would only have held it is not why it was refused."""
    reasons = (reason("content/child", "deny"), reason("content/emoji", "hold"))

    assert {"denied:", "denied:content/child"} == counted("deny", *reasons)


def test_what_somebody_agreed_to_counts_under_the_rules_it_took() -> None:
    """A hold whose need was met stays in a verdict as advice, with its need."""
    reasons = (reason("content/emoji", "advice", NEED), reason("content/length", "advice"))

    assert {"overridden:", "overridden:content/emoji"} == counted("allow", *reasons, agreed=True)


def test_what_nobody_had_to_agree_to_went_at_once() -> None:
    """Advice stopped nothing."""
    assert {"allowed:"} == counted("allow", reason("content/length", "advice"))


def test_what_could_not_be_judged_was_held_by_no_rule() -> None:
    """It waited all the same."""
    assert {"held:"} == counted("hold")


def test_at_its_sending_only_what_stops_an_act_counts() -> None:
    """That it was let go was counted when it was."""
    assert set() == counted("allow", phase="sending", agreed=True)
    assert {"denied:", "denied:a/b"} == counted("deny", reason("a/b", "deny"), phase="sending")


def test_an_act_is_proposed_once_a_month() -> None:
    """Proposed again it is the same row."""
    (once,) = proposed_write("a1", "2026-11")

    assert ("act_outcomes", "2026-11:proposed::a1") == (once.table, once.id)


@pytest.mark.parametrize(
    ("moment", "zone", "month"),
    [
        (datetime(2026, 6, 30, 22, 59, 59, tzinfo=UTC), LONDON, "2026-06"),
        (datetime(2026, 6, 30, 23, 0, tzinfo=UTC), LONDON, "2026-07"),
        (datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC), LONDON, "2026-12"),
        (datetime(2026, 1, 1, 3, 0, tzinfo=UTC), ZoneInfo("America/New_York"), "2025-12"),
    ],
)
def test_a_month_begins_where_the_body_is(moment: datetime, zone: ZoneInfo, month: str) -> None:
    """In summer an hour before it does in UTC."""
    assert month == month_of(to_epoch_ms(moment), zone)


def test_twelve_months_end_with_the_present_one() -> None:
    """Over the turn of a year, in order."""
    months = months_until(datetime(2026, 2, 28, 23, 59, tzinfo=UTC), LONDON)

    assert ("2025-03", "2026-02", 12) == (months[0], months[-1], len(months))
    assert list(months) == sorted(months)
