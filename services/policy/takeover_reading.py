"""What may be asked of takeovers: lists of them, one whole, and the terms as they stand."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from services.policy.takeover import PENDING, Takeover, takeover_key, takeover_of
from services.policy.takeover_grants import waited_for
from services.policy.takeover_parts import TakeoverParts
from services.policy.takeover_scenes import held_of, people_of
from services.policy.takeover_steps import missing_steps, waiting_sentence
from services.policy.takeover_terms import Terms
from services.runtime.clock import Clock, to_epoch_ms
from services.runtime.effects import Row
from services.runtime.errors import NotFoundError
from services.runtime.ports import Store

PAGE_MAX: Final = 1_000
LISTS: Final = ("kinds", "themes", "languages")
PEOPLE: Final = {
    "curator_id": "curator",
    "duty_officer_id": "duty_officer",
    "standby_id": "standby",
    "planned_by": "planned_by",
}


class TakeoverReading:
    """Reads takeovers of one store, and tells them with logins in place of ids."""

    def __init__(self, store: Store, clock: Clock, parts: TakeoverParts) -> None:
        self._store = store
        self._clock = clock
        self._parts = parts

    @property
    def zone(self) -> str:
        """The body's zone, in which slots are named."""
        return self._parts.zone

    @property
    def now_ms(self) -> int:
        """The moment it is, by the server's clock."""
        return to_epoch_ms(self._clock.now())

    def between(
        self, since_ms: int, until_ms: int, *, account: str | None = None, limit: int = PAGE_MAX
    ) -> Sequence[Mapping[str, Any]]:
        """Return the takeovers whose slot lies in a time in any part, in order of their start."""
        limit = min(limit, PAGE_MAX)
        if account is None:
            rows = self._store.select("takeovers_between", (since_ms, until_ms, limit))
        else:
            rows = self._store.select("takeovers_of_account", (account, since_ms, until_ms, limit))
        return self._told([takeover_of(str(row["id"]), row) for row in rows])

    def in_state(self, state: str, *, limit: int = PAGE_MAX) -> Sequence[Mapping[str, Any]]:
        """Return the takeovers in a state, in order of their start."""
        rows = self._store.select("takeovers_in_state", (state, min(limit, PAGE_MAX)))
        return self._told([takeover_of(str(row["id"]), row) for row in rows])

    def one(self, takeover_id: str) -> Mapping[str, Any]:
        """Return a takeover with what is still to be done, and what it waits for.

        Raises NotFoundError.
        """
        key = takeover_key(takeover_id)
        row = self._store.fetch([key])[key]
        if row is None:
            raise NotFoundError(
                f"There is no takeover {takeover_id}; `mercat takeover list` has them."
            )
        takeover = takeover_of(takeover_id, row)
        return {
            **self._told([takeover])[0],
            "steps_missing": self._steps(takeover),
            "waits": self._waits(takeover),
        }

    def terms(self) -> Terms:
        """Return the terms as they stand. Raises NotFoundError where there are none."""
        return self._parts.terms()

    def _steps(self, takeover: Takeover) -> Sequence[str]:
        if takeover.state != "onboarding":
            return ()
        try:
            terms = self._parts.terms()
        except NotFoundError:
            # Nobody can agree to what is not there: the step stays to be done.
            return missing_steps(takeover, Terms("", ""), self._parts.settings)
        return missing_steps(takeover, terms, self._parts.settings)

    def _waits(self, takeover: Takeover) -> str | None:
        if takeover.state != "ready":
            return None
        others = [each.takeover for each in held_of(self._store, takeover.account)]
        earlier = waited_for(takeover, others)
        return None if earlier is None else waiting_sentence(earlier)

    def _told(self, takeovers: Sequence[Takeover]) -> list[Mapping[str, Any]]:
        people = people_of(self._store, takeovers)
        return [_told(each, people) for each in takeovers]


def _told(takeover: Takeover, people: Mapping[str, Row]) -> Mapping[str, Any]:
    plain: dict[str, Any] = {"id": takeover.id, **takeover.row()}
    for column, name in PEOPLE.items():
        person_id = plain.pop(column)
        row = people.get(str(person_id))
        plain[name] = person_id if row is None else row["login"]
    for name in LISTS:
        plain[name] = str(plain[name] or "").split()
    return {**plain, "needs_another": _needing(takeover, people)}


def _needing(takeover: Takeover, people: Mapping[str, Row]) -> Sequence[str]:
    """Return in which places somebody stands who has left, while they are still needed."""
    if takeover.state not in (*PENDING, "live", "paused"):
        return ()
    return [
        PEOPLE[column].replace("_", "-")
        for column in ("curator_id", "duty_officer_id", "standby_id")
        if _has_left(people.get(str(getattr(takeover, column))))
    ]


def _has_left(person: Row | None) -> bool:
    return person is not None and person["state"] != "active"
