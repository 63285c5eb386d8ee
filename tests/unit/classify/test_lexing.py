"""Cutting batches of texts into tokens."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.classify.lexing import SEPARATOR, TOKEN_LENGTH_MAX, is_shouted, spelling, tokens_of

ANY_TEXT = st.text(st.characters())


def tokens_in(text: str) -> list[str]:
    """Return one text's tokens without the separator."""
    return tokens_of([text])[:-1]


@given(st.lists(ANY_TEXT))
def test_each_text_has_one_separator(texts: list[str]) -> None:
    """Whatever texts hold, separators included, the batch falls apart where they end."""
    tokens = tokens_of(texts)

    assert len(texts) == tokens.count(SEPARATOR)
    assert not tokens or tokens[-1] == SEPARATOR


@given(st.lists(st.one_of(ANY_TEXT, st.sampled_from(["https://a.example/b", "@us", "垃圾 bin"]))))
def test_neighbours_change_no_tokens(texts: list[str]) -> None:
    """A batch gives the tokens that its texts give one by one."""
    apart = [token for text in texts for token in tokens_of([text])]

    together = tokens_of(texts)

    # The plain and the full pattern may differ only in what plain text cannot hold.
    assert apart == together


def test_long_words_are_cut() -> None:
    """A run of letters without end becomes tokens of bounded length."""
    tokens = tokens_in("a" * 20_000)

    assert TOKEN_LENGTH_MAX == max(map(len, tokens))


def test_links_and_handles_lose_their_names() -> None:
    """What a link or handle is called is no word of the post's."""
    assert ["user__", "see", "http", "now"] == tokens_in("@mercatburgh see https://a.example/x now")


def test_chinese_is_cut_into_characters() -> None:
    """Where words are not spaced, each character is a token."""
    assert ["垃", "圾", "bin", "没"] == tokens_in("垃圾bin没")


def test_vowel_signs_stay_in_their_word() -> None:
    """The signs of Indic scripts do not break a word, though Python sees no letters in them."""
    assert ["ਕੂੜਾ", "ময়লা"] == tokens_in("ਕੂੜਾ ময়লা")


@pytest.mark.parametrize(
    ("expected", "token"),
    [
        ("bin", "BIN"),
        ("council", "Council’s"),
        ("soo", "sooooo"),
        ("00am", "12am"),
        ("!!", "!!!"),
        ("", "'''"),
    ],
)
def test_spelling_folds_what_makes_no_difference(expected: str, token: str) -> None:
    """Case, possessives, long runs and figures are folded."""
    assert expected == spelling(token)


def test_only_longer_words_in_capitals_are_shouted() -> None:
    """An initial or a two-letter word in capitals is no shouting."""
    assert [True, False, False] == [is_shouted(token) for token in ("BINS", "TV", "Bins")]
