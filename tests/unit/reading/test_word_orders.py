"""Constructions: what they mean, and what is none."""

import pytest

from services.reading.lexicon import Lexicon, Places
from services.reading.shadow import Shadow
from services.reading.word_orders import construction, lists_named, places_in, words_named
from services.reading.word_row import WordRow

LISTS = {"he": ("he", "she"), "be": ("is", "'s", "was"), "ill": ("ill", "very ill", "deaf")}


def stands(text: str, draft: str) -> list[tuple[int, int]]:
    """Return where a construction stands in a draft."""
    each = construction(text)
    row = WordRow(Shadow(draft))
    places = Lexicon({**LISTS, **{key: (key[1:],) for key in words_named(each)}}).find(row)

    def sought(key: str) -> Places:
        return places.get(key, {})

    return list(places_in(each, row, sought))


@pytest.mark.parametrize(
    ("text", "draft"),
    [
        ("<he> <be> <ill>", "She's ill"),
        ("<he> <be> ..2 <ill>", "he is now quite deaf"),
        ("<he> is/was <ill>", "he was very ill today"),
        ("<he> <be> so? <ill>", "he is so ill"),
        ("<he> <be> so? <ill>", "he is ill"),
        ("^ <he> <be>", "Late again. He is ill."),
        ("<he> , <be>", "he, was there"),
        ("<ill> ,", "he was ill"),
        ("<be> <ill> !dance", "he is ill now"),
        ("ill* ..8 ..8 dance", "illness and nine other things that we all know of end a dance"),
        ("don't ask", "please don't ask him"),
    ],
)
def test_a_construction_stands(text: str, draft: str) -> None:
    """Words in an order, with what may and may not be between them."""
    assert stands(text, draft)


@pytest.mark.parametrize(
    ("text", "draft"),
    [
        ("<he> <be> <ill>", "he is. Ill winds blow"),
        ("<he> <be> ..2 <ill>", "he is now and then rather ill"),
        ("<he> <be> ..2 <ill>", "he is late. The ill wind"),
        ("^ <he> <be>", "so he is"),
        ("<he> , <be>", "he was"),
        ("<ill> ,", "ill winds"),
        ("<be> <ill> !dance", "he is ill dance or not"),
        ("<he> fault", "she is"),
    ],
)
def test_a_construction_does_not_stand(text: str, draft: str) -> None:
    """Another order, too many words between, or the end of the sentence."""
    assert not stands(text, draft)


def test_a_construction_tells_each_place_it_stands_at() -> None:
    """From its first word up to its last."""
    assert [(0, 3), (4, 8)] == stands("<he> <be> ..1 <ill>", "He's deaf and she is very ill")


def test_a_construction_is_named_without_its_signs() -> None:
    """What people are shown has no angle brackets and no lists that must not stand there."""
    assert "he be … ill" == construction("^ <he> <be> ..2 <ill> !<service> ,").shown


def test_lists_and_words_of_a_construction_are_named() -> None:
    """What must be looked for can be asked of it."""
    text = "<he> is/<be> ..2 fault"

    assert ["he", "be"] == lists_named(text)
    assert ["=is", "=fault"] == words_named(construction(text))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "^",
        "..2 fault",
        ", fault",
        "late? fault",
        "!<he> fault",
        "fault ..0 here",
        "fault ..9 here",
        "<Fault> here",
        "fa*lt here",
        "fault don't/isn't",
        "a,b",
        " ".join(["word"] * 30),
    ],
)
def test_what_is_no_construction_is_refused_by_a_sentence(text: str) -> None:
    """Whoever writes lists is told what is wrong."""
    with pytest.raises(ValueError, match=r".{15}"):
        construction(text)
