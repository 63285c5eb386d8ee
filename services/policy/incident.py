"""An incident as a row of the store and back: something was done as an account by none of ours."""

from dataclasses import dataclass, fields, replace
from typing import Any, Final, Literal, Self, cast

from schemas.envelope import digest_id
from services.runtime.effects import Key, Row
from services.runtime.errors import RejectError
from services.runtime.ports import Guard

IncidentState = Literal["open", "closed"]
Finding = Literal["hijacked", "ours-after-all", "test", "other"]
ActStanding = Literal["baseline", "told", "known"]
ROGUE: Final = "rogue-post"
EVIDENCE_MAX: Final = 100
"""Of so many acts of one incident what they said is kept; of all of them, that there were."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """What was found on an account that no sending accounts for; times in ms.

    `remote_id` is the first of them there, `acts` how many there are so far.
    """

    id: str
    account: str
    remote_id: str
    halt_id: str
    summary: str
    opened_by: str
    opened_at_ms: int
    latest_at_ms: int
    acts: int = 0
    kind: str = ROGUE
    state: IncidentState = "open"
    closed_by: str | None = None
    finding: Finding | None = None
    reason: str | None = None
    closed_at_ms: int | None = None
    version: int = 1

    @property
    def key(self) -> Key:
        """Return where its row stands."""
        return incident_key(self.id)

    def guard(self) -> Guard:
        """Return the guard that it is still as it was read."""
        return Guard(self.key, self.version)

    def row(self) -> Row:
        """Return it as its row."""
        return {name: getattr(self, name) for name in _COLUMNS}

    def changed(self, **values: Any) -> Self:
        """Return it one version on."""
        return replace(self, version=self.version + 1, **values)

    def require_open(self) -> None:
        """Raise RejectError where it is closed."""
        if self.state != "open":
            raise RejectError("That incident is closed already.")


_COLUMNS: Final = tuple(each.name for each in fields(Incident) if each.name != "id")


def incident_key(incident_id: str) -> Key:
    """Return where an incident stands."""
    return Key("incidents", incident_id)


def incident_of(incident_id: str, row: Row) -> Incident:
    """Return the incident that a row holds."""
    values = {name: row[name] for name in _COLUMNS}
    return Incident(id=incident_id, **cast("dict[str, Any]", values))


def timeline_key(account: str) -> Key:
    """Return where it stands how far an account was read back."""
    return Key("timelines", account)


def timeline_act_key(account: str, remote_id: str) -> Key:
    """Return where it stands that something on a platform is known."""
    return Key("timeline_acts", digest_id("timeline-act", account, remote_id))


def evidence_key(account: str, remote_id: str) -> Key:
    """Return where the evidence of something on a platform stands."""
    return Key("incident_evidence", digest_id("incident-evidence", account, remote_id))
