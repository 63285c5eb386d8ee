"""Counts what was routed: by team, source and sentiment, and how sure the classifier was."""

from collections import Counter
from collections.abc import Iterable
from typing import Final

from schemas.assignment import PostRouted, RoutedPost
from schemas.topics import POSTS_ROUTED
from services.runtime import metric_labels as labels
from services.runtime.clock import Clock
from services.runtime.metrics import Metrics
from services.runtime.step import Outcome
from services.runtime.trace_context import exemplar_of

OBSERVED_A_BATCH_MAX: Final = 8
"""Of so many posts of a batch it is told how sure the classifier was: a storm costs no more."""


class RoutedCounts:
    """Counts a batch once it is kept; of `teams` and `sources`, from nothing."""

    def __init__(
        self,
        metrics: Metrics,
        clock: Clock,
        teams: Iterable[str] = (),
        sources: Iterable[str] = (),
    ) -> None:
        self._metrics = metrics
        self._clock = clock
        bounded = metrics.values.bounded
        for team in teams:
            metrics.team_posts.labels(bounded(labels.TEAM, team))
        for source in sources:
            for sentiment in labels.SENTIMENT.values:
                metrics.source_sentiment.labels(bounded(labels.SOURCE, source), sentiment)

    def __call__(self, outcome: Outcome) -> None:
        """Count the posts of a batch; each is told to its team as well, and counts once."""
        routed = [
            append.event.data
            for append in outcome.appends
            if append.topic == POSTS_ROUTED.name and isinstance(append.event, PostRouted)
        ]
        if not routed:
            return
        # Once a batch, for its slowest post: an observation a post costs as much as deciding.
        slowest = min(routed, key=lambda each: each.post.received_at).post
        waited_seconds = max(0.0, (self._clock.now() - slowest.received_at).total_seconds())
        exemplar = exemplar_of(slowest.post_id)
        self._metrics.accepted_to_routed_seconds.observe(waited_seconds, exemplar)
        self._count_posts(routed)
        self._count_answers(routed)

    def _count_posts(self, routed: list[RoutedPost]) -> None:
        metrics, bounded = self._metrics, self._metrics.values.bounded
        teams = Counter(each.assignment.team for each in routed)
        for team, count in teams.items():
            metrics.team_posts.labels(bounded(labels.TEAM, team)).inc(count)
        feelings = Counter((each.post.source, each.classification.sentiment) for each in routed)
        for (source, sentiment), count in feelings.items():
            metrics.source_sentiment.labels(bounded(labels.SOURCE, source), sentiment).inc(count)

    def _count_answers(self, routed: list[RoutedPost]) -> None:
        bounded = self._metrics.values.bounded
        for question in labels.QUESTION.values:
            answers = Counter(getattr(each.classification, question) for each in routed)
            for answer, count in answers.items():
                told = bounded(labels.ANSWER, answer)
                self._metrics.classify_answers.labels(question, told).inc(count)
            observed = self._metrics.classify_confidence.labels(question)
            for each in routed[:OBSERVED_A_BATCH_MAX]:
                observed.observe(getattr(each.classification, f"{question}_probability"))
