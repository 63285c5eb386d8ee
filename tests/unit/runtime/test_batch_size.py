"""The size of batches: down at an eviction, slowly up, and not back to where it failed."""

from services.runtime.batch_size import GROWTH_STEPS, BatchSize


def test_an_eviction_halves_the_batch_down_to_one() -> None:
    """However often it happens, something is always read."""
    size = BatchSize(10)
    sizes = []
    for _ in range(5):
        size.evicted(300.0)
        sizes.append(size.now)

    assert [5, 2, 1, 1, 1] == sizes


def test_quick_batches_grow_back_to_the_limit_in_steps() -> None:
    """It takes many batches, and never goes over."""
    size = BatchSize(640)
    size.evicted(300.0)

    size.kept(10.0)
    assert 330 == size.now
    for _ in range(GROWTH_STEPS):
        size.kept(10.0)
    assert 640 == size.now


def test_batches_nearly_as_slow_as_what_was_too_long_do_not_grow() -> None:
    """Otherwise it would be evicted again and again."""
    size = BatchSize(640)
    size.evicted(300.0)

    size.kept(150.0)

    assert 320 == size.now


def test_an_eviction_that_came_at_once_blames_no_batch_of_less_than_half_a_second() -> None:
    """A broker that was away evicts too, and quick batches are not to blame."""
    size = BatchSize(640)
    size.evicted(0.001)

    size.kept(0.4)

    assert 330 == size.now
