"""The API's paths about incidents: look at what went wrong with an account, and close it."""

from typing import Any, Final

from fastapi import FastAPI

from services.console.api_access import ItemId, Key, Who, desk_of
from services.console.api_documents import CHANGING, READING, documented
from services.console.api_incident_shapes import (
    CloseIncidentBody,
    IncidentDone,
    Incidents,
    IncidentWhole,
    Timelines,
)
from services.console.api_rows import told
from services.console.parts import ConsoleParts, IncidentsDesk
from services.policy.incident import IncidentState
from services.runtime.clock import from_epoch_ms
from services.runtime.errors import RetryLaterError

PLACE: Final = "/incidents"


def incidents_of(parts: ConsoleParts) -> IncidentsDesk:
    """Return who reads incidents. Raises RetryLaterError where this installation has nobody."""
    if parts.incidents is None:
        raise RetryLaterError("This Mercat only listens now; nobody speaks from it.")
    return parts.incidents


def add_incident_paths(api: FastAPI, parts: ConsoleParts) -> None:
    """Add the paths about incidents."""

    @api.get(PLACE, responses=documented(READING))
    def incidents(actor: Who, state: IncidentState = "open") -> Incidents:
        """List incidents in a state, the latest first."""
        del actor
        items = [told(each) for each in incidents_of(parts).in_state(state)]
        return Incidents.model_validate({"items": items})

    @api.get(f"{PLACE}/{{incident_id}}", responses=documented(READING))
    def incident(incident_id: ItemId, actor: Who) -> IncidentWhole:
        """Show an incident with its evidence: what the platform showed, word for word."""
        del actor
        return IncidentWhole.model_validate(told(incidents_of(parts).one(incident_id)))

    @api.post(f"{PLACE}/{{incident_id}}/close", responses=documented(CHANGING))
    def close(
        incident_id: ItemId, body: CloseIncidentBody, actor: Who, key: Key = None
    ) -> IncidentDone:
        """Say what an incident was; its account stays halted until two people release it."""
        order: dict[str, Any] = {**body.told(), "incident_id": incident_id}
        reply = desk_of(parts).carry_out("incident-close", order, actor, key=key)
        return IncidentDone.model_validate(reply)

    @api.get("/timelines", responses=documented(READING))
    def timelines(actor: Who) -> Timelines:
        """List how far each account was read back, and what keeps it from being read."""
        del actor
        items = [_with_since(told(each)) for each in incidents_of(parts).timelines()]
        return Timelines.model_validate({"items": items})


def _with_since(item: dict[str, Any]) -> dict[str, Any]:
    since_ms = item.pop("trouble_since_ms", None)
    moment = None if since_ms is None else from_epoch_ms(since_ms)
    return {**item, "trouble_since": moment}
