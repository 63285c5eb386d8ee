"""Where a runner is in its partitions: what is new, what is committed, what must be sought."""

from services.runtime.partition_places import Places, Span
from services.runtime.ports import Record


def record(partition: int, offset: int) -> Record:
    """Return a record of no content."""
    return Record("posts.received.v1", offset, "key", b"{}", None, partition)


def held(**starts: int | None) -> Places:
    """Return places that hold partitions named p0, p1 and so on, from these starts."""
    places = Places()
    for name, start in starts.items():
        places.assign(int(name[1:]), start)
    return places


def test_a_span_goes_from_the_place_before_to_after_the_last_record() -> None:
    """Offsets that retention or compaction took are passed over in the same move."""
    places = held(p0=5, p1=0)

    new, spans = places.take([record(0, 7), record(1, 0), record(0, 9)])

    assert [7, 0, 9] == [each.offset for each in new]
    assert [Span(0, 5, 10), Span(1, 0, 1)] == spans


def test_what_was_read_before_or_is_not_held_is_passed_over() -> None:
    """A record given again, or of a partition that went elsewhere, is nobody's twice."""
    places = held(p0=5)

    new, spans = places.take([record(0, 4), record(2, 0), record(0, 5)])

    assert [5] == [each.offset for each in new]
    assert [Span(0, 5, 6)] == spans


def test_nothing_is_read_of_a_partition_whose_place_is_unknown() -> None:
    """What comes of it may be from a time when it was held before: its place is asked for first."""
    places = held(p0=None)

    new, _ = places.take([record(0, 42)])
    places.pass_over([record(0, 42)])
    unknown = places.unknown
    places.begin_again({0: 7})

    assert [] == new
    assert [0] == unknown
    assert {0: 7} == places.astray()


def test_beginning_again_seeks_only_where_the_consumer_is_elsewhere() -> None:
    """What was read and not committed is read anew; a partition nobody read stays."""
    places = held(p0=0, p1=3)
    places.take([record(0, 0), record(0, 1)])
    places.commit([Span(0, 0, 1)])

    places.begin_again({})

    assert {0: 1} == places.astray()
    places.sought(0)
    assert {} == places.astray()


def test_what_was_passed_over_is_sought() -> None:
    """Records that came while partitions changed hands are left and come again."""
    places = held(p0=3)

    places.pass_over([record(0, 3), record(0, 4), record(9, 0)])

    assert {0: 3} == places.astray()


def test_the_database_moves_a_place_when_beginning_again() -> None:
    """Another worker may have gone on meanwhile: its cursor counts."""
    places = held(p0=3)
    places.take([record(0, 3)])

    places.begin_again({0: 8})

    assert {0: 8} == places.astray()


def test_what_is_committed_or_taken_by_retention_needs_nobody() -> None:
    """What is in flight still does."""
    places = held(p0=2, p1=None, p2=0)
    places.take([record(0, 2)])

    assert {0: 2, 1: 4, 2: 50} == places.done({0: 0, 1: 4, 2: 50})


def test_a_partition_forgotten_is_no_longer_held() -> None:
    """Its commits that come late change nothing."""
    places = held(p0=0, p1=0)

    places.forget([0, 7])
    places.commit([Span(0, 0, 5)])

    assert (1,) == places.partitions
    assert 0 not in places
