"""Counts first answers to cases: how long they took, and whether they were in time."""

from collections import deque
from collections.abc import Sequence
from typing import Final

from services.publish.sending import Sending
from services.runtime import metric_labels as labels
from services.runtime.effects import Key
from services.runtime.gauges import Figure
from services.runtime.metrics import Metrics
from services.runtime.ports import Store

ANSWERS: Final = "reply"
GONE_OUT: Final = frozenset({"sent", "reconciled"})
WAITING_MAX: Final = 10_000
"""So many may wait to be counted: beyond that the oldest go uncounted."""


class AnswerCounts:
    """Takes each sending once it is on disk, and counts it where gauges are read.

    So a store that is slow to say what a case was holds no sender up. Counted is the first reply of
    a case to reach its platform; a case that is not there any more is not counted.
    """

    def __init__(self, metrics: Metrics, store: Store) -> None:
        self._metrics = metrics
        self._store = store
        self._waiting: deque[Sending] = deque(maxlen=WAITING_MAX)

    def recorded(self, sending: Sending) -> None:
        """Take a sending to be counted, if it answers a case; may be called from any thread."""
        if sending.state in GONE_OUT and sending.kind == ANSWERS and sending.case_id is not None:
            self._waiting.append(sending)

    def __call__(self) -> Sequence[Figure]:
        """Count what was taken; tells no gauge. Raises RetryLaterError, and goes on from there."""
        while self._waiting:
            self._count(self._waiting[0])
            self._waiting.popleft()
        return ()

    def _count(self, sending: Sending) -> None:
        case_id = str(sending.case_id)
        key = Key("cases", case_id)
        case = self._store.fetch([key])[key]
        (earlier,) = self._store.select("gauge_answers_of_case", (case_id, sending.act_id))
        if case is None or earlier["answers"] or sending.ended_at_ms is None:
            return
        opened_ms, due_ms = int(str(case["opened_at_ms"])), case["deadline_ms"]
        in_time = not isinstance(due_ms, int) or sending.ended_at_ms <= due_ms
        team = self._metrics.values.bounded(labels.TEAM, str(case["team"]))
        self._metrics.case_answers.labels(team, "yes" if in_time else "no").inc()
        waited_seconds = max(0, sending.ended_at_ms - opened_ms) / 1_000
        self._metrics.case_answer_seconds.labels(team).observe(waited_seconds)
