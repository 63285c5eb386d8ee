"""Words as hashed n-grams of their letters."""

from hypothesis import given
from hypothesis import strategies as st

from services.classify.subwords import subwords_of

WORDS = st.text(st.characters(), max_size=40)


def buckets_of(word: str, bucket_count: int = 1 << 16) -> list[int]:
    """Return one word's buckets."""
    return [int(bucket) for bucket in subwords_of([word], bucket_count).buckets]


@given(st.lists(WORDS, min_size=1), st.integers(1, 1 << 20))
def test_each_word_has_buckets_in_range(words: list[str], bucket_count: int) -> None:
    """Any word, even an empty one or half a character, has a bucket, and none is out of range."""
    found = subwords_of(words, bucket_count)

    assert found.counts.min() >= 1
    assert len(found.buckets) == found.counts.sum()
    assert 0 <= found.buckets.min()
    assert found.buckets.max() < bucket_count


@given(st.lists(WORDS, min_size=1))
def test_neighbours_change_no_buckets(words: list[str]) -> None:
    """A word's buckets hang on the word alone."""
    apart = [bucket for word in words for bucket in buckets_of(word)]

    assert apart == subwords_of(words, 1 << 16).buckets.tolist()


def test_a_word_has_its_n_grams() -> None:
    """`bin` with both ends is five letters: three of three, two of four, one of five."""
    assert 6 == len(buckets_of("bin"))


def test_a_misspelt_word_shares_buckets() -> None:
    """Likeness is what subwords are for; unlike words share nothing."""
    shared = set(buckets_of("pothole")) & set(buckets_of("pothol"))

    assert len(shared) >= 5
    assert not set(buckets_of("pothole")) & set(buckets_of("library"))
