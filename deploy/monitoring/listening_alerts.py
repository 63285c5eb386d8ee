"""What somebody has to look at about listening: stages, sources, deadlines, dead letters."""

from typing import Final

from deploy.monitoring.alert import Alert, Group
from deploy.monitoring.recording_rules import ANSWERED, DRIFT, FAST, ROUTED, SLOW
from services.runtime import listening_metrics as metrics

_RUNNING: Final = metrics.STAGE_RUNNING.name
_AGE: Final = metrics.STAGE_OLDEST_AGE_SECONDS.name
_LAG: Final = metrics.STAGE_LAG_EVENTS.name
_HANDLED: Final = metrics.STAGE_EVENTS.name
_FRESH: Final = f"time() - max by (source) ({metrics.SOURCE_FRESH_TIMESTAMP.name})"
_EXHAUSTED: Final = f"max by (source) ({metrics.SOURCE_EXHAUSTED.name}) == 1"
_ANSWERING: Final = f"min by (source) ({metrics.SOURCE_ANSWERING.name})"
SILENT_SECONDS: Final = 25 * 3_600
"""A source may be asked once a day: longer than that is too long for each."""
_OVERDUE: Final = f"max by (team) ({metrics.CASES_OVERDUE.name})"
_OPEN: Final = f"max by (team) ({metrics.CASES_OPEN.name})"

LISTENING_ALERTS: Final = Group(
    "mercat-listening",
    (
        Alert(
            name="MercatStageStopped",
            expr=f"min by (stage) ({_RUNNING}) == 0",
            for_seconds=60,
            severity="page",
            summary="A worker of {{ $labels.stage }} has stopped.",
            meaning="A step of listening does not work any more. Posts wait, none is lost.",
        ),
        Alert(
            name="MercatStageStuck",
            expr=f"sum by (stage) ({_LAG}) > 0 and sum by (stage) (increase({_HANDLED}[5m])) == 0",
            for_seconds=300,
            severity="page",
            summary="{{ $labels.stage }} has handled nothing for ten minutes, and events wait.",
            meaning="A step hangs: events wait and none is handled.",
        ),
        Alert(
            name="MercatStageFallsBehind",
            expr=f"max by (stage) ({_AGE}) > 300 "
            f"or min_over_time((sum by (stage) ({_LAG}))[15m:1m]) > 10000",
            for_seconds=300,
            severity="page",
            summary="{{ $labels.stage }} is five minutes behind, or ten thousand events.",
            meaning="More comes in than a step handles.",
        ),
        Alert(
            name="MercatPostsReachTeamsLate",
            expr=f"{ROUTED.burns(FAST, '1h', '5m')} or {ROUTED.burns(SLOW, '6h', '30m')}",
            for_seconds=60,
            severity="page",
            summary="{{ $value | humanizePercentage }} of batches reached their team too late.",
            meaning="More than one batch of posts in a hundred reaches its team after a minute.",
        ),
        Alert(
            name="MercatStoreRefuses",
            expr=f"sum by (stage) (rate({metrics.STAGE_RETRIES.name}[5m])) > 0.05",
            for_seconds=300,
            severity="page",
            summary="{{ $labels.stage }} waits for its store again and again.",
            meaning="The database or Kafka is away, full or overloaded.",
        ),
        Alert(
            name="MercatSourceSilent",
            expr=f"({_ANSWERING} == 0 or {_FRESH} > {SILENT_SECONDS}) "
            f"unless on (source) {_EXHAUSTED}",
            for_seconds=60,
            severity="ticket",
            summary="The source {{ $labels.source }} does not answer.",
            meaning="A source is away: what is said there is not heard.",
        ),
        Alert(
            name="MercatDeadLettersWait",
            expr=f"max by (place) ({metrics.DEAD_LETTERS.name}) > 0",
            for_seconds=60,
            severity="ticket",
            summary="{{ $value }} events from {{ $labels.place }} are set aside.",
            meaning="Events that could not be handled wait for somebody to mend their cause.",
        ),
        Alert(
            name="MercatDeadlinesMissed",
            expr=f"({ANSWERED.recorded('6h')} > 4 * 0.05 and {ANSWERED.recorded('1h')} > 4 * 0.05) "
            f"and sum(increase({metrics.CASE_ANSWERS.name}[6h])) > 4",
            for_seconds=300,
            severity="ticket",
            summary="{{ $value | humanizePercentage }} of the answers of six hours came too late.",
            meaning="Answers come later than was promised, more often than one in five.",
        ),
        Alert(
            name="MercatCasesOverdue",
            expr=f"{_OVERDUE} / ({_OPEN} > 4) > 0.5",
            for_seconds=1_800,
            severity="ticket",
            summary="More than half of the open cases of {{ $labels.team }} are overdue.",
            meaning="Most of what a team has open is late: it needs hands, or another promise.",
        ),
        Alert(
            name="MercatClassifierDrifts",
            expr=f"{DRIFT} > 0.25",
            for_seconds=3_600,
            severity="ticket",
            summary="What people write about has changed: the answers on {{ $labels.question }}.",
            meaning="The classifier's answers of a day lie far from those of the week before.",
        ),
        Alert(
            name="MercatRelayWaits",
            expr=f"max({metrics.RELAY_OLDEST_AGE_SECONDS.name}) > 60",
            for_seconds=120,
            severity="page",
            summary="The oldest event has waited {{ $value | humanizeDuration }} to go to Kafka.",
            meaning="Events wait in the database: Kafka or every relay is away.",
        ),
    ),
)
