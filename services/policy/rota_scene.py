"""What a rota's verbs read: the rota, its shifts, who is engaged when, and who may plan."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, cast

from services.policy.desk_work import Work
from services.policy.people import Person, person_key, require_active
from services.policy.rota import (
    Rota,
    Shift,
    Swap,
    rota_key,
    rota_of,
    shift_key,
    shift_of,
    swap_key,
    swap_of,
)
from services.policy.rota_findings import MINUTE_MS, Engagement, Finding, clashes
from services.runtime.effects import Row, without_id
from services.runtime.errors import NotAllowedError, NotFoundError, RejectError
from services.runtime.ports import Store

REST_LOOK_MS: Final = 2_880 * MINUTE_MS
"""No rota asks for more rest than this."""
OFFICERS: Final = frozenset({"governance", "duty-officer"})


def rota_found(work: Work, rota_id: str) -> Rota:
    """Return a rota. Raises NotFoundError."""
    row = work.row(rota_key(rota_id))
    if row is None:
        raise NotFoundError(f"There is no rota {rota_id}; `mercat rota list` lists them.")
    return rota_of(rota_id, row)


def open_rota(work: Work, rota_id: str) -> Rota:
    """Return a rota that can still be planned. Raises NotFoundError or RejectError."""
    rota = rota_found(work, rota_id)
    if rota.state != "open" or work.now_ms >= rota.ends_at_ms:
        raise RejectError(f"The rota {rota.title!r} has ended; make another.")
    return rota


def shift_to_come(work: Work, shift_id: str) -> Shift:
    """Return a shift that is planned and not over. Raises NotFoundError or RejectError."""
    row = work.row(shift_key(shift_id))
    if row is None:
        raise NotFoundError(f"There is no shift {shift_id}; `mercat rota show` lists them.")
    shift = shift_of(shift_id, row)
    if shift.state != "planned" or work.now_ms >= shift.ends_at_ms:
        raise RejectError("That shift is over, or was called off.")
    return shift


def swap_found(work: Work, swap_id: str) -> Swap:
    """Return a swap. Raises NotFoundError."""
    row = work.row(swap_key(swap_id))
    if row is None:
        raise NotFoundError(f"There is no swap {swap_id}.")
    return swap_of(swap_id, row)


def person_with(work: Work, person_id: str) -> Person:
    """Return somebody's row, its id in it. Raises NotFoundError or RejectError."""
    row = work.row(person_key(person_id))
    if row is None:
        raise NotFoundError("There is nobody of that id.")
    person = {**row, "id": person_id}
    require_active(person)
    return person


def require_planner(work: Work, rota: Rota) -> None:
    """Raise NotAllowedError where somebody may not plan a rota."""
    may = work.actor.is_operator or work.actor.roles & OFFICERS
    if not may and work.actor.person_id != rota.deputy_id:
        raise NotAllowedError(
            "A rota is planned by governance, a duty officer, or the rota's deputy; ask one."
        )


def engagements_of(
    store: Store, people: Iterable[str], since_ms: int, until_ms: int
) -> list[Engagement]:
    """Return when some people are to speak in a time, over all rotas and takeovers."""
    found = []
    for person in sorted(set(people)):
        rows = store.select("shifts_of_person", (person, until_ms, since_ms))
        slots = store.select("slots_of_person", (person, until_ms, since_ms))
        found += [_engagement(row, person) for row in (*rows, *slots)]
    return found


def clashes_around(
    work: Work, rota: Rota, shifts: Sequence[Shift], gone: Iterable[str] = ()
) -> list[Finding]:
    """Return what would be wrong for those who hold some shifts; `gone` are shifts of before."""
    since_ms = min(each.starts_at_ms for each in shifts) - REST_LOOK_MS
    until_ms = max(each.ends_at_ms for each in shifts) + REST_LOOK_MS
    people = {each.person_id for each in shifts}
    known = engagements_of(work.parts.store, people, since_ms, until_ms)
    left_out = {*gone, *(each.id for each in shifts)}
    wanted = [
        Engagement(each.starts_at_ms, each.ends_at_ms, each.id, each.person_id) for each in shifts
    ]
    others = [each for each in known if each.id not in left_out]
    names = names_of(work.parts.store, people)
    fresh = {each.id for each in shifts}
    found = clashes([*others, *wanted], rota.rest_minutes, names, rota.zone)
    return [each for each in found if fresh & set(each.ids)]


def names_of(store: Store, people: Iterable[str]) -> Mapping[str, str]:
    """Return the names of people by their ids."""
    rows = store.fetch([person_key(each) for each in sorted(set(people))])
    return {key.id: str(row["name"]) for key, row in rows.items() if row is not None}


def officer_of_shift(store: Store, shift: Row) -> str | None:
    """Return who answers for a shift: whoever deputises for its rota, else who made the rota."""
    key = rota_key(str(shift["rota_id"]))
    row = store.fetch([key])[key]
    if row is None:
        return None
    rota = rota_of(key.id, row)
    return rota.deputy_id or rota.made_by


def ended_grant(row: Row) -> dict[str, Any]:
    """Return a grant's row as it is once it has ended."""
    version = cast("int", row["version"]) + 1
    return {**without_id(row), "state": "ended", "version": version}


def _engagement(row: Mapping[str, Any], person_id: str) -> Engagement:
    return Engagement(row["starts_at_ms"], row["ends_at_ms"], str(row["id"]), person_id)
