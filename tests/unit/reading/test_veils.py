"""Characters that make a text other than it looks, told from those that scripts need."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reading.veils import count_veils


@pytest.mark.parametrize(
    "text",
    [
        "Ring 0300 555 0100.\nOr write, café \u2013 \u201cas you like\u201d\u2026\t£28.50",
        "Mae\u2019r llyfrgell ar gau: ŵŷ \u2019n ôl",
        "می\u200cخواهم به کتابخانه بروم",
        "\u202bمرحبا\u202c 0300 555 0100",
        "क्\u200dष नमस्ते",
        "Clan \U0001f469\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466 ❤️",
        "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
        "Library at Kirkgate, щосереди з 10 до 13",
        "Книги в PDFом формате",
        "Resistance of 4 kΩ, 10 µm, π = 3.14",
        "col\u00adla\u00adtion with soft hyphens",
        "Tiếng Việt, １２時",
        "a\u0300\u0323 two marks are a letter",
        "\u200eleading mark and trailing\u200b",
    ],
)
def test_what_scripts_need_is_no_veil(text: str) -> None:
    """Joiners, marks and letters stand where they belong."""
    assert 0 == count_veils(text)


@pytest.mark.parametrize(
    "text",
    [
        "Ring \u202e3210 009 00770\u202c today",
        "his n\u200bumber",
        "077\u200d00 900 123",
        "07700\u00ad900123",
        "write to d.cаmeron@inbox.example",
        "рassword",
        "ρolice station",
        "\U0001d5f0\U0001d5ee\U0001d5f9\U0001d5f9 us",
        "ⓒⓐⓛⓛ us",
        "h\u0336\u0337\u0338e\u0300\u0301\u0302llo",
        "null \x00 and bell \x07",
        "broken \ufffd letter",
        "half \ud800 a letter",
        "hidden \U000e0061\U000e0062 tags",
        "\u2067turned for no reason\u2069",
    ],
)
def test_what_hides_or_turns_a_text_is_a_veil(text: str) -> None:
    """Overrides, unseen characters, borrowed letters and heaps of marks are found."""
    assert count_veils(text) > 0


@given(st.text(st.characters()))
def test_any_text_has_a_count(text: str) -> None:
    """Nothing makes it raise."""
    assert 0 <= count_veils(text) <= 2 * len(text)
