"""Shifts as iCalendar and back: times, turns of what recurs, faults with their lines, and noise."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.policy.rota_calendar import calendar_of
from services.policy.rota_calendar_reading import BYTES_MAX, CalendarRead, read_calendar
from services.policy.rota_orders import PLANNED_AT_ONCE_MAX, EventWanted
from services.runtime.clock import DAY_MS, HOUR_MS, to_epoch_ms
from services.runtime.errors import RejectError
from tests.unit.policy.calendars import HEAD, NIGHT, calendar, day, event

ZONE = "Europe/London"
SINCE_MS = to_epoch_ms(datetime(2026, 10, 1, tzinfo=UTC))
UNTIL_MS = SINCE_MS + 365 * DAY_MS
VALID = calendar(
    event("a@x.example", *NIGHT, "RRULE:FREQ=WEEKLY;BYDAY=MO,TU;COUNT=9", "SEQUENCE:2"),
    event("b@x.example", *day(2), "ATTENDEE;CN=Ines:mailto:ines@town.example"),
    event("a@x.example", *day(3), "RECURRENCE-ID:20261026T220000Z", "STATUS:CANCELLED"),
)


def read(text: str) -> CalendarRead:
    """Return what a calendar holds, in a year from October 2026 on."""
    return read_calendar(text, ZONE, SINCE_MS, UNTIL_MS)


def only(*lines: str) -> EventWanted:
    """Return the one event that a calendar of some lines holds."""
    found = read(calendar(event("a", *lines)))
    assert [] == found.faults
    (each,) = found.events
    return each


def fault(*lines: str) -> str:
    """Return the one fault of a calendar of one event."""
    found = read(calendar(event("a", *lines)))
    assert [] == found.events
    (sentence,) = found.faults
    return sentence


def at(*when: int) -> int:
    """Return a moment in UTC."""
    return to_epoch_ms(datetime(*when, tzinfo=UTC))  # type: ignore[misc,arg-type]


def shift(number: int, **values: Any) -> dict[str, Any]:
    """Return a row of a shift of an hour."""
    begin = SINCE_MS + number * DAY_MS
    row = {"uid": f"shift-{number}@mercat", "person_id": "p-1", "sequence": number}
    return {
        **row,
        "state": "planned",
        "starts_at_ms": begin,
        "ends_at_ms": begin + HOUR_MS,
        **values,
    }


def test_what_is_written_is_read_as_the_same_shifts() -> None:
    """With a title that has commas and words of other scripts, and what was called off so named."""
    rows = [shift(1), shift(2, state="called-off"), shift(3, person_id="p-2")]
    logins = {"p-1": "ines", "p-2": "ivor"}
    text = calendar_of("Nights, \U0001f319 Abend; und \\ mehr " * 4, rows, logins, SINCE_MS)
    found = read(text)

    assert [] == found.faults
    told = [(each.uid, each.starts_at_ms, each.ends_at_ms, each.sequence) for each in found.events]
    names = ("uid", "starts_at_ms", "ends_at_ms", "sequence")
    assert [tuple(row[name] for name in names) for row in rows] == told
    assert [False, True, False] == [each.cancelled for each in found.events]
    assert ["ines", "ines", "ivor"] == [each.logins[0] for each in found.events]
    assert "METHOD:PUBLISH" in text
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75


def test_of_one_uid_what_is_planned_is_written() -> None:
    """A shift that was called off and planned anew is one event."""
    rows = [shift(1, sequence=4, state="called-off"), shift(1, sequence=3)]
    text = calendar_of("Nights", rows, {"p-1": "ines"}, SINCE_MS)

    assert (1, 1) == (text.count("BEGIN:VEVENT"), text.count("STATUS:CONFIRMED"))


@pytest.mark.parametrize(
    ("lines", "begin", "end"),
    [
        (NIGHT, at(2026, 10, 24, 21), at(2026, 10, 25, 6)),
        (day(28), at(2027, 3, 28, 9), at(2027, 3, 28, 17)),
        (
            ("DTSTART:20270328T013000", "DTEND:20270328T060000"),
            at(2027, 3, 28, 1, 30),
            at(2027, 3, 28, 5),
        ),
        (
            ("DTSTART:20261025T013000", "DURATION:PT2H"),
            at(2026, 10, 25, 0, 30),
            at(2026, 10, 25, 2, 30),
        ),
        (("DTSTART;VALUE=DATE:20261025",), at(2026, 10, 24, 23), at(2026, 10, 26)),
        (
            ("DTSTART;TZID=GMT Standard Time:20270701T090000", "DURATION:PT1H"),
            at(2027, 7, 1, 8),
            at(2027, 7, 1, 9),
        ),
    ],
)
def test_times_are_instants_in_their_zone_or_the_rotas(
    lines: tuple[str, ...], begin: int, end: int
) -> None:
    """Over both changes of the clocks: an hour left out, an hour that comes twice, a long day."""
    found = only(*lines)

    assert (begin, end) == (found.starts_at_ms, found.ends_at_ms)


def test_a_night_that_recurs_ends_at_six_whatever_the_clocks_do() -> None:
    """Each turn has a UID of its own, and one that is left out or named apart is not doubled."""
    master = event(
        "n", *NIGHT, "RRULE:FREQ=DAILY;COUNT=5", "EXDATE;TZID=Europe/London:20261026T220000"
    )
    apart = event("n", *day(1), "RECURRENCE-ID;TZID=Europe/London:20261027T220000", login="ivor")
    found = read(calendar(master, apart)).events

    hours = [(each.ends_at_ms - each.starts_at_ms) / HOUR_MS for each in found]
    assert [9.0, 8.0, 8.0, 8.0] == hours
    assert [
        "n#20261024T210000Z",
        "n#20261025T220000Z",
        "n#20261028T220000Z",
        "n#20261027T220000Z",
    ] == [each.uid for each in found]


@pytest.mark.parametrize(
    ("rule", "turns"),
    [
        ("FREQ=WEEKLY;BYDAY=SA,SU;UNTIL=20261107", 5),
        ("FREQ=WEEKLY;INTERVAL=2;UNTIL=20261130T000000Z", 3),
        ("FREQ=MONTHLY;BYDAY=-1FR,2MO;COUNT=4", 4),
        ("FREQ=MONTHLY;BYMONTHDAY=31;COUNT=3", 3),
        ("FREQ=YEARLY", 1),
        ("FREQ=DAILY", 342),
    ],
)
def test_what_recurs_is_followed_within_the_rotas_time(rule: str, turns: int) -> None:
    """By day, week, month and year, to its end or to the rota's."""
    assert turns == len(read(calendar(event("a", *NIGHT, f"RRULE:{rule}"))).events)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (("DTEND:20270301T090000Z",), "it has no DTSTART"),
        (("DTSTART:soon", "DTEND:later"), "DTSTART cannot be read"),
        ((*day(1), "DTSTART:20270301T090000Z"), "it has DTSTART twice"),
        (("DTSTART:20270301T090000Z",), "it has no end"),
        (day(1, 9, 9), "it ends before it begins"),
        (("DTSTART:19990301T090000Z", "DTEND:20270301T090000Z"), "the year of DTSTART"),
        (
            ("DTSTART;TZID=Nowhere/Not:20270301T090000", "DURATION:PT1H"),
            "'Nowhere/Not' is not known",
        ),
        ((*day(1), "RDATE:20270401T090000Z"), "RDATE is not read"),
        ((*day(1), "RRULE:FREQ=SECONDLY"), "its RRULE is not read"),
        ((*day(1), "RRULE:FREQ=MONTHLY;BYSETPOS=2;BYDAY=MO"), "says BYSETPOS"),
        ((*day(1), "RRULE:FREQ=DAILY;INTERVAL=7;BYDAY=TU"), "its RRULE is not read"),
        ((*day(1), "RRULE:FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=31"), "its RRULE is not read"),
        ((*day(1), "RRULE:FREQ=DAILY;COUNT=0"), "COUNT of its RRULE"),
        (("DTSTART:20010101T090000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY"), "too long before"),
        ((*day(1), "SEQUENCE:-1"), "its SEQUENCE"),
        ((*day(1), *(f"ATTENDEE:mailto:p{n}@x.example" for n in range(6))), "five people"),
    ],
)
def test_a_fault_says_its_line_its_uid_and_the_cure(lines: tuple[str, ...], said: str) -> None:
    """Whatever is wrong."""
    sentence = fault(*lines)

    assert sentence.startswith("Line 4, event a: ")
    assert said in sentence


def test_neighbours_of_what_is_faulty_are_read() -> None:
    """A broken event, one without UID, one that comes twice, and one that is cut off."""
    broken = ("BEGIN:VEVENT", "UID:x", "BEGIN:VALARM", "END:VEVENT")
    nameless = ("BEGIN:VEVENT", *day(1), "END:VEVENT")
    cut = ("BEGIN:VEVENT", "UID:y")
    found = read(calendar(event("a", *day(1)), broken, nameless, event("a", *day(2)), cut))

    assert ["a"] == [each.uid for each in found.events]
    assert [10, 14, 18, 24] == [int(each[5:].split(",")[0].split(":")[0]) for each in found.faults]


def test_what_is_no_calendar_or_too_long_is_refused_whole() -> None:
    """In a sentence that says what to do."""
    with pytest.raises(RejectError, match="That is no calendar"):
        read("login,starts\nines,now\n")
    with pytest.raises(RejectError, match="1,000,000 bytes"):
        read("é" * (BYTES_MAX // 2 + 1))
    with pytest.raises(RejectError, match="over 500 events"):
        read(calendar(*(event(f"e{n}", *day(1)) for n in range(PLANNED_AT_ONCE_MAX + 1))))


def test_more_shifts_than_are_taken_at_once_are_a_fault_of_the_event_too_many() -> None:
    """Those before it are taken."""
    found = read(calendar(*(event(uid, *NIGHT, "RRULE:FREQ=DAILY") for uid in ("a", "b"))))

    assert {"a"} == {each.uid.split("#")[0] for each in found.events}
    assert "500 shifts are taken at once at most" in found.faults[0]


def test_turns_before_the_rota_are_counted_over_the_whole_file() -> None:
    """So that no file of a million bytes keeps anybody busy for long."""
    long_ago = ("DTSTART:20220101T090000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=1600")
    found = read(calendar(*(event(f"e{n}", *long_ago) for n in range(14))))

    assert ([], 2) == (found.events, len(found.faults))
    assert "too many turns" in found.faults[0]


def test_a_login_is_found_behind_the_last_comma_or_the_word_shift() -> None:
    """Our own property comes first; a title without `Shift:` names nobody."""
    lines = (*day(1), "X-MERCAT-LOGIN:ivor")
    titled = ("BEGIN:VEVENT", "UID:b", *day(1), "SUMMARY:Ines at the desk", "END:VEVENT")
    found = read(calendar(event("a", *lines, login="Early\\, ines"), titled)).events

    assert [("ivor", "ines", "early"), ()] == [each.logins for each in found]


@given(st.text(max_size=400))
@settings(max_examples=150, deadline=None)
def test_any_text_is_read_or_refused_in_our_words(text: str) -> None:
    """Never with an error of somebody else's."""
    for written in (text, "\n".join((*HEAD, text)), calendar(event("a", text))):
        try:
            read(written)
        except RejectError:
            continue


@given(
    st.lists(
        st.tuples(
            st.integers(0, len(VALID)),
            st.integers(0, 12),
            st.one_of(
                st.text(max_size=6),
                st.sampled_from(
                    [
                        "\r\n",
                        "99999999",
                        ";",
                        ":",
                        "=",
                        "-",
                        "BEGIN:VEVENT\r\n",
                        "\r\n ",
                        "31",
                        "00",
                    ]
                ),
            ),
        ),
        min_size=1,
        max_size=6,
    )
)
@settings(max_examples=300, deadline=None)
def test_a_calendar_with_some_letters_changed_is_read_or_refused_in_our_words(
    changes: list[tuple[int, int, str]],
) -> None:
    """And what is read of it is bounded."""
    text = VALID
    for place, length, put in changes:
        text = text[:place] + put + text[place + length :]
    try:
        found = read(text)
    except RejectError:
        return

    assert len(found.events) <= PLANNED_AT_ONCE_MAX
    assert all(each.startswith("Line ") and each.endswith(".") for each in found.faults)
