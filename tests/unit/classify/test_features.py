"""Which features tokens and pairs of words have."""

import numpy as np

from services.classify.features import UNKNOWN_WORD, pairs_found, token_features
from services.classify.lexing import SEPARATOR
from services.classify.model import SUBWORD_SHARE
from tests.unit.classify.samples import WORDS, small_vocabulary

NUMBERS = {word: n for n, word in enumerate(WORDS)}


def test_a_known_word_counts_itself_and_its_subwords() -> None:
    """A known word has length 1, its subwords together the share they are given."""
    found = token_features(["bin"], small_vocabulary(), NUMBERS)

    assert [NUMBERS["bin"]] == found.words.tolist()
    assert NUMBERS["bin"] in found.features
    np.testing.assert_allclose(found.squares, [1 + SUBWORD_SHARE**2], rtol=1e-6)


def test_an_unknown_word_counts_its_subwords_alone() -> None:
    """A word outside the vocabulary is told by its letters."""
    vocabulary = small_vocabulary()

    found = token_features(["skip"], vocabulary, NUMBERS)

    assert [UNKNOWN_WORD] == found.words.tolist()
    assert found.features.min() >= vocabulary.first_bucket


def test_shouting_is_a_feature_of_its_own() -> None:
    """A word in capitals is the same word, and shouted."""
    vocabulary = small_vocabulary()

    quiet = token_features(["bin"], vocabulary, NUMBERS)
    loud = token_features(["BIN"], vocabulary, NUMBERS)

    added = set(loud.features.tolist()) - set(quiet.features.tolist())
    assert {vocabulary.first_mark + 1} == added


def test_the_separator_counts_the_text_alone() -> None:
    """What stands for the end of a text has length 1, all of it the mark of a text."""
    vocabulary = small_vocabulary()

    found = token_features([SEPARATOR], vocabulary, NUMBERS)

    counted = found.features[found.values != 0].tolist()
    assert [vocabulary.first_mark] == counted


def test_pairs_are_found_where_both_words_stand_side_by_side() -> None:
    """`street lamp` is a pair; `lamp street`, and a gap between the two, are not."""
    street, lamp = NUMBERS["street"], NUMBERS["lamp"]
    words = np.array([street, lamp, street, UNKNOWN_WORD, lamp, street, lamp], np.int32)

    places, pairs = pairs_found(words, small_vocabulary())

    assert [0, 5] == places.tolist()
    assert [0, 0] == pairs.tolist()
