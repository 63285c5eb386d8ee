"""Where a consumer stands in a topic's partitions by the database, for each making of the topic.

A place outlives a topic that is deleted, and means other events in one made anew under its name.
So places are kept under the topic's name and its id. One from before that was so stands under the
name alone: it is taken over for the first id that is met, and is gone then.
"""

from collections.abc import Mapping, Sequence

from services.runtime.errors import StaleStateError, StateConflictError
from services.runtime.ports import Commit, Cursor, Journal, StateReader


def topic_made(topic: str, topic_id: str | None) -> str:
    """Return the name under which places in one making of a topic are kept.

    Without an id that is the topic's own, as in a log where none is ever made anew.
    """
    return topic if topic_id is None else f"{topic}@{topic_id}"


class TopicPlaces:
    """The places of one consumer in one topic.

    `kept_as` is the name of the making last asked of: a commit that moves places has to name it.
    """

    def __init__(self, consumer: str, topic: str, store: StateReader, journal: Journal) -> None:
        self.kept_as = topic
        self._consumer = consumer
        self._topic = topic
        self._store = store
        self._journal = journal

    def starts(self, partitions: Sequence[int], topic_id: str | None) -> Mapping[int, int]:
        """Return the next offset of partitions of the making with this id; 0 for one never read.

        Raises StorageRefusedError where the database is away; StaleStateError where another worker
        moved a place while it was taken over: ask again.
        """
        if not partitions:
            return {}
        self.kept_as = topic_made(self._topic, topic_id)
        found = self._found(self.kept_as, partitions)
        if topic_id is None:
            return found
        old = {each: at for each, at in self._found(self._topic, partitions).items() if at}
        taken_over = {each: found[each] or at for each, at in old.items()}
        if old:
            self._take_over(found, old, taken_over)
        return {**found, **taken_over}

    def _found(self, topic: str, partitions: Sequence[int]) -> dict[int, int]:
        cursor = self._store.cursor
        return {each: cursor(self._consumer, topic, partition=each) for each in partitions}

    def _take_over(
        self, found: Mapping[int, int], old: Mapping[int, int], taken_over: Mapping[int, int]
    ) -> None:
        """Move places to this making's name. None is left for the next making to take over."""
        moves = [
            move
            for each, at in old.items()
            for move in (
                Cursor(self._consumer, self._topic, at, 0, each),
                Cursor(self._consumer, self.kept_as, found[each], taken_over[each], each),
            )
        ]
        try:
            self._journal.commit(Commit(cursors=moves)).result()
        except StateConflictError as error:
            raise StaleStateError(str(error)) from error
