"""Finding constructions: phrases with room for other words."""

import pytest

from services.reading.construction_index import ConstructionIndex, any_of
from services.reading.shadow import Shadow

WORDS = {"party": ("tory", "Green", "lib dems"), "verb": ("mend", "look at")}


def found(construction: str, text: str) -> list[str]:
    """Return the stretches of a text where a construction stands."""
    shadow = Shadow(text)
    index = ConstructionIndex((construction,), WORDS)
    places = [
        shadow.sayings.span(each.start, each.end)
        for each in index.find(shadow.sayings, shadow.cased)
    ]
    return [text[place.start : place.end] for place in places]


@pytest.mark.parametrize(
    ("construction", "text", "stretch"),
    [
        ("we will mend", "We'll mend it.", "We'll mend"),
        ("fix/mend it", "We MEND it", "MEND it"),
        ("will really? <verb>", "I will look at it", "will look at"),
        ("will really? <verb>", "I will really mend it", "will really mend"),
        (
            "take ..4 seriously",
            "We take all of your points seriously",
            "take all of your points ser",
        ),
        ("guarant*", "It is guaranteed!", "guaranteed"),
        ("<number> % off", "15% off today", "15% off"),
        ("vote <party>", "Please vote Green", "vote Green"),
        ("vote <party>", "VOTE LIB DEMS", "VOTE LIB DEMS"),
        ("we're liable", "we are liable", "we are liable"),
        ("😀 funny", "so 😀 funny", "😀 funny"),
    ],
)
def test_a_construction_is_found(construction: str, text: str, stretch: str) -> None:
    """However its words are written, a construction is found where it stands."""
    (first,) = found(construction, text)

    assert first.startswith(stretch)


@pytest.mark.parametrize(
    ("construction", "text"),
    [
        ("we will mend", "We will not mend it"),
        ("take ..4 seriously", "Take it. Seriously!"),
        ("take ..2 seriously", "take all of these points seriously"),
        ("vote <party>", "vote green bin of the year"),
        ("guarant*", "the garden"),
        ("<number> % off", "some % off"),
        ("mend", "amend it"),
    ],
)
def test_other_words_are_not(construction: str, text: str) -> None:
    """No sentence end, no word too many, and no small letter where a capital is asked for."""
    assert [] == found(construction, text)


@pytest.mark.parametrize(
    ("sentence", "construction"),
    [
        ("everywhere", "very? <number>"),
        ("begins or ends", ".. mend"),
        ("begins or ends", "mend ..4"),
        ("1 to 8", "mend ..9 it"),
        ("under 3 letters", "ab*"),
        ("may only end", "m*nd"),
        ("no list of words", "vote <people>"),
        ("shorten it", "a " * 30),
    ],
)
def test_what_is_no_construction_is_refused_by_a_sentence(sentence: str, construction: str) -> None:
    """An officer is told what to change."""
    construction = construction.replace(".. mend", "..4 mend")

    with pytest.raises(ValueError, match=sentence):
        ConstructionIndex((construction,), WORDS)


def test_any_of_none_finds_nothing() -> None:
    """Without constructions there is no pattern."""
    assert any_of((), WORDS) is None


def test_one_look_finds_those_of_many_that_stand_in_a_text() -> None:
    """Numbers tell which of the constructions stand where, in the text's order."""
    shadow = Shadow("We mend roads, and we look at lamps.")
    index = ConstructionIndex(("we look at", "never again", "we mend"), WORDS)

    numbers = [each.number for each in index.find(shadow.sayings, shadow.cased)]

    assert [2, 0] == numbers
