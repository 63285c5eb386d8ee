"""The journal of a stage without state: what it emits goes straight to Kafka."""

from collections.abc import Sequence
from concurrent.futures import Future
from typing import Final, Protocol

from schemas.topics import DEAD_LETTERS
from services.log.kafka_producer import Place, check_sendable
from services.runtime.errors import MercatError, StateConflictError
from services.runtime.ports import Append, Commit, Journal, Record

DEAD_LETTERS_TABLE: Final = "dead_letters"


class Sender(Protocol):
    """What sends events together; `KafkaProducer` does."""

    def send_together(self, appends: Sequence[Append]) -> "Future[list[Place]]":
        """Send events in order, with one future for all of them."""
        ...


class KafkaJournal:
    """Carries commits out by sending their events; dead letters are kept in `letters` first.

    A commit is no transaction here: after a failure some of its events may be there, in order,
    and carrying it out again repeats them. Nor is it chained to the one before: so that a younger
    event never overtakes its elder, give the next commit of a partition once this one's future
    is done, and after a failure begin again at the one that failed.
    """

    def __init__(self, producer: Sender, letters: Journal) -> None:
        self._producer = producer
        self._letters = letters

    def commit(self, commit: Commit) -> "Future[Sequence[Record]]":
        """Send a commit's events; where it has dead letters, wait until those are durable.

        The future gives the records in order. Raises nothing: the future fails with what
        `KafkaProducer.deliver` and `letters` raise, and with StateConflictError for a commit of
        anything but events and dead letters.
        """
        done: Future[Sequence[Record]] = Future()
        done.set_running_or_notify_cancel()
        kept = [append for append in commit.appends if append.topic == DEAD_LETTERS.name]
        sent = [append for append in commit.appends if append.topic != DEAD_LETTERS.name]
        try:
            _check(commit)
            for append in sent:
                check_sendable(append)
            letters = self._kept(commit, kept)
            places = self._producer.send_together(sent)
        except (MercatError, LookupError) as error:
            done.set_exception(error)
            return done

        def settle(settled: "Future[list[Place]]") -> None:
            error = settled.exception()
            if error is not None:
                done.set_exception(error)
            else:
                done.set_result(_in_order(commit.appends, letters, sent, settled.result()))

        places.add_done_callback(settle)
        return done

    def _kept(self, commit: Commit, kept: Sequence[Append]) -> Sequence[Record]:
        if not kept and not commit.writes:
            return ()
        letters = Commit(appends=kept, writes=commit.writes, lane=commit.lane)
        return self._letters.commit(letters).result()


def _check(commit: Commit) -> None:
    others = {key.table for key in commit.writes} - {DEAD_LETTERS_TABLE}
    if others or commit.cursors or commit.guards or commit.entries:
        raise StateConflictError(
            "a stage that keeps state ran without a database under it: events straight to Kafka "
            "and rows cannot be durable together"
        )


def _in_order(
    appends: Sequence[Append],
    letters: Sequence[Record],
    sent: Sequence[Append],
    places: Sequence[Place],
) -> Sequence[Record]:
    """Return the records of a commit in the order in which it named them."""
    others = iter(
        Record(append.topic, offset, append.key, append.value, append.event, partition)
        for append, (partition, offset) in zip(sent, places, strict=True)
    )
    kept = iter(letters)
    return [next(kept if a.topic == DEAD_LETTERS.name else others) for a in appends]
