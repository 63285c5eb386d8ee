"""Texts made fit to trust: composed, visible, bounded, whatever comes in."""

from datetime import UTC, datetime
from unicodedata import is_normalized
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.post import Media
from services.ingest.normalise import (
    clean_text,
    content_revision,
    id_field,
    line_field,
    parse_instant,
    shortened,
    text_field,
)
from services.ingest.sighting import UnreadableItemError


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("caf\u0065\u0301", "café"),
        ("one\r\ntwo\rthree\u2028four\x85five", "one\ntwo\nthree\nfour\nfive"),
        ("nul\x00 bell\x07 escape\x1b[31m", "nul bell escape[31m"),
        ("pay \u202efdp.exe\u202c now", "pay fdp.exe now"),
        ("\u2066isolated\u2069", "isolated"),
        ("\ufeffwith a mark", "with a mark"),
        ("tab\tand\nline", "tab\tand\nline"),
        ("  around  ", "around"),
        ("\u200fشكرا\u200e", "\u200fشكرا\u200e"),
        ("family 👨\u200d👩\u200d👧", "family 👨\u200d👩\u200d👧"),
    ],
)
def test_cleaning_takes_away_what_cannot_be_seen(given_text: str, expected: str) -> None:
    """Controls and disguises go; what writing and pictures need stays."""
    assert expected == clean_text(given_text)


@pytest.mark.parametrize("text", ["\ud800", "half \udfff pair", "\ude00\ud83d"])
def test_lone_surrogates_are_refused(text: str) -> None:
    """Half a surrogate pair is no Unicode, and nothing could be written of it."""
    with pytest.raises(UnreadableItemError, match="not valid Unicode") as caught:
        clean_text(text)

    assert caught.value.cause == "not Unicode"


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_cleaning_twice_gives_the_same(text: str) -> None:
    """Cleaning ends where it arrives, so that a digest of cleaned text is stable."""
    once = clean_text(text)

    assert once == clean_text(once)
    assert is_normalized("NFC", once)
    assert not any(ord(sign) < 32 and sign not in "\n\t" for sign in once)


def test_hostile_runs_of_marks_are_cut() -> None:
    """Ten thousand accents on one letter are cut to thirty, which keeps composing quick."""
    text = "a" + "\u0315\u0300\u05b0\u0323" * 2_500

    assert len(clean_text(text)) <= 31


def test_ordinary_marks_are_kept() -> None:
    """Words of many marked letters are no hostile run."""
    vietnamese = "Đường phố ngập nước rồi"
    decomposed = "".join(
        {"ờ": "o\u031b\u0300", "ố": "o\u0302\u0301"}.get(sign, sign) for sign in vietnamese
    )

    assert vietnamese == clean_text(decomposed)


def test_a_field_is_taken_up_to_its_length_and_not_beyond() -> None:
    """The bound itself is allowed; one more is refused with both figures."""
    assert len(text_field("text", "x" * 20, 20)) == 20
    with pytest.raises(UnreadableItemError, match="text has 21 characters and may have 20"):
        text_field("text", "x" * 21, 20)


def test_spaces_around_do_not_count_against_the_length() -> None:
    """What cleaning takes away is not held against the writer."""
    assert text_field("text", "  " + "x" * 20 + "\r\n", 20) == "x" * 20


def test_line_fields_hold_one_line() -> None:
    """A name with line breaks in it becomes one line; nothing becomes None."""
    assert line_field("author", " Ailsa\n McRae\t", 256) == "Ailsa McRae"
    assert line_field("author", " \x00 ", 256) is None
    assert line_field("author", None, 256) is None


@pytest.mark.parametrize(
    ("native_id", "reason"),
    [("", "empty"), ("   ", "empty"), ("a\x00b", "control"), ("x" * 513, "513"), ("\ud800", "con")],
)
def test_unusable_ids_are_refused(native_id: str, reason: str) -> None:
    """An id is never mended: two posts might become one."""
    with pytest.raises(UnreadableItemError, match=reason):
        id_field("id", native_id, 512)


def test_ids_stay_as_they_are() -> None:
    """Even an id that is not composed is kept to the letter."""
    assert id_field("id", "e\u0301 7", 512) == "e\u0301 7"


def test_shortening_leaves_a_mark() -> None:
    """Whoever reads a shortened text can see that it is one."""
    assert shortened("one two three", 8) == "one […]"
    assert shortened("one two", 10) == "one two"


def test_revision_follows_the_words_and_what_came_with_them() -> None:
    """A changed text, place or picture is another revision; the same content is the same."""
    picture = Media(kind="image", alt="a pothole")
    revisions = {
        content_revision("text", (), None),
        content_revision("texts", (), None),
        content_revision("text", (), "Kirkgate"),
        content_revision("text", (picture,), None),
    }

    assert len(revisions) == 4
    assert content_revision("text", (picture,), None) == content_revision("text", (picture,), "")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-03-02T09:30:00Z", datetime(2026, 3, 2, 9, 30, tzinfo=UTC)),
        ("2026-07-02T09:30:00+01:00", datetime(2026, 7, 2, 8, 30, tzinfo=UTC)),
        ("2026-07-02 09:30", datetime(2026, 7, 2, 8, 30, tzinfo=UTC)),
    ],
)
def test_times_are_read_into_utc(written: str, expected: datetime) -> None:
    """A time with a zone says where it stands; one without is in the zone of its file."""
    assert expected == parse_instant("posted_at", written, ZoneInfo("Europe/London"))


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("9999-12-31T23:59:59Z", "year 9999; only 1970 to 2200"),
        ("9999-12-31T23:59:59-14:00", "year 9999"),
        ("0001-01-01T00:00:00+14:00", "year 1;"),
        ("1970-01-01T00:30:00+01:00", "only 1970 to 2200"),
        ("2200-12-31T23:30:00-01:00", "only 1970 to 2200"),
        ("yesterday", "is not a date"),
        ("2026-02-30T00:00:00Z", "is not a date"),
        ("2026-03-02T09:30:00", "has no zone"),
    ],
)
def test_impossible_times_are_refused(written: str, reason: str) -> None:
    """A time outside 1970 to 2200 in UTC, or none at all, is refused with the cure."""
    with pytest.raises(UnreadableItemError, match=reason) as caught:
        parse_instant("posted_at", written, None)

    assert caught.value.cause == "bad date"
