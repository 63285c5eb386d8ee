"""Takeovers in each state, with their account, people and grants around them, made by hand."""

from typing import Any, Final

from schemas.verdict import Role
from services.policy.configuration import TakeoverSettings
from services.policy.takeover import SPEAKING, Takeover, TakeoverState
from services.policy.takeover_grants import Held, grant_row
from services.policy.takeover_scene import Scene
from services.policy.takeover_terms import Terms, terms_of
from services.runtime.actor import Actor
from services.runtime.effects import Row
from tests.unit.policy.samples import HOUR_MS, NOW_MS, account, actor, person

TERMS: Final[Terms] = terms_of("Be kind.")
SETTINGS: Final = TakeoverSettings()
GRETA: Final = actor("greta-id", "governance")
DORA: Final = actor("dora-id", "duty-officer")
CURT: Final = actor("curt-id", "curator")
INES: Final = actor("ines-id", "team-member")
ACTORS: Final[dict[str, Actor]] = {"governance": GRETA, "duty-officer": DORA, "curator": CURT}
DONE: Final[dict[str, Any]] = {
    "accepted_at_ms": NOW_MS,
    "consented_at_ms": NOW_MS,
    "terms_version": TERMS.version,
    "practised_at_ms": NOW_MS,
    "practice_digest": "d" * 64,
}


def somebody(login: str, *roles: Role, **values: Any) -> dict[str, Any]:
    """Return a person's row, named after their login."""
    plain = {"id": f"{login}-id", "login": login, "name": login.title(), "roles": " ".join(roles)}
    return person(**(plain | values))


def people() -> dict[str, Row]:
    """Return everybody whom a sample takeover names, by id."""
    rows = (
        somebody("greta", "governance"),
        somebody("dora", "duty-officer"),
        somebody("curt", "curator"),
        somebody("ines", "team-member"),
    )
    return {row["id"]: row for row in rows}


def takeover(state: TakeoverState = "draft", **values: Any) -> Takeover:
    """Return a takeover of an hour that began half an hour ago, as it is in a state."""
    plain: dict[str, Any] = {
        "id": "takeover-1",
        "account": "town",
        "title": "Week one",
        "duty_officer_id": "dora-id",
        "standby_id": "ines-id",
        "starts_at_ms": NOW_MS - HOUR_MS // 2,
        "ends_at_ms": NOW_MS + HOUR_MS // 2,
        "zone": "Europe/London",
        "state": state,
        "version": 5,
    }
    if state != "draft":
        plain["curator_id"] = "curt-id"
    if state not in ("draft", "invited"):
        plain |= DONE
    if state in (*SPEAKING, "ended", "closed"):
        plain |= {"grant_id": "grant-1", "ready_at_ms": NOW_MS}
    if state in ("live", "paused"):
        plain["live_at_ms"] = NOW_MS - HOUR_MS // 2
    return Takeover(**(plain | values))


def held(each: Takeover, grant_state: str = "live") -> Held:
    """Return a takeover with a grant in a state."""
    grant = grant_row(each, each.grant_id or "grant-1", "greta-id", "")
    return Held(each, {**grant, "state": grant_state, "version": 3})


def scene(state: TakeoverState = "draft", *others: Held, **values: Any) -> Scene:
    """Return a scene about a takeover in a state, at the samples' moment."""
    own = takeover(state, **values)
    states = {"paused": "paused", "ended": "ended", "closed": "ended"}
    grant = held(own, states.get(state, "live")).grant if own.grant_id else None
    return Scene(
        before=own,
        takeover=own,
        account=account(),
        now_ms=NOW_MS,
        grant=grant,
        others=others,
        people=people(),
    )
