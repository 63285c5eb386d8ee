"""The producer: events into Kafka, in order, each confirmed by every replica in step.

Order holds over failures: the first event that is not confirmed in time takes everything behind
it along, and the client is made anew. So whoever sends again from the first unconfirmed event on
writes repeats, and never a younger event before its elder.
"""

import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from typing import Any, Final

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from schemas.topics import topic_declared
from services.log.kafka_client import (
    Heard,
    error_in,
    made,
    producer_options,
)
from services.runtime.errors import (
    InputInvalidError,
    LogUnavailableError,
    OverloadedError,
)
from services.runtime.event_size import TOO_LARGE_HERE, size_fault
from services.runtime.ports import Append
from services.runtime.scaled_settings import KafkaSettings

DELIVERY_SECONDS_MAX: Final = 30.0
POLL_SECONDS: Final = 0.1
_TOO_LARGE: Final = KafkaError(KafkaError.MSG_SIZE_TOO_LARGE).str()
"""How the client says it within the fatal error that it makes of it, to leave no gap."""
_PURGED: Final = frozenset({KafkaError._PURGE_QUEUE, KafkaError._PURGE_INFLIGHT})

Place = tuple[int, int]
"""Where an event lies: partition and offset."""


class _Batch:
    """Events sent together, and where those that were confirmed lie."""

    __slots__ = ("due_seconds", "left", "places", "settled")

    def __init__(self, count: int, due_seconds: float) -> None:
        self.settled: Future[list[Place]] = Future()
        self.settled.set_running_or_notify_cancel()
        self.places: list[Place] = [(-1, -1)] * count
        self.left = count
        self.due_seconds = due_seconds


class KafkaProducer:
    """Sends from any thread; a thread of its own takes the confirmations.

    `options` are those of `client_options`. What is not confirmed within `delivery_seconds_max`
    fails with everything behind it.
    """

    def __init__(
        self,
        options: Mapping[str, Any],
        kafka: KafkaSettings,
        *,
        delivery_seconds_max: float = DELIVERY_SECONDS_MAX,
    ) -> None:
        self._options = {
            # A topic that is not there is told of well before an event is late.
            "topic.metadata.propagation.max.ms": 10_000,
            **producer_options(options),
            # The client's own time limit would drop one event and send those behind it: there is
            # none, and ours drops all.
            "delivery.timeout.ms": 0,
            "enable.gapless.guarantee": True,
        }
        self._kafka = kafka
        self._delivery_seconds_max = delivery_seconds_max
        self._heard = Heard()
        self._changed = threading.Condition(threading.RLock())
        self._producer: Producer | None = None
        self._batches: dict[_Batch, None] = {}
        self._given_up: list[Producer] = []
        self._bug: BaseException | None = None
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="kafka-producer", daemon=True)
        self._thread.start()

    def send_together(self, appends: Sequence[Append]) -> "Future[list[Place]]":
        """Send events in order; the future gives where each of them lies.

        Raises UndeclaredTopicError, and InputInvalidError for an event no broker would ever take,
        before any of them is sent. The future fails with LogUnavailableError (the events may be
        there or not; so may all behind them), with SettingsError, or with InputInvalidError where
        one of them is larger than its topic takes.
        """
        for append in appends:
            check_sendable(append)
        return self._sent(appends).settled

    def deliver(self, appends: Sequence[Append]) -> list[Place]:
        """Send events in order and wait until all are confirmed; return where they lie.

        Raises what `send_together` raises, and what its future fails with.
        """
        return self.send_together(appends).result()

    def close(self) -> None:
        """Wait for what is on its way, as long as it may take, and end."""
        with self._changed:
            self._closing = True
            self._changed.wait_for(lambda: not self._batches, self._delivery_seconds_max + 1)
            self._fail_all(LogUnavailableError("Kafka's producer was closed before it confirmed"))
            self._changed.notify_all()
        self._thread.join()

    def _sent(self, appends: Sequence[Append]) -> _Batch:
        batch = _Batch(len(appends), time.monotonic() + self._delivery_seconds_max)
        if not appends:
            batch.settled.set_result([])
            return batch
        with self._changed:
            if self._bug is not None:
                raise self._bug
            if self._closing:
                raise OverloadedError("Kafka's producer is closing and takes nothing more")
            producer = self._open()
            self._batches[batch] = None
            for index, append in enumerate(appends):
                told = partial(self._confirmed, producer, batch, index)
                if not self._given(producer, append, told):
                    break
            self._changed.notify_all()
        return batch

    def _given(self, producer: Producer, append: Append, confirmed: Any) -> bool:
        """Hand an event to the client; wait while its queue is full. False: it was given up."""
        topic = self._kafka.topic(append.topic)
        while self._producer is producer:
            try:
                producer.produce(topic, append.value, append.key, on_delivery=confirmed)
            except BufferError:
                self._changed.wait(POLL_SECONDS)
            except KafkaException as exception:
                self._give_up(error_in(exception), "an event", producer)
            else:
                return True
        return False

    def _open(self) -> Producer:
        if self._producer is None:
            self._producer = made(Producer, self._options, self._reported)
        return self._producer

    def _confirmed(
        self,
        producer: Producer,
        batch: _Batch,
        index: int,
        error: KafkaError | None,
        message: Message,
    ) -> None:
        """Note what became of one event; called by the client, so that it must not raise."""
        if error is not None:
            if error.code() not in _PURGED:
                self._give_up(error, "an event", producer)
            return
        batch.places[index] = (int(message.partition() or 0), int(message.offset() or 0))
        batch.left -= 1
        if batch.left == 0 and self._taken(batch):
            self._heard.went_well()
            batch.settled.set_result(batch.places)

    def _taken(self, batch: _Batch) -> bool:
        """Whether the batch was still open: whoever takes it out settles it, and nobody else."""
        with self._changed:
            was_open = batch in self._batches
            self._batches.pop(batch, None)
            self._changed.notify_all()
        return was_open

    def _reported(self, error: KafkaError) -> None:
        self._heard(error)
        if error.fatal():
            self._give_up(error, "what was sent", self._producer)

    def _give_up(self, error: KafkaError, doing: str, producer: Producer | None) -> None:
        """Fail all that a client has under way, as what the error comes to.

        One that was given up before has nothing under way: what it says late is not of the events
        that its successor has.

        The broker does not say which event is too large for it: only where one call's events are
        all there are is it certain that one of them is.
        """
        with self._changed:
            if producer is not self._producer:
                return
            if _TOO_LARGE in error.str() and len(self._batches) == 1:
                self._fail_all(InputInvalidError(TOO_LARGE_HERE))
            else:
                self._fail_all(self._heard.failure(error, doing))

    def _fail_all(self, error: BaseException) -> None:
        """Give the client up with all that it has not confirmed."""
        with self._changed:
            failed = list(self._batches)
            self._batches.clear()
            if self._producer is not None:
                self._producer.purge(blocking=False)
                self._given_up.append(self._producer)
                self._producer = None
            self._changed.notify_all()
        for batch in failed:
            batch.settled.set_exception(error)

    def _run(self) -> None:
        try:
            while self._turn():
                pass
        except BaseException as error:  # noqa: BLE001 - handed to whoever sends next
            self._bug = error
            self._fail_all(error)

    def _turn(self) -> bool:
        with self._changed:
            producer = self._producer
            if producer is None and not self._given_up:
                if self._closing:
                    return False
                self._changed.wait(1)
        if producer is not None:
            self._hear(producer)
        while self._given_up:
            with suppress(KafkaException):  # what ended it was told to whoever waited for it
                self._given_up.pop().flush(1)
        if self._is_late():
            self._fail_all(self._heard.failure(None, "an event"))
        return True

    def _hear(self, producer: Producer) -> None:
        """Take confirmations. A fatal error comes as an exception, and through no callback."""
        try:
            producer.poll(POLL_SECONDS)
        except KafkaException as exception:
            self._give_up(error_in(exception), "what was sent", producer)

    def _is_late(self) -> bool:
        with self._changed:
            oldest = next(iter(self._batches), None)
        return oldest is not None and oldest.due_seconds < time.monotonic()


def check_sendable(append: Append) -> None:
    """Refuse what no broker would ever take.

    Raises UndeclaredTopicError for a topic that none declares; InputInvalidError for an event
    without a key, which would lie on any partition, and for one that is too large.
    """
    topic_declared(append.topic)
    if not append.key:
        raise InputInvalidError(f"an event for {append.topic} has no key to order it by")
    fault = size_fault(append)
    if fault is not None:
        raise InputInvalidError(fault)
