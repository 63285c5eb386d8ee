"""Writes a rota's shifts as iCalendar, for the calendars that people have.

A shift keeps its UID for good and its SEQUENCE counts its changes, so a calendar that takes the
same file again moves what moved and takes away what was called off.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from services.reading.plain_text import plain
from services.runtime.clock import from_epoch_ms

MEDIA_TYPE: Final = "text/calendar"
PRODID: Final = "-//Mercat//Rotas//EN"
LOGIN_PROPERTY: Final = "X-MERCAT-LOGIN"
"""Whose a shift is, so that a title with a comma in it is no trouble when it is read again."""
SHIFTS_KEPT_MAX: Final = 10_000
"""So many shifts of a rota are looked at, over all its time; its searches have the same limit."""


def latest_of(rows: Iterable[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """Return the one row of each UID that holds now: what is planned, else the last of all."""
    found: dict[str, Mapping[str, Any]] = {}
    for row in rows:
        other = found.get(str(row["uid"]))
        if other is None or _standing(row) > _standing(other):
            found[str(row["uid"])] = row
    return tuple(found.values())


def calendar_of(
    title: str, shifts: Iterable[Mapping[str, Any]], logins: Mapping[str, str], now_ms: int
) -> str:
    """Return shifts as the text of a calendar; `logins` are by the ids of people."""
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", PRODID)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", plain(title))
    for row in latest_of(shifts):
        login = logins.get(str(row["person_id"]), "")
        calendar.add_component(_event(title, row, login, now_ms))
    written: bytes = calendar.to_ical()
    return written.decode("utf-8")


def _event(title: str, row: Mapping[str, Any], login: str, now_ms: int) -> Any:
    from icalendar import Event

    event = Event()
    event.add("uid", str(row["uid"]))
    event.add("sequence", int(row["sequence"]))
    event.add("dtstamp", from_epoch_ms(now_ms))
    event.add("dtstart", from_epoch_ms(int(row["starts_at_ms"])))
    event.add("dtend", from_epoch_ms(int(row["ends_at_ms"])))
    event.add("summary", f"Shift: {plain(title)}, {login}")
    event.add("status", "CANCELLED" if row["state"] == "called-off" else "CONFIRMED")
    event.add(LOGIN_PROPERTY, login)
    return event


def _standing(row: Mapping[str, Any]) -> tuple[bool, int, int]:
    return row["state"] != "called-off", int(row["sequence"]), int(row["starts_at_ms"])
