"""Listening: what people say where, how they feel, and how sure the classifier is of it."""

from grafana_foundation_sdk.builders import dashboard

from deploy.monitoring import colours
from deploy.monitoring import queries as ask
from deploy.monitoring.dashboard import LISTENING, Choice, Row, made
from deploy.monitoring.panels import Bounds, Panel, Query, bars, coloured, lines, number
from deploy.monitoring.recording_rules import DRIFT
from services.runtime import listening_metrics as metrics

SOURCE = "$source"
NEGATIVE = {"source": SOURCE, "sentiment": "negative"}
DRIFT_LIMIT = 0.25
TEN_BARS = 9


def listening_dashboard() -> dashboard.Dashboard:
    """Return the dashboard."""
    return made(
        LISTENING,
        "What people say where, how they feel, and how sure the classifier is of it.",
        [
            Row("Sources", [*_source_figures(), *_source_flows()]),
            Row("What people say", _said()),
            Row("The classifier", _classifier()),
        ],
        [Choice("source", "Source", metrics.DOOR_ITEMS, "source")],
    )


def _source_figures() -> list[Panel]:
    return [
        number(
            "Posts",
            "Posts that reached a team in the time looked at.",
            "short",
            Query(f"round({ask.count(metrics.SOURCE_SENTIMENT, source=SOURCE)})"),
        ),
        number(
            "Sources that answer",
            "Of those chosen.",
            "none",
            Query(f"sum({ask.level(metrics.SOURCE_ANSWERING, 'source', source=SOURCE)})"),
        ),
        number(
            "Silent sources",
            "They could not be read the last time, or have stopped for good.",
            "none",
            Query(
                f"count({ask.level(metrics.SOURCE_ANSWERING, 'source', source=SOURCE)} == 0)"
                " or vector(0)"
            ),
            Bounds(1),
            alert="MercatSourceSilent",
        ),
        number(
            "Longest silence",
            "How long ago that source answered that was heard longest ago.",
            "s",
            Query(f"max({ask.age(metrics.SOURCE_FRESH_TIMESTAMP, 'source', source=SOURCE)})"),
            Bounds(600, 3_600),
            alert="MercatSourceSilent",
        ),
        number(
            "Failures",
            "Times a source could not be read, in the time looked at.",
            "short",
            Query(f"round({ask.count(metrics.SOURCE_FAILURES, source=SOURCE)}) or vector(0)"),
            Bounds(1, 50),
        ),
        number(
            "Set aside",
            "Events from sources that nobody has put back.",
            "none",
            Query(f"sum({ask.level(metrics.DEAD_LETTERS, 'place')}) or vector(0)"),
            Bounds(1, 50),
            alert="MercatDeadLettersWait",
        ),
    ]


def _source_flows() -> list[Panel]:
    return [
        lines(
            "Posts by source",
            "Posts a minute.",
            "short",
            Query(
                f"60 * {ask.rate(metrics.SOURCE_SENTIMENT, 'source', source=SOURCE)}", "{{source}}"
            ),
            width=8,
            stacked=True,
        ),
        lines(
            "Since each source answered",
            "A recording that was read to its end stays silent from then on.",
            "s",
            Query(ask.age(metrics.SOURCE_FRESH_TIMESTAMP, "source", source=SOURCE), "{{source}}"),
            width=8,
        ),
        bars(
            "What became of what came in",
            "Items in the time looked at: taken in, known already, edited, removed, refused.",
            "short",
            Query(
                f"round({ask.count(metrics.DOOR_ITEMS, 'source', 'result', source=SOURCE)})",
                "{{source}}: {{result}}",
            ),
            width=8,
        ),
    ]


def _said() -> list[Panel]:
    return [
        coloured(
            colours.FELT,
            lines(
                "How posts feel",
                "Posts a minute, by sentiment.",
                "short",
                Query(
                    f"60 * {ask.rate(metrics.SOURCE_SENTIMENT, 'sentiment', source=SOURCE)}",
                    "{{sentiment}}",
                ),
                stacked=True,
            ),
        ),
        lines(
            "Negative by source",
            "Which share of a source's posts of the hour before is negative.",
            "percentunit",
            Query(
                f"{ask.hourly(metrics.SOURCE_SENTIMENT, 'source', **NEGATIVE)}"
                f" / ({ask.hourly(metrics.SOURCE_SENTIMENT, 'source', source=SOURCE)} > 0)",
                "{{source}}",
            ),
        ),
        bars(
            "Teams asked",
            "The ten that most posts went to in the time looked at, of all sources.",
            "short",
            Query(f"topk(10, round({ask.count(metrics.TEAM_POSTS, 'team')}) > 0)", "{{team}}"),
            width=6,
        ).height(TEN_BARS),
        bars(
            "What people want",
            "Posts in the time looked at, of all sources.",
            "short",
            Query(_answers("intent"), "{{answer}}"),
            width=6,
        ).height(TEN_BARS),
        bars(
            "Urgency",
            "Posts in the time looked at, of all sources.",
            "short",
            Query(_answers("urgency"), "{{answer}}"),
            width=6,
        ).height(TEN_BARS),
        bars(
            "Languages",
            "The eight most written in the time looked at, of all sources.",
            "short",
            Query(f"topk(8, {_answers('language')})", "{{answer}}"),
            width=6,
        ).height(TEN_BARS),
    ]


def _classifier() -> list[Panel]:
    return [
        lines(
            "How sure the classifier is",
            "The mean of its own estimate, by question. A fall means that people write otherwise.",
            "percentunit",
            Query(ask.mean(metrics.CLASSIFY_CONFIDENCE, "question"), "{{question}}"),
        ),
        lines(
            "Drift",
            "How far a day's answers lie from those of the week before (population stability "
            "index): above the dashed line they are others. There is none before the second day.",
            "none",
            Query(DRIFT, "{{question}}"),
            promise=DRIFT_LIMIT,
            without="None before the second day",
        ),
    ]


def _answers(question: str) -> str:
    return f"round({ask.count(metrics.CLASSIFY_ANSWERS, 'answer', question=question)}) > 0"
