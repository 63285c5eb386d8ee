"""The hosts and words that come with Mercat, on what people really write."""

import re

import pytest

from services.policy.file_bundle import read_bundle
from services.reading.form_lists import FormLists
from services.reading.hashtags import Hashtags
from services.reading.words import words_in
from services.town.file_texts import read_texts


@pytest.fixture(scope="module")
def lists() -> FormLists:
    """The lists of the rules that come with Mercat."""
    return read_bundle().lists.form


def test_words_are_written_as_they_are_compared(lists: FormLists) -> None:
    """A word with an accent or a capital would never be found."""
    words = [
        *lists.alt_words_empty,
        *lists.hashtag_words,
        *lists.hashtag_single_words,
        *(name for names in lists.language_names.values() for name in names),
    ]

    assert [] == [word for word in words if words_in(word) != [word]]


def test_no_host_is_trusted_and_a_shortener(lists: FormLists) -> None:
    """A list says one thing of a host."""
    assert set() == set(lists.hosts_trusted) & set(lists.hosts_shortening)


def test_hardly_a_word_of_the_towns_people_passes_for_several(lists: FormLists) -> None:
    """Every longer word they write would do as a hashtag."""
    hashtags = Hashtags(lists.hashtag_words, lists.hashtag_single_words)
    english = [text.text for text in read_texts() if text.language == "en"]
    words = {word for text in english for word in re.findall(r"\b[a-z]{8,}\b", text)}

    found = [word for word in words if hashtags.run_together(f"#{word}")]

    assert len(words) > 500
    assert len(found) <= len(words) // 200, found


@pytest.mark.parametrize(
    "tag",
    [
        *("supporteachother", "letsfixpotholes", "roadclosedtoday", "recyclingweek", "parkandride"),
        *(
            "greengarden",
            "summerreadingchallenge",
            "wythnosllyfrau",
            "haveyoursay",
            "mentalhealthday",
        ),
    ],
)
def test_common_words_run_together_are_known(lists: FormLists, tag: str) -> None:
    """What councils tag is made of words that stand in the list."""
    hashtags = Hashtags(lists.hashtag_words, lists.hashtag_single_words)

    assert [tag] == hashtags.run_together(f"Look: #{tag}")
