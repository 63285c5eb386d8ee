"""Choosing words, pairs and values from texts."""

from services.classify.model import WORD_NUMBER_BITS
from services.classify.vocabulary import Thresholds, choose_vocabulary

TEXTS = ["Street lamp out", "street lamp", "the BIN", "the the the lamp street", "lamps"]
FEW = Thresholds(words_seen_min=2, pairs_seen_min=2, own_factor=1, bucket_count=64)


def test_words_seen_often_enough_are_known() -> None:
    """A word counts once per text and whatever its case; the most frequent come first."""
    vocabulary = choose_vocabulary(TEXTS, [False] * 5, FEW)

    assert {"street", "lamp", "the"} == set(vocabulary.words)
    assert "the" == vocabulary.words[-1]


def test_pairs_seen_often_enough_are_known() -> None:
    """A pair is two known words side by side, in their order."""
    vocabulary = choose_vocabulary(TEXTS, [False] * 5, FEW)

    street, lamp = map(vocabulary.words.index, ("street", "lamp"))
    assert [street << WORD_NUMBER_BITS | lamp] == vocabulary.pairs.tolist()


def test_texts_of_our_own_count_more() -> None:
    """A word of ours is known where the same word in others' texts is not."""
    thresholds = Thresholds(words_seen_min=2, pairs_seen_min=9, own_factor=2, bucket_count=64)

    vocabulary = choose_vocabulary(["gully", "skip"], [True, False], thresholds)

    assert ("gully",) == vocabulary.words


def test_rare_words_count_more_than_common_ones() -> None:
    """Values fall with frequency; every feature has one."""
    vocabulary = choose_vocabulary(TEXTS, [False] * 5, FEW)
    values = dict(zip(vocabulary.words, vocabulary.values.tolist(), strict=False))

    assert values["the"] > values["lamp"] >= 1
    assert vocabulary.feature_count == len(vocabulary.values)


def test_no_more_words_than_allowed_are_kept() -> None:
    """The limit keeps the most frequent."""
    thresholds = Thresholds(words_seen_min=1, words_count_max=2, own_factor=1, bucket_count=64)

    assert 2 == len(choose_vocabulary(TEXTS, [False] * 5, thresholds).words)
