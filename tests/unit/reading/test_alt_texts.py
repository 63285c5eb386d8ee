"""Descriptions of pictures that describe, and those that do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reading.alt_texts import AltTexts

ALTS = AltTexts(("a", "an", "image", "map", "of", "our", "photo", "poster", "the", "llun", "o"))
TEXT = "The new bus shelter at Mill Bridge is open. Come and see it."


@pytest.mark.parametrize(
    "alt",
    [
        "A glass shelter with a bench, and the number 14 pulling in.",
        "Map of Eastfield with the new routes in blue.",
        "Poster: beach clean, Sunday at ten, lifeboat station.",
        "Photo of our provost with the P5s of Braehead",
        "Gulls",
        "Mill Bridge",
        "\u0645\u0648\u0642\u0641 \u062d\u0627\u0641\u0644\u0627\u062a",
        "The new bus shelter at Mill Bridge is open, says the sign; a queue stands in the rain.",
        "Page 3 of the report: costs rose from 4 to 6 million.",
        "Signal box by the line",
    ],
)
def test_a_description_says_what_is_to_be_seen(alt: str) -> None:
    """However short it is, it names something of the picture."""
    assert not ALTS.is_poor(alt, TEXT)


@pytest.mark.parametrize(
    "alt",
    [
        "image",
        "Photo of the",
        "Our map!",
        "Llun o",
        "IMG_20250314_101522.jpg",
        "img 1234",
        "DSC00017",
        "Screenshot 2025-03-14 at 10.15.22",
        "WhatsApp Image 2025-03-14 at 10.15.22 (2)",
        "Untitled-2",
        "Bus shelter final v2.PNG",
        "https://mercatburgh.example/shelter",
        "12",
        "...",
        "\U0001f68c",
        TEXT,
        "the NEW bus shelter at mill bridge",
    ],
)
def test_a_name_or_an_empty_word_is_no_description(alt: str) -> None:
    """Files' names, general words and the draft's own words leave the picture untold."""
    assert ALTS.is_poor(alt, TEXT)


@given(st.text(st.characters()), st.text(st.characters()))
def test_any_description_is_one_or_the_other(alt: str, text: str) -> None:
    """Nothing makes it raise."""
    assert ALTS.is_poor(alt, text) in (True, False)
