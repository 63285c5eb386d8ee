"""A Faust app that commits nothing the stage did not handle, and dies where Faust would go on."""

import asyncio
import types
from collections.abc import Callable, Coroutine, Generator, Iterable, Mapping
from functools import partial
from typing import Any, Protocol

import faust
from aiokafka.errors import InconsistentGroupProtocolError, KafkaError
from faust.auth import SASLCredentials, SSLCredentials
from faust.exceptions import ConsumerNotStarted
from faust.transport.drivers.aiokafka import Consumer
from mode.services import WaitResults

from services.runtime.faust_options import app_options, tls_context
from services.runtime.scaled_settings import KafkaSettings


class Keeper(Protocol):
    """Who says how far may be committed, and hears where the consumer is."""

    def placed(self, offsets: Mapping[int, int]) -> None:
        """Hear where each partition of this worker begins."""
        ...

    def allowed(self, offsets: Mapping[int, int]) -> dict[int, int]:
        """Return how far to commit, given how far Faust would."""
        ...

    def committed(self, offsets: Mapping[int, int]) -> None:
        """Hear what was committed."""
        ...

    def crashed(self, reason: BaseException) -> None:
        """Hear that a part of Faust gave up; must not return."""
        ...


class GuardedConsumer(Consumer):
    """Faust's consumer, asking the keeper before it commits."""

    app: Any

    async def wait_first(self, *waits: Any, timeout: Any = None) -> Any:  # noqa: ASYNC109 - mode's
        """Wait as Faust does, but carry out at once what has nothing to wait for.

        Faust makes four tasks to hand one event on, which nearly always is a matter of a queue
        with room in it.
        """
        first, *others = waits
        if not asyncio.iscoroutine(first):
            return await super().wait_first(*waits, timeout=timeout)
        try:
            reached = first.send(None)
        except StopIteration as done:
            _let_go(others)
            return WaitResults([first], [done.value], self.should_stop)
        except BaseException:
            _let_go(others)
            raise
        return await super().wait_first(_gone_on(first, reached), *others, timeout=timeout)

    async def _commit(self, offsets: Mapping[Any, int]) -> bool:
        """Commit, through the one place by which every commit of the app goes."""
        allowed = self.app.keeper.allowed({tp.partition: at for tp, at in offsets.items()})
        if not allowed:
            return True
        moved = await super()._commit({tp: allowed[tp.partition] for tp in offsets})
        if moved:
            self.app.keeper.committed(allowed)
        return bool(moved)

    async def seek_to_committed(self) -> Mapping[Any, int]:
        """Place the consumer where the group left off, or at the oldest event left."""
        committed: Mapping[Any, int] = await super().seek_to_committed()
        oldest = await self.earliest_offsets(*committed)
        self.app.keeper.placed(
            {tp.partition: max(at or 0, oldest[tp]) for tp, at in committed.items()}
        )
        return committed

    async def hindrance(self) -> str | None:
        """Return what keeps this worker out of its group and may pass, or None.

        Faust never asks its client, and goes on without partitions for ever. Raises KafkaError
        for what does not pass.
        """
        try:
            client = self._thread._ensure_consumer()  # noqa: SLF001 - no public way leads there
        except ConsumerNotStarted:
            return None
        try:
            await self._thread.call_thread(client._coordinator.check_errors)  # noqa: SLF001
        except InconsistentGroupProtocolError:
            return "workers of another runner are still in the group"
        except KafkaError as error:
            if not error.retriable:
                raise
            return str(error)
        return None


def _let_go(waits: Iterable[Any]) -> None:
    for each in waits:
        if asyncio.iscoroutine(each):
            each.close()


async def _gone_on(begun: Coroutine[Any, Any, Any], reached: Any) -> Any:
    """Go on with a coroutine that was begun, and waits for what it has reached."""
    return await _going_on(begun, reached)


@types.coroutine
def _going_on(begun: Coroutine[Any, Any, Any], reached: Any) -> Generator[Any, Any, Any]:
    while True:
        try:
            sent = yield reached
        except BaseException as error:  # noqa: BLE001 - it is raised where the coroutine stands
            step = partial(begun.throw, error)
        else:
            step = partial(begun.send, sent)
        try:
            reached = step()
        except StopIteration as done:
            return done.value


class GuardedApp(faust.App):
    """An app whose consumer is guarded, which makes no folders, and whose crash is the end."""

    keeper: Keeper

    def _new_transport(self) -> Any:
        transport: Any = super()._new_transport()
        transport.Consumer = GuardedConsumer
        return transport

    def _create_directories(self) -> None:
        """Make none: nothing is kept."""

    def _crash(self, reason: BaseException) -> None:
        """End at once: going on to unwind would count unhandled events as handled."""
        self.keeper.crashed(reason)


def credentials(kafka: KafkaSettings, password: str | None) -> Any:
    """Return what Faust shows to the cluster, or None where it asks for nothing."""
    context = tls_context(kafka)
    if kafka.security.startswith("sasl"):
        return SASLCredentials(
            username=kafka.username,
            password=password,
            ssl_context=context,
            mechanism=kafka.mechanism,
        )
    return None if context is None else SSLCredentials(context=context)


def make_app(  # noqa: PLR0913 - what a worker knows of its stage, said once
    kafka: KafkaSettings,
    password: str | None,
    keeper: Keeper,
    *,
    stage: str,
    topic: str,
    instance: str,
    session_seconds: float,
    work: Callable[[Any], Any],
) -> Any:
    """Return an app with one agent, `work`, that is given the stream of a topic's events."""
    options = app_options(kafka, stage=stage, instance=instance, session_seconds=session_seconds)
    options["broker_credentials"] = credentials(kafka, password)
    app = GuardedApp(**options)
    app.keeper = keeper
    source = app.topic(kafka.topic(topic), key_serializer="raw", value_serializer="raw")
    app.agent(source, name=stage, concurrency=1)(work)
    return app
