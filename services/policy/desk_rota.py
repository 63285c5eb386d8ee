"""The desk's verbs about rotas and delegation."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from services.policy.decided import Decided
from services.policy.desk_rota_import import import_calendar
from services.policy.desk_swaps import SWAP_HANDLERS, hand_of
from services.policy.desk_work import Work
from services.policy.grants import grant_key
from services.policy.orders import APPROVERS
from services.policy.people import Person, require_active
from services.policy.rota import Rota, shift_key, shift_of, swap_of
from services.policy.rota_certifying import certify
from services.policy.rota_findings import FINDINGS_MAX
from services.policy.rota_initials import require_initials_apart
from services.policy.rota_orders import (
    CallOffShift,
    ChangeRota,
    EndRota,
    MakeRota,
    PlanShifts,
)
from services.policy.rota_scene import (
    OFFICERS,
    clashes_around,
    open_rota,
    person_with,
    require_planner,
    rota_found,
    shift_to_come,
)
from services.policy.rotas import (
    Changes,
    called_off,
    ended,
    made,
    planned,
    rota_note,
    said,
)
from services.policy.swaps import dropped, handed
from services.runtime.errors import NotAllowedError, RejectError


def make_rota(work: Work, order: MakeRota) -> Decided:
    """Make a rota."""
    work.account(order.account)
    _require_themes(work, order.themes)
    deputy = None if order.deputy is None else work.person(order.deputy)
    coach = None if order.coach is None else work.person(order.coach)
    named = [each for each in (deputy, coach) if each is not None]
    for each in named:
        require_active(each)
    if coach is not None and not set(str(coach["roles"]).split()) & APPROVERS:
        raise RejectError(f"{coach['name']} may not approve acts, and a coach has to.")
    rota = Rota(
        id=work.parts.fresh_id(),
        account=order.account,
        title=order.title,
        zone=order.zone or work.parts.takeovers.zone,
        kinds=" ".join(sorted(set(order.kinds))),
        themes=" ".join(sorted(set(order.themes))),
        languages=" ".join(sorted(set(order.languages))),
        answers=None if order.answers == "anyone" else order.answers,
        deputy_id=None if deputy is None else str(deputy["id"]),
        coach_id=None if coach is None else str(coach["id"]),
        made_by=work.actor.person_id,
        reason=order.why,
        initials=int(order.initials),
        rest_minutes=order.rest_minutes,
        quota_hour=order.quota_hour,
        quota_day=order.quota_day,
        starts_at_ms=order.starts_at_ms,
        ends_at_ms=order.ends_at_ms,
        made_at_ms=work.now_ms,
    )
    return made(rota, work.actor, named, order.why)


def change_rota(work: Work, order: ChangeRota) -> Decided:
    """Change a rota's title, rest or deputy."""
    rota = open_rota(work, order.rota_id)
    deputy = None if order.deputy is None else work.person(order.deputy)
    if deputy is not None:
        require_active(deputy)
    after = replace(
        rota,
        title=order.title or rota.title,
        rest_minutes=rota.rest_minutes if order.rest_minutes is None else order.rest_minutes,
        deputy_id=rota.deputy_id if deputy is None else str(deputy["id"]),
        version=rota.version + 1,
    )
    changes = Changes()
    changes.keep(after, rota)
    changes.notes.append(rota_note("rota.changed", after, work.actor, order.why))
    return changes.decided(f"The rota {after.title!r} is changed.", rota_id=rota.id)


def end_rota(work: Work, order: EndRota) -> Decided:
    """End a rota with all its shifts."""
    rota = open_rota(work, order.rota_id)
    rows = work.parts.store.select("shifts_ahead", (rota.id,))
    shifts = [shift_of(str(row["id"]), row) for row in rows]
    grants = work.parts.store.fetch([grant_key(each.grant_id) for each in shifts])
    changes = ended(work, rota, shifts, grants, order.why)
    changes.raise_accounts([work.account(rota.account)], work.now_ms)
    sentence = f"The rota {rota.title!r} has ended, with {len(shifts)} shifts to come."
    return changes.decided(sentence, rota_id=rota.id)


def plan_shifts(work: Work, order: PlanShifts) -> Decided:
    """Plan shifts, all or none; what is wrong with them is said, and planned all the same.

    Whom a shift would put twice into one rota at the same time is refused.
    """
    rota = open_rota(work, order.rota_id)
    require_planner(work, rota)
    people = {each.login: work.person(each.login) for each in order.shifts}
    for person in people.values():
        require_active(person)
    ahead = len(work.parts.store.select("shifts_ahead", (rota.id,)))
    changes, shifts = planned(work, rota, order.shifts, people, ahead)
    if rota.initials:
        require_initials_apart(work, rota, changes)
    findings = clashes_around(work, rota, shifts)
    own = {each.id for each in shifts} | _ids_of(work, rota)
    for each in findings:
        if each.kind == "double-booked" and set(each.ids) <= own:
            raise RejectError(each.sentence)
    changes.raise_accounts([work.account(rota.account)], work.now_ms)
    return changes.decided(
        f"{len(shifts)} shifts are planned.{said(findings)}",
        rota_id=rota.id,
        shift_ids=[each.id for each in shifts],
        findings=[each.told() for each in findings[:FINDINGS_MAX]],
    )


def call_off(work: Work, order: CallOffShift) -> Decided:
    """Take a shift back; what nobody covers then shows as a gap."""
    shift = shift_to_come(work, order.shift_id)
    rota = rota_found(work, shift.rota_id)
    require_planner(work, rota)
    changes = Changes()
    called_off(changes, shift, work.row(grant_key(shift.grant_id)), work.actor, order.why)
    rows = work.parts.store.select("swaps_of_shift", (shift.id, shift.id))
    swaps = [swap_of(str(row["id"]), row) for row in rows]
    dropped(changes, work, swaps, shift.account, order.why)
    changes.raise_accounts([work.account(shift.account)], work.now_ms)
    return changes.decided(
        "The shift is called off, and its leave has ended; plan somebody for it.",
        shift_id=shift.id,
        grant_id=shift.grant_id,
    )


def put_deputy_in(work: Work, order: CallOffShift) -> Decided:
    """Put the rota's deputy into a shift, or what is left of it."""
    shift = shift_to_come(work, order.shift_id)
    rota = open_rota(work, shift.rota_id)
    if not work.actor.roles & OFFICERS and work.actor.person_id != shift.person_id:
        raise NotAllowedError("An officer puts the deputy in, or who has the shift; ask one.")
    if rota.deputy_id is None or rota.deputy_id == shift.person_id:
        raise RejectError("This rota has no other deputy; plan somebody else for the shift.")
    if rota.deputy_id == work.actor.person_id:
        raise NotAllowedError("Nobody gives leave to themselves; ask another officer.")
    deputy = person_with(work, rota.deputy_id)
    changes = Changes()
    hand = hand_of(work, rota, shift, deputy)
    after = handed(changes, work, rota, hand, "shift.deputised", order.why)
    rows = work.parts.store.select("swaps_of_shift", (shift.id, shift.id))
    swaps = [swap_of(str(row["id"]), row) for row in rows]
    dropped(changes, work, swaps, shift.account, order.why)
    changes.guards.append(rota.guard())
    changes.raise_accounts([work.account(rota.account)], work.now_ms)
    findings = clashes_around(work, rota, [after])
    return changes.decided(
        f"{deputy['name']} has the shift now.{said(findings)}", shift_id=shift.id
    )


def with_shifts(work: Work, person: Person, decided: Decided, why: str) -> Decided:
    """Return the decision that somebody leaves with an end of their shifts and swaps.

    What they leave uncovered shows as gaps.
    """
    store, person_id = work.parts.store, str(person["id"])
    rows = store.select("shifts_of_person", (person_id, 2**53, work.now_ms))
    shifts = [shift_of(str(row["id"]), row) for row in rows]
    grants = store.fetch([grant_key(each.grant_id) for each in shifts])
    changes = Changes(dict(decided.writes), list(decided.guards), list(decided.notes))
    for shift in shifts:
        key = grant_key(shift.grant_id)
        grant = None if key in changes.writes else grants.get(key)
        called_off(changes, shift, grant, work.actor, why)
    for row in store.select("swaps_of_person", (person_id, person_id)):
        swap = swap_of(str(row["id"]), row)
        shift_row = work.row(shift_key(swap.shift_id))
        account = "" if shift_row is None else str(shift_row["account"])
        dropped(changes, work, [swap], account, why)
    reply = dict(decided.reply)
    if shifts:
        reply["sentence"] = (
            f"{reply['sentence']} Their shifts are called off ({len(shifts)}), and show as gaps."
        )
    return replace(
        decided, reply=reply, writes=changes.writes, guards=changes.guards, notes=changes.notes
    )


def _require_themes(work: Work, themes: tuple[str, ...]) -> None:
    known = work.parts.themes
    unknown = sorted(set(themes) - known) if known is not None else []
    if unknown:
        there_are = ", ".join(sorted(known or ())) or "none"
        raise RejectError(f"There is no theme {unknown[0]!r}; themes are {there_are}.")


def _ids_of(work: Work, rota: Rota) -> set[str]:
    rows = work.parts.store.select("shifts_ahead", (rota.id,))
    return {str(row["id"]) for row in rows}


ROTA_HANDLERS: Final[Mapping[str, Callable[[Work, Any], Decided]]] = {
    "rota-make": make_rota,
    "rota-change": change_rota,
    "rota-end": end_rota,
    "shift-plan": plan_shifts,
    "rota-import": import_calendar,
    "shift-call-off": call_off,
    "shift-deputy": put_deputy_in,
    "grant-certify": certify,
    **SWAP_HANDLERS,
}
