"""Decides on rotas and the shifts planned in them: made, changed, ended, planned, called off."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from services.policy.decided import Decided
from services.policy.desk_work import Work
from services.policy.grants import grant_key
from services.policy.leave import raised
from services.policy.people import Person, note, person_key, person_subject
from services.policy.rota import SHIFTS_MAX, Rota, Shift, Swap, initials_of
from services.policy.rota_findings import Finding
from services.policy.rota_orders import ShiftWanted
from services.policy.rota_scene import ended_grant
from services.policy.slot_times import in_words
from services.runtime.actor import Actor
from services.runtime.audit_entry import AuditNote, account_chain
from services.runtime.clock import DAY_MS
from services.runtime.effects import Key, Row
from services.runtime.errors import NotAllowedError, RejectError
from services.runtime.ports import Guard

ROTA_DAYS_MAX: Final = 366
SHIFT_HOURS_MAX: Final = 24
SHIFT_MS_MAX: Final = DAY_MS + DAY_MS // 24
"""A day and night, and the hour that one of them has more."""


@dataclass(slots=True)
class Changes:
    """What a decision about shifts comes to, gathered row by row; accounts are raised once."""

    writes: dict[Key, Row | None] = field(default_factory=dict)
    guards: list[Guard] = field(default_factory=list)
    notes: list[AuditNote] = field(default_factory=list)

    def raise_accounts(self, accounts: Sequence[Row], now_ms: int) -> None:
        """Have whatever is being sent as some accounts judged afresh."""
        writes, guards = raised(accounts, now_ms)
        self.writes |= writes
        self.guards += guards

    def keep(self, value: Rota | Shift | Swap, before: Rota | Shift | Swap | None = None) -> None:
        """Write a row as it is now, where it was as it was read, or was not."""
        self.writes[value.key] = value.row()
        self.guards.append(Guard(value.key, None) if before is None else before.guard())

    def end_grant(self, grant_id: str, row: Row | None) -> None:
        """End a grant, where it has not ended already."""
        if row is not None and row["state"] != "ended":
            after = ended_grant(row)
            self.writes[grant_key(grant_id)] = after
            self.guards.append(Guard(grant_key(grant_id), after["version"] - 1))

    def decided(self, sentence: str, **more: Any) -> Decided:
        """Return the decision, with what is answered."""
        return Decided(
            reply={"sentence": sentence, **more},
            writes=self.writes,
            guards=self.guards,
            notes=self.notes,
        )


def made(rota: Rota, actor: Actor, people: Sequence[Person], why: str) -> Decided:
    """Make a rota; `people` are those it names, whose rows are guarded."""
    if rota.starts_at_ms >= rota.ends_at_ms:
        raise RejectError("A rota ends after it begins; name another end.")
    if rota.ends_at_ms - rota.starts_at_ms > ROTA_DAYS_MAX * DAY_MS:
        raise RejectError(f"A rota lasts {ROTA_DAYS_MAX} days at most; make another after it.")
    changes = Changes()
    changes.keep(rota)
    changes.guards += [Guard(person_key(str(each["id"])), each["version"]) for each in people]
    changes.notes.append(rota_note("rota.made", rota, actor, why))
    return changes.decided(
        f"The rota {rota.title!r} is made, until {in_words(rota.ends_at_ms, rota.zone)}; plan its "
        "shifts next.",
        rota_id=rota.id,
    )


def rota_note(kind: str, rota: Rota, actor: Actor, why: str, **facts: Any) -> AuditNote:
    """Return a note about a rota, in its account's chain."""
    payload = {"title": rota.title, "why": why}
    chain = account_chain(rota.account)
    return note(kind, actor, f"rota:{rota.id}", payload, chain=chain, rota=rota.id, **facts)


def shift_note(kind: str, shift: Shift, actor: Actor, why: str, **facts: Any) -> AuditNote:
    """Return a note about somebody's shift, in its account's chain."""
    return note(
        kind,
        actor,
        person_subject(shift.person_id),
        {"why": why},
        chain=account_chain(shift.account),
        **{
            "rota": shift.rota_id,
            "shift": shift.id,
            "grant": shift.grant_id,
            "person": shift.person_id,
            "starts_at_ms": shift.starts_at_ms,
            "ends_at_ms": shift.ends_at_ms,
            **facts,
        },
    )


def check_times(rota: Rota, wanted: ShiftWanted, now_ms: int) -> None:
    """Raise RejectError, in words, where a shift cannot be at the times that are asked for."""
    when = in_words(wanted.starts_at_ms, rota.zone)
    if wanted.starts_at_ms >= wanted.ends_at_ms:
        raise RejectError(f"The shift of {wanted.login} on {when} ends before it begins.")
    if wanted.ends_at_ms - wanted.starts_at_ms > SHIFT_MS_MAX:
        raise RejectError(f"The shift of {wanted.login} on {when} is longer than a day.")
    if wanted.ends_at_ms <= now_ms:
        raise RejectError(f"The shift of {wanted.login} on {when} is over already.")
    if wanted.starts_at_ms < rota.starts_at_ms or wanted.ends_at_ms > rota.ends_at_ms:
        raise RejectError(f"The shift of {wanted.login} on {when} is outside the rota's time.")


def planned(
    work: Work, rota: Rota, wanted: Sequence[ShiftWanted], people: Mapping[str, Person], ahead: int
) -> tuple[Changes, list[Shift]]:
    """Return new shifts with their grants, and the writes they take; `people` are by login.

    Raises NotAllowedError where somebody plans their own, and RejectError for what cannot be.
    """
    if ahead + len(wanted) > SHIFTS_MAX:
        raise RejectError(f"A rota has {SHIFTS_MAX} shifts ahead at most; plan the rest later.")
    changes, shifts = Changes(), []
    for each in wanted:
        check_times(rota, each, work.now_ms)
        person = people[each.login]
        person_id = str(person["id"])
        if person_id == work.actor.person_id:
            raise NotAllowedError("Nobody plans leave for themselves; ask another officer.")
        shift_id = work.parts.fresh_id()
        shift = Shift(
            id=shift_id,
            rota_id=rota.id,
            account=rota.account,
            person_id=person_id,
            grant_id=work.parts.fresh_id(),
            uid=each.uid or f"{shift_id}@mercat",
            starts_at_ms=each.starts_at_ms,
            ends_at_ms=each.ends_at_ms,
            sequence=each.sequence,
        )
        initials = each.initials or initials_of(str(person["name"])) or None
        give(changes, rota, shift, work.actor, initials, f"The rota {rota.title}")
        changes.keep(shift)
        shifts.append(shift)
    changes.guards.append(rota.guard())
    for person in people.values():
        changes.guards.append(Guard(person_key(str(person["id"])), person["version"]))
    return changes, shifts


def give(
    changes: Changes, rota: Rota, shift: Shift, actor: Actor, initials: str | None, why: str
) -> None:
    """Give the grant of a shift. Raises RejectError where texts could not be signed."""
    if rota.initials and initials is None:
        raise RejectError("This rota is signed with initials; name those of everybody planned.")
    key = grant_key(shift.grant_id)
    changes.writes[key] = rota.grant(shift, actor.person_id, initials, why)
    changes.guards.append(Guard(key, None))
    changes.notes.append(shift_note("shift.planned", shift, actor, why))


def called_off(changes: Changes, shift: Shift, grant: Row | None, actor: Actor, why: str) -> None:
    """Take a shift back, and end its grant."""
    changes.keep(shift.changed(state="called-off", note=why), shift)
    changes.end_grant(shift.grant_id, grant)
    changes.notes.append(shift_note("shift.called-off", shift, actor, why))


def said(findings: Sequence[Finding]) -> str:
    """Return what is wrong, as the end of an answer."""
    return "" if not findings else " " + " ".join(each.sentence for each in findings[:3])


def ended(
    work: Work, rota: Rota, shifts: Sequence[Shift], grants: Mapping[Key, Row | None], why: str
) -> Changes:
    """End a rota and all that is planned in it."""
    changes = Changes()
    after = replace(rota, state="ended", reason=why, version=rota.version + 1)
    changes.keep(after, rota)
    changes.notes.append(rota_note("rota.ended", rota, work.actor, why, shifts=len(shifts)))
    for shift in shifts:
        called_off(changes, shift, grants.get(grant_key(shift.grant_id)), work.actor, why)
    return changes
