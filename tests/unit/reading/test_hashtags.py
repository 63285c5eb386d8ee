"""Hashtags that can be read out, and words run together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reading.hashtags import Hashtags

TAGS = Hashtags(
    words=(
        *("fill", "the", "pothole", "bin", "day", "road", "works", "love", "your", "library"),
        *("part", "it", "on", "save", "centre", "foot", "ball", "news", "council", "mercatburgh"),
    ),
    single_words=("roadwork", "footballground"),
)


@pytest.mark.parametrize(
    "tag",
    [
        "#LondonRoad",
        "#WasteWednesday",
        "#LoveYourLibrary",
        "#love_your_library",
        "#binday",
        "#pothole",
        "#potholes",
        "#roadworks",
        "#football",
        "#partition",
        "#neighbourhood",
        "#Mercatburgh",
        "#mercatburgh2025",
        "#NHS",
        "#COVID19",
        "#2025",
        "#\u0645\u0643\u062a\u0628\u0629\u0627\u0644\u0645\u062f\u064a\u0646\u0629",
        "https://mercatburgh.example/#fillthepothole",
        "fillthepothole",
    ],
)
def test_a_tag_that_can_be_read_out_is_none(tag: str) -> None:
    """Capitals, single words, short tags and scripts without capitals are let be."""
    assert [] == TAGS.run_together(f"Look at {tag} now")


@pytest.mark.parametrize(
    "tag",
    [
        "#fillthepothole",
        "#Fillthepothole",
        "#FILLTHEPOTHOLE",
        "#councilnews",
        "#mercatburghcouncil",
        "#loveyourlibraries",
        "#savethekirkgatecentre",
        "#partonthepart",
        "#gw\u0177llyfrauybrifddinas",
        "#bindayroadworks2025",
    ],
)
def test_words_run_together_are_found(tag: str) -> None:
    """Known words, a name amid them, or a length that no word has."""
    assert [tag[1:]] == TAGS.run_together(f"Look at {tag}, all of you.")


def test_each_tag_is_told() -> None:
    """Those between that are in order are not."""
    text = "#fillthepothole #FillThePothole #loveyourlibrary"

    assert ["fillthepothole", "loveyourlibrary"] == TAGS.run_together(text)


@given(st.text(st.characters()), st.text(st.sampled_from("thepotlovbindayrs#"), max_size=150))
def test_any_text_can_be_looked_at(text: str, tag: str) -> None:
    """Nothing makes it raise."""
    assert len(TAGS.run_together(f"#{text} #{tag}")) <= len(text) + len(tag)
