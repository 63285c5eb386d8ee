"""Choosing the terms to show."""

import numpy as np

from services.classify.terms import TERMS_SHOWN, top_terms


def terms_of(*candidates: tuple[str, int, float], texts_count: int = 2) -> list[tuple[str, ...]]:
    """Return the terms shown for candidates of (name, text, gain)."""
    names, texts, gains = ([each[n] for each in candidates] for n in range(3))
    return top_terms(
        [str(name) for name in names],
        np.array(texts, np.int64),
        np.array(gains, np.float32),
        texts_count,
    )


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
