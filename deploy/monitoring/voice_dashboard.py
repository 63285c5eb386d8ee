"""Voice: for governance officers. Who speaks, what the rules say, what waits, what is halted."""

from typing import Final

from grafana_foundation_sdk.builders import dashboard

from deploy.monitoring import colours
from deploy.monitoring import queries as ask
from deploy.monitoring.dashboard import VOICE, Row, made
from deploy.monitoring.panels import Bounds, Panel, Query, bars, coloured, lines, number
from deploy.monitoring.recording_rules import HEAD_LATE_SECONDS
from services.runtime import speaking_metrics as metrics

SAID: Final = {"phase": "proposal"}


def voice_dashboard() -> dashboard.Dashboard:
    """Return the dashboard."""
    return made(
        VOICE,
        "Who speaks in the body's name, what the rules say to it, what waits and what is halted.",
        [
            Row("Now", _now()),
            Row("What the rules say", _verdicts()),
            Row("What waits for people", _waits()),
            Row("What goes out", _sendings()),
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
            "Incidents",
            "Accounts that show what nobody sent from here.",
            "none",
            Query(ask.level(metrics.INCIDENTS_OPEN)),
            Bounds(None, 1),
            width=3,
            alert="MercatRogueAct",
        ),
        number(
            "Held acts",
            "Acts that wait until somebody agrees or refuses.",
            "none",
            Query(ask.level(metrics.ACTS, state="held")),
            Bounds(5, 20),
            width=3,
            alert="MercatActsWaitForConsent",
        ),
        number(
            "In doubt",
            "Acts of which nobody knows whether they were carried out.",
            "none",
            Query(ask.shared(metrics.UNKNOWN_SENDINGS)),
            Bounds(None, 1),
            width=3,
            alert="MercatSendingUnknown",
        ),
        number(
            "Rules up",
            "While they cannot be asked, every act is held.",
            "bool_yes_no",
            Query(f"min({metrics.ENGINE_ANSWERS.name})"),
            width=3,
            alert="MercatRulesCannotBeAsked",
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
    reasons = ask.count(metrics.VERDICT_REASONS, "rule", "decision")
    return [
        coloured(
            colours.SAID,
            lines(
                "Verdicts on what was proposed",
                "In the hour before, by what they said.",
                "short",
                Query(ask.hourly(metrics.VERDICTS, "decision", **SAID), "{{decision}}"),
                width=8,
                stacked=True,
            ),
        ),
        coloured(
            colours.STOPPED,
            lines(
                "Held or denied",
                "Which share of what was proposed in the hour before the rules stopped.",
                "percentunit",
                *(
                    Query(ask.hourly_share(metrics.VERDICTS, {"decision": decision}, **SAID), said)
                    for decision, said in (("hold", "held"), ("deny", "denied"))
                ),
                width=8,
            ),
        ),
        bars(
            "Why: the rules that objected most",
            "Reasons in the time looked at, on proposals and at the sending: ten rules at most.",
            "short",
            Query(f"topk(10, round({reasons}) > 0)", "{{rule}} ({{decision}})"),
            width=8,
        ),
    ]


def _waits() -> list[Panel]:
    wait = metrics.APPROVAL_WAIT_SECONDS
    return [
        lines(
            "Acts that wait",
            "For their author, for somebody's consent, or to be sent.",
            "none",
            Query(ask.level(metrics.ACTS, "state"), "{{state}}"),
            width=8,
        ),
        lines(
            "Time until consent",
            "From proposing an act to its being approved, in the hour before; and the oldest now.",
            "s",
            Query(ask.hourly_quantile(0.5, wait), "half within"),
            Query(ask.hourly_quantile(0.9, wait), "nine in ten within"),
            Query(ask.level(metrics.OLDEST_HELD_AGE_SECONDS), "oldest now"),
            width=8,
        ),
        bars(
            "Takeovers by state",
            "Slots that are planned, on, or to be closed.",
            "none",
            Query(ask.level(metrics.TAKEOVERS, "state"), "{{state}}"),
            width=8,
        ),
    ]


def _sendings() -> list[Panel]:
    spent = metrics.SEND_SECONDS
    return [
        coloured(
            colours.SENT,
            lines(
                "What became of sendings",
                "Steps in the hour before: sent, refused, in doubt, put off, settled, held back.",
                "short",
                Query(ask.hourly(metrics.SENDINGS, "result"), "{{result}}"),
                width=8,
                stacked=True,
            ),
        ),
        lines(
            "Time at the platform",
            "From giving an act to a platform to its answer, in the hour before.",
            "s",
            Query(ask.hourly_quantile(0.5, spent, "platform"), "{{platform}}, half within"),
            Query(ask.hourly_quantile(0.95, spent, "platform"), "{{platform}}, 95 in 100 within"),
            width=8,
        ),
        lines(
            "In line for a platform",
            "Acts that are approved and not begun, and accounts that wait for their platform.",
            "none",
            Query(ask.shared(metrics.QUEUE_ACTS), "acts in line"),
            Query(
                ask.level(metrics.SENDERS_WAITING, "platform"), "accounts that wait, {{platform}}"
            ),
            width=8,
        ),
    ]


def _record() -> list[Panel]:
    return [
        number(
            "A halt took effect within",
            "From a halt to the end of the act that was on its way: nine in ten of them.",
            "s",
            Query(ask.quantile_in_all(0.9, metrics.HALT_DRAIN_SECONDS)),
            Bounds(5, 30),
        ),
        number(
            "Kept only here",
            "How long the oldest entry waits that no exported checkpoint covers.",
            "s",
            Query(ask.level(metrics.AUDIT_ENTRIES_UNCOVERED_AGE_SECONDS)),
            Bounds(120, HEAD_LATE_SECONDS),
            alert="MercatHeadNotExported",
        ),
        number(
            "Read back at least",
            "How long ago that account was read back that was read longest ago.",
            "s",
            Query(ask.level(metrics.TIMELINE_OLDEST_AGE_SECONDS)),
            Bounds(120, 300),
            alert="MercatTimelineNotRead",
        ),
        number(
            "Rogue acts",
            "Found on accounts in the time looked at, and not sent from here.",
            "short",
            Query(f"round({ask.count(metrics.ROGUE_POSTS)})"),
            Bounds(None, 1),
            alert="MercatRogueAct",
        ),
        number(
            "Reviews overdue",
            "Broken glass that nobody has reviewed in time.",
            "none",
            Query(ask.level(metrics.REVIEWS_OVERDUE)),
            Bounds(1),
            alert="MercatGlassUnreviewed",
        ),
        number(
            "Messages waiting",
            "To people, by mail or to a program of theirs.",
            "none",
            Query(f"sum({ask.level(metrics.BELL_WAITING, 'ringer')}) or vector(0)"),
            Bounds(10, 100),
            alert="MercatBellsWait",
        ),
        lines(
            "Halts in force",
            "By what is halted.",
            "none",
            Query(ask.level(metrics.HALTS, "kind"), "{{kind}}"),
        ),
        lines(
            "Record not kept elsewhere",
            "For how long the oldest entry waits. The promise: five minutes at most.",
            "s",
            Query(ask.level(metrics.AUDIT_ENTRIES_UNCOVERED_AGE_SECONDS), "oldest entry"),
            promise=HEAD_LATE_SECONDS,
        ),
    ]
