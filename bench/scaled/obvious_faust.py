"""Classify on Faust as its guide shows it: an agent, an event at a time, each answer awaited.

https://faust-streaming.github.io/faust/userguide/agents.html
"""

import asyncio
import tempfile
from typing import Any

import faust

from schemas.topics import POSTS_CLASSIFIED
from services.runtime.faust_lines import write_plain_lines
from services.runtime.ports import Record, Stage
from services.runtime.scaled_settings import KafkaSettings
from services.runtime.step import intake_of, step
from services.runtime.system_clock import SystemClock


def run(stage: Stage, kafka: KafkaSettings) -> None:
    """Work for ever: read an event, classify it, see its answer confirmed, go on with the next."""
    write_plain_lines()
    with tempfile.TemporaryDirectory() as folder, asyncio.Runner() as runner:
        runner.run(_serve(stage, kafka, folder))


async def _serve(stage: Stage, kafka: KafkaSettings, folder: str) -> None:
    app: Any = faust.App(
        id=kafka.group(stage.name),
        broker=[f"kafka://{server}" for server in kafka.servers],
        datadir=folder,
        store="memory://",
        web_enabled=False,
        topic_allow_declare=False,
        topic_disable_leader=True,
        producer_acks=-1,
        producer_compression_type="lz4",
        key_serializer="raw",
        value_serializer="raw",
    )
    source = app.topic(kafka.topic(stage.topic), key_serializer="raw", value_serializer="raw")
    target = app.topic(
        kafka.topic(POSTS_CLASSIFIED.name), key_serializer="raw", value_serializer="raw"
    )
    clock = SystemClock()

    async def work(stream: Any) -> None:
        async for key, value in stream.items():
            record = Record(stage.topic, 0, key.decode(), value)
            outcome = step(stage, [intake_of(record)], dict.fromkeys, clock.now())
            for append in outcome.appends:
                await (await target.send(key=append.key.encode(), value=append.value))

    app.agent(source, name=stage.name)(work)
    await app.start()
    await app.wait_until_stopped()
