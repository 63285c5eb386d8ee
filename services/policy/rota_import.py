"""Decides what the events of a calendar mean for a rota: planned, moved, called off, or left.

A shift is known by its UID. What the desk changed has a higher SEQUENCE than the file it came
from, so an old file does not undo it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from services.policy.people import Person, require_active
from services.policy.rota import Rota, Shift, initials_of
from services.policy.rota_calendar_reading import place_of
from services.policy.rota_orders import EventWanted, ImportCalendar, ShiftWanted
from services.policy.rotas import check_times
from services.policy.slot_times import Slot, in_words
from services.runtime.errors import NotAllowedError, NotFoundError, RejectError

PersonOf = Callable[[EventWanted], Person]


@dataclass(slots=True)
class Sorted:
    """What a calendar comes to; `moved` are shifts that are planned anew at other times."""

    wanted: list[ShiftWanted] = field(default_factory=list)
    people: dict[str, Person] = field(default_factory=dict)
    gone: list[Shift] = field(default_factory=list)
    moved: list[Shift] = field(default_factory=list)
    left: int = 0
    faults: list[str] = field(default_factory=list)


class Sorting:
    """One calendar held against what a rota has; `known` are its shifts by their UIDs."""

    def __init__(
        self,
        rota: Rota,
        known: Mapping[str, Shift],
        person_of: PersonOf,
        actor_id: str,
        now_ms: int,
    ) -> None:
        self._rota, self._known, self._person_of = rota, known, person_of
        self._actor_id, self._now_ms = actor_id, now_ms
        self._busy: dict[str, dict[str, Slot]] = {}
        self._found = Sorted()

    def sort(self, order: ImportCalendar) -> Sorted:
        """Return what each event comes to. Raises RejectError where nothing would be left."""
        if order.replace and not order.events:
            raise RejectError(
                "No event of that calendar could be read, so nothing is called off for it; end "
                "the rota, or call shifts off one by one."
            )
        self._call_off(order)
        fresh = [each for each in order.events if self._is_to_plan(each)]
        taken = {each.uid for each in self._found.gone} | {each.uid for each in fresh}
        for shift in self._known.values():
            if self._is_to_come(shift) and shift.uid not in taken:
                self._book(shift.person_id, shift.uid, _slot(shift))
        for each in fresh:
            try:
                self._plan(each)
            except (RejectError, NotAllowedError, NotFoundError) as error:
                self._found.faults.append(f"{place_of(each.line, each.uid)}: {error}")
                self._put_back(each)
        return self._found

    def _call_off(self, order: ImportCalendar) -> None:
        cancelled = {each.uid for each in order.events if each.cancelled}
        kept = {each.uid for each in order.events} | set(order.unread)
        for shift in self._known.values():
            is_kept = shift.uid in kept or shift.uid.partition("#")[0] in order.unread
            if self._is_to_come(shift) and (
                shift.uid in cancelled or (order.replace and not is_kept)
            ):
                self._found.gone.append(shift)

    def _is_to_plan(self, event: EventWanted) -> bool:
        """Return whether an event is new here, or newer; what is not is left as it was."""
        shift = self._known.get(event.uid)
        if event.cancelled:
            self._found.left += not (shift is not None and self._is_to_come(shift))
            return False
        if shift is None:
            return True
        same_times = _slot(event) == _slot(shift)
        newer = event.sequence > shift.sequence
        if newer and (self._is_to_come(shift) or shift.state == "called-off"):
            if same_times and shift.state == "planned" and self._has(shift, event):
                self._found.left += 1
                return False
            return True
        self._found.left += 1
        if event.sequence == shift.sequence and not same_times and shift.state == "planned":
            self._found.faults.append(
                f"{place_of(event.line, event.uid)}: its times are others than here, under the "
                "same SEQUENCE, so it stays as it was; raise its SEQUENCE."
            )
        return False

    def _has(self, shift: Shift, event: EventWanted) -> bool:
        """Return whether a shift is already whose an event says; whom nobody knows has none."""
        try:
            return str(self._person_of(event)["id"]) == shift.person_id
        except (RejectError, NotFoundError):
            return False

    def _plan(self, event: EventWanted) -> None:
        person = self._person_of(event)
        require_active(person)
        person_id, login = str(person["id"]), str(person["login"])
        if person_id == self._actor_id:
            raise NotAllowedError("Nobody plans leave for themselves; ask another officer.")
        if self._rota.initials and not initials_of(str(person["name"])):
            raise RejectError(f"{login} has no initials to sign with; plan them by hand.")
        wanted = ShiftWanted(
            login=login,
            starts_at_ms=event.starts_at_ms,
            ends_at_ms=event.ends_at_ms,
            uid=event.uid,
            sequence=event.sequence,
        )
        check_times(self._rota, wanted, self._now_ms)
        slot = _slot(event)
        for other in self._busy.get(person_id, {}).values():
            if slot.starts_at_ms < other.ends_at_ms and other.starts_at_ms < slot.ends_at_ms:
                when = in_words(slot.starts_at_ms, self._rota.zone)
                raise RejectError(f"{login} is on already on {when}; name somebody else.")
        self._book(person_id, event.uid, slot)
        self._found.wanted.append(wanted)
        self._found.people[login] = person
        before = self._known.get(event.uid)
        if before is not None and self._is_to_come(before):
            self._found.moved.append(before)

    def _put_back(self, event: EventWanted) -> None:
        """Have a shift that could not be moved count where it was."""
        before = self._known.get(event.uid)
        if before is not None and self._is_to_come(before):
            self._book(before.person_id, before.uid, _slot(before))

    def _book(self, person_id: str, uid: str, slot: Slot) -> None:
        self._busy.setdefault(person_id, {})[uid] = slot

    def _is_to_come(self, shift: Shift) -> bool:
        return shift.state == "planned" and shift.ends_at_ms > self._now_ms


def whose(
    event: EventWanted, by_address: Mapping[str, Person], by_login: Mapping[str, Person]
) -> Person:
    """Return whose an event is. Raises RejectError where it is nobody's, or two people's."""
    found = {
        str(by_address[each]["id"]): by_address[each]
        for each in event.addresses
        if each in by_address
    }
    if len(found) > 1:
        raise RejectError("It names two people; make an event for each.")
    named = [by_login[each] for each in event.logins if each in by_login]
    for person in (*found.values(), *named):
        return dict(person)
    raise RejectError(
        "It names nobody who works here; invite them by their address, or begin its title with "
        "their login, such as `Shift: ines`."
    )


def told(found: Sorted, faulty: int) -> str:
    """Return what a calendar came to; so many events of it could not be read."""
    return (
        f"Planned: {len(found.wanted) - len(found.moved)}. Moved: {len(found.moved)}. "
        f"Left as they were: {found.left}. Called off: {len(found.gone)}. "
        f"Not taken: {len(found.faults) + faulty}."
    )


def _slot(of: Shift | EventWanted) -> Slot:
    return Slot(of.starts_at_ms, of.ends_at_ms)
