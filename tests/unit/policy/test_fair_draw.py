"""A draw that anybody can work out again: nobody chooses its order, and everything fixed counts."""

import hashlib
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.policy.fair_draw import NUMBERS_MAX, commitment_of, drawn_order, list_digest_of

VALUE = "7 12 19 23 40 44"
SEED = "a secret of the house"


def by_the_words_of_the_page(count: int, value: str, seed: str, digest: str) -> list[int]:
    """Work an order out as the page tells it, with nothing of ours."""
    left, order = list(range(1, count + 1)), list[int]()
    while left:
        place = len(order).to_bytes(2, "big")
        said = hashlib.sha256(place + f"{value}/{seed}/{digest}".encode() + place).hexdigest()
        order.append(left.pop(int(said, 16) % len(left)))
    return order


@given(st.integers(1, 60), st.text(max_size=20), st.text(max_size=20))
def test_everybody_is_drawn_once_and_as_the_page_says(count: int, value: str, seed: str) -> None:
    """Whatever was published, a stranger gets the same order from it."""
    value, seed = (each.encode("utf-8", "replace").decode() for each in (value, seed))

    order = drawn_order(count, value, seed, "d" * 64)

    assert list(range(1, count + 1)) == sorted(order)
    assert by_the_words_of_the_page(count, value, seed, "d" * 64) == order


def test_a_known_draw_stays_what_it_was() -> None:
    """Draws of years ago are checked by today's program."""
    assert [3, 4, 1, 5, 2] == drawn_order(5, VALUE, SEED, "d" * 64)


@pytest.mark.parametrize(
    ("value", "seed", "digest"),
    [("7 12 19 23 40 45", SEED, "d" * 64), (VALUE, "x", "d" * 64), (VALUE, SEED, "e" * 64)],
)
def test_each_part_of_what_was_fixed_counts(value: str, seed: str, digest: str) -> None:
    """Another value, another secret or another list is another draw."""
    assert drawn_order(40, VALUE, SEED, "d" * 64) != drawn_order(40, value, seed, digest)


def test_nobody_is_drawn_first_more_often_than_chance_has_it() -> None:
    """Of five, each comes first in about a fifth of two thousand draws."""
    first = Counter(drawn_order(5, VALUE, f"seed {each}", "d" * 64)[0] for each in range(2_000))

    assert {1, 2, 3, 4, 5} == set(first)
    assert all(330 < times < 470 for times in first.values())


@pytest.mark.parametrize("count", [0, NUMBERS_MAX + 1])
def test_a_draw_of_none_or_of_too_many_is_refused(count: int) -> None:
    """A place is written in two bytes."""
    with pytest.raises(ValueError, match="a draw is of 1 to"):
        drawn_order(count, VALUE, SEED, "d" * 64)


def test_a_list_has_another_digest_once_anything_of_it_is_another() -> None:
    """A number that changed hands is another list."""
    assert list_digest_of([(1, "a"), (2, "b")]) != list_digest_of([(1, "b"), (2, "a")])
    assert commitment_of("a") == hashlib.sha256(b"a").hexdigest()
