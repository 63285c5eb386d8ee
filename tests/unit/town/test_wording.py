"""The same thing in other words: streets change, meaning and invented numbers do not."""

import re

import pytest

from services.town.draw import Draws
from services.town.echoes import echo_text
from services.town.labelled_texts import LabelledText
from services.town.wording import DISTRICTS, STREETS, said, wording_of


def text_of(text: str, urgency: str = "normal", language: str = "en") -> LabelledText:
    """Return a text about bins."""
    return LabelledText.model_validate(
        {
            "text": text, "language": language, "team": "waste", "sentiment": "negative",
            "intent": "complaint", "urgency": urgency,
        }
    )  # fmt: skip


def tellings(text: LabelledText, count: int = 300) -> list[str]:
    """Return what so many people make of a text."""
    wording = wording_of(text)
    return [said(wording, Draws(1).at("telling", number)) for number in range(count)]


def test_a_street_changes_into_another_street() -> None:
    """The same pothole is found all over the town."""
    told = " ".join(tellings(text_of("Bins on Mill Lane not lifted")))

    assert sum(street in told for street in STREETS) == len(STREETS)
    assert not any(district in told for district in DISTRICTS)


def test_two_streets_stay_two_streets() -> None:
    """A corner is not made of one street twice."""
    moved = wording_of(text_of("corner of Mill Lane and Kirkgate")).moved(3)

    assert moved == "corner of Saltcoats Drive and Mill Lane"


@pytest.mark.parametrize(
    "name", ["Northmuir Primary", "Eastfield High", "Kirkgate Nursery", "Gallowhill Court"]
)
def test_a_name_within_a_name_stays(name: str) -> None:
    """There is one Northmuir Primary, and it is in Northmuir."""
    wording = wording_of(text_of(f"The gate at {name} is stuck"))

    assert not wording.names_place
    assert name in wording.moved(5)


@pytest.mark.parametrize("urgency", ["emergency", "urgent"])
def test_a_call_for_help_gets_no_greeting_and_no_slip(urgency: str) -> None:
    """Only the street may differ."""
    told = tellings(text_of("Child in the water at Mill Lane", urgency))

    assert {"Child in the water at"} == {re.split("|".join(STREETS), text)[0][:-1] for text in told}
    assert all(any(text.endswith(street) for street in STREETS) for text in told)


def test_no_letter_slips_in_a_text_with_a_number_or_an_address() -> None:
    """A mistyped address could be somebody's."""
    told = tellings(text_of("write to j.lorimer@example.org or ring 01632 960233"), 2_000)

    assert all("j.lorimer@example.org" in text and "01632 960233" in text for text in told)


def test_words_are_put_around_a_text_only_in_its_own_language() -> None:
    """A Polish post does not begin with an English greeting."""
    told = tellings(text_of("Kosze pełne", language="pl"))
    plain = {re.sub(r" ?[#@][\w@.]+ ?", "", text) for text in told}

    assert all(re.fullmatch(r"[ksoze pełn]{8,13}", text.lower()) for text in plain)


def test_people_say_one_thing_in_many_ways() -> None:
    """Greetings, slips, hashtags and mentions make most of three hundred tellings differ."""
    told = tellings(text_of("Bins on Mill Lane not lifted, third week."))

    assert len(set(told)) > 120
    assert any("#" in text for text in told)
    assert any("@mercatburgh" in text for text in told)
    assert any(text == text.lower() for text in told)


def test_echoes_speak_of_bins_and_streets_in_many_voices() -> None:
    """Hundreds repeat one grievance, hardly any in the same words."""
    told = [echo_text(Draws(7).at("echo", number)) for number in range(300)]

    assert len(set(told)) > 270
    assert not [text for text in told if "{" in text or "  " in text]
    assert sum(any(place in text for place in (*STREETS, *DISTRICTS)) for text in told) > 240
