"""The desk's verbs about incidents."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from services.policy.decided import Decided
from services.policy.desk_work import Work
from services.policy.incident import EVIDENCE_MAX, incident_key, incident_of
from services.policy.incident_orders import CloseIncident
from services.policy.incidents import closed
from services.runtime.errors import NotFoundError


def close(work: Work, order: CloseIncident) -> Decided:
    """Close an incident with what was found."""
    row = work.row(incident_key(order.incident_id))
    if row is None:
        raise NotFoundError(
            f"There is no incident {order.incident_id}; `mercat incidents list` has them."
        )
    evidence = work.parts.store.select("incident_evidence_of", (order.incident_id, EVIDENCE_MAX))
    before = incident_of(order.incident_id, row)
    return closed(order, work.actor, before, evidence, work.now_ms)


INCIDENT_HANDLERS: Final[Mapping[str, Callable[[Work, Any], Decided]]] = {"incident-close": close}
