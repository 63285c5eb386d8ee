"""The envelope: ids that mean the same on every machine, and moments that are moments."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from schemas.envelope import (
    IDENTIFIER_LENGTH_MAX,
    Instant,
    caused_id,
    caused_trace,
    digest_id,
    trace_of_act,
    trace_parent,
)

INSTANTS: TypeAdapter[datetime] = TypeAdapter(Instant)
PARTS = st.lists(st.text(alphabet=st.characters(), max_size=8), max_size=4)


def test_an_id_is_the_same_on_every_machine() -> None:
    """A known input gives the id that stands in logs already written."""
    assert digest_id("social", "112233") == "84e4887af3f008e3dbcc072c4fceb027"


@given(PARTS, PARTS)
def test_different_parts_give_different_ids(first: list[str], second: list[str]) -> None:
    """Two ids are equal exactly where their parts are."""
    same_parts = first == second

    assert same_parts == (digest_id(*first) == digest_id(*second))


@given(st.text(min_size=2, max_size=12), st.data())
def test_an_id_depends_on_where_a_part_ends(text: str, data: st.DataObject) -> None:
    """The same characters cut at another place are another id."""
    cut = data.draw(st.integers(1, len(text) - 1))

    assert digest_id(text) != digest_id(text[:cut], text[cut:])
    assert digest_id(text, "") != digest_id("", text)


@given(PARTS)
def test_an_id_fits_its_field(parts: list[str]) -> None:
    """An id fills an identifier's length with hexadecimal digits, lone surrogates or not."""
    made = digest_id(*parts)

    assert len(made) == IDENTIFIER_LENGTH_MAX
    assert set(made) <= set("0123456789abcdef")


def test_lone_surrogates_tell_ids_apart() -> None:
    """Text that is no UTF-8 still gives an id of its own."""
    assert len({digest_id(text) for text in ("\ud800", "\ud801", "?", "\ufffd")}) == 4


def test_a_caused_id_depends_on_cause_type_and_place() -> None:
    """The same cause gives the same ids again, and each of its effects one of its own."""
    ids = {
        caused_id(cause, event_type, index)
        for cause in ("a", "b")
        for event_type in ("x", "y")
        for index in range(3)
    }

    assert len(ids) == 12
    assert caused_id("a", "x", 0) == caused_id("a", "x", 0)


def test_an_event_has_a_span_of_its_own_in_the_trace_it_is_part_of() -> None:
    """The trace stays, the span is the event's, and the flags are handed on."""
    post, event, answer = digest_id("post"), digest_id("event"), digest_id("answer")

    told = trace_parent(post, event)

    assert f"00-{post}-{event[:16]}-01" == told
    assert f"00-{post}-{answer[:16]}-00" == caused_trace(f"{told[:53]}00", answer)
    assert f"00-{post}-{post[16:]}-01" == trace_parent(post)


@pytest.mark.parametrize("traceparent", [None, "00-0-0-01", ""])
def test_what_is_no_trace_context_is_handed_on_as_it_came(traceparent: str | None) -> None:
    """An event of somebody else's that names none gets none."""
    assert traceparent == caused_trace(traceparent, digest_id("answer"))


def test_an_act_is_part_of_the_trace_of_the_post_it_answers() -> None:
    """One that answers nothing has a trace of its own."""
    assert ("p", "a") == (trace_of_act("a", "p"), trace_of_act("a", None))


def test_a_trace_parent_has_the_four_parts_of_the_standard() -> None:
    """Version, trace, span and flags have the lengths that W3C trace context asks for."""
    version, trace, span, flags = trace_parent(digest_id("any")).split("-")

    assert version == "00"
    assert len(trace) == 32
    assert len(span) == 16
    assert flags == "01"


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-19T07:41:10",
        "2026-11-19",
        "9999-12-31T23:59:59Z",
        "9999-12-31T23:59:59-01:00",
        "2201-01-01T00:00:00Z",
        "1969-12-31T23:59:59Z",
        "0001-01-01T00:00:00+14:00",
        "2026-02-30T00:00:00Z",
        "yesterday",
    ],
)
def test_what_is_no_moment_is_refused(text: str) -> None:
    """A time without a zone, outside 1970 to 2200 or off the calendar is refused, not guessed."""
    with pytest.raises(ValidationError):
        INSTANTS.validate_python(text)


@given(
    st.datetimes(min_value=datetime(1970, 1, 2), max_value=datetime(2200, 12, 30)),  # noqa: DTZ001 - the zone is drawn apart
    st.integers(-14 * 60, 14 * 60),
)
def test_a_moment_is_kept_in_utc(naive: datetime, offset_minutes: int) -> None:
    """Whatever zone a time comes in, the moment is the same and the zone is UTC."""
    given_time = naive.replace(tzinfo=timezone(timedelta(minutes=offset_minutes)))

    kept = INSTANTS.validate_python(given_time)

    assert given_time == kept
    assert kept.tzinfo is UTC
