"""A takeover with all that a move of it is decided on, and what one or more moves come to.

Every move is noted in the account's chain. One that gives, holds or takes leave raises the
account's version, so that no sending overtakes it and two such moves cannot both be kept.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Self, cast

from services.policy.decided import Decided
from services.policy.grants import grant_key
from services.policy.leave import raised
from services.policy.people import note, person_key, person_subject
from services.policy.takeover import MOVES, By, MoveName, Takeover
from services.policy.takeover_grants import HOLDING, Held, wanted_states
from services.runtime.actor import Actor
from services.runtime.audit_entry import BODY_SUBJECT, AuditNote, account_chain
from services.runtime.effects import Key, Row, without_id
from services.runtime.errors import NotAllowedError
from services.runtime.ports import Guard

_WHO: Final[Mapping[By, str]] = {
    "governance": "a governance officer",
    "duty-officer": "a duty officer",
    "curator": "the curator who was asked",
    "clock": "the clock",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A takeover before and after its moves; rows hold their ids.

    `others` are the account's other takeovers that have a grant or are not closed since; `people`
    whoever is named in it. `given` is a grant that is given here.
    """

    before: Takeover
    takeover: Takeover
    account: Row
    now_ms: int
    grant: Row | None = None
    others: Sequence[Held] = ()
    people: Mapping[str, Row]
    notes: tuple[AuditNote, ...] = ()
    given: Row | None = None

    @property
    def held(self) -> list[Held]:
        """Return the account's takeovers with their grants, this one as it is by now."""
        return [Held(self.takeover, self.given or self.grant), *self.others]

    def name(self, person_id: str | None) -> str:
        """Return how somebody is called."""
        row = self.people.get(person_id or "")
        return "nobody" if row is None else str(row["name"])

    def moved(
        self,
        name: MoveName,
        actor: Actor,
        by: By,
        *,
        why: str = "",
        given: Row | None = None,
        facts: Mapping[str, str | int | bool | None] | None = None,
        **values: Any,
    ) -> Self:
        """Return the scene after a move, noted. Raises RejectError where its state forbids it."""
        after = self.takeover.moved(name, **values, **({"reason": why} if why else {}))
        made = move_note(name, actor, by, after, why, facts or {})
        return replace(self, takeover=after, notes=(*self.notes, made), given=given or self.given)

    def concluded(
        self, sentence: str, also: Sequence[str] = (), **reply: str | int | None
    ) -> Decided:
        """Return what the moves come to; `also` are people who must still be as they were read."""
        writes: dict[Key, Row | None] = {self.takeover.key: self.takeover.row()}
        guards = [self.before.guard()]
        if self.before.state in HOLDING or self.takeover.state in HOLDING:
            raising, raised_guards = raised([self.account], self.now_ms)
            writes |= raising
            guards += raised_guards
            for key, row, version in self._grants():
                writes[key] = row
                guards.append(Guard(key, version))
        for person_id in also:
            version = cast("int", self.people[person_id]["version"])
            guards.append(Guard(person_key(person_id), version))
        told = {
            "sentence": sentence,
            "takeover_id": self.takeover.id,
            "state": self.takeover.state,
            "outcome": self.takeover.outcome,
            "grant_id": self.takeover.grant_id,
        }
        return Decided(reply={**told, **reply}, writes=writes, guards=guards, notes=self.notes)

    def _grants(self) -> Iterator[tuple[Key, Row, int | None]]:
        """Yield the grants that are another now, each with the version that it was read at."""
        wanted = wanted_states(self.held)
        for row in (each.grant for each in self.held):
            if row is None:
                continue
            state = wanted.get(str(row["id"]), row["state"])
            is_new = row is self.given
            if is_new or state != row["state"]:
                version = cast("int", row["version"])
                after = {**without_id(row), "state": state}
                after["version"] = version if is_new else version + 1
                yield grant_key(str(row["id"])), after, None if is_new else version


def move_note(
    name: MoveName,
    actor: Actor,
    by: By,
    after: Takeover,
    why: str,
    facts: Mapping[str, str | int | bool | None],
) -> AuditNote:
    """Return the note of a move, sealed under the curator's key where there is one."""
    subject = BODY_SUBJECT if after.curator_id is None else person_subject(after.curator_id)
    return note(
        f"takeover.{name}",
        actor,
        subject,
        {"title": after.title, "why": why},
        chain=account_chain(after.account),
        takeover=after.id,
        takeover_state=after.state,
        by=by,
        curator=after.curator_id,
        duty_officer=after.duty_officer_id,
        grant=after.grant_id,
        **facts,
    )


def acting(takeover: Takeover, name: MoveName, actor: Actor) -> By:
    """Return as what somebody makes a move. Raises NotAllowedError where they may not.

    Whoever speaks in a slot never decides over it as an officer; any duty officer may stand in for
    the one who is named, so that nobody has to be found in a hurry.
    """
    may = MOVES[name].by
    if actor.person_id == takeover.curator_id:
        if "curator" in may:
            return "curator"
        raise NotAllowedError(f"Who speaks in a takeover does not {name} it; ask an officer.")
    for role in ("governance", "duty-officer"):
        if role in may and role in actor.roles:
            return role
    wanted = " or ".join(_WHO[by] for by in may if by != "clock")
    raise NotAllowedError(f"To {name} a takeover takes {wanted}.")
