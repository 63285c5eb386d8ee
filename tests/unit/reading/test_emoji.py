"""Emoji as people count them, whatever they are made of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reading.emoji import EmojiCount, count_emoji


@pytest.mark.parametrize(
    ("text", "number", "in_a_row"),
    [
        ("No picture: #1, 2*3 = 6, (c) \u00a9 \u2122 \u2192 \u2022 \u2713 \u00bd", 0, 0),
        ("Thanks \U0001f44f", 1, 1),
        ("One family: \U0001f469\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466", 1, 1),
        ("A dark thumb \U0001f44d\U0001f3ff and a swimmer \U0001f3ca\u200d\u2640\ufe0f", 2, 1),
        ("\U0001f1eb\U0001f1f7\U0001f1e9\U0001f1ea twins", 2, 2),
        (
            "Scotland \U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
            1,
            1,
        ),
        ("Sun \u2600\ufe0f and \u2600 as text, heart \u2764\ufe0f", 2, 1),
        ("\U0001f389 \U0001f389 \U0001f389, gaps make no end of a row", 3, 3),
        ("\U0001f327\ufe0f rain \U0001f31e sun \U0001f68c bus", 3, 1),
        ("Keys 1\ufe0f\u20e32\ufe0f\u20e3", 2, 2),
    ],
)
def test_emoji_are_counted_as_they_are_seen(text: str, number: int, in_a_row: int) -> None:
    """Joined, coloured and flagged ones are one each; signs of text are none."""
    assert EmojiCount(number, in_a_row) == count_emoji(text)


@given(st.text(st.characters()))
def test_any_text_has_a_count(text: str) -> None:
    """Nothing makes it raise, and a row is never longer than all."""
    found = count_emoji(text)

    assert 0 <= found.in_a_row <= found.number <= len(text)
