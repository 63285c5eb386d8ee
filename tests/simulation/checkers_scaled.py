"""Whether services over Kafka and PostgreSQL kept what Mercat promises: a sentence per breach.

Kafka may hold repeats, and each partition counts for itself: what is the same for both ways is
asked of the remains with every repeat left out, by the checkers of the embedded way.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from schemas.assignment import PostRouted
from services.runtime.effects import Row
from tests.simulation.checkers import (
    ROUTED,
    Item,
    disordered,
    unended,
    unlogged,
    unstored,
)
from tests.simulation.remains import Placed, Remains

STATE = ("posts", "conversations", "cases")
"""The tables that routing keeps: they come to the same whichever way a body runs."""
TOPICS_WITHOUT_EVENTS = ("posts.received.v1", "posts.classified.v1")
"""Those into which tests put what is no event: nowhere else may anything unreadable stand."""
SHOWN_MAX = 3


@dataclass(frozen=True, slots=True)
class ScaledRemains:
    """What a body at scale holds at rest.

    `topics` by name and partition, in order; `rows` by table and id; `cursors` and `committed` by
    consumer and partition: how far it came by the database's account, and by Kafka's; `ends` by
    consumer and partition: the end of what it reads; `waiting` is how many rows the relay has left.
    """

    topics: Mapping[str, Sequence[Sequence[Placed]]]
    rows: Mapping[str, Mapping[str, Row]]
    cursors: Mapping[str, Mapping[int, int]]
    committed: Mapping[str, Mapping[int, int]]
    ends: Mapping[str, Mapping[int, int]]
    waiting: int


def scaled_breaches(
    remains: ScaledRemains,
    acknowledged: Iterable[Item],
    expected: Mapping[str, Mapping[str, Row]],
) -> list[str]:
    """Return everything that is wrong with a run that has come to rest.

    `expected` are the rows of `STATE` that the embedded way keeps of what was taken in.
    """
    once = without_repeats(remains)
    return [
        *unlogged(once, acknowledged),
        *unended(once),
        *unstored(once),
        *disordered(once),
        *scattered(remains),
        *routed_twice(remains),
        *doubled(remains),
        *differing(remains, expected),
        *lagging(remains),
    ]


def without_repeats(remains: ScaledRemains) -> Remains:
    """Return the remains with each event once, where it first stands."""
    topics: dict[str, list[Placed]] = {}
    for name, partitions in remains.topics.items():
        seen: set[str] = set()
        kept = topics.setdefault(name, [])
        for placed in (each for run in partitions for each in run):
            if placed.event is None:
                kept.append(placed)
            elif placed.event.id not in seen:
                seen.add(placed.event.id)
                kept.append(placed)
    return Remains(topics, remains.rows, {})


def scattered(remains: ScaledRemains) -> Iterator[str]:
    """I6: yield each key that lies in two partitions, and what stands where only events may."""
    for name, partitions in remains.topics.items():
        places: dict[str, int] = {}
        for partition, run in enumerate(partitions):
            for placed in run:
                if placed.event is None:
                    if name not in TOPICS_WITHOUT_EVENTS:
                        yield f"what stands at {name} {placed.place} is no event"
                elif places.setdefault(placed.key, partition) != partition:
                    yield f"I6: {placed.key} lies in two partitions of {name}"


def routed_twice(remains: ScaledRemains) -> Iterator[str]:
    """Yield each event that was routed to two ends: repeats have one id, second effects another."""
    routed: dict[str, set[str]] = {}
    for run in remains.topics.get(ROUTED, ()):
        for placed in run:
            if isinstance(placed.event, PostRouted):
                cause = str(placed.event.causationid)
                routed.setdefault(cause, set()).add(placed.event.id)
    yield from (f"{cause} was routed twice" for cause, ids in routed.items() if len(ids) > 1)


def doubled(remains: ScaledRemains) -> Iterator[str]:
    """Yield each post that has two rows, and each conversation with two open cases of one team."""
    posts = Counter((row["source"], row["native_id"]) for row in remains.rows["posts"].values())
    yield from (f"post {post!r} has {n} rows" for (_, post), n in posts.items() if n > 1)
    cases = Counter(
        (row["conversation_id"], row["team"])
        for row in remains.rows["cases"].values()
        if row["state"] == "open" and row["split_from"] is None
    )
    yield from (f"{each!r} has {n} open cases" for (each, _), n in cases.items() if n > 1)


def differing(remains: ScaledRemains, expected: Mapping[str, Mapping[str, Row]]) -> Iterator[str]:
    """I6: yield the rows that are not as the embedded way would have them."""
    for table in STATE:
        found = {name: _said(row) for name, row in remains.rows[table].items()}
        wanted = {name: _said(row) for name, row in expected[table].items()}
        wrong = [
            each
            for each in sorted(found.keys() | wanted.keys())
            if found.get(each) != wanted.get(each)
        ]
        yield from (
            f"I6: {table} {each} is {found.get(each)}, and {wanted.get(each)} in one process"
            for each in wrong[:SHOWN_MAX]
        )


def lagging(remains: ScaledRemains) -> Iterator[str]:
    """I7: yield what still waits, at the relay and in each partition, by both accounts."""
    if remains.waiting:
        yield f"I7: {remains.waiting} events wait for the relay"
    for account, places in (("database", remains.cursors), ("group", remains.committed)):
        for consumer, moved in places.items():
            for partition, end in remains.ends[consumer].items():
                if moved.get(partition, 0) != end:
                    yield (
                        f"I7: {consumer} is at {moved.get(partition, 0)} of {end} in partition "
                        f"{partition}, by the {account}"
                    )


def _said(row: Row) -> Row:
    """Return a row without the columns that say nothing: a store gives those back as None."""
    return {column: value for column, value in row.items() if value is not None}
