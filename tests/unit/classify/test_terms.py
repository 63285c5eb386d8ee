"""Choosing the terms to show."""

import numpy as np

from services.classify.terms import TERMS_SHOWN, leading, top_terms


def terms_of(*candidates: tuple[str, int, float], texts_count: int = 2) -> list[tuple[str, ...]]:
    """Return the terms shown for candidates of (name, text, gain)."""
    names, texts, gains = ([each[n] for each in candidates] for n in range(3))
    first = leading(np.array(texts, np.int64), np.array(gains, np.float32)).tolist()
    return top_terms([str(names[n]) for n in first], [int(texts[n]) for n in first], texts_count)


def test_the_heaviest_come_first() -> None:
    """Terms stand by what they added, whatever order they came in."""
    shown = terms_of(("of", 0, 0.1), ("lamp", 0, 0.9), ("bin", 1, 0.5), ("out", 0, 0.4))

    assert [("lamp", "out", "of"), ("bin",)] == shown


def test_a_term_is_shown_once() -> None:
    """A word said three times takes one place."""
    assert [("bin", "lid"), ()] == terms_of(*[("bin", 0, 0.9)] * 3, ("lid", 0, 0.1))


def test_only_so_many_are_shown() -> None:
    """A long text shows no more terms than a short one."""
    shown = terms_of(*((f"w{n}", 0, 1.0 - n / 10) for n in range(9)))

    assert TERMS_SHOWN == len(shown[0])


def test_nothing_to_show_is_shown_as_nothing() -> None:
    """Texts without candidates have empty terms."""
    assert [(), ()] == terms_of()


def test_of_one_weight_the_first_given_comes_first() -> None:
    """Nothing but the order given decides between them, so that a replay shows the same."""
    assert [("b", "a"), ()] == terms_of(("b", 0, 0.25), ("a", 0, 0.25))


def test_candidates_come_in_the_same_order_however_many_texts_there_are() -> None:
    """Where text, weight and place do not fit into one number they are sorted one by one."""
    random = np.random.default_rng(5)
    texts = random.integers(0, 40, 600)
    gains = np.array(random.integers(1, 12, 600) / 16, np.float32)

    few, many = leading(texts, gains), leading(texts + (1 << 40), gains)

    assert few.tolist() == many.tolist()
    assert sorted(texts[few].tolist()) == texts[few].tolist()
