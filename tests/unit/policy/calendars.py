"""Calendars in iCalendar, line by line, for tests."""

from typing import Final

HEAD: Final = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Example//Calendar//EN")
NIGHT: Final = (
    "DTSTART;TZID=Europe/London:20261024T220000",
    "DTEND;TZID=Europe/London:20261025T060000",
)


def event(uid: str, *lines: str, login: str = "ines") -> tuple[str, ...]:
    """Return the lines of one event of somebody's."""
    summary = f"SUMMARY:Shift: {login}"
    return ("BEGIN:VEVENT", f"UID:{uid}", summary, *lines, "END:VEVENT")


def calendar(*events: tuple[str, ...]) -> str:
    """Return the text of a calendar."""
    lines = [*HEAD, *(line for each in events for line in each), "END:VCALENDAR"]
    return "\r\n".join(lines) + "\r\n"


def day(number: int, begin: int = 9, end: int = 17) -> tuple[str, str]:
    """Return the times of a shift on a day of March 2027, in UTC."""
    return f"DTSTART:202703{number:02}T{begin:02}0000Z", f"DTEND:202703{number:02}T{end:02}0000Z"
