"""Counting a text as a platform does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reading.graphemes import count_graphemes
from services.reading.lengths import (
    BLUESKY_LENGTH,
    MASTODON_LENGTH,
    Length,
    LengthRule,
    measure,
)
from services.reading.links import links_in
from services.reading.shadow import Shadow


def measured(text: str, rule: LengthRule) -> Length:
    """Return a text's length under a rule."""
    shadow = Shadow(text)
    return measure(text, shadow, links_in(shadow), rule)


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, ""),
        (5, "plain"),
        (3, "a\r\nb"),
        (4, "a\n\rb"),
        (4, "café"),
        (4, "cafe\u0301"),
        (3, "â\r\n\N{THUMBS UP SIGN}"),
        (1, "\U0001f44d\U0001f3fd"),
        (1, "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"),
        (1, "\u2764\ufe0f\u200d\U0001f525"),
        (2, "\U0001f468\U0001f469"),
        (2, "a\u200d\U0001f469"),
        (1, "\U0001f1ec\U0001f1e7"),
        (2, "\U0001f1ec\U0001f1e7\U0001f1eb\U0001f1f7"),
        (2, "\U0001f1ec\U0001f1e7\U0001f1eb"),
        (1, "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"),
        (1, "1\ufe0f\u20e3"),
        (1, "\u1112\u1161\u11ab"),
        (1, "\ud55c"),
        (2, "\ud55c\uae00"),
        (1, "\uac00\u11a8"),
        (2, "\u11a8\u1100"),
        (1, "क्षि"),
        (3, "नमस्ते"),
        (2, "தமி"),
        (2, "\u0e01\u0e33\u0e01"),
        (1, "\u0600\u0661"),
        (2, "a\u200b"),
        (2, "\ud800\ud800"),
    ],
)
def test_what_readers_take_for_one_character_counts_as_one(count: int, text: str) -> None:
    """Accents, families, flags, Hangul and Devanagari count as Annex 29 has them."""
    assert count == count_graphemes(text)


@given(st.text(st.characters()), st.text(st.characters()))
def test_joining_two_texts_never_adds_characters(first: str, second: str) -> None:
    """Any text has a count between none and its code points, and joining saves one at most."""
    both = count_graphemes(first + second)
    apart = count_graphemes(first) + count_graphemes(second)

    assert both <= apart <= len(first) + len(second)
    assert both >= count_graphemes(first) - 1


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (23, "https://council.example/a/very/long/path/that/goes/on/and/on"),
        (23, "https://a.test"),
        (27, "See https://a.test"),
        (28, "See https://a.test."),
        (8, "bit.ly/x"),
        (8, "@council"),
        (8, "@council@social.example"),
        (15, "hello @council@social.example!"),
        (1, "\U0001f468\u200d\U0001f469"),
    ],
)
def test_links_and_remote_handles_count_for_mastodon_as_it_counts(count: int, text: str) -> None:
    """A full link is 23 however long, a handle its local part, a bare domain itself."""
    assert count == measured(text, MASTODON_LENGTH).counted


def test_links_count_in_full_for_bluesky() -> None:
    """Where links have no flat rate, every character counts, and so does a handle's host."""
    text = "https://council.example/x @council@social.example"

    assert len(text) == measured(text, BLUESKY_LENGTH).counted


def test_characters_are_code_points() -> None:
    """A platform that does not know clusters counts each part of a family."""
    rule = LengthRule("characters", None, 10)

    assert 3 == measured("\U0001f468\u200d\U0001f469", rule).counted


@pytest.mark.parametrize(("over_by", "text"), [(0, "a" * 500), (1, "a" * 501)])
def test_a_text_is_too_long_from_one_over_the_limit(over_by: int, text: str) -> None:
    """The limit itself fits."""
    length = measured(text, MASTODON_LENGTH)

    assert over_by == length.over_by
    assert (over_by > 0) == length.is_too_long


def test_few_characters_of_many_bytes_are_too_long_where_bytes_are_bounded() -> None:
    """Bluesky takes 300 characters, but no more than 3000 bytes."""
    families = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466" * 130

    assert 130 == measured(families, BLUESKY_LENGTH).counted
    assert measured(families, BLUESKY_LENGTH).is_too_long
    assert not measured(families, MASTODON_LENGTH).is_too_long
