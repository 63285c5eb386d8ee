"""What a runner needs of its place in a consumer group: records, and word of its partitions."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from services.runtime.ports import Record


class GroupMember(Protocol):
    """One member of a group that shares a topic's partitions. Used by one thread.

    Every method raises LogUnavailableError where Kafka is away.
    """

    @property
    def topic_id(self) -> str | None:
        """The id of the making of the topic whose partitions it has; None where it asks for none.

        It is the same for as long as any partition is held.
        """
        ...

    def poll(self, limit: int, timeout_seconds: float) -> Sequence[Record]:
        """Return up to `limit` records as soon as there are any, in order within a partition.

        Calls back what became of partitions meanwhile. Raises TopicRemadeError, with no partition
        left, where the topic was made anew; StateConflictError where it ends before the place that
        was to be read.
        """
        ...

    def store(self, partition: int, next_offset: int) -> None:
        """Note how far a partition is done, to be kept by the group soon."""
        ...

    def commit(self) -> None:
        """Have the group keep now what was noted."""
        ...

    def committed(self, partitions: Sequence[int]) -> Mapping[int, int | None]:
        """Return where the group is in each partition; None where it never was."""
        ...

    def seek(self, partition: int, offset: int) -> None:
        """Go on reading an assigned partition at an offset."""
        ...

    def pause(self, partitions: Sequence[int]) -> None:
        """Give no records of these partitions until told otherwise."""
        ...

    def resume(self, partitions: Sequence[int]) -> None:
        """Give records of these partitions again."""
        ...

    def watermarks(self, partition: int) -> tuple[int, int]:
        """Return the oldest offset left and the end, as last heard; twice 0 if never heard."""
        ...

    def close(self) -> None:
        """Leave the group; partitions still held are revoked first."""
        ...


class Joining(Protocol):
    """Makes a member that calls back, from within `poll` and `close`, about its partitions."""

    def __call__(
        self,
        *,
        assigned: Callable[[Sequence[int]], Mapping[int, int | None]],
        revoked: Callable[[Sequence[int]], None],
        lost: Callable[[Sequence[int]], None],
    ) -> GroupMember:
        """Join. `assigned` returns where to begin; `revoked` still may commit, `lost` may not."""
        ...
