"""CSV as people write it: a slip spoils its own record and no other."""

import csv
import io
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.csv_records import (
    RECORD_LINES_MAX,
    CsvForm,
    csv_form,
    csv_values,
    record_length,
)
from services.ingest.sighting import UnreadableItemError

FORM = CsvForm(("id", "text"))


def test_header_is_read_in_its_encoding() -> None:
    """Names are trimmed, a byte order mark is passed over, a semicolon may stand between."""
    assert csv_form(b"\xef\xbb\xbfid, text \r\n", ",", "utf-8").header == ("id", "text")
    assert csv_form(b"id;Stra\xdfe\n", ";", "windows-1252").header == ("id", "Straße")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"id,text,id\n", "names id twice"),
        (b"id,Stra\xdfe\n", "not valid UTF-8"),
        (b'id,"text\n', "quote"),
        (b"", "not one row"),
    ],
)
def test_a_header_that_cannot_be_read_is_refused(line: bytes, reason: str) -> None:
    """Nothing below a bad header could be told apart."""
    with pytest.raises(UnreadableItemError, match=reason):
        csv_form(line, ",", "utf-8")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"1,Bins\r\n", ["1", "Bins"]),
        (b'1,"Bins, again"\n', ["1", "Bins, again"]),
        (b'1,5" pipe burst\n', ["1", '5" pipe burst']),
        (b'1,"she said ""no"""\n', ["1", 'she said "no"']),
        (b"1,\n", ["1", ""]),
    ],
)
def test_records_are_read(line: bytes, expected: list[str]) -> None:
    """Quotes, commas in quotes and inches are what they are to a spreadsheet."""
    assert expected == csv_values([line], FORM)


@pytest.mark.parametrize(
    ("line", "cause", "reason"),
    [
        (b"1\n", "missing field", "1 values where the header names 2"),
        (b"1,Bins, again\n", "not CSV", "3 values where the header names 2"),
        (b'1,"Bins\n', "not CSV", "every quote is closed"),
        (b'1,"Bins"x\n', "not CSV", "every quote is closed"),
        (b"1,\xff\n", "not Unicode", "UTF-8"),
        (b"1," + b"x" * 200_000 + b"\n", "not CSV", "field larger"),
    ],
)
def test_bad_records_are_refused(line: bytes, cause: str, reason: str) -> None:
    """A sentence says what to look for."""
    with pytest.raises(UnreadableItemError, match=reason) as caught:
        csv_values([line], FORM)

    assert cause == caught.value.cause


def test_windows_encoding_is_read_where_the_settings_say_so() -> None:
    """Spreadsheets of an office often write it; a byte it does not have is refused."""
    form = CsvForm(("id", "text"), ",", "windows-1252")

    assert csv_values([b"1,caf\xe9 \x80\n"], form) == ["1", "café €"]
    with pytest.raises(UnreadableItemError, match="not windows-1252"):
        csv_values([b"1,\x81\n"], form)


def test_a_record_of_several_lines_is_found_whole() -> None:
    """A quoted line break does not end a record; a missing line is asked for."""
    lines = [b'1,"one\n', b'two"\n', b"2,next\n"]

    assert record_length(lines[:1], FORM, more_may_follow=True) == 0
    assert record_length(lines[:2], FORM, more_may_follow=True) == 2
    assert record_length(lines, FORM, more_may_follow=True) == 2
    assert record_length(lines[2:], FORM, more_may_follow=True) == 1


def test_a_quote_left_open_spoils_one_line() -> None:
    """At the end of the file, or after too many lines, the first line stands alone."""
    lines = [b'1,"open\n', *[b"2,next\n"] * RECORD_LINES_MAX]

    assert record_length(lines[:3], FORM, more_may_follow=False) == 1
    assert record_length(lines[:RECORD_LINES_MAX], FORM, more_may_follow=True) == 1
    assert record_length(lines[: RECORD_LINES_MAX - 1], FORM, more_may_follow=True) == 0


def test_a_broken_quote_does_not_ask_for_more() -> None:
    """A record that can only be wrong is given at once, to be refused."""
    assert record_length([b'1,"a"b\n'], FORM, more_may_follow=True) == 1
    assert record_length([b'1,"\xff\n'], FORM, more_may_follow=True) == 1


VALUES = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\ufeff"), max_size=20)


@given(st.lists(st.tuples(VALUES, VALUES), min_size=1, max_size=5))
def test_what_a_spreadsheet_writes_is_read_back(rows: list[tuple[str, str]]) -> None:
    """Whatever the values, each record is found and read as it was written."""
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
    lines = written.getvalue().encode().splitlines(keepends=True)
    # splitlines on bytes ends lines at LF, CR and CRLF alone, as a file's reader does.
    for row in rows:
        count = record_length(lines, FORM, more_may_follow=False)

        assert list(row) == csv_values(lines[:count], FORM)
        lines = lines[count:]


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=5), st.booleans())
def test_any_lines_have_a_length_and_values_or_a_sentence(
    lines: list[bytes],
    more_may_follow: bool,  # noqa: FBT001 - a drawn value
) -> None:
    """Nothing but UnreadableItemError is raised, and reading always gets on."""
    count = record_length(lines, FORM, more_may_follow=more_may_follow)

    assert (0 if more_may_follow else 1) <= count <= len(lines)
    with suppress(UnreadableItemError):
        assert len(csv_values(lines[: max(1, count)], FORM)) == len(FORM.header)
