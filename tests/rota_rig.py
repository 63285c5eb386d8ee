"""Rotas at a desk over a database of its own: made, planned by the week, and shown."""

from datetime import date
from typing import Any

from services.policy.grant_hours import times_of
from services.policy.rota_reading import RotaReading
from services.policy.rota_times import shift_times
from services.policy.rota_turns import RotaTurns
from services.runtime.clock import DAY_MS
from tests.desk_rig import DeskRig


def make_rota(rig: DeskRig, days: int = 30, **values: Any) -> str:
    """Make a rota from now on; return its id."""
    order: dict[str, Any] = {
        "account": "town",
        "title": "The control room",
        "starts_at_ms": rig.now_ms,
        "ends_at_ms": rig.now_ms + days * DAY_MS,
        "why": "Round the clock",
    }
    return str(rig.do("rota-make", "greta", **(order | values))["rota_id"])


def week_of(
    login: str, written: str, first: date, zone: str, days: int = 7
) -> list[dict[str, Any]]:
    """Return somebody's shifts of some days, at weekly times on the wall."""
    slots = shift_times(times_of(written), first, days, zone)
    return [
        {"login": login, "starts_at_ms": each.starts_at_ms, "ends_at_ms": each.ends_at_ms}
        for each in slots
    ]


def plan(rig: DeskRig, rota_id: str, *shifts: dict[str, Any], who: str = "greta") -> dict[str, Any]:
    """Plan shifts; return what the desk said of them."""
    return rig.do("shift-plan", who, rota_id=rota_id, shifts=list(shifts))


def shift(rig: DeskRig, login: str, starts_hours: float, ends_hours: float) -> dict[str, Any]:
    """Return a shift of so many hours from now to so many."""
    hour_ms = DAY_MS // 24
    return {
        "login": login,
        "starts_at_ms": rig.now_ms + round(starts_hours * hour_ms),
        "ends_at_ms": rig.now_ms + round(ends_hours * hour_ms),
    }


def reading_of(rig: DeskRig) -> RotaReading:
    """Return what reads a rig's rotas."""
    return RotaReading(rig.store, rig.clock.now)


def turns_of(rig: DeskRig) -> RotaTurns:
    """Return the clock at work on a rig's rotas."""
    return RotaTurns(rig.journal, rig.store, rig.sealer, rig.clock)
