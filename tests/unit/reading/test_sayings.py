"""Reading a text as a line of plain words and stops."""

import pytest

from services.reading.sayings import Sayings, words_of


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (" we will see ", "we'll see"),
        (" it is not ours . ", "it isn't ours."),
        (" you can not win ", "you can't win"),
        (" he will not . she would . ", "he won't. she'd."),
        (" the council bins ", "the council's bins"),
        (" do not ", "dont"),
        (" at 6.45am on 1 2 ", "at 6.45am on 1/2"),
        (" 100 % safe . ", "100% safe!"),
        (" one . two ", "one\ntwo"),
        (" kerr and co ", "kerr & co"),
        (" cafe cyn gynted a phosibl ", "café cyn gynted â phosibl"),
        ("  ", ""),
    ],
)
def test_short_forms_and_accents_are_written_out(line: str, text: str) -> None:
    """What is the same said shorter gives the same words; sentences keep their ends."""
    assert line == Sayings(text).line


def test_a_stretch_of_the_line_is_found_in_the_text() -> None:
    """Words that were written out lead back to the short form they stood in."""
    text = "Sorry, we'll look into it."
    sayings = Sayings(text.lower())

    start = sayings.line.index(" will look")
    place = sayings.span(start, start + len(" will look"))

    assert "we'll look" == text[place.start : place.end]


def test_sentences_are_told_apart() -> None:
    """A point in a figure or a host ends nothing."""
    text = "it is 6.30 at bins.example. go! or wait"

    found = [text[each.start : each.end].strip() for each in Sayings(text).sentences]

    assert ["it is 6.30 at bins.example.", "go!", "or wait"] == found


def test_a_place_knows_its_sentence() -> None:
    """The sentence around a place ends before its stop."""
    sayings = Sayings("one two. three four. five")

    sentence = sayings.sentence(sayings.line.index(" four"))

    assert " three four " == sayings.line[sentence.start : sentence.end]


def test_words_of_a_list_are_read_like_those_of_a_text() -> None:
    """What an officer writes meets what people write."""
    assert ["you", "are", "not"] == words_of("you aren't")
