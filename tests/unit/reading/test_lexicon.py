"""Lists of phrases, found in a row of words."""

import pytest

from services.reading.lexicon import Lexicon, Places, phrase_words
from services.reading.shadow import Shadow
from services.reading.word_row import WordRow


def found(text: str, **lists: tuple[str, ...]) -> dict[str, Places]:
    """Return where lists stand in a text."""
    return Lexicon(lists).find(WordRow(Shadow(text)))


def test_a_word_and_a_phrase_are_found_where_they_stand() -> None:
    """Each list tells from where and up to where."""
    places = found("The door code is new", thing=("door", "door code"), verb=("is",))

    assert {"thing": {1: (2, 3)}, "verb": {3: (4,)}} == places


def test_a_stem_leaves_the_end_open() -> None:
    """A star stands for whatever follows, in the first word and in a later one."""
    places = found("Diabetes clinics open", a=("diabet*",), b=("diabetes clin*",), c=("diab",))

    assert {"a": {0: (1,)}, "b": {0: (2,)}} == places


def test_a_phrase_of_two_stems_is_found() -> None:
    """Both words of a phrase may be open."""
    assert {"a": {0: (2,)}} == found("complained bitterly", a=("complain* bitter*",))


def test_a_phrase_ends_with_its_sentence() -> None:
    """What one sentence ends with and the next begins with is no phrase."""
    assert {} == found("Mind the door. Code is law", thing=("door code",))


def test_a_list_may_hold_what_another_holds() -> None:
    """One word belongs to as many lists as name it."""
    assert {"a", "b"} == found("door", a=("door",), b=("door",)).keys()


def test_the_same_text_finds_the_same_twice() -> None:
    """What was learned of a word once holds the next time."""
    lexicon = Lexicon({"a": ("door code",)})
    row = WordRow(Shadow("door code, door"))

    assert lexicon.find(row) == lexicon.find(row) == {"a": {0: (2,)}}


@pytest.mark.parametrize("text", ["m*nd", "a*", "ab*", "...", "-", ""])
def test_what_could_not_be_found_is_no_phrase(text: str) -> None:
    """A star inside a word, a stem of two letters and no word at all are refused."""
    with pytest.raises(ValueError, match=r"only end a word|holds no word"):
        phrase_words(text)
