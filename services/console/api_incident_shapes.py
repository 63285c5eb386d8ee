"""What the API's requests and answers about incidents hold, model by model."""

from datetime import datetime

from services.console.api_bodies import Body
from services.console.api_shapes import Done, Shape
from services.policy.incident import Finding, IncidentState
from services.policy.orders import Why


class CloseIncidentBody(Body):
    """What an incident was, and how that is known."""

    finding: Finding
    why: Why


class IncidentDone(Done):
    """An incident after somebody said what it was."""

    incident_id: str
    account: str
    state: IncidentState


class IncidentShown(Shape):
    """What was found on an account that nobody sent from here; `acts` counts it."""

    id: str
    account: str
    kind: str
    state: IncidentState
    summary: str
    remote_id: str
    halt_id: str
    acts: int
    opened_by: str | None
    opened_at: datetime
    latest_at: datetime
    closed_by: str | None
    closed_at: datetime | None = None
    finding: Finding | None
    reason: str | None


class EvidenceShown(Shape):
    """Something that the platform shows, as it was when it was seen; `digest` is its words'."""

    kind: str
    remote_id: str
    target: str | None
    link: str | None
    text: str
    digest: str
    done_at: datetime
    seen_at: datetime


class IncidentWhole(IncidentShown):
    """An incident with its evidence; `halted` says whether its account still is."""

    evidence: list[EvidenceShown]
    halted: bool


class Incidents(Shape):
    """Incidents, the latest first."""

    items: list[IncidentShown]


class TimelineShown(Shape):
    """How far an account was read back, and what keeps it from being read."""

    account: str
    baseline_at: datetime | None = None
    read_at: datetime | None = None
    trouble: str | None
    trouble_since: datetime | None = None


class Timelines(Shape):
    """Every account that is read back."""

    items: list[TimelineShown]
