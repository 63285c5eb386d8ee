"""How an event is handed on inside Faust: at once where there is room, else as Faust waits."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from mode import Service

from services.runtime.faust_app import GuardedConsumer


def waited(work: Callable[[GuardedConsumer], Awaitable[Any]]) -> Any:
    """Run some work on a consumer that has never met a broker, and return what it returns."""

    async def run() -> Any:
        consumer = GuardedConsumer.__new__(GuardedConsumer)
        Service.__init__(consumer)
        return await asyncio.wait_for(work(consumer), 10)

    return asyncio.run(run())


def test_what_has_nothing_to_wait_for_is_done_without_a_turn_of_the_loop() -> None:
    """Nobody else gets a turn meanwhile, which would cost more than handing the event on."""
    turns: list[str] = []

    async def handed_on() -> str:
        return "handed on"

    async def work(consumer: GuardedConsumer) -> Any:
        asyncio.get_running_loop().call_soon(turns.append, "somebody else")
        found = await consumer.wait_first(handed_on(), asyncio.Event().wait())
        return found, list(turns)

    found, others = waited(work)

    assert ["handed on"] == found.results
    assert not found.stopped
    assert [] == others


def test_what_has_to_wait_goes_on_where_it_stood() -> None:
    """A queue that is full takes the event once there is room, and each step is taken once."""
    steps: list[str] = []

    async def handed_on(room: asyncio.Event) -> str:
        steps.append("begun")
        await room.wait()
        await asyncio.sleep(0)
        steps.append("ended")
        return "handed on"

    async def work(consumer: GuardedConsumer) -> Any:
        room = asyncio.Event()
        asyncio.get_running_loop().call_soon(room.set)
        return await consumer.wait_first(handed_on(room), asyncio.Event().wait())

    found = waited(work)

    assert ["handed on"] == found.results
    assert ["begun", "ended"] == steps


def test_what_waits_is_given_up_where_the_other_comes_first() -> None:
    """While partitions change hands no event is handed on; the coroutine hears of its end."""
    steps: list[str] = []

    async def handed_on() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            steps.append("given up")
            raise

    async def work(consumer: GuardedConsumer) -> Any:
        suspended = asyncio.Event()
        asyncio.get_running_loop().call_soon(suspended.set)
        found = await consumer.wait_first(handed_on(), suspended.wait())
        await asyncio.sleep(0)
        return found

    found = waited(work)

    assert [True] == found.results
    assert ["given up"] == steps


@pytest.mark.parametrize("turns", [0, 1])
def test_a_failure_is_raised_to_whoever_hands_on(turns: int) -> None:
    """It ends the process there, whether it came at once or later."""

    async def handed_on() -> None:
        for _ in range(turns):
            await asyncio.sleep(0)
        raise LookupError("no such partition")

    async def work(consumer: GuardedConsumer) -> Any:
        return await consumer.wait_first(handed_on(), asyncio.Event().wait())

    with pytest.raises(LookupError):
        waited(work)


def test_what_is_no_coroutine_is_waited_for_as_faust_does() -> None:
    """Events are waited for in other places of it."""

    async def work(consumer: GuardedConsumer) -> Any:
        event = asyncio.Event()
        asyncio.get_running_loop().call_soon(event.set)
        return await consumer.wait_first(event, timeout=5.0)

    assert [True] == waited(work).results
