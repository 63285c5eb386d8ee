"""Reads a calendar in iCalendar: who is on when, and in a sentence what cannot be read.

A fault names the line and the UID of its event, and its neighbours go on.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from services.policy.rota_calendar import LOGIN_PROPERTY
from services.policy.rota_calendar_times import (
    TimeFaultError,
    instant_named,
    slots_of,
    stamp_of,
    times_of_event,
)
from services.policy.rota_orders import (
    ADDRESS_CHARACTERS_MAX,
    LOGIN_PATTERN,
    PLANNED_AT_ONCE_MAX,
    EventWanted,
)
from services.policy.slot_times import Slot
from services.reading.plain_text import plain
from services.runtime.clock import to_epoch_ms
from services.runtime.errors import RejectError

BYTES_MAX: Final = 1_000_000
EVENT_LINES_MAX: Final = 500
TURNS_OF_A_FILE_MAX: Final = 20_000
UID_MAX: Final = 200
UID_SHOWN_MAX: Final = 50
NAMED_MAX: Final = 5
SEQUENCE_MAX: Final = 2**31 - 1
MAILTO: Final = "mailto:"
SHIFT: Final = "shift:"


@dataclass(slots=True)
class CalendarRead:
    """What a calendar holds; `unread` are the UIDs of events that have faults."""

    events: list[EventWanted] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Block:
    line: int
    text: str
    faulty: str = ""


def read_calendar(text: str, zone: str, since_ms: int, until_ms: int) -> CalendarRead:
    """Return what a calendar holds; times without a zone are in `zone`.

    What recurs is followed in the time that is named. Raises RejectError where it is no calendar,
    or too long.
    """
    if len(text.encode("utf-8", "replace")) > BYTES_MAX:
        raise RejectError(f"The calendar is over {BYTES_MAX:,} bytes; export a shorter time.")
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    if lines[0].strip().upper() != "BEGIN:VCALENDAR":
        raise RejectError(
            "That is no calendar: it does not begin with BEGIN:VCALENDAR. Export it as iCalendar, "
            "a file that ends in .ics."
        )
    blocks = list(_blocks(lines))
    if len(blocks) > PLANNED_AT_ONCE_MAX:
        raise RejectError(f"The calendar has over {PLANNED_AT_ONCE_MAX} events; split it.")
    reading = _Reading(zone, since_ms, until_ms)
    for block in blocks:
        reading.parse(block)
    reading.take_all()
    return reading.found


class _Reading:
    """One calendar being read, event by event."""

    def __init__(self, zone: str, since_ms: int, until_ms: int) -> None:
        self.found = CalendarRead()
        self._zone, self._since_ms, self._until_ms = zone, since_ms, until_ms
        self._budget = iter(range(TURNS_OF_A_FILE_MAX))
        self._parsed: dict[str, tuple[_Block, str, Mapping[str, Any]]] = {}

    def parse(self, block: _Block) -> None:
        """Read one event's properties, and keep it by what it is known by."""
        uid = ""
        try:
            event = _event_of(block)
            uid = _uid(event)
            known_by = uid
            if event.get("RECURRENCE-ID") is not None:
                at_ms = instant_named(event, "RECURRENCE-ID", self._zone)
                known_by = f"{uid}#{stamp_of(at_ms)}"
        except TimeFaultError as fault:
            self._refuse(block, uid, fault)
            return
        if known_by in self._parsed:
            twice = TimeFaultError("its UID comes twice; give each event its own")
            self._refuse(block, uid, twice)
            return
        self._parsed[known_by] = block, uid, event

    def take_all(self) -> None:
        """Take the turns of everything that could be read."""
        for known_by, (block, uid, event) in self._parsed.items():
            try:
                fresh = list(self._turns(known_by, block, event))
            except TimeFaultError as fault:
                self._refuse(block, uid, fault)
            except (ValueError, OverflowError, TypeError):
                unreadable = "a value of it cannot be read; export it again as iCalendar"
                self._refuse(block, uid, TimeFaultError(unreadable))
            else:
                self.found.events += fresh

    def _turns(
        self, known_by: str, block: _Block, event: Mapping[str, Any]
    ) -> Iterator[EventWanted]:
        times = times_of_event(event, self._zone)
        room = PLANNED_AT_ONCE_MAX - len(self.found.events)
        if times.rule is None or event.get("RECURRENCE-ID") is not None:
            whole = Slot(to_epoch_ms(times.starts), to_epoch_ms(times.ends))
            slots: Iterator[tuple[str, Slot]] = iter([(known_by, whole)])
        else:
            turns = slots_of(times, self._since_ms, self._until_ms, self._budget)
            slots = ((f"{known_by}#{stamp_of(each.starts_at_ms)}", each) for each in turns)
        for uid, slot in slots:
            if uid != known_by and uid in self._parsed:
                continue
            room -= 1
            if room < 0:
                raise TimeFaultError(
                    f"{PLANNED_AT_ONCE_MAX} shifts are taken at once at most; put the rest into "
                    "another file"
                )
            yield _wanted(uid, slot, block.line, event)

    def _refuse(self, block: _Block, uid: str, fault: TimeFaultError) -> None:
        self.found.faults.append(f"{place_of(block.line, uid)}: {fault}.")
        if uid:
            self.found.unread.add(uid)


def place_of(line: int, uid: str) -> str:
    """Return where an event stands, for a sentence, in characters that steer nothing."""
    known = f", event {plain(uid)[:UID_SHOWN_MAX]}" if uid else ""
    return f"Line {line}{known}"


def _blocks(lines: Sequence[str]) -> Iterator[_Block]:
    """Yield the text of each event, with the line that it begins in."""
    begun: int | None = None
    for number, line in enumerate(lines):
        word = line.strip().upper()
        if word == "BEGIN:VEVENT":
            if begun is not None:
                yield _Block(begun + 1, "", "it has no END:VEVENT; export the calendar again")
            begun = number
        elif word == "END:VEVENT" and begun is not None:
            yield _block(begun, lines[begun : number + 1])
            begun = None
    if begun is not None:
        yield _Block(begun + 1, "", "it is cut off before its END:VEVENT; export it again")


def _block(begun: int, lines: Sequence[str]) -> _Block:
    if len(lines) > EVENT_LINES_MAX:
        return _Block(begun + 1, "", f"it has over {EVENT_LINES_MAX} lines; shorten it")
    return _Block(begun + 1, "\r\n".join(line.rstrip("\r") for line in lines) + "\r\n")


def _event_of(block: _Block) -> Mapping[str, Any]:
    from icalendar import Event

    if block.faulty:
        raise TimeFaultError(block.faulty)
    try:
        event: Mapping[str, Any] = Event.from_ical(block.text)
    except (ValueError, TypeError, AttributeError, KeyError, IndexError) as error:
        raise TimeFaultError("it is not written as iCalendar; export it again") from error
    return event


def _uid(event: Mapping[str, Any]) -> str:
    uid = event.get("UID")
    if isinstance(uid, list) or not str(uid or "").strip():
        raise TimeFaultError("it has no UID of its own; add one")
    known = str(uid).strip()
    if len(known) > UID_MAX or known != plain(known):
        raise TimeFaultError(f"its UID is not one line of at most {UID_MAX} characters")
    return known


def _wanted(uid: str, slot: Slot, line: int, event: Mapping[str, Any]) -> EventWanted:
    written = _written(event, "SEQUENCE") or "0"
    if not (written.isascii() and written.isdecimal()) or int(written[:12]) > SEQUENCE_MAX:
        raise TimeFaultError(f"its SEQUENCE is not one of 0 to {SEQUENCE_MAX}")
    return EventWanted(
        uid=uid,
        line=line,
        addresses=_addresses(event),
        logins=_logins(event),
        starts_at_ms=slot.starts_at_ms,
        ends_at_ms=slot.ends_at_ms,
        sequence=int(written),
        cancelled=_written(event, "STATUS").upper() == "CANCELLED",
    )


def _written(event: Mapping[str, Any], name: str) -> str:
    """Return a property as it is written, without what stands round it; of two, the first."""
    value = event.get(name)
    first = value[0] if isinstance(value, list) and value else value
    return "" if first is None else str(first).strip()


def _addresses(event: Mapping[str, Any]) -> tuple[str, ...]:
    value = event.get("ATTENDEE")
    written = value if isinstance(value, list) else [] if value is None else [value]
    found = [
        str(each)[len(MAILTO) :].strip().lower()
        for each in written
        if str(each).lower().startswith(MAILTO)
    ]
    if len(found) > NAMED_MAX:
        raise TimeFaultError("it has more than five people in it; make an event for each")
    return tuple(each for each in found if 0 < len(each) <= ADDRESS_CHARACTERS_MAX)


def _logins(event: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what may be a login, the likeliest first: our own property, then what a title says."""
    summary = _written(event, "SUMMARY")
    named = [_written(event, LOGIN_PROPERTY)]
    if summary.lower().startswith(SHIFT):
        said = summary[len(SHIFT) :]
        named += [said.rpartition(",")[2] if "," in said else "", *said.split()[:1]]
    tidy = [each.strip(" ,.;").lower() for each in named]
    return tuple(each for each in tidy if LOGIN_PATTERN.fullmatch(each))
