"""A text as a row of words: how it is split, and where sentences and marks stand."""

import pytest

from services.reading.shadow import Shadow
from services.reading.word_row import WordRow, words_of


def row(text: str) -> WordRow:
    """Return the row of a text."""
    return WordRow(Shadow(text))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("You're late", ["you", "'re", "late"]),
        ("youre late", ["you", "'re", "late"]),
        ("We can't go", ["we", "ca", "n't", "go"]),
        ("Zoë's café", ["zoe", "'s", "cafe"]),
        ("ground-floor flat", ["ground", "floor", "flat"]),
        ("You’re in P6", ["you", "'re", "in", "p6"]),
        ("", []),
    ],
)
def test_words_are_folded_and_contractions_are_two(text: str, words: list[str]) -> None:
    """The same words come out, however they were typed."""
    assert words == row(text).words


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("It shut. We know", [0, 0, 1, 1]),
        ("Ask Mrs. Ferrier", [0, 0, 0]),
        ("By J. Smith", [0, 0, 0]),
        ("At 7.30 today", [0, 0, 0, 0]),
        ("Really?! Yes", [0, 1]),
        ("One\nTwo", [0, 1]),
    ],
)
def test_a_sentence_ends_where_people_end_it(text: str, sentences: list[int]) -> None:
    """A full stop behind a short form, an initial or inside a figure ends nothing."""
    assert sentences == row(text).sentences


def test_a_mark_stands_before_the_word_behind_it() -> None:
    """Commas, colons, brackets and ends of sentences are marks, blanks and hyphens are not."""
    marked = row("Skye, eight (tall): well-known. Yes").marked

    assert [False, True, True, True, False, True] == marked


def test_a_row_closes_at_its_end_and_at_marks() -> None:
    """What stands at the end of a text is closed as if a mark stood behind."""
    short = row("Skye, eight")

    assert [False, True, True] == [short.closes(at) for at in range(3)]


def test_capitals_and_places_are_those_of_the_shadow() -> None:
    """A capital is told from what was written, and a place leads back to it."""
    found = row("ask Skye now")

    assert [False, True, False] == found.capital
    assert (4, 8) == (found.starts[1], found.ends[1])


def test_a_phrase_has_the_words_that_a_text_has() -> None:
    """What is looked for and what is looked through are split alike."""
    assert ("do", "n't", "ask", "o", "clock") == words_of("don't ask o'clock")
