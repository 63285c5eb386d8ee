"""Classify on Quix Streams, at least once: as its pages show it, and in batches by a sink.

https://quix.io/docs/quix-streams : `apply` takes an event at a time; a sink is given what came
between two checkpoints, and is the one way to hand a vectorised stage more than one event.
"""

from collections.abc import Callable
from typing import Any, Final

from schemas.topics import POSTS_CLASSIFIED
from services.runtime.ports import Record, Stage
from services.runtime.scaled_settings import KafkaSettings
from services.runtime.step import intake_of, step
from services.runtime.system_clock import SystemClock

CHECKPOINT_EVENTS: Final = 5_000
BATCH_MAX: Final = 500
Work = Callable[[list[tuple[Any, Any]]], list[tuple[str, bytes]]]


def run_one_by_one(stage: Stage, kafka: KafkaSettings) -> None:
    """Give the stage each event as it comes."""
    app = _app(stage, kafka)
    work = _work(stage)
    frame = app.dataframe(_source(app, stage, kafka))
    frame = frame.apply(lambda value, key, *_: work([(key, value)])[0][1], metadata=True)
    frame.to_topic(
        app.topic(
            kafka.topic(POSTS_CLASSIFIED.name), key_serializer="bytes", value_serializer="bytes"
        )
    )
    app.run()


def run_in_batches(stage: Stage, kafka: KafkaSettings) -> None:
    """Give the stage what a sink is given, 500 events at a time."""
    from quixstreams.sinks import BatchingSink

    app = _app(stage, kafka)
    work = _work(stage)
    target = kafka.topic(POSTS_CLASSIFIED.name)
    producer = app.get_producer()

    class Classifying(BatchingSink):  # type: ignore[misc] # the library is not here for mypy
        """Works a batch out, sends the answers, and returns once they are confirmed."""

        def write(self, batch: Any) -> None:
            items = [(item.key, item.value) for item in batch]
            for start in range(0, len(items), BATCH_MAX):
                for key, value in work(items[start : start + BATCH_MAX]):
                    producer.produce(target, value, key)
            producer.flush()

    app.dataframe(_source(app, stage, kafka)).sink(Classifying())
    app.run()


def _app(stage: Stage, kafka: KafkaSettings) -> Any:
    from quixstreams import Application

    return Application(
        broker_address=",".join(kafka.servers),
        consumer_group=kafka.group(stage.name),
        auto_offset_reset="earliest",
        auto_create_topics=False,
        commit_every=CHECKPOINT_EVENTS,
        commit_interval=1.0,
        producer_extra_config={"compression.type": "lz4", "linger.ms": 5},
        loglevel="ERROR",
    )


def _source(app: Any, stage: Stage, kafka: KafkaSettings) -> Any:
    return app.topic(kafka.topic(stage.topic), key_deserializer="bytes", value_deserializer="bytes")


def _work(stage: Stage) -> Work:
    clock = SystemClock()

    def work(items: list[tuple[Any, Any]]) -> list[tuple[str, bytes]]:
        intakes = [intake_of(Record(stage.topic, 0, key.decode(), value)) for key, value in items]
        outcome = step(stage, intakes, lambda _: {}, clock.now())
        return [(append.key, append.value) for append in outcome.appends]

    return work
