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
        ("tam@x", "t\u0336a\u0332m\u0305@x"),
        ("eh61", "\U0001f174\U0001f17761"),
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
        ("07700 905218", "07700 90S218"),
        ("30s and 20z", "30s and 20z"),
        ("07700900618", "零七七零零九零零六一八"),
    ],
)
def test_letters_pass_for_digits_only_among_digits(digits: str, text: str) -> None:
    """A word of such letters stays a word."""
    assert digits == Shadow(text).digits


@pytest.mark.parametrize(
    ("mirrored", "text"),
    [
        (((5, 8),), "ring \u202e321\u202c now"),
        (((5, 8),), "ring \u202e321"),
        (((0, 3), (4, 7)), "\u202e321\n\u202e654"),
        ((), "ring 321"),
    ],
)
def test_what_an_override_turns_round_is_named(
    mirrored: tuple[tuple[int, int], ...], text: str
) -> None:
    """The reader sees such a stretch backwards, up to its end or the line's."""
    assert mirrored == Shadow(text).mirrored


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
        ("012345", "zéro un deux trois quatre cinq"),
        ("012345", "null eins zwei drei vier fünf"),
        ("012345", "zero jeden dwa trzy cztery pięć"),
        ("07700900519", "zero7seven00-nine-00-519"),
        ("07700900774", "07700 then 900 and the last bit was 774"),
        ("01632960619", "01632, followed by 960 and 619"),
    ],
)
def test_words_for_digits_are_read(digits: str, text: str) -> None:
    """English and Welsh words, double and triple, tens and hundreds give their digits."""
    (run,) = spoken_runs(Shadow(text))

    assert digits == run.digits
    assert (0, len(text)) == (run.start, run.end)


@pytest.mark.parametrize(
    "text",
    [
        "one in five",
        "two or three, four at most",
        "123456 789",
        "one two",
        "someone twofold",
        "12 and 14, then 16",
    ],
)
def test_a_few_number_words_are_no_run(text: str) -> None:
    """Fewer than six digits, or none spelt, are ordinary talk."""
    assert [] == spoken_runs(Shadow(text))
