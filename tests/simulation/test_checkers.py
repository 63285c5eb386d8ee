"""The checkers see what they are for: each breach, made by hand in a sound run, is named."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import pytest

from services.runtime.effects import Row
from tests.simulation.checkers import CLASSIFIED, DEAD_LETTERS, RECEIVED, ROUTED, breaches
from tests.simulation.day import Day, Item
from tests.simulation.remains import Placed, Remains, remains_in_memory

SEED = 11


@pytest.fixture(scope="module")
def sound() -> tuple[Remains, Sequence[Item]]:
    """A small day that went well, and what was acknowledged in it."""
    day = Day(SEED, 60)
    day.run()
    return remains_in_memory(day.kept), day.acknowledged


def with_topic(remains: Remains, name: str, run: Sequence[Placed]) -> Remains:
    """Return the remains with another content of one topic, offsets counted anew."""
    numbered = [
        each if each.event is None else replace(each, offset=n) for n, each in enumerate(run)
    ]
    return replace(remains, topics={**remains.topics, name: numbered})


def with_rows(remains: Remains, table: str, rows: Mapping[str, Row]) -> Remains:
    """Return the remains with other rows in one table."""
    return replace(remains, rows={**remains.rows, table: rows})


def without_last(name: str) -> Callable[[Remains], Remains]:
    """Return how to lose the last record of a topic."""
    return lambda remains: with_topic(remains, name, remains.topic(name)[:-1])


def emptied(name: str) -> Callable[[Remains], Remains]:
    """Return how to lose a whole topic."""
    return lambda remains: with_topic(remains, name, ())


def with_first_again(name: str) -> Callable[[Remains], Remains]:
    """Return how to write the first record of a topic twice."""
    return lambda remains: with_topic(remains, name, [*remains.topic(name), remains.topic(name)[0]])


def backwards(name: str) -> Callable[[Remains], Remains]:
    """Return how to turn the order of a topic round."""
    return lambda remains: with_topic(remains, name, remains.topic(name)[::-1])


def with_hole(remains: Remains) -> Remains:
    """Lose a record and leave the offsets as they were."""
    run = remains.topic(RECEIVED)
    return replace(remains, topics={**remains.topics, RECEIVED: [*run[:3], *run[4:]]})


def with_unread(remains: Remains) -> Remains:
    """Add bytes that are no event and that nobody set aside."""
    run = remains.topic(RECEIVED)
    return with_topic(remains, RECEIVED, [*run, Placed(len(run), "k", None)])


def without_rows(table: str) -> Callable[[Remains], Remains]:
    """Return how to lose all rows of a table."""
    return lambda remains: with_rows(remains, table, {})


def behind(remains: Remains) -> Remains:
    """Leave a consumer short of the end."""
    return replace(remains, cursors={**remains.cursors, "route": 3})


def test_a_sound_run_has_no_breach(sound: tuple[Remains, Sequence[Item]]) -> None:
    """Nothing is wrong with it, and there is something in it to be wrong."""
    remains, acknowledged = sound

    assert [] == breaches(remains, acknowledged)
    assert min(len(remains.topic(name)) for name in (RECEIVED, CLASSIFIED, ROUTED)) > 50
    assert remains.topic(DEAD_LETTERS)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (without_last(RECEIVED), "was acknowledged and is lost"),
        (emptied(DEAD_LETTERS), "was acknowledged and has no dead letter"),
        (without_last(CLASSIFIED), "has two ends, or none"),
        (without_last(ROUTED), "has two ends, or none"),
        (with_unread, "has no dead letter"),
        (without_rows("handled_events"), "is handled and set aside, or neither"),
        (without_rows("dead_letters"), "is told of or kept, not both"),
        (without_rows("posts"), "was routed and has no row"),
        (without_last("teams.contact.posts.v1"), "was never told of"),
        (with_first_again(CLASSIFIED), "holds"),
        (with_first_again(ROUTED), "2 times"),
        (with_hole, "have holes"),
        (backwards(CLASSIFIED), "overtook another"),
        (backwards(ROUTED), "overtook another"),
        (behind, "I7: route is at 3 of"),
    ],
)
def test_a_breach_is_named(
    sound: tuple[Remains, Sequence[Item]], damage: Callable[[Remains], Remains], words: str
) -> None:
    """Damage done to a sound run is found, in a sentence."""
    remains, acknowledged = sound

    found = breaches(damage(remains), acknowledged)

    assert any(words in sentence for sentence in found)
