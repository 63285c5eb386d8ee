"""Folds of labelled texts."""

import pytest

from services.classify.examples import FOLD_COUNT, OWN, Example, folds_of


def example(text: str) -> Example:
    """Return a text of ours."""
    return Example(text, {"team": "waste"}, OWN)


def test_copies_share_a_fold() -> None:
    """A text with eight words in a row of another is judged with it."""
    tail = "has not emptied a single bin on this street"
    texts = [f"The lorry {tail} since May", f"So the crew {tail}", "bin", "BIN"]

    folds = folds_of([example(text) for text in texts])

    assert folds[0] == folds[1]
    assert folds[2] == folds[3]


def test_folds_hang_on_texts_alone() -> None:
    """Another order gives the same folds, and every fold is used."""
    texts = [example(f"{chr(97 + n % 26)}{chr(97 + n // 26)} words") for n in range(100)]

    folds = folds_of(texts)

    assert folds == folds_of(texts[::-1])[::-1]
    assert set(range(FOLD_COUNT)) == set(folds)


def test_another_seed_gives_other_folds() -> None:
    """The seed is part of what folds hang on."""
    texts = [example(f"{chr(97 + n % 26)}{chr(97 + n // 26)} words") for n in range(100)]

    assert folds_of(texts, 1) != folds_of(texts, 2)


def test_labels_for_unknown_heads_are_a_bug() -> None:
    """A label nobody trains is a slip of the pen."""
    with pytest.raises(AssertionError, match="unknown heads"):
        Example("bin", {"colour": "green"}, OWN)
