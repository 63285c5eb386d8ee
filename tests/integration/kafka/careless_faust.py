"""Faust as it must not be used here, for tests that show why: `python careless_faust.py '{...}'`.

`raising`: the agent raises at the first event. `concurrent`: two at once, the first event slow.
It passes events on as they are.
"""

import asyncio
import json
import sys
import tempfile
from typing import Any

import faust

from services.runtime.scaled_settings import KafkaSettings
from tests.integration.kafka.faust_rig import SOURCE, TARGET


async def main(told: dict[str, Any], folder: str) -> None:
    """Run the app for ever."""
    kafka = KafkaSettings(**told["kafka"])
    app: Any = faust.App(
        id=kafka.group("classify"),
        broker=[f"kafka://{server}" for server in kafka.servers],
        datadir=folder,
        store="memory://",
        web_enabled=False,
        topic_allow_declare=False,
        topic_disable_leader=True,
        broker_commit_interval=0.2,
        broker_session_timeout=2.0,
        broker_heartbeat_interval=0.5,
        key_serializer="raw",
        value_serializer="raw",
    )
    source = app.topic(kafka.topic(SOURCE), key_serializer="raw", value_serializer="raw")
    target = app.topic(kafka.topic(TARGET), key_serializer="raw", value_serializer="raw")

    async def work(stream: Any) -> None:
        async for key, value in stream.items():
            if b"number zero" in value and told["way"] == "raising":
                raise ValueError("as ordered")
            if b"number zero" in value and told["way"] == "concurrent":
                await asyncio.sleep(told["slow_seconds"])
            await (await target.send(key=key, value=value))

    app.agent(source, concurrency=2 if told["way"] == "concurrent" else 1)(work)
    await app.start()
    await app.wait_until_stopped()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        asyncio.run(main(json.loads(sys.argv[1]), made))
