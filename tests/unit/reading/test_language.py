"""Telling languages."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reading.language import (
    LIKELY,
    SURE,
    UNKNOWN,
    UNSURE,
    is_answered_otherwise,
    language_of,
)

OWN = ("en", "cy")


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        ("en", "The bins on Cross Street have not been emptied for three weeks now."),
        ("cy", "Mae'r biniau ar Stryd y Groes heb gael eu gwagio ers tair wythnos."),
        ("pl", "Kosze na tej ulicy nie były opróżniane od trzech tygodni."),
        ("gd", "Cha deach na bionaichean fhalmhachadh airson trì seachdainean a-nis."),
        ("uk", "Сміттєві баки на нашій вулиці не вивозили вже три тижні."),
        ("ur", "اس سڑک پر تین ہفتوں سے کوڑا نہیں اٹھایا گیا، براہ کرم کچھ کریں۔"),
        ("pa", "ਇਸ ਗਲੀ ਵਿੱਚ ਤਿੰਨ ਹਫ਼ਤਿਆਂ ਤੋਂ ਕੂੜਾ ਨਹੀਂ ਚੁੱਕਿਆ ਗਿਆ।"),
        ("zh", "這條街的垃圾已經三個星期沒有人來收了，請盡快處理。"),
    ],
)
def test_languages_of_a_town_are_told(expected: str, text: str) -> None:
    """A sentence is enough to be sure, for traditional Chinese too."""
    guess = language_of(text, OWN)

    assert (expected, SURE) == guess


def test_scots_counts_as_english() -> None:
    """Scots has no code of two letters."""
    text = "hoo dae ye sign up for thae free books, ma son set it up afore and he's awa noo"

    assert "en" == language_of(text, OWN).code


def test_links_and_handles_say_nothing() -> None:
    """A post in Welsh with English names in its link is Welsh."""
    text = "@council_help Diolch yn fawr iawn i chi gyd https://council.example/the-english-page"

    assert "cy" == language_of(text, OWN).code


@pytest.mark.parametrize("text", ["", "\x00", "\ud800", "!!!", "👍", "12:30"])
def test_nothing_to_read_is_taken_for_the_first_language(text: str) -> None:
    """Where no letter stands, the body's first language is named, as unknown."""
    assert ("cy", UNKNOWN) == language_of(text, ("cy", "en"))


def test_a_word_too_short_to_tell_is_taken_for_the_bodys_language() -> None:
    """`hi` could be many languages; a body that reads English takes it for English."""
    assert ("en", UNSURE) == language_of("hi", OWN)


def test_an_expected_language_is_believed_sooner() -> None:
    """What is no more than likely is taken where the body expects the language."""
    assert ("cy", LIKELY) == language_of("Diolch", OWN)


@given(st.text(st.characters()))
def test_any_text_has_a_language(text: str) -> None:
    """Whatever a text holds, two letters and a probability come back."""
    guess = language_of(text, OWN)

    assert re.fullmatch("[a-z]{2}", guess.code)
    assert 0 < guess.probability < 1


@pytest.mark.parametrize("unit", ["a", "\U0010fffe", "\ufdd0", "\x7f", "ю", "垃", "\u202e"])
def test_a_very_long_text_is_read(unit: str) -> None:
    """Twenty thousand characters of anything are no harder than one."""
    assert language_of(unit * 20_000, OWN).code


NAMES = {"pl": ("polish", "polsku"), "en": ("english",)}
IN_ENGLISH = "When does the housing office open, and can I come without an appointment?"
IN_POLISH = (
    "Biuro mieszkaniowe jest otwarte od dziewiątej do piątej. Proszę wziąć numer przy drzwiach."
)
IN_WELSH = "Mae'r swyddfa dai ar agor o naw tan bump. Does dim angen apwyntiad."
IN_URDU = "کیا کل کوڑے کی گاڑی آئے گی؟ پچھلے ہفتے نہیں آئی۔"


@pytest.mark.parametrize(
    ("text", "answered"),
    [
        (IN_POLISH, IN_ENGLISH),
        (IN_ENGLISH, IN_POLISH),
        (IN_WELSH, IN_ENGLISH),
        (IN_ENGLISH, IN_WELSH),
        (IN_ENGLISH, IN_URDU),
        (f"{IN_POLISH} https://mercatburgh.example/housing", f"@council {IN_ENGLISH} #housing"),
    ],
)
def test_an_answer_in_another_language_is_known(text: str, answered: str) -> None:
    """Languages of one script are told apart, and so are those of two."""
    assert is_answered_otherwise(text, answered, NAMES)


@pytest.mark.parametrize(
    ("text", "answered"),
    [
        (IN_ENGLISH, IN_ENGLISH),
        (IN_WELSH, IN_WELSH),
        (IN_ENGLISH, "whaur's the bin lorry the day, ye said it wis comin this mornin"),
        (f"{IN_POLISH} {IN_ENGLISH}", IN_ENGLISH),
        (f"{IN_WELSH} {IN_ENGLISH}", IN_ENGLISH),
        (IN_POLISH, f"{IN_ENGLISH} {IN_POLISH}"),
        (IN_POLISH, f"{IN_ENGLISH} My mother would like it in Polish."),
        ("Diolch!", IN_ENGLISH),
        ("Merci beaucoup", IN_ENGLISH),
        (IN_POLISH, "pics pls"),
        ("Kirkgate, Castlehill, Abbey Road North, Saltcoats Drive", IN_POLISH),
        ("", IN_ENGLISH),
        (IN_ENGLISH, ""),
        ("https://mercatburgh.example/a/long/address/of/a/page", IN_WELSH),
    ],
)
def test_what_is_not_surely_another_language_is_none(text: str, answered: str) -> None:
    """Short texts, names, answers in both and in the one that was asked for are let be."""
    assert not is_answered_otherwise(text, answered, NAMES)


@given(st.text(st.characters()), st.text(st.characters()))
def test_any_two_texts_can_be_compared(text: str, answered: str) -> None:
    """Nothing makes it raise, and no text is in another language than itself."""
    assert is_answered_otherwise(text, answered, NAMES) in (True, False)
    assert not is_answered_otherwise(text, text, NAMES)
