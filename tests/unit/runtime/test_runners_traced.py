"""Runners of the scaled way tell of their batches as the embedded one does."""

import asyncio
from typing import Any

from schemas.envelope import trace_parent
from services.log.kafka_journal import KafkaJournal
from services.log.memory_log import MemoryLog
from services.runtime.batch_told import BatchTold
from services.runtime.clock import ManualClock
from services.runtime.faust_worker import FaustWorker
from services.runtime.kafka_runner import KafkaStageRunner
from services.runtime.limits import StageLimits
from services.runtime.metrics import Metrics
from services.runtime.processors import InlineProcessor
from services.runtime.scaled_settings import KafkaSettings
from services.store.memory_journal import MemoryJournal
from tests.fake_group import FakeGroup, FakeTopic
from tests.fakes import received, record_of
from tests.kept_spans import KeptSpans
from tests.unit.runtime.echo_stage import EchoStage
from tests.unit.runtime.test_faust_worker import FakeProducer

TURNS = 20


def arrivals(number: int) -> list[Any]:
    """Return posts that came in, each in its own trace."""
    events = [received(each, f"post {each}") for each in range(number)]
    return [
        event.model_copy(update={"traceparent": trace_parent(event.data.post_id, event.id)})
        for event in events
    ]


def traces(kept: KeptSpans) -> list[str]:
    """Return the traces of which a step's span was told, in order."""
    return sorted(span.trace_id for span in kept.spans if span.name == "echo")


def test_the_kafka_runner_tells_of_what_it_committed(clock: ManualClock) -> None:
    """Each post's span is in the trace that its event brought from Kafka."""
    posts, kept = arrivals(5), KeptSpans()
    topic = FakeTopic(EchoStage.topic, 3)
    topic.put(*posts)
    journal, stage = MemoryJournal(MemoryLog()), EchoStage()
    runner = KafkaStageRunner(
        stage,
        InlineProcessor(stage),
        consumer_of=FakeGroup(topic, waits=False).join,
        store=journal,
        journal=journal,
        clock=clock,
        metrics=Metrics(),
        limits=StageLimits(batch_max=2),
        in_database=False,
        committed=BatchTold(stage.name, clock, tracing=kept),
    )

    for _ in range(TURNS):
        runner.turn()

    assert sorted(post.data.post_id for post in posts) == traces(kept)


def test_the_faust_worker_tells_of_what_was_confirmed(clock: ManualClock) -> None:
    """The same, before the group's places move."""
    posts, kept = arrivals(3), KeptSpans()
    stage = EchoStage()
    worker = FaustWorker(
        stage,
        kafka=KafkaSettings(prefix="leith."),
        password=None,
        instance="a",
        journal=KafkaJournal(FakeProducer([]), MemoryJournal(MemoryLog())),
        clock=clock,
        metrics=Metrics(),
        limits=StageLimits(),
        committed=BatchTold(stage.name, clock, tracing=kept),
    )
    worker.placed({0: 0})

    asyncio.run(worker._handle([record_of(post, place) for place, post in enumerate(posts)]))

    assert sorted(post.data.post_id for post in posts) == traces(kept)
