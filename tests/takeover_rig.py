"""Takeovers at a desk over a database of its own: planned, prepared, and moved by its clock."""

from typing import Any

from services.policy.configuration import TakeoverSettings
from services.policy.handover_rows import Handover
from services.policy.takeover_turns import TakeoverTurns
from services.runtime.clock import HOUR_MS
from tests.desk_rig import TERMS, DeskRig


def turns_of(rig: DeskRig) -> TakeoverTurns:
    """Return the clock at work on a rig's takeovers."""
    settings = TakeoverSettings()
    return TakeoverTurns(rig.journal, rig.store, rig.sealer, rig.clock, settings)


def plan(rig: DeskRig, starts_hours: float = 1, ends_hours: float = 2, **values: Any) -> str:
    """Plan a slot so many hours from now; return its id."""
    order: dict[str, Any] = {
        "account": "town",
        "title": "A day on the allotments",
        "duty_officer": "dora",
        "standby": "ines",
        "starts_at_ms": rig.now_ms + round(starts_hours * HOUR_MS),
        "ends_at_ms": rig.now_ms + round(ends_hours * HOUR_MS),
    }
    return str(rig.do("takeover-plan", "greta", **(order | values))["takeover_id"])


def prepare(rig: DeskRig, takeover_id: str, who: str = "curt") -> None:
    """Take a planned one as far as onboarding goes."""
    rig.do("takeover-invite", "greta", takeover_id=takeover_id, login=who)
    rig.do("takeover-accept", who, takeover_id=takeover_id)
    rig.do("takeover-consent", who, takeover_id=takeover_id, terms_version=TERMS.version)
    rig.do("takeover-practise", who, takeover_id=takeover_id, text="Hello, I am new.")


def ready(rig: DeskRig, *hours: float, who: str = "curt", **values: Any) -> str:
    """Plan a slot and have it made ready; return its id."""
    takeover_id = plan(rig, *hours, **values)
    prepare(rig, takeover_id, who)
    rig.do("takeover-make-ready", "greta", takeover_id=takeover_id)
    return takeover_id


def without_grants(rig: DeskRig, who: str = "curt") -> None:
    """End the grants that the rig begins with: a curator has none beside a takeover's."""
    for grant in rig.rows("grants_of_person", rig.actor(who).person_id):
        rig.do("end-grant", "greta", grant_id=str(grant["id"]), why="curators have none")


def state_of(rig: DeskRig, takeover_id: str) -> str:
    """Return how far a takeover is, as it is kept."""
    return str(rig.row("takeovers", takeover_id)["state"])


def grant_of(rig: DeskRig, takeover_id: str) -> dict[str, Any]:
    """Return a takeover's grant, as it is kept."""
    return rig.row("grants", str(rig.row("takeovers", takeover_id)["grant_id"]))


def may_speak(rig: DeskRig, who: str = "curt") -> bool:
    """Return whether the gate finds leave for a statement of somebody as the town, just now."""
    verdict = rig.do("advise", who, kind="statement", account="town", text="Hello.")["verdict"]
    return all(reason["rule"] != "authority/live_grant" for reason in verdict["reasons"])


def settle(rig: DeskRig, takeover_id: str) -> None:
    """Have a handover found without a change, so that nothing stands against a close."""
    handover = Handover(id=takeover_id, account="town", state="compared")
    rig.write("handovers", takeover_id, **handover.row())
