"""Takes a calendar's events into a rota, in one decision: all that is sound, or nothing."""

from typing import Final

from services.policy.decided import Decided
from services.policy.desk_work import Work
from services.policy.grants import grant_key
from services.policy.people import Person
from services.policy.rota import Rota, Shift, shift_of, swap_of
from services.policy.rota_calendar import SHIFTS_KEPT_MAX, latest_of
from services.policy.rota_findings import FINDINGS_MAX, Finding
from services.policy.rota_import import Sorted, Sorting, told, whose
from services.policy.rota_initials import require_initials_apart
from services.policy.rota_orders import EventWanted, ImportCalendar
from services.policy.rota_scene import clashes_around, open_rota, require_planner
from services.policy.rotas import Changes, called_off, planned, said
from services.policy.swaps import dropped
from services.runtime.errors import RejectError

PEOPLE_MAX: Final = 10_000
WHY: Final = "Its calendar says so"


def import_calendar(work: Work, order: ImportCalendar) -> Decided:
    """Plan, move and call off what a calendar says; what is wrong with an event is told."""
    rota = open_rota(work, order.rota_id)
    require_planner(work, rota)
    rows = work.parts.store.select("shifts_of_calendar", (rota.id,))
    if len(rows) >= SHIFTS_KEPT_MAX:
        raise RejectError("This rota had too many shifts to be read again; make another.")
    known = {str(row["uid"]): shift_of(str(row["id"]), row) for row in latest_of(rows)}
    by_address, by_login = _people(work)

    def person_of(event: EventWanted) -> Person:
        return whose(event, by_address, by_login)

    sorting = Sorting(rota, known, person_of, str(work.actor.person_id), work.now_ms)
    found = sorting.sort(order)
    ahead = sum(each.state == "planned" for each in known.values())
    changes, shifts = planned(
        work, rota, found.wanted, found.people, ahead - len(found.gone) - len(found.moved)
    )
    if rota.initials:
        require_initials_apart(work, rota, changes)
    _take_back(changes, work, found)
    findings = _findings(work, rota, shifts, found, known)
    if found.wanted or found.gone:
        changes.raise_accounts([work.account(rota.account)], work.now_ms)
    return changes.decided(
        f"{told(found, order.faulty)}{said(findings)}",
        rota_id=rota.id,
        shift_ids=[each.id for each in shifts],
        called_off_ids=[each.id for each in found.gone],
        moved=len(found.moved),
        left=found.left,
        faults=found.faults,
        findings=[each.told() for each in findings[:FINDINGS_MAX]],
    )


def _take_back(changes: Changes, work: Work, found: Sorted) -> None:
    """End what is called off or planned anew, with its leave and its swaps."""
    back = [*found.gone, *found.moved]
    grants = work.parts.store.fetch([grant_key(each.grant_id) for each in back])
    for shift in back:
        called_off(changes, shift, grants.get(grant_key(shift.grant_id)), work.actor, WHY)
        rows = work.parts.store.select("swaps_of_shift", (shift.id, shift.id))
        swaps = [swap_of(str(row["id"]), row) for row in rows]
        dropped(changes, work, swaps, shift.account, WHY)


def _findings(
    work: Work, rota: Rota, shifts: list[Shift], found: Sorted, known: dict[str, Shift]
) -> list[Finding]:
    """Return what is wrong. Raises RejectError where the rota would want somebody twice at once."""
    if not shifts:
        return []
    back = {each.id for each in (*found.gone, *found.moved)}
    findings = clashes_around(work, rota, shifts, back)
    own = {each.id for each in shifts} | {each.id for each in known.values()} - back
    for each in findings:
        if each.kind == "double-booked" and set(each.ids) <= own:
            raise RejectError(each.sentence)
    return findings


def _people(work: Work) -> tuple[dict[str, Person], dict[str, Person]]:
    """Return everybody by their address, and by their login."""
    rows: list[Person] = [dict(row) for row in work.parts.store.select("persons", (PEOPLE_MAX,))]
    addressed = {str(row["address"]).lower(): row for row in rows if row["address"]}
    return addressed, {str(row["login"]): row for row in rows}
