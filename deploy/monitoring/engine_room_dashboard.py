"""Engine room: for whoever is on call. Flow, lag, what is full, what goes wrong."""

from grafana_foundation_sdk.builders import dashboard
from grafana_foundation_sdk.models import common as looks

from deploy.monitoring import queries as ask
from deploy.monitoring.dashboard import ENGINE_ROOM, Choice, Row, made
from deploy.monitoring.machine_alerts import JOB, LOW_BYTES
from deploy.monitoring.panels import Bounds, Floors, Panel, Query, bars, lines, number
from deploy.monitoring.recording_rules import ROUTED_WITHIN
from services.runtime import listening_metrics as metrics
from services.runtime import machine_metrics as machine
from services.runtime import speaking_metrics as speaking

STAGE = "$stage"


def engine_room_dashboard() -> dashboard.Dashboard:
    """Return the dashboard."""
    return made(
        ENGINE_ROOM,
        "How events flow, what lags behind, what is full, and what goes wrong.",
        [
            Row("Now", _now()),
            Row("Flow", _flow()),
            Row("Saturation", _saturation()),
            Row("Errors", _errors()),
        ],
        [Choice("stage", "Step", metrics.STAGE_RUNNING, "stage")],
    )


def _now() -> list[Panel]:
    return [
        number(
            "Processes",
            "How many answer of those that Prometheus asks.",
            "none",
            Query(f"sum(up{{{JOB}}})"),
            alert="MercatDown",
        ),
        number(
            "Events that wait",
            "In all steps chosen.",
            "short",
            Query(ask.shared(metrics.STAGE_LAG_EVENTS, stage=STAGE)),
            Bounds(1_000, 10_000),
            alert="MercatStageFallsBehind",
        ),
        number(
            "Oldest unhandled",
            "For how long the oldest event waits, of any step chosen.",
            "s",
            Query(ask.level(metrics.STAGE_OLDEST_AGE_SECONDS, stage=STAGE)),
            Bounds(60, 300),
            alert="MercatStageFallsBehind",
        ),
        number(
            "Set aside",
            "Dead letters that nobody has put back.",
            "none",
            Query(f"sum({ask.level(metrics.DEAD_LETTERS, 'place')}) or vector(0)"),
            Bounds(1, 50),
            alert="MercatDeadLettersWait",
        ),
        number(
            "Free disk",
            "Where the data folder lies.",
            "bytes",
            Query(f"min({machine.FOLDER_FREE_BYTES.name} > 0)"),
            Floors(5 * LOW_BYTES, LOW_BYTES),
            alert="MercatDiskFills",
        ),
        number(
            "Version",
            "Of the program that runs, and its schema.",
            "none",
            Query(f"max by (version) ({machine.BUILD_INFO.name})", "{{version}}"),
        ).text_mode(looks.BigValueTextMode.NAME),
    ]


def _flow() -> list[Panel]:
    return [
        lines(
            "Events handled",
            "A second, by step.",
            "short",
            Query(ask.rate(metrics.STAGE_EVENTS, "stage", stage=STAGE), "{{stage}}"),
            width=8,
        ),
        lines(
            "Accepted to routed",
            "From accepting a post to its team having it. The promise: a minute, for 99 in 100.",
            "s",
            Query(ask.quantile(0.5, metrics.ACCEPTED_TO_ROUTED_SECONDS), "half within"),
            Query(ask.quantile(0.99, metrics.ACCEPTED_TO_ROUTED_SECONDS), "99 in 100 within"),
            width=8,
            promise=float(ROUTED_WITHIN),
        ),
        lines(
            "Events that wait",
            "By step.",
            "short",
            Query(ask.shared(metrics.STAGE_LAG_EVENTS, "stage", stage=STAGE), "{{stage}}"),
            width=8,
        ),
        lines(
            "Oldest unhandled event",
            "For how long it waits, by step.",
            "s",
            Query(ask.level(metrics.STAGE_OLDEST_AGE_SECONDS, "stage", stage=STAGE), "{{stage}}"),
            width=8,
        ),
        lines(
            "Time for a batch",
            "From reading it to its being on disk: 95 in 100 within, by step.",
            "s",
            Query(
                ask.quantile(0.95, metrics.STAGE_BATCH_SECONDS, "stage", stage=STAGE), "{{stage}}"
            ),
            width=8,
        ),
        lines(
            "Time for a verdict",
            "95 in 100 within, in the hour before, by what it was asked for.",
            "s",
            Query(ask.hourly_quantile(0.95, speaking.VERDICT_SECONDS, "phase"), "{{phase}}"),
            width=8,
        ),
    ]


def _saturation() -> list[Panel]:
    return [
        lines(
            "Processor",
            "Cores in use, by process.",
            "short",
            Query(f"rate(process_cpu_seconds_total{{{JOB}}}[{ask.RATE}])", "{{instance}}"),
            width=8,
        ),
        lines(
            "Memory",
            "Held in memory, by process.",
            "bytes",
            Query(f"process_resident_memory_bytes{{{JOB}}}", "{{instance}}"),
            width=8,
        ),
        lines(
            "Size of the data",
            "By part.",
            "bytes",
            Query(ask.level(machine.STORE_BYTES, "part"), "{{part}}"),
            width=8,
        ),
        bars(
            "Records in the log",
            "What each topic holds. Retention ends it.",
            "short",
            Query(ask.level(metrics.LOG_RECORDS, "topic"), "{{topic}}"),
            width=8,
        ),
        lines(
            "Open files",
            "By process.",
            "short",
            Query(f"process_open_fds{{{JOB}}}", "{{instance}}"),
            width=8,
        ),
        lines(
            "Clock beside the platforms'",
            "How far ours lies from a platform's, as that dated the last act.",
            "s",
            Query(f"abs({ask.level(speaking.CLOCK_SKEW_SECONDS, 'platform')})", "{{platform}}"),
            width=8,
        ),
    ]


def _errors() -> list[Panel]:
    rejected = ask.hourly(metrics.STAGE_EVENTS, "stage", stage=STAGE, result="rejected")
    retried = ask.hourly(metrics.STAGE_RETRIES, "stage", stage=STAGE)
    failed = ask.hourly(metrics.SOURCE_FAILURES, "source")
    return [
        lines(
            "Set aside",
            "Events that became dead letters in the hour before, by step.",
            "short",
            Query(rejected, "{{stage}}"),
            width=8,
        ),
        lines(
            "Waits for the store",
            "Times a step had to begin again in the hour before, by step.",
            "short",
            Query(ask.or_none(retried, metrics.STAGE_RUNNING, "stage"), "{{stage}}"),
            width=8,
        ),
        lines(
            "Sources that failed",
            "Times a source could not be read in the hour before.",
            "short",
            Query(ask.or_none(failed, metrics.SOURCE_FRESH_TIMESTAMP, "source"), "{{source}}"),
            width=8,
        ),
        lines(
            "Rules that failed",
            "Verdicts that were a hold since the rules could not be asked, and rules refused, in "
            "the hour before.",
            "short",
            Query(ask.hourly(speaking.ENGINE_FAILURES), "not asked"),
            Query(ask.hourly(speaking.RULES_REFUSED), "refused"),
            width=8,
        ),
        lines(
            "Relay to Kafka",
            "Rows that wait in the database. On one machine there is no relay, and none waits.",
            "short",
            Query(f"{ask.level(metrics.RELAY_WAITING_ROWS)} or vector(0)", "rows"),
            width=8,
        ),
        lines(
            "Gauges read",
            "How long ago what waits was counted, by process.",
            "s",
            Query(f"time() - ({machine.GAUGES_READ_TIMESTAMP.name} > 0)", "{{instance}}"),
            width=8,
        ),
    ]
