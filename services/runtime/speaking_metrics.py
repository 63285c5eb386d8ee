"""The metrics of speaking: gate, rules, approvals, halts, sendings, the record and the bells."""

from typing import Final

from services.runtime import metric_labels as labels
from services.runtime.listening_metrics import SECONDS
from services.runtime.metric import Metric

WAIT_SECONDS: Final = (
    60.0, 300.0, 900.0, 1_800.0, 3_600.0, 7_200.0, 14_400.0, 28_800.0, 86_400.0, 259_200.0,
)  # fmt: skip
"""A minute to three days: for how long an act waits for people."""

VERDICTS: Final = Metric(
    name="mercat_policy_verdicts_total",
    kind="counter",
    help="Verdicts, by the number of the rules that gave them, the phase and the decision.",
    labels=(labels.RULES_NUMBER, labels.PHASE, labels.DECISION),
)
VERDICT_REASONS: Final = Metric(
    name="mercat_policy_verdict_reasons_total",
    kind="counter",
    help="Reasons in verdicts on proposals and sendings, by rule and by what it asked for; "
    "advice is left out.",
    labels=(labels.RULES_NUMBER, labels.RULE, labels.DECISION),
)
VERDICT_SECONDS: Final = Metric(
    name="mercat_policy_verdict_seconds",
    kind="histogram",
    help="Time the rules took for a verdict.",
    labels=(labels.PHASE,),
    buckets=SECONDS,
)
ENGINE_FAILURES: Final = Metric(
    name="mercat_policy_engine_failures_total",
    kind="counter",
    help="Verdicts that are a hold since the rules could not be asked, or not be believed.",
)
ENGINE_ANSWERS: Final = Metric(
    name="mercat_policy_engine_answering",
    kind="gauge",
    help="1 while the rules can be asked, 0 while every act is held since they cannot.",
)
RULES_NUMBER: Final = Metric(
    name="mercat_rules_number",
    kind="gauge",
    help="The number of the rules that this process asks.",
)
RULES_REFUSED: Final = Metric(
    name="mercat_rules_refused_total",
    kind="counter",
    help="Revisions of the rules that were refused, while those before stayed in force.",
)
ACTS: Final = Metric(
    name="mercat_policy_acts",
    kind="gauge",
    help="Acts that wait, by state: for their author, for people, to be sent.",
    labels=(labels.ACT_STATE,),
)
OLDEST_HELD_AGE_SECONDS: Final = Metric(
    name="mercat_policy_oldest_held_act_age_seconds",
    kind="gauge",
    help="For how long the oldest act waits for people; 0 where none waits.",
)
APPROVAL_WAIT_SECONDS: Final = Metric(
    name="mercat_policy_approval_wait_seconds",
    kind="histogram",
    help="Time from proposing an act to its being approved.",
    buckets=WAIT_SECONDS,
)
HALTS: Final = Metric(
    name="mercat_policy_halts",
    kind="gauge",
    help="Halts in force, by what is halted.",
    labels=(labels.HALT_KIND,),
)
TAKEOVERS: Final = Metric(
    name="mercat_policy_takeovers",
    kind="gauge",
    help="Takeovers by state; one that is closed is not told.",
    labels=(labels.TAKEOVER_STATE,),
)
GRANTS_LIVE: Final = Metric(
    name="mercat_policy_live_grants",
    kind="gauge",
    help="Grants that give leave at this moment.",
)
INCIDENTS_OPEN: Final = Metric(
    name="mercat_policy_open_incidents",
    kind="gauge",
    help="Incidents that nobody has closed.",
)
ROGUE_POSTS: Final = Metric(
    name="mercat_policy_rogue_acts_total",
    kind="counter",
    help="Acts found on accounts that nobody sent from here.",
)
TIMELINE_OLDEST_AGE_SECONDS: Final = Metric(
    name="mercat_policy_timeline_oldest_read_age_seconds",
    kind="gauge",
    help="How long ago that account was read back that was read longest ago.",
)
REVIEWS_OVERDUE: Final = Metric(
    name="mercat_policy_overdue_reviews",
    kind="gauge",
    help="Broken glass that nobody has reviewed in time.",
)
EXPORTED_HEAD_TIMESTAMP: Final = Metric(
    name="mercat_audit_exported_head_timestamp_seconds",
    kind="gauge",
    help="When the checkpoint was made that was exported last, as seconds since 1970.",
)
UNEXPORTED_CHECKPOINTS: Final = Metric(
    name="mercat_audit_unexported_checkpoints",
    kind="gauge",
    help="Checkpoints that were made and could not be exported yet.",
)
AUDIT_ENTRIES_UNCOVERED_AGE_SECONDS: Final = Metric(
    name="mercat_audit_uncovered_age_seconds",
    kind="gauge",
    help="For how long the oldest entry waits that no exported checkpoint covers; 0: none waits.",
)
SENDINGS: Final = Metric(
    name="mercat_publish_sendings_total",
    kind="counter",
    help="Steps of sendings, by what became of the act: sent, refused, unknown, deferred, "
    "reconciled, held.",
    labels=(labels.PLATFORM, labels.SENDING_RESULT),
)
SEND_SECONDS: Final = Metric(
    name="mercat_publish_send_seconds",
    kind="histogram",
    help="Time from giving an act to a platform to its answer.",
    labels=(labels.PLATFORM,),
    buckets=SECONDS,
)
UNKNOWN_SENDINGS: Final = Metric(
    name="mercat_publish_unknown_sendings",
    kind="gauge",
    help="Acts of which nobody knows yet whether a platform carried them out.",
)
QUEUE_ACTS: Final = Metric(
    name="mercat_publish_queue_acts",
    kind="gauge",
    help="Acts that were approved and not begun.",
)
SENDERS_WAITING: Final = Metric(
    name="mercat_publish_waiting_senders",
    kind="gauge",
    help="Accounts with an act that waits for their platform to answer, or to let it through.",
    labels=(labels.PLATFORM,),
)
CLOCK_SKEW_SECONDS: Final = Metric(
    name="mercat_publish_platform_clock_skew_seconds",
    kind="gauge",
    help="How far our clock is ahead of a platform's, as that dated the last act; below 0: behind.",
    labels=(labels.PLATFORM,),
)
HALT_DRAIN_SECONDS: Final = Metric(
    name="mercat_publish_halt_drain_seconds",
    kind="histogram",
    help="Time from a halt to the end of the one act that was on its way, for each account.",
    buckets=SECONDS,
)
BELL_MESSAGES: Final = Metric(
    name="mercat_bell_messages_total",
    kind="counter",
    help="Messages to people, by how they went and what became of them.",
    labels=(labels.RINGER, labels.RING_RESULT),
)
BELL_WAITING: Final = Metric(
    name="mercat_bell_waiting_messages",
    kind="gauge",
    help="Messages to people that wait to go out, summaries aside.",
    labels=(labels.RINGER,),
)

SPEAKING_METRICS: Final = (
    VERDICTS,
    VERDICT_REASONS,
    VERDICT_SECONDS,
    ENGINE_FAILURES,
    ENGINE_ANSWERS,
    RULES_NUMBER,
    RULES_REFUSED,
    ACTS,
    OLDEST_HELD_AGE_SECONDS,
    APPROVAL_WAIT_SECONDS,
    HALTS,
    TAKEOVERS,
    GRANTS_LIVE,
    INCIDENTS_OPEN,
    ROGUE_POSTS,
    TIMELINE_OLDEST_AGE_SECONDS,
    REVIEWS_OVERDUE,
    EXPORTED_HEAD_TIMESTAMP,
    UNEXPORTED_CHECKPOINTS,
    AUDIT_ENTRIES_UNCOVERED_AGE_SECONDS,
    SENDINGS,
    SEND_SECONDS,
    UNKNOWN_SENDINGS,
    QUEUE_ACTS,
    SENDERS_WAITING,
    CLOCK_SKEW_SECONDS,
    HALT_DRAIN_SECONDS,
    BELL_MESSAGES,
    BELL_WAITING,
)
