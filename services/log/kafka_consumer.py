"""The consumer of a group: shares a topic's partitions with its like, and begins where it is told.

Librdkafka calls back in the midst of a poll. What goes wrong in a callback is kept until the poll
is over, and raised there; the consumer is then made anew with the next poll.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Literal, cast

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition

from services.log.kafka_client import ANSWER_SECONDS_MAX, Heard, error_in, made
from services.log.kafka_marks import marks
from services.runtime.errors import (
    MercatError,
    SettingsError,
    StateConflictError,
    TopicRemadeError,
)
from services.runtime.ports import Record
from services.runtime.scaled_settings import KafkaSettings

POLL_SECONDS_MAX: Final = 300
SESSION_SECONDS_MAX: Final = 45
QUEUED_KILOBYTES_MAX: Final = 16_384
REFUSED_SECONDS_MAX: Final = 3

PLACES_GO: Final = (
    "take its places out of where they are kept: for route the database "
    "(DELETE FROM cursors WHERE id LIKE 'route|%'), for classify Kafka's own tools"
)

_PASSING: Final = frozenset(
    {
        KafkaError._PARTITION_EOF,
        # The partitions are lost with it, and `lost` says so; the next poll joins the group again.
        KafkaError._MAX_POLL_EXCEEDED,
    }
)
_OUT_OF_RANGE: Final = frozenset(
    {
        KafkaError.OFFSET_OUT_OF_RANGE,
        KafkaError._AUTO_OFFSET_RESET,
        KafkaError._LOG_TRUNCATION,
    }
)
_TOO_LATE: Final = frozenset(
    {
        KafkaError._NO_OFFSET,
        KafkaError._STATE,
        KafkaError._ASSIGNMENT_LOST,
        KafkaError.ILLEGAL_GENERATION,
        KafkaError.UNKNOWN_MEMBER_ID,
        KafkaError.REBALANCE_IN_PROGRESS,
    }
)
_FENCED: Final = frozenset({KafkaError._FENCED, KafkaError.FENCED_INSTANCE_ID})


class GroupConsumer:
    """Reads one topic as one member of a group. For one thread.

    `topic` and `group` are logical names; `instance` makes the membership static, so that a
    restart within the session moves no partition. `assigned` is told of partitions that come, and
    returns the offset to begin at for each; None means where Kafka's committed offset says, else
    the oldest record. `revoked` is told before partitions go, while they are still held: what is
    done is stored then, and committed after it. `lost` is told of partitions that are held no
    more. None of the three may use the consumer, but for `topic_id`, and `store` in `revoked`.

    With `identity`, which answers with the topic's id as `KafkaTopicId` does, one membership is of
    one making of the topic. The id is asked before partitions are read, and once more after
    each read: no record of another making is ever returned.
    """

    def __init__(  # noqa: PLR0913 - who reads what, and the three who are told, given once
        self,
        options: Mapping[str, Any],
        kafka: KafkaSettings,
        *,
        topic: str,
        group: str,
        instance: str | None,
        assigned: Callable[[Sequence[int]], Mapping[int, int | None]],
        revoked: Callable[[Sequence[int]], None],
        lost: Callable[[Sequence[int]], None],
        linger_seconds: float = 0.0,
        poll_seconds_max: float = POLL_SECONDS_MAX,
        identity: Callable[[], str] | None = None,
    ) -> None:
        self._topic = topic
        self._name = kafka.topic(topic)
        self._options = {
            "session.timeout.ms": int(min(SESSION_SECONDS_MAX, poll_seconds_max) * 1_000),
            "queued.max.messages.kbytes": QUEUED_KILOBYTES_MAX,
            **options,
            **({} if instance is None else {"group.instance.id": instance}),
            "group.id": kafka.group(group),
            "max.poll.interval.ms": int(poll_seconds_max * 1_000),
            "partition.assignment.strategy": "cooperative-sticky",
            "enable.auto.commit": False,
            "enable.auto.offset.store": False,
            # Where to go on is for us to say: the client would pass over a topic made anew.
            "auto.offset.reset": "error",
        }
        self._linger_seconds = linger_seconds
        self._assigned = assigned
        self._revoked = revoked
        self._lost = lost
        self._identity = identity
        self._topic_id: str | None = None
        self._heard = Heard()
        self._consumer: Consumer | None = None
        self._held: set[int] = set()
        self._failure: Exception | None = None
        self._trouble: Exception | None = None

    @property
    def held(self) -> frozenset[int]:
        """The partitions that are ours now."""
        return frozenset(self._held)

    @property
    def topic_id(self) -> str | None:
        """The topic's id; None before any partition came, and without `identity`."""
        return self._topic_id

    def poll(self, limit: int, timeout_seconds: float) -> list[Record]:
        """Return up to `limit` records; wait for the first one as long as told.

        Raises what `assigned`, `revoked` or `lost` raised, after leaving the group: the next poll
        joins it again. LogUnavailableError where Kafka is in trouble; SettingsError where it
        refuses us, or another runs under the same `instance`; TopicRemadeError where the topic was
        made anew since we joined; StateConflictError where the place to go on at lies beyond the
        topic's end.
        """
        self._raise_trouble()
        consumer = self._open()
        records = [
            record
            for message in self._consumed(consumer, limit, timeout_seconds)
            if (record := self._record(consumer, message)) is not None
        ]
        if records:
            # What failed behind them is raised by the next poll: none of them comes a second time.
            self._heard.went_well()
            self._prove(records)
            return records
        self._raise_trouble()
        if self._heard.refused:
            self._ask_whether_refused(consumer)
        return records

    def store(self, partition: int, next_offset: int) -> None:
        """Take note that a partition is done up to `next_offset`; `commit` makes it known.

        Nothing happens where the partition is no longer ours.
        """
        if self._consumer is None or partition not in self._held:
            return
        place = TopicPartition(self._name, partition, next_offset)
        try:
            self._consumer.store_offsets(offsets=[place])
        except KafkaException as exception:
            self._raise_unless_late(exception)

    def commit(self) -> None:
        """Have Kafka keep what was stored. Raises LogUnavailableError, SettingsError.

        What comes too late for the group is dropped: whoever has the partition now repeats it.
        """
        if self._consumer is None:
            return
        try:
            self._consumer.commit(asynchronous=False)
        except KafkaException as exception:
            self._raise_unless_late(exception)

    def committed(self, partitions: Sequence[int]) -> dict[int, int | None]:
        """Return the next offset by Kafka's account: None where the group never committed one."""
        return self._committed(self._open(), partitions)

    def seek(self, partition: int, offset: int) -> None:
        """Read on at an offset; nothing happens where the partition is no longer ours."""
        if self._consumer is None or partition not in self._held:
            return
        try:
            self._consumer.seek(TopicPartition(self._name, partition, offset))
        except KafkaException as exception:
            raise self._heard.failure(error_in(exception), "a place to read at") from exception

    def pause(self, partitions: Sequence[int]) -> None:
        """Return no records of these partitions from now on, of those that are ours."""
        self._switch("pause", partitions)

    def resume(self, partitions: Sequence[int]) -> None:
        """Return records of these partitions again, of those that are ours."""
        self._switch("resume", partitions)

    def watermarks(self, partition: int) -> tuple[int, int]:
        """Return the oldest offset left and the end, as last heard; (0, 0) where never heard."""
        if self._consumer is None or partition not in self._held:
            return 0, 0
        start, end = self._consumer.get_watermark_offsets(
            TopicPartition(self._name, partition), cached=True
        )
        return max(0, start), max(0, end)

    def close(self) -> None:
        """Leave the group, after `revoked` and a last commit. Raises what `revoked` raised."""
        self._leave()
        failure, self._failure = self._failure, None
        if failure is not None:
            raise failure

    def _switch(self, way: Literal["pause", "resume"], partitions: Sequence[int]) -> None:
        ours = [TopicPartition(self._name, each) for each in partitions if each in self._held]
        if self._consumer is None or not ours:
            return
        try:
            getattr(self._consumer, way)(ours)
        except KafkaException as exception:
            raise self._heard.failure(error_in(exception), f"to {way}") from exception

    def _open(self) -> Consumer:
        if self._consumer is None:
            self._heard = Heard()
            self._consumer = made(Consumer, self._options, self._heard)
            self._consumer.subscribe(
                [self._name],
                on_assign=self._on_assign,
                on_revoke=self._on_revoke,
                on_lost=self._on_lost,
            )
        return self._consumer

    def _leave(self) -> None:
        if self._consumer is not None:
            self._heard.ending()
            try:
                self._consumer.close()
            finally:
                self._consumer = None
                self._topic_id = None
                self._held.clear()

    def _raise_trouble(self) -> None:
        if self._failure is not None:
            self._leave()
        raised = self._failure or self._trouble
        self._failure = self._trouble = None
        if raised is not None:
            raise raised

    def _identify(self) -> None:
        """Raise TopicRemadeError where the topic is not the one that this membership began with."""
        if self._identity is None:
            return
        found = self._identity()
        if self._topic_id is None:
            self._topic_id = found
        elif self._topic_id != found:
            raise TopicRemadeError(
                f"{self._name} was deleted and made anew; it is read from its own start"
            )

    def _prove(self, records: Sequence[Record]) -> None:
        """Raise unless records are of our topic; where that cannot be asked, they come again."""
        try:
            self._identify()
        except TopicRemadeError as error:
            self._failure = error
            self._raise_trouble()
        except MercatError:
            self._read_again(records)
            raise

    def _read_again(self, records: Sequence[Record]) -> None:
        """Go back to before some records; where that fails, the next poll joins the group anew."""
        firsts = {record.partition: record.offset for record in reversed(records)}
        try:
            for partition, offset in firsts.items():
                self.seek(partition, offset)
        except MercatError as error:
            self._failure = error

    def _raise_unless_late(self, exception: KafkaException) -> None:
        error = error_in(exception)
        if error.code() not in _TOO_LATE:
            raise self._heard.failure(error, "what was done") from exception

    def _ask_whether_refused(self, consumer: Consumer) -> None:
        try:
            consumer.list_topics(self._name, timeout=REFUSED_SECONDS_MAX)
        except KafkaException as exception:
            raise self._heard.failure(error_in(exception), "a question") from exception
        self._heard.went_well()

    def _consumed(self, consumer: Consumer, limit: int, timeout_seconds: float) -> list[Message]:
        """Return what is there and what comes while we linger: each batch has its price."""
        try:
            messages = consumer.consume(1, timeout_seconds)
        except KafkaException as exception:
            raise self._heard.failure(error_in(exception), "a poll") from exception
        if messages and limit > 1:
            try:
                messages += consumer.consume(limit - 1, self._linger_seconds)
            except KafkaException as exception:
                self._trouble = self._heard.failure(error_in(exception), "a poll")
        return messages

    def _record(self, consumer: Consumer, message: Message) -> Record | None:
        error = message.error()
        partition = message.partition()
        if error is not None:
            self._note(error, consumer, partition, message.offset())
            return None
        if partition not in self._held:
            return None
        key = (message.key() or b"").decode("utf-8", "replace")
        offset = cast("int", message.offset())
        return Record(self._topic, offset, key, message.value() or b"", None, partition)

    def _note(
        self, error: KafkaError, consumer: Consumer, partition: int | None, offset: int | None
    ) -> None:
        """Keep an error that came in place of a record, unless it passes by itself."""
        if error.code() in _PASSING:
            return
        if error.code() in _OUT_OF_RANGE:
            self._move_on(consumer, partition, offset)
        elif error.code() in _FENCED or "consumer fenced" in error.str():
            self._failure = SettingsError(
                "another process runs under this one's MERCAT_INSTANCE, and Kafka shut this one "
                "out; give each process its own"
            )
        elif error.code() == KafkaError._FATAL or error.fatal():
            self._failure = self._heard.failure(error, "a poll")
        else:
            self._trouble = self._heard.failure(error, "a poll")

    def _move_on(self, consumer: Consumer, partition: int | None, offset: int | None) -> None:
        """Go on at the oldest record left, where retention took the one to be read next."""
        if partition not in self._held:
            return
        try:
            self._identify()
            place = self._place(consumer, partition, cast("int", offset))
            # The client has let go of the partition at heart: it takes no seek any more.
            consumer.incremental_unassign([place])
            consumer.incremental_assign([place])
        except MercatError as error:
            self._failure = error
        except KafkaException as exception:
            self._failure = self._heard.failure(error_in(exception), "a poll")

    def _on_assign(self, consumer: Consumer, given: list[TopicPartition]) -> None:
        partitions = sorted(place.partition for place in given)
        try:
            self._identify()
            places = self._places(consumer, partitions)
        except Exception as error:  # noqa: BLE001 - raised by the poll that this is called from
            self._failure = error
            consumer.incremental_assign(given)
            return
        self._held.update(partitions)
        consumer.incremental_assign(places)

    def _on_revoke(self, consumer: Consumer, taken: list[TopicPartition]) -> None:
        ours = self._held_of(taken)
        try:
            if ours:
                self._revoked(ours)
            # What was done in a topic that is no more says nothing of the one in its place.
            if not isinstance(self._failure, TopicRemadeError):
                self.commit()
        except Exception as error:  # noqa: BLE001 - raised by the poll that this is called from
            self._failure = error
        self._held.difference_update(ours)
        consumer.incremental_unassign(taken)

    def _on_lost(self, consumer: Consumer, taken: list[TopicPartition]) -> None:
        ours = self._held_of(taken)
        self._held.difference_update(ours)
        try:
            if ours:
                self._lost(ours)
        except Exception as error:  # noqa: BLE001 - raised by the poll that this is called from
            self._failure = error
        consumer.incremental_unassign(taken)

    def _held_of(self, places: Sequence[TopicPartition]) -> list[int]:
        return sorted(place.partition for place in places if place.partition in self._held)

    def _places(self, consumer: Consumer, partitions: Sequence[int]) -> list[TopicPartition]:
        """Return where to begin reading each partition. Raises as `poll` does."""
        begins = dict(self._assigned(partitions)) if partitions else {}
        unsaid = [partition for partition in partitions if begins.get(partition) is None]
        if unsaid:
            begins.update(self._committed(consumer, unsaid))
        return [
            self._place(consumer, partition, begins[partition] or 0) for partition in partitions
        ]

    def _place(self, consumer: Consumer, partition: int, offset: int) -> TopicPartition:
        """Return a place that can be read: the one asked for, or the oldest left.

        Raises StateConflictError for a place beyond the end.
        """
        start, end = marks(consumer, self._heard, self._name, partition)
        if offset > end:
            raise StateConflictError(
                f"partition {partition} of {self._name} ends at {end}, and was read up to {offset} "
                "before: it has lost what it held, or was made anew; restore it, or stop what "
                f"reads it and {PLACES_GO}"
            )
        return TopicPartition(self._name, partition, max(offset, start))

    def _committed(self, consumer: Consumer, partitions: Sequence[int]) -> dict[int, int | None]:
        asked = [TopicPartition(self._name, partition) for partition in partitions]
        try:
            found = consumer.committed(asked, timeout=ANSWER_SECONDS_MAX)
        except KafkaException as exception:
            raise self._heard.failure(error_in(exception), "a question") from exception
        return {place.partition: place.offset if place.offset >= 0 else None for place in found}
