"""The folded text that patterns read, and the way back from it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reading.shadow import Shadow
from services.reading.spoken_digits import spoken_runs


@pytest.mark.parametrize(
    ("folded", "text"),
    [
        ("plain text", "Plain TEXT"),
        ("0123", "０１２３"),
        ("0123", "𝟎𝟏𝟐𝟑"),
        ("0123", "٠١٢٣"),
        ("0123", "0\u200b1\u20602\ufeff3"),
        ("07", "0\ufe0f\u20e37\ufe0f\u20e3"),
        ("07", "0\u03367\u0336"),
        ("it's 1-2", "It\u2019s 1\u20132"),
        ("a b", "a\u00a0b"),
        ("a\nb", "a\u2028b"),
        ("café", "CAFÉ"),
        ("क्षि", "क्षि"),
    ],
)
def test_disguises_are_folded_away(folded: str, text: str) -> None:
    """Compatibility forms, foreign digits and what cannot be seen are gone; letters stay."""
    assert folded == Shadow(text).text


def test_capitals_are_kept_beside() -> None:
    """Plates and postcodes are told by their capitals."""
    shadow = Shadow("ＡＢ12 cde")

    assert "AB12 cde" == shadow.cased
    assert "ab12 cde" == shadow.text


def test_letters_that_look_latin_are_folded_for_patterns_alone() -> None:
    """Hosts are read from the text itself, since a look-alike host is another host."""
    shadow = Shadow("jо@ехample")

    assert "jo@example" == shadow.latin
    assert "jo@example" != shadow.text


@pytest.mark.parametrize(
    ("digits", "text"),
    [
        ("07700 900", "O77OO 9OO"),
        ("011", "0l|"),
        ("oil lil oo", "oil lil oo"),
        ("b077 x0", "b077 x0"),
    ],
)
def test_letters_pass_for_digits_only_among_digits(digits: str, text: str) -> None:
    """A word of such letters stays a word."""
    assert digits == Shadow(text).digits


@given(st.text(st.characters(), max_size=60))
def test_every_stretch_leads_back_to_the_original(text: str) -> None:
    """Whatever a text holds, its shadows are of one length and places stay in order."""
    shadow = Shadow(text)

    assert len(shadow.text) == len(shadow.cased) == len(shadow.latin) == len(shadow.digits)
    spans = [shadow.span(place, place + 1) for place in range(len(shadow.text))]
    assert spans == sorted(spans)
    assert all(0 <= start < end <= len(text) for start, end in spans)


@pytest.mark.parametrize(
    ("digits", "text"),
    [
        ("07700900123", "oh seven seven double-oh nine double oh one two three"),
        ("07700900123", "zero seven seven hundred nine hundred, one two three"),
        ("07700900123", "07700 nine hundred one two three"),
        ("000111", "triple zero triple one"),
        ("214263", "twenty-one forty two sixty three"),
        ("203040", "twenty thirty forty"),
        ("+447700", "plus four four seven seven double oh"),
        ("012345", "dim un dau tri pedwar pump"),
    ],
)
def test_words_for_digits_are_read(digits: str, text: str) -> None:
    """English and Welsh words, double and triple, tens and hundreds give their digits."""
    (run,) = spoken_runs(text)

    assert digits == run.digits
    assert (0, len(text)) == (run.start, run.end)


@pytest.mark.parametrize(
    "text",
    ["one in five", "two or three, four at most", "123456 789", "one two", "someone twofold"],
)
def test_a_few_number_words_are_no_run(text: str) -> None:
    """Fewer than six digits, or none spelt, are ordinary talk."""
    assert [] == spoken_runs(text)
