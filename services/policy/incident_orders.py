"""What people can ask about incidents: each verb's arguments, bounded like any order's."""

from typing import Final

from services.policy.incident import Finding
from services.policy.orders import RELEASERS, Id, Order, Verb, Why


class CloseIncident(Order):
    """Say what an incident was; the account's halt stays until two people release it."""

    incident_id: Id
    finding: Finding
    why: Why


INCIDENT_VERBS: Final[dict[str, Verb]] = {"incident-close": Verb(CloseIncident, RELEASERS)}
