"""The further ways in which an alert fires or stays quiet, beyond its first case.

A budget's burn has four limits, so it takes four nights: one on which it is spent fast, one on
which it was and is no more, and the same two for a slow burn. Six good hours come before, since a
short past would be a long window's whole.
"""

from collections.abc import Sequence
from itertools import accumulate
from typing import Final

from tests.deploy.alert_cases import (
    ANSWERS,
    FAILURES,
    HOUR,
    ROUTED,
    SOURCE,
    STAGE,
    VERDICTS,
    Case,
    after,
    steady,
)

STEPS_OF_A_MINUTE: Final = 2
EACH_STEP: Final = 1_000
EVALUATED_SECONDS: Final = 300
Night = Sequence[tuple[float, float]]
"""For so many minutes, such a share goes wrong."""

GOOD: Final = (6.5 * 60, 0.0)
FAST: Final[Night] = (GOOD, (60, 0.2))
FAST_OVER: Final[Night] = (GOOD, (9, 1.0), (15, 0.1))
SLOW: Final[Night] = (GOOD, (5 * 60, 0.1))
SLOW_OVER: Final[Night] = (GOOD, (4 * 60, 0.1), (45, 0.04))


def shares(night: Night, part: float = 1.0) -> list[float]:
    """Return which share goes wrong at each step."""
    return [
        share * part for minutes, share in night for _ in range(int(minutes * STEPS_OF_A_MINUTE))
    ]


def counted(each: Sequence[float]) -> str:
    """Return a counter that grows by these."""
    return "0 " + " ".join(f"{value:g}" for value in accumulate(each))


def routed(night: Night) -> dict[str, str]:
    """Return batches of which a share is late."""
    wrong = shares(night)
    return {
        f"{ROUTED}_count": counted([EACH_STEP for _ in wrong]),
        f'{ROUTED}_bucket{{le="60.0"}}': counted([EACH_STEP * (1 - share) for share in wrong]),
    }


def judged(night: Night) -> dict[str, str]:
    """Return verdicts of which a tenth of the share fails: its budget is a tenth of others'."""
    wrong = shares(night, 0.1)
    return {
        VERDICTS: counted([EACH_STEP for _ in wrong]),
        FAILURES: counted([EACH_STEP * share for share in wrong]),
    }


def exported(night: Night) -> dict[str, str]:
    """Return a record that for a share of the time is not kept elsewhere."""
    ages: list[str] = []
    for minutes, share in night:
        every = round(1 / share) if share else 0
        steps = range(int(minutes * STEPS_OF_A_MINUTE))
        ages += ["301" if every and step % every == 0 else "300" for step in steps]
    return {"mercat_audit_uncovered_age_seconds": " ".join(ages)}


def end_seconds(night: Night) -> int:
    """Return when a night ends."""
    return int(sum(minutes for minutes, _ in night) * 60)


def quiet(night: dict[str, str], at_seconds: int) -> Case:
    """Return a night that is quiet at its end."""
    return Case(at_seconds, {}, night, evaluated_seconds=EVALUATED_SECONDS)


def burning(night: dict[str, str], at_seconds: int) -> Case:
    """Return a long night on which a budget is spent too fast."""
    return Case(at_seconds, night, {}, evaluated_seconds=EVALUATED_SECONDS)


EXPORT_OVER: Final[Night] = (GOOD, (9, 1.0), (15, 1 / 12))
FREE: Final = "mercat_folder_free_bytes"

BRANCHES: Final[dict[str, tuple[Case, ...]]] = {
    "MercatStageStuck": (
        quiet(
            {
                f"mercat_stage_lag_events{{{STAGE}}}": steady(0),
                f'mercat_stage_events_total{{{STAGE},result="handled"}}': steady(7),
            },
            HOUR,
        ),
    ),
    "MercatStageFallsBehind": (
        Case(1_770, {f"mercat_stage_lag_events{{{STAGE}}}": after(10, 0, 10_001)}, {}),
    ),
    "MercatPostsReachTeamsLate": (
        burning(routed(FAST), 26_400),
        burning(routed(SLOW), 36_900),
        quiet(routed(FAST_OVER), end_seconds(FAST_OVER)),
        quiet(routed(SLOW_OVER), end_seconds(SLOW_OVER)),
    ),
    "MercatGateUnreliable": (
        burning(judged(FAST), 26_400),
        burning(judged(SLOW), 36_900),
        quiet(judged(FAST_OVER), end_seconds(FAST_OVER)),
        quiet(judged(SLOW_OVER), end_seconds(SLOW_OVER)),
        Case(3_840, {}, {FAILURES: "0x120 3x240", VERDICTS: "0+1x360"}),
    ),
    "MercatHeadNotExported": (
        burning(exported(FAST), 26_400),
        burning(exported(SLOW), 36_600),
        quiet(exported(EXPORT_OVER), end_seconds(EXPORT_OVER)),
        quiet(exported(SLOW_OVER), end_seconds(SLOW_OVER)),
    ),
    "MercatSourceSilent": (
        Case(
            93_600,
            {f"mercat_ingest_source_fresh_timestamp_seconds{{{SOURCE}}}": "0x120"},
            {f"mercat_ingest_source_fresh_timestamp_seconds{{{SOURCE}}}": "0+1800x120"},
            step_seconds=1_800,
        ),
    ),
    "MercatDeadlinesMissed": (
        Case(
            3_360,
            {f'{ANSWERS}{{team="roads",in_time="no"}}': "0x20 0+0.05x480"},
            {f'{ANSWERS}{{team="roads",in_time="no"}}': "0x20 3x480"},
        ),
        quiet(
            {
                f'{ANSWERS}{{team="roads",in_time="yes"}}': "0+10x480 4800+17x180",
                f'{ANSWERS}{{team="roads",in_time="no"}}': "0+10x480 4800+3x180",
            },
            5 * HOUR + 1_500,
        ),
    ),
    "MercatCasesOverdue": (
        Case(
            40 * 60,
            {
                'mercat_route_open_cases{team="roads"}': steady(5),
                'mercat_route_overdue_cases{team="roads"}': after(10, 2, 3),
            },
            {},
        ),
    ),
    "MercatNothingGoesOut": (
        quiet(
            {
                "mercat_publish_queue_acts": steady(2),
                'mercat_publish_sendings_total{platform="house",result="sent"}': "0+1x180",
            },
            HOUR,
        ),
    ),
    "MercatDiskFills": (
        Case(24_090, {FREE: "4680000000-1000000x900"}, {FREE: "40000000000-12500000x900"}),
        Case(21_660, {FREE: "25000000000-10000000x900"}, {FREE: "4680000000-1000000x700"}),
    ),
}
