"""Counts first answers to cases: how long they took, and whether they were in time."""

from collections import deque
from collections.abc import Iterable, Sequence
from typing import Final

from services.publish.sending import Sending
from services.runtime import metric_labels as labels
from services.runtime.effects import Key
from services.runtime.gauges import Figure
from services.runtime.metrics import Metrics
from services.runtime.ports import Store

ANSWERS: Final = "reply"
WAITING_MAX: Final = 10_000
"""So many may wait to be counted: beyond that the oldest go uncounted."""


class AnswerCounts:
    """Takes each sending once it is on disk, and counts it where gauges are read.

    So a store that is slow to say what a case was holds no sender up. Counted is the first reply of
    a case that is known to have gone out; a case that is not there any more is not counted. What is
    counted of `teams` begins at nothing.
    """

    def __init__(self, metrics: Metrics, store: Store, teams: Iterable[str] = ()) -> None:
        self._metrics = metrics
        self._store = store
        for team in teams:
            told = metrics.values.bounded(labels.TEAM, team)
            metrics.case_answer_seconds.labels(told)
            for in_time in labels.IN_TIME.values:
                metrics.case_answers.labels(told, in_time)
        self._waiting: deque[Sending] = deque(maxlen=WAITING_MAX)

    def recorded(self, sending: Sending) -> None:
        """Take a sending to be counted, if it answers a case; may be called from any thread."""
        if sending.kind == ANSWERS and sending.case_id is not None and has_gone_out(sending):
            self._waiting.append(sending)

    def __call__(self) -> Sequence[Figure]:
        """Count what was taken; tells no gauge. Raises RetryLaterError, and goes on from there."""
        while self._waiting:
            self._count(self._waiting[0])
            self._waiting.popleft()
        return ()

    def _count(self, sending: Sending) -> None:
        case_id, ended_ms = str(sending.case_id), sending.ended_at_ms
        key = Key("cases", case_id)
        case = self._store.fetch([key])[key]
        # Of two that wait to be counted, the second finds the first, and the first no other.
        asked = (case_id, ended_ms, ended_ms, sending.act_id)
        (earlier,) = self._store.select("gauge_earlier_answers", asked)
        if case is None or earlier["answers"]:
            return
        went_out_ms = went_out_at_ms(sending)
        opened_ms, due_ms = int(str(case["opened_at_ms"])), case["deadline_ms"]
        in_time = not isinstance(due_ms, int) or went_out_ms <= due_ms
        team = self._metrics.values.bounded(labels.TEAM, str(case["team"]))
        self._metrics.case_answers.labels(team, "yes" if in_time else "no").inc()
        waited_seconds = max(0, went_out_ms - opened_ms) / 1_000
        self._metrics.case_answer_seconds.labels(team).observe(waited_seconds)


def has_gone_out(sending: Sending) -> bool:
    """Return whether it is known that a sending was carried out."""
    found_out = sending.state == "reconciled" and sending.remote_id is not None
    return sending.ended_at_ms is not None and (sending.state == "sent" or found_out)


def went_out_at_ms(sending: Sending) -> int:
    """Return when it was carried out: where that was found out later, when it was begun."""
    assert sending.ended_at_ms is not None, "what has gone out has ended"
    return sending.ended_at_ms if sending.state == "sent" else sending.begun_at_ms
