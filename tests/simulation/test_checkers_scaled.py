"""The checkers of the scaled way see what they are for: each breach, made by hand, is named."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import pytest

from schemas.assignment import PostRouted
from services.runtime.effects import Row
from tests.simulation.checkers import CLASSIFIED, DEAD_LETTERS, RECEIVED, ROUTED, Item
from tests.simulation.checkers_scaled import STATE, ScaledRemains, scaled_breaches
from tests.simulation.day import Day
from tests.simulation.remains import CONSUMERS, Placed, remains_in_memory

SEED = 12
PARTITIONS = 3

Sound = tuple[ScaledRemains, Sequence[Item]]
Damage = Callable[[ScaledRemains], ScaledRemains]


def parted(run: Sequence[Placed]) -> list[list[Placed]]:
    """Return a topic's records in partitions by their key."""
    runs: list[list[Placed]] = [[] for _ in range(PARTITIONS)]
    for placed in run:
        partition = sum(placed.key.encode()) % PARTITIONS
        runs[partition].append(replace(placed, partition=partition))
    return runs


@pytest.fixture(scope="module")
def sound() -> Sound:
    """A small day that went well, as it would lie in Kafka, with a run of repeats in each topic."""
    day = Day(SEED, 60)
    day.run()
    remains = remains_in_memory(day.kept)
    topics: dict[str, list[list[Placed]]] = {}
    for name, run in remains.topics.items():
        topics[name] = parted(run)
        for each in topics[name]:
            each[2:2] = each[:2]
    places = {
        consumer: {n: len(run) for n, run in enumerate(topics[topic])}
        for consumer, topic in CONSUMERS.items()
    }
    # What could not be read is left out: its dead letter says where it lay in one log.
    for topic in CONSUMERS.values():
        topics[topic] = [[each for each in run if each.event is not None] for run in topics[topic]]
    cursors = {"route": places["route"]}
    return ScaledRemains(topics, remains.rows, cursors, places, places, 0), day.acknowledged


def with_run(
    name: str, change: Callable[[list[Placed]], Sequence[Placed]]
) -> Callable[[ScaledRemains], ScaledRemains]:
    """Return how to change the longest partition of a topic."""

    def damaged(remains: ScaledRemains) -> ScaledRemains:
        runs = [list(run) for run in remains.topics[name]]
        longest = max(range(len(runs)), key=lambda each: len(runs[each]))
        changed = [change(run) if n == longest else run for n, run in enumerate(runs)]
        return replace(remains, topics={**remains.topics, name: changed})

    return damaged


def without_last(name: str) -> Damage:
    """Return how to lose the last event of a topic's longest partition."""
    return with_run(
        name,
        lambda run: [
            each
            for each in run
            if each.event is None or run[-1].event is None or each.event.id != run[-1].event.id
        ],
    )


def backwards(name: str) -> Damage:
    """Return how to turn the order of a partition round."""
    return with_run(name, lambda run: run[::-1])


def unread(name: str) -> Damage:
    """Return how to add bytes that are no event and that nobody set aside."""
    return with_run(name, lambda run: [*run, Placed(10_000, "k", None, 1)])


def scattered(remains: ScaledRemains) -> ScaledRemains:
    """Have a key's event lie in another partition, too."""
    first, second, *rest = remains.topics[RECEIVED]
    return replace(
        remains, topics={**remains.topics, RECEIVED: [first, [*second, first[0]], *rest]}
    )


def routed_again(remains: ScaledRemains) -> ScaledRemains:
    """Have an event routed once more, under another id."""

    def again(run: list[Placed]) -> list[Placed]:
        placed = next(each for each in run if isinstance(each.event, PostRouted))
        assert placed.event is not None
        return [*run, replace(placed, event=placed.event.model_copy(update={"id": "another"}))]

    return with_run(ROUTED, again)(remains)


def with_rows(
    table: str, change: Callable[[Mapping[str, Row]], Mapping[str, Row]]
) -> Callable[[ScaledRemains], ScaledRemains]:
    """Return how to change the rows of a table."""
    return lambda remains: replace(
        remains, rows={**remains.rows, table: change(remains.rows[table])}
    )


def twice(rows: Mapping[str, Row]) -> Mapping[str, Row]:
    """Return rows with the first one once more, under another id."""
    return {**rows, "another": next(iter(rows.values()))}


def altered(rows: Mapping[str, Row]) -> Mapping[str, Row]:
    """Return rows of which the first says something else."""
    name, row = next(iter(rows.items()))
    return {**rows, name: {**row, "team": "another"}}


def short(places: Mapping[str, Mapping[int, int]], consumer: str) -> dict[str, Mapping[int, int]]:
    """Return places with a consumer short of the end in one partition."""
    return {**places, consumer: {**places[consumer], 1: 1}}


def behind_in_database(remains: ScaledRemains) -> ScaledRemains:
    """Leave route short of the end by the database's account."""
    return replace(remains, cursors=short(remains.cursors, "route"))


def behind_in_group(remains: ScaledRemains) -> ScaledRemains:
    """Leave classify short of the end by its group's account."""
    return replace(remains, committed=short(remains.committed, "classify"))


def expected_of(sound: Sound) -> Mapping[str, Mapping[str, Row]]:
    """Return the state that the day came to."""
    return {table: sound[0].rows[table] for table in STATE}


def test_a_sound_run_with_repeats_has_no_breach(sound: Sound) -> None:
    """Nothing is wrong with it, and there is something in it to be wrong."""
    remains, acknowledged = sound

    assert [] == scaled_breaches(remains, acknowledged, expected_of(sound))
    assert min(len(run) for name in (RECEIVED, CLASSIFIED, ROUTED) for run in remains.topics[name])
    assert remains.topics[DEAD_LETTERS]


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (without_last(RECEIVED), "was acknowledged and is lost"),
        (without_last(CLASSIFIED), "has two ends, or none"),
        (without_last(ROUTED), "has two ends, or none"),
        (unread(RECEIVED), "has no dead letter"),
        (unread(ROUTED), "is no event"),
        (with_rows("handled_events", lambda _: {}), "is handled and set aside, or neither"),
        (with_rows("posts", lambda _: {}), "was routed and has no row"),
        (with_rows("posts", twice), "has 2 rows"),
        (with_rows("cases", twice), "has 2 open cases"),
        (with_rows("posts", altered), "in one process"),
        (with_rows("conversations", altered), "in one process"),
        (routed_again, "was routed twice"),
        (scattered, "lies in two partitions"),
        (backwards(CLASSIFIED), "overtook another"),
        (backwards(ROUTED), "overtook another"),
        (lambda remains: replace(remains, waiting=2), "I7: 2 events wait"),
        (behind_in_database, "by the database"),
        (behind_in_group, "by the group"),
    ],
)
def test_a_breach_is_named(sound: Sound, damage: Damage, words: str) -> None:
    """The checkers are not blind to any of them."""
    remains, acknowledged = sound

    found = scaled_breaches(damage(remains), acknowledged, expected_of(sound))

    assert any(words in breach for breach in found), found
