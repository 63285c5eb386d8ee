"""Voice: for governance officers. Who speaks, what the rules say, what waits, what is halted."""

from grafana_foundation_sdk.builders import dashboard

from deploy.monitoring import queries as ask
from deploy.monitoring.dashboard import VOICE, Row, made
from deploy.monitoring.panels import Bounds, Panel, Query, bars, lines, number
from services.runtime import speaking_metrics as metrics

SAID = {"phase": "proposal"}


def voice_dashboard() -> dashboard.Dashboard:
    """Return the dashboard."""
    return made(
        VOICE,
        "Who speaks in the body's name, what the rules say to it, what waits and what is halted.",
        [
            Row("Now", _now()),
            Row("What the rules say", _verdicts()),
            Row("What waits, and what goes out", _sendings()),
            Row("Halts and the record", _record()),
        ],
    )


def _now() -> list[Panel]:
    return [
        number(
            "Live takeovers",
            "Slots in which a curator may speak at this moment.",
            "none",
            Query(ask.level(metrics.TAKEOVERS, state="live")),
            width=3,
        ),
        number(
            "Live grants",
            "How often somebody has leave to speak as an account now.",
            "none",
            Query(ask.level(metrics.GRANTS_LIVE)),
            width=3,
        ),
        number(
            "Halts",
            "What is stopped at this moment.",
            "none",
            Query(ask.level_in_all(metrics.HALTS, "kind")),
            Bounds(1),
            width=3,
        ),
        number(
            "Open incidents",
            "Accounts that show what nobody sent from here.",
            "none",
            Query(ask.level(metrics.INCIDENTS_OPEN)),
            Bounds(None, 1),
            width=3,
        ),
        number(
            "Wait for consent",
            "Acts that are held until somebody agrees.",
            "none",
            Query(ask.level(metrics.ACTS, state="held")),
            Bounds(5, 20),
            width=3,
        ),
        number(
            "In doubt",
            "Acts of which nobody knows whether they were carried out.",
            "none",
            Query(ask.shared(metrics.UNKNOWN_SENDINGS)),
            Bounds(None, 1),
            width=3,
        ),
        number(
            "Rules can be asked",
            "1 while they can; else every act is held.",
            "bool_yes_no",
            Query(f"min({metrics.ENGINE_ANSWERS.name})"),
            width=3,
        ),
        number(
            "Rules in force",
            "The number of the rules that are asked.",
            "none",
            Query(ask.level(metrics.RULES_NUMBER)),
            width=3,
        ),
    ]


def _verdicts() -> list[Panel]:
    return [
        lines(
            "Verdicts on what was proposed",
            "An hour, by what they said.",
            "short",
            Query(f"3600 * {ask.rate(metrics.VERDICTS, 'decision', **SAID)}", "{{decision}}"),
            width=8,
            stacked=True,
        ),
        lines(
            "Held or denied",
            "Which share of what was proposed the rules stopped, by what they said.",
            "percentunit",
            Query(
                f"{ask.rate(metrics.VERDICTS, 'decision', **SAID)} / ignoring (decision) "
                f"group_left () {ask.rate(metrics.VERDICTS, **SAID)}",
                "{{decision}}",
            ),
            width=8,
        ),
        bars(
            "Why: the ten rules that objected most",
            "Reasons in the time looked at, on proposals and at the sending.",
            "short",
            Query(
                f"topk(10, round({ask.count(metrics.VERDICT_REASONS, 'rule', 'decision')}) > 0)",
                "{{rule}} ({{decision}})",
            ),
            width=8,
        ),
    ]


def _sendings() -> list[Panel]:
    return [
        lines(
            "Acts that wait",
            "For their author, for somebody's consent, or to be sent.",
            "none",
            Query(ask.level(metrics.ACTS, "state"), "{{state}}"),
            width=8,
        ),
        lines(
            "Wait for consent",
            "From proposing an act to its being approved, and how long the oldest waits now.",
            "s",
            Query(ask.quantile(0.5, metrics.APPROVAL_WAIT_SECONDS), "half within"),
            Query(ask.quantile(0.9, metrics.APPROVAL_WAIT_SECONDS), "nine in ten within"),
            Query(ask.level(metrics.OLDEST_HELD_AGE_SECONDS), "oldest now"),
            width=8,
        ),
        lines(
            "What became of sendings",
            "Steps an hour: sent, refused, in doubt, put off, settled, held back.",
            "short",
            Query(f"3600 * {ask.rate(metrics.SENDINGS, 'result')}", "{{result}}"),
            width=8,
            stacked=True,
        ),
        bars(
            "Takeovers by state",
            "Slots that are planned, on, or to be closed.",
            "none",
            Query(ask.level(metrics.TAKEOVERS, "state"), "{{state}}"),
            width=12,
        ),
        lines(
            "Time at the platform",
            "From giving an act to a platform to its answer.",
            "s",
            Query(ask.quantile(0.5, metrics.SEND_SECONDS, "platform"), "{{platform}}, half within"),
            Query(ask.quantile(0.95, metrics.SEND_SECONDS, "platform"), "{{platform}}, 95 %"),
            width=12,
        ),
    ]


def _record() -> list[Panel]:
    return [
        lines(
            "Halts in force",
            "By what is halted.",
            "none",
            Query(ask.level(metrics.HALTS, "kind"), "{{kind}}"),
            width=8,
        ),
        number(
            "A halt took effect within",
            "From a halt to the end of the act that was on its way: nine in ten, in all.",
            "s",
            Query(
                f"histogram_quantile(0.9, sum by (le) ({metrics.HALT_DRAIN_SECONDS.name}_bucket))"
            ),
            Bounds(5, 30),
            width=4,
        ),
        number(
            "Not kept elsewhere for",
            "How long the oldest entry waits that no exported checkpoint covers.",
            "s",
            Query(ask.level(metrics.AUDIT_ENTRIES_UNCOVERED_AGE_SECONDS)),
            Bounds(120, 300),
            width=4,
        ),
        number(
            "Newest head exported",
            "How long ago the checkpoint was made that was exported last.",
            "s",
            Query(ask.age(metrics.EXPORTED_HEAD_TIMESTAMP)),
            width=4,
        ),
        number(
            "An account was last read back",
            "How long ago, for that which was read longest ago.",
            "s",
            Query(ask.level(metrics.TIMELINE_OLDEST_AGE_SECONDS)),
            Bounds(120, 300),
            width=4,
        ),
    ]
