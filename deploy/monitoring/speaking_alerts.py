"""What somebody has to look at about speaking: rules, consent, sendings, halts, the record."""

from typing import Final

from deploy.monitoring.alert import Alert, Group
from deploy.monitoring.recording_rules import EXPORTED, FAST, JUDGED, SLOW
from services.runtime import speaking_metrics as metrics

_QUEUE: Final = f"sum({metrics.QUEUE_ACTS.name})"
_STEPS: Final = f"sum(increase({metrics.SENDINGS.name}[15m]))"
_HALTS: Final = f"sum(max by (kind) ({metrics.HALTS.name}))"

SPEAKING_ALERTS: Final = Group(
    "mercat-speaking",
    (
        Alert(
            name="MercatRulesCannotBeAsked",
            expr=f"min({metrics.ENGINE_ANSWERS.name}) == 0",
            for_seconds=60,
            severity="page",
            summary="The rules cannot be asked: every act is held.",
            meaning="The policy engine is away, or has no rules that it may be asked by.",
        ),
        Alert(
            name="MercatGateUnreliable",
            expr=f"({JUDGED.burns(FAST, '1h', '5m')} or {JUDGED.burns(SLOW, '6h', '30m')}) "
            f"and sum(increase({metrics.ENGINE_FAILURES.name}[1h])) > 4",
            for_seconds=60,
            severity="page",
            summary="{{ $value | humanizePercentage }} of verdicts were holds without an answer.",
            meaning="The rules are asked in vain more often than once in a thousand times.",
        ),
        Alert(
            name="MercatRulesRefused",
            expr=f"increase({metrics.RULES_REFUSED.name}[15m]) > 0",
            for_seconds=0,
            severity="ticket",
            summary="New rules were refused; those before stay in force.",
            meaning="Somebody put rules in force that cannot be used.",
        ),
        Alert(
            name="MercatActsWaitForConsent",
            expr=f"max({metrics.OLDEST_HELD_AGE_SECONDS.name}) > 14400",
            for_seconds=300,
            severity="ticket",
            summary="An act has waited {{ $value | humanizeDuration }} for somebody's consent.",
            meaning="Somebody wrote an answer and nobody agrees or refuses.",
        ),
        Alert(
            name="MercatSendingUnknown",
            expr=f"sum({metrics.UNKNOWN_SENDINGS.name}) > 0",
            for_seconds=600,
            severity="page",
            summary="Nobody knows whether {{ $value }} acts were carried out.",
            meaning="Acts are in doubt, and nothing new of their accounts goes out.",
        ),
        Alert(
            name="MercatPlatformDoesNotAnswer",
            expr=f"max by (platform) ({metrics.SENDERS_WAITING.name}) > 0",
            for_seconds=60,
            severity="page",
            summary="{{ $value }} accounts wait for {{ $labels.platform }}.",
            meaning="A platform does not answer, or does not let acts through.",
        ),
        Alert(
            name="MercatNothingGoesOut",
            expr=f"{_QUEUE} > 0 and ({_STEPS} or vector(0)) == 0 unless {_HALTS} > 0",
            for_seconds=900,
            severity="ticket",
            summary="{{ $value }} acts are agreed, and none has gone out for half an hour.",
            meaning="Agreed acts stand in line, and nothing moves.",
        ),
        Alert(
            name="MercatRogueAct",
            expr=f"max({metrics.INCIDENTS_OPEN.name}) > 0",
            for_seconds=0,
            severity="page",
            summary="An account shows what nobody sent from here. It is halted.",
            meaning="Somebody speaks as the body past Mercat: most likely by a stolen password.",
        ),
        Alert(
            name="MercatTimelineNotRead",
            expr=f"max({metrics.TIMELINE_OLDEST_AGE_SECONDS.name}) > 300",
            for_seconds=120,
            severity="page",
            summary="An account was read back {{ $value | humanizeDuration }} ago.",
            meaning="What an account shows is not looked at: a thief would not be seen.",
        ),
        Alert(
            name="MercatClockFar",
            expr=f"max by (platform) (abs({metrics.CLOCK_SKEW_SECONDS.name})) > 300",
            for_seconds=300,
            severity="ticket",
            summary="This machine's clock is {{ $value | humanizeDuration }} off "
            "{{ $labels.platform }}'s.",
            meaning="A clock is wrong. From ten minutes on, a thief's posts may not be seen.",
        ),
        Alert(
            name="MercatHeadNotExported",
            expr=f"{EXPORTED.burns(FAST, '1h', '5m')} or {EXPORTED.burns(SLOW, '6h', '30m')}",
            for_seconds=60,
            severity="page",
            summary="The record has not been kept elsewhere for more than five minutes.",
            meaning="Checkpoints cannot be written where somebody else keeps them.",
        ),
        Alert(
            name="MercatGlassUnreviewed",
            expr=f"max({metrics.REVIEWS_OVERDUE.name}) > 0",
            for_seconds=300,
            severity="ticket",
            summary="{{ $value }} uses of broken glass were not reviewed in time.",
            meaning="Leave was taken in an emergency, and nobody has looked at it since.",
        ),
        Alert(
            name="MercatBellsWait",
            expr=f"sum by (ringer) (rate({metrics.BELL_MESSAGES.name}"
            '{result="deferred"}[15m])) > 0 '
            f"and on (ringer) max by (ringer) ({metrics.BELL_WAITING.name}) > 0",
            for_seconds=600,
            severity="ticket",
            summary="People are not told by {{ $labels.ringer }}: its server takes nothing.",
            meaning="The mail server, or a webhook, does not take what people are to be told.",
        ),
    ),
)
