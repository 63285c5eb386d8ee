"""Rounds of nominations at a desk over a database of its own, as far as a test wants them."""

from typing import Any, Final

from services.policy.nomination_reading import NominationReading
from services.runtime.actor import ANYBODY
from services.runtime.clock import HOUR_MS
from tests.desk_rig import DeskRig

SOURCE: Final = "The six numbers of Saturday's lottery, as printed on Monday."
VALUE: Final = "7 12 19 23 40 44"
NAMES: Final = ("Ada Quill", "Bo Reed", "Cy Sand")


def opened(rig: DeskRig, hours: float = 1, **values: Any) -> str:
    """Open a round for so many hours; return its id."""
    order: dict[str, Any] = {"account": "town", "title": "A week in May"}
    order |= {"closes_at_ms": rig.now_ms + round(hours * HOUR_MS)}
    return str(rig.do("nomination-open", "greta", **(order | values))["round_id"])


def named(rig: DeskRig, round_id: str, name: str = NAMES[0], **values: Any) -> dict[str, Any]:
    """Have a citizen name somebody; return the answer with the receipt."""
    order = {"round_id": round_id, "name": name, "contact": f"{name[:2].lower()}@town.example"}
    return rig.do("nominate", ANYBODY, **(order | values))


def listed(rig: DeskRig, names: tuple[str, ...] = NAMES) -> tuple[str, list[dict[str, Any]]]:
    """Take a round as far as a fixed list of some names; return its id and their answers."""
    round_id = opened(rig)
    made = [named(rig, round_id, name) for name in names]
    for each in made:
        rig.do("nomination-choose", "greta", nomination_id=each["nomination_id"])
    rig.clock.advance(3_600)
    rig.do("nomination-fix-list", "greta", round_id=round_id, public_source=SOURCE)
    return round_id, made


def drawn(rig: DeskRig, names: tuple[str, ...] = NAMES) -> tuple[str, list[int]]:
    """Take a round as far as its draw; return its id and the order."""
    round_id, _ = listed(rig, names)
    reply = rig.do("nomination-draw", "gordon", round_id=round_id, public_value=VALUE)
    return round_id, list(reply["order"])


def reading(rig: DeskRig) -> NominationReading:
    """Return what reads a rig's rounds."""
    return NominationReading(rig.store, rig.clock)
