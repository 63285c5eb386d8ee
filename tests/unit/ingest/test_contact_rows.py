"""Logs of calls and visits: each row one post, in the words of whoever wrote it down."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.configuration import ContactColumns, ContactLogSettings
from services.ingest.contact_rows import absent_columns, contact_sighting
from services.ingest.csv_records import CsvForm
from services.ingest.sighting import Refused, Sighting
from tests.unit.ingest.samples import refusal, seen

COLUMNS = ContactColumns(
    date="Date",
    time="Time",
    summary="What they said",
    reference="Call",
    caller="Caller",
    place="Where",
    note="Note",
)
SETTINGS = ContactLogSettings(
    name="phone",
    path="calls.csv",
    channel="phone",
    columns=COLUMNS,
    date_format="%d/%m/%Y",
    zone="Europe/London",
)
FORM = CsvForm(("Call", "Date", "Time", "Caller", "Where", "What they said", "Note"))
CALL = b'C-9,01/07/2026,09:30,P-77,Kirkgate,"Bin not emptied, again",second call\n'


def read(line: bytes, line_number: int = 2, **changes: Any) -> Sighting | Refused:
    """Return what a row becomes, under settings some of which are changed."""
    settings = SETTINGS.model_copy(update=changes)
    return contact_sighting([line], FORM, settings, line_number, f"calls.csv, line {line_number}")


def test_a_call_is_read_in_full() -> None:
    """Local time goes to UTC; the team's note stands apart from what was said."""
    call = seen(read(CALL))

    assert (
        call.source,
        call.channel,
        call.native_id,
        call.author,
    ) == ("phone", "phone", "C-9", "P-77")
    assert call.text == "Bin not emptied, again\n\nNote by the team: second call"
    assert call.posted_at == datetime(2026, 7, 1, 8, 30, tzinfo=UTC)
    assert call.place == "Kirkgate"


def test_a_log_of_the_counter_is_of_the_counter() -> None:
    """The settings say which desk wrote the log."""
    assert seen(read(CALL, channel="counter")).channel == "counter"


def test_two_people_may_say_the_same_in_the_same_minute() -> None:
    """Without a reference, rows are told apart by their line, also in a copy of the file."""
    line = b",01/07/2026,09:30,,,Bin not emptied,\n"
    first, second, again = (seen(read(line, number)).native_id for number in (2, 3, 2))

    assert first == again != second


def test_one_column_may_hold_date_and_time() -> None:
    """Many logs have one stamp."""
    columns = ContactColumns(date="Date", summary="What they said")
    line = b"C-9,2026-07-01T09:30,,,,Bins,\n"

    call = seen(read(line, columns=columns, date_format="%Y-%m-%dT%H:%M"))

    assert call.posted_at == datetime(2026, 7, 1, 8, 30, tzinfo=UTC)
    assert call.author is None


@pytest.mark.parametrize(
    ("line", "cause", "reason"),
    [
        (b"C-9,01/07/2026,09:30,,,,note\n", "missing field", "What they said is empty"),
        (b"C-9,2026-07-01,09:30,,,Bins,\n", "bad date", "%d/%m/%Y %H:%M"),
        (b"C-9,01/07/9999,09:30,,,Bins,\n", "bad date", "year 9999"),
        (b"C-9,,,,,Bins,\n", "bad date", "not a date"),
        (b"C-9,01/07/2026,09:30,,,Bins\n", "missing field", "6 values"),
        (b"C-9,01/07/2026,09:30,,,Bins, again,x\n", "not CSV", "8 values"),
        (b"C-9,01/07/2026,09:30,,,\xff,\n", "not Unicode", "UTF-8"),
        (b"C-9,01/07/2026,09:30,,," + b"x" * 20_001 + b",\n", "too long", "20,001"),
        (b"C\x00,01/07/2026,09:30,,,Bins,\n", "bad value", "reference"),
    ],
)
def test_a_row_that_cannot_be_read_says_why(line: bytes, cause: str, reason: str) -> None:
    """One refusal each, in words for whoever keeps the log."""
    found = refusal(read(line))

    assert cause == found.cause
    assert reason in found.detail
    assert found.detail.startswith("calls.csv, line 2: ")


def test_columns_that_are_not_there_are_named() -> None:
    """A file of another kind is known by its header."""
    assert absent_columns(FORM, SETTINGS) == []
    assert absent_columns(CsvForm(("Date", "Time", "Call")), SETTINGS) == [
        "Caller",
        "Note",
        "What they said",
        "Where",
    ]


@given(st.binary())
def test_any_line_gives_one_item(line: bytes) -> None:
    """Any bytes at all are a sighting or a refusal."""
    assert isinstance(read(line), Sighting | Refused)


@given(st.lists(st.text(st.characters(exclude_characters='\r\n,"')), min_size=7, max_size=7))
def test_any_values_give_one_item(values: list[str]) -> None:
    """Any values in the right number are a sighting or a refusal."""
    line = ",".join(values).encode("utf-8", "surrogatepass") + b"\n"

    assert isinstance(read(line), Sighting | Refused)
