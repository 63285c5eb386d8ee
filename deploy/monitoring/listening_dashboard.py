"""Listening: what people say where, how they feel, and how sure the classifier is of it."""

from grafana_foundation_sdk.builders import dashboard

from deploy.monitoring import queries as ask
from deploy.monitoring.dashboard import LISTENING, Choice, Row, made
from deploy.monitoring.panels import Bounds, Panel, Query, bars, lines, number
from services.runtime import listening_metrics as metrics

SOURCE = "$source"
NEGATIVE = {"source": SOURCE, "sentiment": "negative"}
WRITTEN = ask.count(metrics.CLASSIFY_ANSWERS, "answer", question="language")


def listening_dashboard() -> dashboard.Dashboard:
    """Return the dashboard."""
    return made(
        LISTENING,
        "What people say where, how they feel, and how sure the classifier is of it.",
        [Row("Sources", _sources()), Row("Feelings", _feelings()), Row("Answers", _classifier())],
        [Choice("source", "Source", metrics.DOOR_ITEMS, "source")],
    )


def _sources() -> list[Panel]:
    return [
        number(
            "Posts",
            "Posts that reached a team in the time looked at.",
            "short",
            Query(f"round({ask.count(metrics.SOURCE_SENTIMENT, source=SOURCE)})"),
            width=6,
        ),
        number(
            "Longest silence",
            "How long ago that source answered that was heard longest ago.",
            "s",
            Query(f"max({ask.age(metrics.SOURCE_FRESH_TIMESTAMP, 'source', source=SOURCE)})"),
            Bounds(600, 3_600),
            width=6,
        ),
        number(
            "Failures",
            "Times a source could not be read, in the time looked at.",
            "short",
            Query(f"round({ask.count(metrics.SOURCE_FAILURES, source=SOURCE)}) or vector(0)"),
            Bounds(1, 50),
            width=6,
        ),
        number(
            "Set aside",
            "Events from sources that nobody has put back.",
            "none",
            Query(f"sum({ask.level(metrics.DEAD_LETTERS, 'place')}) or vector(0)"),
            Bounds(1, 50),
            width=6,
        ),
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


def _feelings() -> list[Panel]:
    return [
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
        lines(
            "Negative by source",
            "Which share of a source's posts is negative.",
            "percentunit",
            Query(
                f"{ask.rate(metrics.SOURCE_SENTIMENT, 'source', **NEGATIVE)}"
                f" / {ask.rate(metrics.SOURCE_SENTIMENT, 'source', source=SOURCE)}",
                "{{source}}",
            ),
        ),
    ]


def _classifier() -> list[Panel]:
    return [
        bars(
            "Urgency",
            "Posts in the time looked at, of all sources.",
            "short",
            Query(
                f"round({ask.count(metrics.CLASSIFY_ANSWERS, 'answer', question='urgency')})",
                "{{answer}}",
            ),
            width=6,
        ),
        bars(
            "What people want",
            "Posts in the time looked at, of all sources.",
            "short",
            Query(
                f"round({ask.count(metrics.CLASSIFY_ANSWERS, 'answer', question='intent')})",
                "{{answer}}",
            ),
            width=6,
        ),
        bars(
            "Languages",
            "The eight most written in the time looked at.",
            "short",
            Query(
                f"topk(8, round({WRITTEN}))",
                "{{answer}}",
            ),
            width=6,
        ),
        lines(
            "How sure the classifier is",
            "The mean of its own estimate, by question. A fall means that people write otherwise.",
            "percentunit",
            Query(ask.mean(metrics.CLASSIFY_CONFIDENCE, "question"), "{{question}}"),
            width=6,
        ),
        lines(
            "Drift",
            "How far a day's answers lie from those of the week before (population stability "
            "index): above 0.25 they are others. There is none before the second day.",
            "none",
            Query("mercat:classify_drift:psi", "{{question}}"),
            width=24,
        ),
    ]
