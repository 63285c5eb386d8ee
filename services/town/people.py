"""The people of the sample town who work with Mercat: invented, as everybody in it."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

ACCOUNT: Final = "town"
WHY: Final = "The sample town begins with people at work."

_PEOPLE: Final = (
    ("ann", "Ann Example", ("team-member",)),
    ("bob", "Bob Example", ("approver",)),
    ("gail", "Gail Example", ("governance",)),
    ("dee", "Dee Example", ("duty-officer",)),
    ("amy", "Amy Example", ("auditor",)),
    ("omar", "Omar Example", ("ops",)),
    ("cory", "Cory Example", ("curator",)),
)
_SPEAKERS: Final = ("ann", "dee")
TOKEN_DAYS: Final = 365


def orders() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the verbs, with their arguments, that set the town's people to work."""
    for login, name, roles in _PEOPLE:
        address = f"{login}@mercatburgh.example"
        yield (
            "add-person",
            {"login": login, "name": name, "address": address, "roles": list(roles)},
        )
        if login in _SPEAKERS:
            kinds = ["reply", "statement"]
            grant = {"login": login, "account": ACCOUNT, "kinds": kinds, "days": 365, "why": WHY}
            yield "give-grant", grant
        yield "issue-token", {"login": login, "label": "sample town", "days": TOKEN_DAYS}
    yield (
        "account-describe",
        {
            "account": ACCOUNT,
            "purpose": "service",
            "audience": "everybody who lives in Mercatburgh, works here or visits",
            "about": "Ask the council here, or tell it what is broken; a team answers.",
            "owner_team": "contact",
            "owner": "dee",
            "second_owner": "bob",
            "listed": True,
            "reviewed": True,
            "why": WHY,
        },
    )
