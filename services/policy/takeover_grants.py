"""The grants of takeovers: what one allows, and which of an account's may speak at this moment.

A grant's own window, by the server's clock, is the edge of a slot. A grant `waiting` is one whose
slot follows another that nobody has closed yet: no window opens it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from services.policy.takeover import SPEAKING, Takeover, TakeoverState
from services.runtime.effects import Row
from services.store.takeover_tables import GRANT_COLUMNS

GrantState = Literal["live", "waiting", "paused", "ended"]

HOLDING: Final[tuple[TakeoverState, ...]] = (*SPEAKING, "ended")
"""The states in which a takeover has a grant, or left something that the next one waits for."""


@dataclass(frozen=True, slots=True)
class Held:
    """A takeover of an account with the row of its grant, where it has one (its id in it)."""

    takeover: Takeover
    grant: Row | None = None


def grant_row(takeover: Takeover, grant_id: str, given_by: str, why: str) -> dict[str, Any]:
    """Return the grant of a takeover, its id in it, as it is given; it waits until it is let go."""
    return {
        **{column.name: None for column in GRANT_COLUMNS},
        "id": grant_id,
        "person_id": takeover.curator_id,
        "account": takeover.account,
        "kinds": takeover.kinds,
        "themes": takeover.themes,
        "languages": takeover.languages or None,
        "state": "waiting",
        "given_by": given_by,
        "reason": why or f"The takeover {takeover.title}",
        "starts_at_ms": takeover.starts_at_ms,
        "ends_at_ms": takeover.ends_at_ms,
        "origin": "takeover",
        "takeover_id": takeover.id,
        "version": 1,
    }


def waited_for(takeover: Takeover, others: Sequence[Takeover]) -> Takeover | None:
    """Return the earlier takeover of the same account that is not closed yet, if there is one."""
    earlier = [
        other
        for other in others
        if other.state in HOLDING
        and other.id not in (takeover.id, takeover.pair_id)
        and other.starts_at_ms < takeover.starts_at_ms
    ]
    return min(earlier, key=lambda each: (each.starts_at_ms, each.id), default=None)


def wanted_states(held: Sequence[Held]) -> Mapping[str, GrantState]:
    """Return the state that each grant of an account's takeovers is to have, by grant id.

    One that has ended stays so.
    """
    takeovers = [each.takeover for each in held]
    return {
        str(each.grant["id"]): _wanted(each.takeover, takeovers)
        for each in held
        if each.grant is not None and each.grant["state"] != "ended"
    }


def _wanted(takeover: Takeover, takeovers: Sequence[Takeover]) -> GrantState:
    if takeover.state == "paused":
        return "paused"
    if takeover.state not in SPEAKING:
        return "ended"
    return "live" if waited_for(takeover, takeovers) is None else "waiting"
