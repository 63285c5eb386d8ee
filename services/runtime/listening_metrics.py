"""The metrics of listening: stages, sources, classifier, cases, log and dead letters."""

from typing import Final

from services.runtime import metric_labels as labels
from services.runtime.metric import Metric

SECONDS: Final = (
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0,
)  # fmt: skip
ANSWER_SECONDS: Final = (
    300.0, 900.0, 3_600.0, 7_200.0, 14_400.0, 28_800.0, 86_400.0, 172_800.0, 432_000.0, 864_000.0,
)  # fmt: skip
"""Five minutes to ten days: within what a public body answers in."""
SHARES: Final = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)

STAGE_EVENTS: Final = Metric(
    name="mercat_stage_events_total",
    kind="counter",
    help="Events a step came to an end with, by result: handled, repeat, rejected.",
    labels=(labels.STAGE, labels.STAGE_RESULT),
)
STAGE_BATCH_SECONDS: Final = Metric(
    name="mercat_stage_batch_seconds",
    kind="histogram",
    help="Time from reading a batch to its being on disk.",
    labels=(labels.STAGE,),
    buckets=SECONDS,
)
STAGE_LAG_EVENTS: Final = Metric(
    name="mercat_stage_lag_events",
    kind="gauge",
    help="Events in the log that a step has not handled yet.",
    labels=(labels.STAGE,),
)
STAGE_OLDEST_AGE_SECONDS: Final = Metric(
    name="mercat_stage_oldest_unhandled_age_seconds",
    kind="gauge",
    help="For how long the oldest event waits that a step has not handled; 0 where none waits.",
    labels=(labels.STAGE,),
)
STAGE_RUNNING: Final = Metric(
    name="mercat_stage_running",
    kind="gauge",
    help="1 while a step works, 0 once it stopped.",
    labels=(labels.STAGE,),
)
STAGE_RETRIES: Final = Metric(
    name="mercat_stage_retries_total",
    kind="counter",
    help="Times a step had to wait for its store and begin again.",
    labels=(labels.STAGE,),
)
DOOR_ITEMS: Final = Metric(
    name="mercat_ingest_items_total",
    kind="counter",
    help="Items that came to the door, by source and what became of them.",
    labels=(labels.SOURCE, labels.ITEM_RESULT),
)
SOURCE_FRESH_TIMESTAMP: Final = Metric(
    name="mercat_ingest_source_fresh_timestamp_seconds",
    kind="gauge",
    help="When a source last answered, as seconds since 1970.",
    labels=(labels.SOURCE,),
)
SOURCE_FAILURES: Final = Metric(
    name="mercat_ingest_source_failures_total",
    kind="counter",
    help="Times a source could not be read.",
    labels=(labels.SOURCE,),
)
SOURCE_ANSWERING: Final = Metric(
    name="mercat_ingest_source_answering",
    kind="gauge",
    help="1 while a source answers, 0 since it could not be read, or stopped for good.",
    labels=(labels.SOURCE,),
)
SOURCE_EXHAUSTED: Final = Metric(
    name="mercat_ingest_source_exhausted",
    kind="gauge",
    help="1 where a source has nothing more to give, such as a recording read to its end.",
    labels=(labels.SOURCE,),
)
CLASSIFY_ANSWERS: Final = Metric(
    name="mercat_classify_answers_total",
    kind="counter",
    help="Answers of the classifier, by question and answer.",
    labels=(labels.QUESTION, labels.ANSWER),
)
CLASSIFY_CONFIDENCE: Final = Metric(
    name="mercat_classify_confidence_ratio",
    kind="histogram",
    help="How sure the classifier was of its answer, from 0 to 1.",
    labels=(labels.QUESTION,),
    buckets=SHARES,
)
SOURCE_SENTIMENT: Final = Metric(
    name="mercat_route_posts_total",
    kind="counter",
    help="Posts given to a team, by the source they come from and their sentiment.",
    labels=(labels.SOURCE, labels.SENTIMENT),
)
TEAM_POSTS: Final = Metric(
    name="mercat_route_team_posts_total",
    kind="counter",
    help="Posts given to a team.",
    labels=(labels.TEAM,),
)
ACCEPTED_TO_ROUTED_SECONDS: Final = Metric(
    name="mercat_route_accepted_to_routed_seconds",
    kind="histogram",
    help="Time from accepting a post to its team having it, for the slowest post of each batch.",
    buckets=SECONDS,
)
CASES_OPEN: Final = Metric(
    name="mercat_route_open_cases",
    kind="gauge",
    help="Cases that are not closed.",
    labels=(labels.TEAM,),
)
CASES_OVERDUE: Final = Metric(
    name="mercat_route_overdue_cases",
    kind="gauge",
    help="Cases without an answer whose deadline is over.",
    labels=(labels.TEAM,),
)
CASES_DUE_SOON: Final = Metric(
    name="mercat_route_cases_due_within_hour",
    kind="gauge",
    help="Cases without an answer whose deadline is within the hour.",
    labels=(labels.TEAM,),
)
CASE_ANSWERS: Final = Metric(
    name="mercat_route_case_answers_total",
    kind="counter",
    help="First answers to cases, by team and by whether they were in time.",
    labels=(labels.TEAM, labels.IN_TIME),
)
CASE_ANSWER_SECONDS: Final = Metric(
    name="mercat_route_case_answer_seconds",
    kind="histogram",
    help="Time from the first post of a case to its first answer.",
    labels=(labels.TEAM,),
    buckets=ANSWER_SECONDS,
)
LOG_RECORDS_PRUNED: Final = Metric(
    name="mercat_log_records_pruned_total",
    kind="counter",
    help="Records deleted from the log because their retention ended.",
    labels=(labels.TOPIC,),
)
LOG_RECORDS: Final = Metric(
    name="mercat_log_records",
    kind="gauge",
    help="Records the log keeps of a topic.",
    labels=(labels.TOPIC,),
)
DEAD_LETTERS: Final = Metric(
    name="mercat_dead_letters",
    kind="gauge",
    help="Events set aside that nobody has put back, by the topic or kind of source they come of.",
    labels=(labels.DEAD_LETTER_PLACE,),
)
RELAY_ROWS: Final = Metric(
    name="mercat_relay_rows_total",
    kind="counter",
    help="Rows the relay came to an end with, by result: sent, rejected.",
    labels=(labels.RELAY_RESULT,),
)
RELAY_WAITING_ROWS: Final = Metric(
    name="mercat_relay_waiting_rows",
    kind="gauge",
    help="Rows that wait in the database to be sent, a million at most; every relay tells all.",
)
RELAY_OLDEST_AGE_SECONDS: Final = Metric(
    name="mercat_relay_oldest_age_seconds",
    kind="gauge",
    help="For how long the oldest row waits that is yet to be sent.",
)
RELAY_HELD_SHARDS: Final = Metric(
    name="mercat_relay_held_shards",
    kind="gauge",
    help="Shards that this relay holds; over all relays they add up to 16.",
)

LISTENING_METRICS: Final = (
    STAGE_EVENTS,
    STAGE_BATCH_SECONDS,
    STAGE_LAG_EVENTS,
    STAGE_OLDEST_AGE_SECONDS,
    STAGE_RUNNING,
    STAGE_RETRIES,
    DOOR_ITEMS,
    SOURCE_FRESH_TIMESTAMP,
    SOURCE_FAILURES,
    SOURCE_ANSWERING,
    SOURCE_EXHAUSTED,
    CLASSIFY_ANSWERS,
    CLASSIFY_CONFIDENCE,
    SOURCE_SENTIMENT,
    TEAM_POSTS,
    ACCEPTED_TO_ROUTED_SECONDS,
    CASES_OPEN,
    CASES_OVERDUE,
    CASES_DUE_SOON,
    CASE_ANSWERS,
    CASE_ANSWER_SECONDS,
    LOG_RECORDS_PRUNED,
    LOG_RECORDS,
    DEAD_LETTERS,
    RELAY_ROWS,
    RELAY_WAITING_ROWS,
    RELAY_OLDEST_AGE_SECONDS,
    RELAY_HELD_SHARDS,
)
