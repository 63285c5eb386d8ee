"""Readings of drafts that are kept: what is read once, and what is read anew."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from services.policy.configuration import OwnContacts
from services.policy.draft_reader import DraftReader
from services.policy.judging import PLATFORMS
from services.policy.kept_readings import KeptReadings
from services.reading.lists import WordLists
from services.reading.worded import DraftSetting

DRAFT = ("The crew comes by Friday.", "house", "reply", "staff", None)


class CountedReader:
    """Reads a draft, and knows how often it did."""

    def __init__(self) -> None:
        self.read_times = 0

    def reading(self) -> Mapping[str, Any]:
        """Return a reading that no other is equal to."""
        self.read_times += 1
        return {"reading": self.read_times}


def test_the_same_draft_is_read_once() -> None:
    """Asked again about the same words, the reader is left alone."""
    kept, reader = KeptReadings(), CountedReader()

    first, again = kept.of(DRAFT, reader.reading), kept.of(tuple(DRAFT), reader.reading)

    assert 1 == reader.read_times
    assert {"reading": 1} == first == again


@pytest.mark.parametrize(
    "other",
    [
        ("The crew comes by Friday!", *DRAFT[1:]),
        (DRAFT[0], "A picture", *DRAFT[1:]),
        (DRAFT[0], None, *DRAFT[1:]),
        (DRAFT[0], "mastodon", *DRAFT[2:]),
        (*DRAFT[:2], "post", *DRAFT[3:]),
        (*DRAFT[:3], "curator", DRAFT[4]),
        (*DRAFT[:4], ""),
        (*DRAFT[:4], "null"),
    ],
    ids=["words", "picture", "no alt", "platform", "kind", "author", "empty parent", "parent"],
)
def test_a_draft_that_differs_anywhere_is_read_itself(other: Sequence[str | None]) -> None:
    """No part of a draft may be left out of what its reading is kept under."""
    kept, reader = KeptReadings(), CountedReader()
    kept.of(DRAFT, reader.reading)

    reading = kept.of(other, reader.reading)

    assert {"reading": 2} == reading


def test_halves_of_a_character_are_not_the_whole_one() -> None:
    """Two lone surrogates are written in JSON as the character they would make is."""
    kept, reader = KeptReadings(), CountedReader()
    kept.of(("\U0001f600",), reader.reading)

    reading = kept.of(("\ud83d\ude00",), reader.reading)

    assert {"reading": 2} == reading


def test_the_reading_that_was_wanted_longest_ago_goes_first() -> None:
    """So many are kept as were said, and what is asked for again stays."""
    kept, reader = KeptReadings(kept_max=2), CountedReader()
    for text in ("one", "two", "one", "three"):
        kept.of((text,), reader.reading)

    one, two = kept.of(("one",), reader.reading), kept.of(("two",), reader.reading)

    assert {"reading": 1} == one
    assert {"reading": 4} == two


def test_a_reading_that_failed_is_not_kept() -> None:
    """What could not be read is tried again when it is asked for again."""
    kept, reader = KeptReadings(), CountedReader()
    with pytest.raises(ValueError, match="no lists"):
        kept.of(DRAFT, _refuses("no lists"))

    reading = kept.of(DRAFT, reader.reading)

    assert {"reading": 1} == reading


def test_a_reader_of_drafts_reads_each_once() -> None:
    """What was read while it was written is not read again when it is proposed and sent."""
    reader = DraftReader(OwnContacts(), ("en",), PLATFORMS, WordLists())
    first = reader.findings_of("Ring 020 7946 0123.", [None], "house", DraftSetting())

    again = reader.findings_of("Ring 020 7946 0123.", [None], "house", DraftSetting())
    with_alt = reader.findings_of("Ring 020 7946 0123.", ["A bin."], "house", DraftSetting())

    assert first is again
    assert (1, 0) == (first["media_without_alt"], with_alt["media_without_alt"])


def _refuses(why: str) -> Callable[[], Mapping[str, Any]]:
    def read() -> Mapping[str, Any]:
        raise ValueError(why)

    return read
