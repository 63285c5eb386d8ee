"""A Faust app that commits nothing the stage did not handle, and dies where Faust would go on."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import faust
from aiokafka.errors import InconsistentGroupProtocolError, KafkaError
from faust.auth import SASLCredentials, SSLCredentials
from faust.exceptions import ConsumerNotStarted
from faust.transport.drivers.aiokafka import Consumer, Producer

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


class SureProducer(Producer):
    """Faust's producer, with the numbering of messages that keeps their order over a retry."""

    def _settings_extra(self) -> Mapping[str, Any]:
        return {"acks": "all", "enable_idempotence": True}

    async def begin_anew(self) -> None:
        """Take a new number, once all that is under way has come to an end.

        A message that is refused leaves a gap, behind which the broker takes no more of the old
        number: so nothing overtakes it.
        """
        await self._ensure_producer().stop()
        self._producer = self._new_producer()
        await self._producer.start()


class GuardedApp(faust.App):
    """An app whose consumer is guarded, which makes no folders, and whose crash is the end."""

    keeper: Keeper

    def _new_transport(self) -> Any:
        transport: Any = super()._new_transport()
        transport.Consumer = GuardedConsumer
        transport.Producer = SureProducer
        return transport

    def _new_producer_transport(self) -> Any:
        transport: Any = super()._new_producer_transport()
        transport.Producer = SureProducer
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
