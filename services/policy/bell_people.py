"""Who can be told: everybody at work here by their roles, who speaks as what, who is on duty."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from schemas.verdict import Role
from services.policy.bell_wishes import Recipient, Wish, wish_key
from services.policy.orders import APPROVERS
from services.runtime.effects import Row
from services.runtime.ports import Store

OFFICERS: Final[frozenset[Role]] = frozenset({"duty-officer", "governance", "ops"})
PEOPLE_MAX: Final = 1_000


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody who has leave to speak as an account; no themes: on all of them."""

    person_id: str
    account: str
    themes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Directory:
    """Everybody who works here, as they are at one moment."""

    people: Mapping[str, Recipient]
    speakers: Sequence[Speaker] = field(default=())

    def having(self, roles: Iterable[str]) -> frozenset[str]:
        """Return everybody who has one of some roles."""
        wanted = frozenset(roles)
        return frozenset(each.id for each in self.people.values() if each.roles & wanted)

    def named(self, *person_ids: object) -> frozenset[str]:
        """Return those of some ids who work here."""
        return frozenset(str(each) for each in person_ids if each in self.people)

    def login(self, person_id: str) -> str:
        """Return how somebody is called here; an id that is nobody's as it is."""
        known = self.people.get(person_id)
        return person_id if known is None else known.login

    def stopped_by(self, kind: str, name: str | None) -> frozenset[str]:
        """Return whom a halt stops; of one whose name is not known any more, all of that kind."""
        if kind == "person":
            return frozenset(each.id for each in self.people.values() if each.login == name)
        return self.named(
            *(each.person_id for each in self.speakers if _is_stopped(each, kind, name))
        )

    def who_could_approve(
        self, needs: str, author_id: str, gave: Iterable[str] = ()
    ) -> frozenset[str]:
        """Return whose consent an act that waits could use: never its author's."""
        roles = {role for need in _needs(needs) for role in need.get("roles", ())}
        return self.having(roles or APPROVERS) - {author_id, *gave}


def directory_of(store: Store, zone: str) -> Directory:
    """Return everybody as they are now; `zone` is the body's."""
    rows = [row for row in store.select("persons", (PEOPLE_MAX,)) if row["state"] == "active"]
    ids = [str(row["id"]) for row in rows]
    wishes = store.fetch([wish_key(each) for each in ids])
    on_duty = {str(row["duty_officer_id"]) for row in store.select("bell_on_duty")}
    people = {
        str(row["id"]): _recipient(row, Wish.of(wishes[wish_key(str(row["id"]))], zone), on_duty)
        for row in rows
    }
    speakers = [
        Speaker(
            str(row["person_id"]),
            str(row["account"]),
            frozenset(str(row["themes"] or "").split()),
        )
        for row in store.select("bell_speakers")
    ]
    return Directory(people, speakers)


def _recipient(row: Row, wish: Wish, on_duty: set[str]) -> Recipient:
    """Return somebody; while no slot is live, every duty officer is on duty."""
    person_id, roles = str(row["id"]), frozenset(str(row["roles"]).split())
    is_on_duty = person_id in on_duty if on_duty else "duty-officer" in roles
    return Recipient(person_id, str(row["login"]), roles, wish, is_on_duty)


def _is_stopped(speaker: Speaker, kind: str, name: str | None) -> bool:
    if kind == "everything":
        return True
    if kind == "account":
        return name is None or speaker.account == name
    return kind == "theme" and (not speaker.themes or name is None or name in speaker.themes)


def _needs(needs: str) -> Sequence[Mapping[str, Any]]:
    """Return the needs that an act's row holds as JSON."""
    found: Sequence[Mapping[str, Any]] = json.loads(needs or "[]")
    return found
