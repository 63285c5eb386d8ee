"""The search for the one event a commit is refused for: its steps, its ends, what it costs."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.runtime.errors import (
    BatchRefusedError,
    InputInvalidError,
    MercatError,
    RuleBrokenError,
    StopError,
)
from services.runtime.isolation import Isolation
from services.runtime.ports import Record
from tests.fakes import MOMENT, CountingStage, received, record_of

BROKEN = RuleBrokenError("CheckViolation, constraint short")


def run(first: int, count: int, partition: int = 0) -> list[Record]:
    """Return records of one partition, from an offset on."""
    return [
        record_of(received(number), number)._replace(partition=partition)
        for number in range(first, first + count)
    ]


def refuse(isolation: Isolation, records: Sequence[Record], error: MercatError = BROKEN) -> None:
    """Have a batch refused."""
    with pytest.raises(BatchRefusedError):
        isolation.refused(records, error)


def test_while_nothing_was_refused_batches_are_whole() -> None:
    """The search costs nothing as long as there is none."""
    isolation = Isolation(CountingStage())

    assert 9 == isolation.cut(run(0, 9))
    assert isolation.letter(run(0, 1), MOMENT) is None


def test_a_batch_that_was_refused_comes_again_in_halves() -> None:
    """The second half goes with what comes after it, as long as nothing in it is refused."""
    isolation = Isolation(CountingStage())
    refuse(isolation, run(0, 8))

    assert 4 == isolation.cut(run(0, 8))
    isolation.kept(run(0, 4))
    assert 4 == isolation.cut(run(4, 8))
    isolation.kept(run(4, 4))
    assert 8 == isolation.cut(run(8, 8))


def test_records_of_other_partitions_are_not_held_up() -> None:
    """They go as far as the first one under suspicion."""
    isolation = Isolation(CountingStage())
    refuse(isolation, run(0, 4))

    assert 30 == isolation.cut([*run(0, 30, partition=1), *run(0, 4)])


def test_what_another_worker_has_now_is_no_longer_under_suspicion() -> None:
    """Should it come back, the search begins anew."""
    isolation = Isolation(CountingStage())
    refuse(isolation, run(0, 1, partition=2))
    isolation.forget([2])

    assert 5 == isolation.cut(run(0, 5, partition=2))
    assert isolation.letter(run(0, 1, partition=2), MOMENT) is None


@pytest.mark.parametrize(
    ("error", "cause", "said"),
    [
        (BROKEN, "cannot be kept", "CheckViolation, constraint short"),
        (InputInvalidError("it is too large"), "cannot be sent", "it is too large"),
    ],
)
def test_what_was_refused_alone_becomes_a_dead_letter_with_the_reason(
    error: MercatError, cause: str, said: str
) -> None:
    """Neither its handler nor the record of repeats is asked about it again."""
    stage = CountingStage()
    isolation = Isolation(stage)
    refuse(isolation, run(3, 1), error)

    letter = isolation.letter(run(3, 1), MOMENT)

    assert letter is not None
    ((key, row),) = letter.result().writes.items()
    assert "dead_letters" == key.table
    assert row is not None
    assert (cause, "3", "waiting") == (row["cause"], row["place"], row["state"])
    assert said in str(row["detail"])
    assert 1 == letter.result().rejected
    assert [] == stage.prepared


def test_a_dead_letter_that_is_refused_too_is_the_end() -> None:
    """The sentence says which event, why, and what to do."""
    isolation = Isolation(CountingStage())
    refuse(isolation, run(3, 1, partition=2))

    with pytest.raises(StopError, match="offset 3 of partition 2 of posts") as stopped:
        isolation.refused(run(3, 1, partition=2), BROKEN)

    assert "constraint short" in str(stopped.value)


@given(
    bad=st.sets(st.integers(0, 59), max_size=6),
    batch_max=st.integers(1, 30),
)
def test_the_search_ends_and_takes_nobody_along(bad: set[int], batch_max: int) -> None:
    """Whatever lies where, each bad event is set aside, each good one kept, once and in order."""
    isolation = Isolation(CountingStage())
    kept: list[int] = []
    letters: list[int] = []
    place = 0
    for _ in range(60 + 10 * len(bad)):
        records = run(place, min(batch_max, 60 - place))
        if not records:
            break
        records = records[: isolation.cut(records)]
        letter = isolation.letter(records, MOMENT)
        offsets = [record.offset for record in records]
        if letter is None and bad.intersection(offsets):
            refuse(isolation, records)
            continue
        isolation.kept(records)
        (letters if letter else kept).extend(offsets)
        place += len(records)

    assert sorted(bad) == letters
    assert [number for number in range(60) if number not in bad] == kept
