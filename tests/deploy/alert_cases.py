"""For each alert what makes it fire, at which second it first does, and what leaves it quiet.

Series are in promtool's notation, one sample every step: `5+1x3` is 5, 6, 7, 8; `_x3` is
three samples that are missing (https://prometheus.io/docs/prometheus/latest/configuration/
unit_testing_rules/).
"""

from dataclasses import dataclass
from typing import Final

MINUTE: Final = 60
HOUR: Final = 3_600
Series = dict[str, str]


@dataclass(frozen=True, slots=True)
class Case:
    """`fires` are series with which the alert first fires at `at_seconds`; `quiet` do not by then.

    Without `fires`, it is about a quiet night alone. Rules are evaluated once a step, or as seldom
    as `evaluated_seconds` says.
    """

    at_seconds: int
    fires: Series
    quiet: Series
    step_seconds: int = 30
    evaluated_seconds: int = 0

    @property
    def turn_seconds(self) -> int:
        """How often rules are evaluated."""
        return self.evaluated_seconds or self.step_seconds


def steady(value: float, minutes: int = 90) -> str:
    """Return a value that stays."""
    return f"{value}+0x{2 * minutes}"


def after(minutes: int, before: float, then: float, for_minutes: int = 60) -> str:
    """Return a value that changes once."""
    return f"{before}x{2 * minutes - 1} {then}x{2 * for_minutes}"


STAGE: Final = 'stage="route"'
SOURCE: Final = 'source="feed"'
ROUTED: Final = "mercat_route_accepted_to_routed_seconds"
ANSWERS: Final = "mercat_route_case_answers_total"
FAILURES: Final = "mercat_policy_engine_failures_total"
VERDICTS: Final = 'mercat_policy_verdicts_total{number="1",phase="proposal",decision="hold"}'
ANSWERED: Final = "mercat_classify_answers_total"

CASES: Final[dict[str, Case]] = {
    "MercatStageStopped": Case(
        11 * MINUTE,
        {f"mercat_stage_running{{{STAGE}}}": after(10, 1, 0)},
        {f"mercat_stage_running{{{STAGE}}}": steady(1)},
    ),
    "MercatStageStuck": Case(
        20 * MINUTE,
        {
            f"mercat_stage_lag_events{{{STAGE}}}": after(10, 0, 1),
            f'mercat_stage_events_total{{{STAGE},result="handled"}}': "0+7x20 140x120",
        },
        {
            f"mercat_stage_lag_events{{{STAGE}}}": steady(5),
            f'mercat_stage_events_total{{{STAGE},result="handled"}}': "0+1x180",
        },
    ),
    "MercatStageFallsBehind": Case(
        15 * MINUTE,
        {f"mercat_stage_oldest_unhandled_age_seconds{{{STAGE}}}": after(10, 0, 301)},
        {
            f"mercat_stage_oldest_unhandled_age_seconds{{{STAGE}}}": steady(299),
            f"mercat_stage_lag_events{{{STAGE}}}": steady(9_999),
        },
    ),
    "MercatPostsReachTeamsLate": Case(
        3900,
        {
            f"{ROUTED}_count": "0+10x360",
            f'{ROUTED}_bucket{{le="60.0"}}': "0+10x120 1200x240",
        },
        {f"{ROUTED}_count": "0+10x360", f'{ROUTED}_bucket{{le="60.0"}}': "0+10x360"},
    ),
    "MercatStoreRefuses": Case(
        1050,
        {f"mercat_stage_retries_total{{{STAGE}}}": "0x20 0+4x120"},
        {f"mercat_stage_retries_total{{{STAGE}}}": "0x20 1x120"},
    ),
    "MercatSourceSilent": Case(
        11 * MINUTE,
        {
            f"mercat_ingest_source_answering{{{SOURCE}}}": after(10, 1, 0),
            f"mercat_ingest_source_exhausted{{{SOURCE}}}": steady(0),
        },
        {
            f"mercat_ingest_source_answering{{{SOURCE}}}": steady(0),
            f"mercat_ingest_source_exhausted{{{SOURCE}}}": steady(1),
        },
    ),
    "MercatDeadLettersWait": Case(
        11 * MINUTE,
        {'mercat_dead_letters{place="source:feed"}': after(10, 0, 1)},
        {'mercat_dead_letters{place="source:feed"}': steady(0)},
    ),
    "MercatDeadlinesMissed": Case(
        4860,
        {
            f'{ANSWERS}{{team="roads",in_time="yes"}}': "0+1x120 120x720",
            f'{ANSWERS}{{team="roads",in_time="no"}}': "0x120 0+1x720",
        },
        {
            f'{ANSWERS}{{team="roads",in_time="yes"}}': "0+9x840",
            f'{ANSWERS}{{team="roads",in_time="no"}}': "0+1x840",
        },
    ),
    "MercatCasesOverdue": Case(
        40 * MINUTE,
        {
            'mercat_route_open_cases{team="roads"}': steady(10),
            'mercat_route_overdue_cases{team="roads"}': after(10, 5, 6),
        },
        {
            'mercat_route_open_cases{team="roads"}': steady(4),
            'mercat_route_overdue_cases{team="roads"}': steady(4),
        },
    ),
    "MercatClassifierDrifts": Case(
        727_200,
        {
            f'{ANSWERED}{{question="team",answer="roads"}}': "0+300x384 115200+60x96",
            f'{ANSWERED}{{question="team",answer="bins"}}': "0+300x384 115200+1200x96",
        },
        {
            f'{ANSWERED}{{question="team",answer="roads"}}': "0+300x480",
            f'{ANSWERED}{{question="team",answer="bins"}}': "0+200x480",
        },
        step_seconds=1_800,
    ),
    "MercatRelayWaits": Case(
        12 * MINUTE,
        {"mercat_relay_oldest_age_seconds": after(10, 1, 61)},
        {"mercat_relay_oldest_age_seconds": steady(60)},
    ),
    "MercatRulesCannotBeAsked": Case(
        11 * MINUTE,
        {"mercat_policy_engine_answering": after(10, 1, 0)},
        {"mercat_policy_engine_answering": steady(1)},
    ),
    "MercatGateUnreliable": Case(
        3810,
        {FAILURES: "0x120 0+2x240", VERDICTS: "0+10x360"},
        {FAILURES: "0x120 1x240", VERDICTS: "0+10x360"},
    ),
    "MercatRulesRefused": Case(
        630,
        {"mercat_rules_refused_total": "0x20 1x120"},
        {"mercat_rules_refused_total": steady(1)},
    ),
    "MercatActsWaitForConsent": Case(
        15 * MINUTE,
        {"mercat_policy_oldest_held_act_age_seconds": after(10, 14_400, 14_401)},
        {"mercat_policy_oldest_held_act_age_seconds": steady(14_400)},
    ),
    "MercatSendingUnknown": Case(
        20 * MINUTE,
        {"mercat_publish_unknown_sendings": after(10, 0, 1)},
        {"mercat_publish_unknown_sendings": steady(0)},
    ),
    "MercatPlatformDoesNotAnswer": Case(
        11 * MINUTE,
        {'mercat_publish_waiting_senders{platform="house"}': after(10, 0, 1)},
        {'mercat_publish_waiting_senders{platform="house"}': steady(0)},
    ),
    "MercatNothingGoesOut": Case(
        25 * MINUTE,
        {
            "mercat_publish_queue_acts": after(10, 0, 1),
            'mercat_policy_halts{kind="everything"}': steady(0),
        },
        {
            "mercat_publish_queue_acts": steady(2),
            'mercat_policy_halts{kind="everything"}': steady(1),
        },
    ),
    "MercatRogueAct": Case(
        10 * MINUTE,
        {"mercat_policy_open_incidents": after(10, 0, 1)},
        {"mercat_policy_open_incidents": steady(0)},
    ),
    "MercatTimelineNotRead": Case(
        12 * MINUTE,
        {"mercat_policy_timeline_oldest_read_age_seconds": after(10, 60, 301)},
        {"mercat_policy_timeline_oldest_read_age_seconds": steady(300)},
    ),
    "MercatClockFar": Case(
        15 * MINUTE,
        {'mercat_publish_platform_clock_skew_seconds{platform="house"}': after(10, 0, -301)},
        {'mercat_publish_platform_clock_skew_seconds{platform="house"}': steady(300)},
    ),
    "MercatHeadNotExported": Case(
        3870,
        {"mercat_audit_uncovered_age_seconds": after(60, 30, 301)},
        {"mercat_audit_uncovered_age_seconds": steady(300)},
    ),
    "MercatGlassUnreviewed": Case(
        15 * MINUTE,
        {"mercat_policy_overdue_reviews": after(10, 0, 1)},
        {"mercat_policy_overdue_reviews": steady(0)},
    ),
    "MercatBellsWait": Case(
        1260,
        {
            'mercat_bell_messages_total{ringer="mail",result="deferred"}': "0x20 0+1x120",
            'mercat_bell_waiting_messages{ringer="mail"}': steady(1),
        },
        {
            'mercat_bell_messages_total{ringer="mail",result="deferred"}': "0+1x120",
            'mercat_bell_waiting_messages{ringer="mail"}': steady(0),
        },
    ),
    "MercatDown": Case(
        11 * MINUTE,
        {'up{job="mercat",instance="town"}': after(10, 1, 0)},
        {'up{job="mercat",instance="town"}': steady(1)},
    ),
    "MercatDiskFills": Case(
        11 * MINUTE,
        {"mercat_folder_free_bytes": after(10, 50_000_000_000, 999_999_999)},
        {"mercat_folder_free_bytes": steady(1_000_000_000)},
    ),
    "MercatGaugesStale": Case(
        750,
        {"mercat_gauges_read_timestamp_seconds": "0+30x20 600x120"},
        {"mercat_gauges_read_timestamp_seconds": "0+30x180"},
    ),
}
