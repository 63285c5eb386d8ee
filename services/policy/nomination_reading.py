"""What may be asked of nominations: rounds for officers, and what anybody may know of a draw."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from services.policy.nomination import Nomination, Round, listed, nomination_of, round_key, round_of
from services.policy.nomination_orders import NOMINATIONS_MAX
from services.runtime.clock import Clock, to_epoch_ms
from services.runtime.effects import Key
from services.runtime.errors import NotFoundError
from services.runtime.ports import Store

ROUNDS_MAX: Final = 500
PUBLIC_ROUNDS_MAX: Final = 50
_PUBLIC: Final = (
    *("id", "account", "title", "state", "closes_at_ms", "listed_at_ms", "drawn_at_ms"),
    *("list_digest", "seed_commitment", "public_source", "public_value"),
)


class NominationReading:
    """Reads rounds of one store; the seed of a draw is told once it was drawn."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def rounds(self, *, limit: int = ROUNDS_MAX) -> Sequence[Mapping[str, Any]]:
        """Return rounds, the latest first, with how many are named in each."""
        rows = self._store.select("nomination_rounds", (min(limit, ROUNDS_MAX),))
        return [self._told(round_of(str(row["id"]), row)) for row in rows]

    def round(self, round_id: str) -> Mapping[str, Any]:
        """Return a round with all who are named in it. Raises NotFoundError."""
        row = self._store.fetch([round_key(round_id)])[round_key(round_id)]
        if row is None:
            raise NotFoundError(
                f"There is no round {round_id}; `mercat takeover nominations list` has them."
            )
        found = self._nominations(round_id)
        people = self._logins(each.decided_by for each in found)
        return {
            **self._told(round_of(round_id, row)),
            "nominations": [_nomination_told(each, people) for each in found],
        }

    def in_public(self) -> Sequence[Mapping[str, Any]]:
        """Return what anybody may know of the latest rounds: never who is named in one."""
        rows = self._store.select("nomination_rounds", (PUBLIC_ROUNDS_MAX,))
        now_ms = to_epoch_ms(self._clock.now())
        return [self._public(round_of(str(row["id"]), row), now_ms) for row in rows]

    def _public(self, each: Round, now_ms: int) -> Mapping[str, Any]:
        entries = listed(self._nominations(each.id)) if each.listed_at_ms is not None else []
        return {
            **{name: getattr(each, name) for name in _PUBLIC},
            "takes_nominations": each.state == "open" and now_ms < each.closes_at_ms,
            "seed": _told_seed(each),
            "order": each.order,
            "list": [{"number": number, "receipt_digest": digest} for number, digest in entries],
        }

    def _told(self, each: Round) -> dict[str, Any]:
        people = self._logins((each.opened_by, each.listed_by, each.drawn_by))
        counted = self._store.select("nominations_in_round", (each.id,))
        named = {
            name: people.get(str(getattr(each, name)))
            for name in ("opened_by", "listed_by", "drawn_by")
        }
        told = {**asdict(each), **named, "seed": _told_seed(each), "order": each.order}
        return {**told, "named": counted[0]["nominations"]}

    def _nominations(self, round_id: str) -> list[Nomination]:
        rows = self._store.select("nominations_of_round", (round_id, NOMINATIONS_MAX))
        return [nomination_of(row) for row in rows]

    def _logins(self, person_ids: Iterable[str | None]) -> dict[str, str]:
        keys = [Key("persons", each) for each in set(person_ids) if each is not None]
        return {key.id: str(row["login"]) for key, row in self._store.fetch(keys).items() if row}


def _told_seed(each: Round) -> str | None:
    return each.seed if each.drawn_at_ms is not None else None


def _nomination_told(each: Nomination, people: Mapping[str, str]) -> Mapping[str, Any]:
    told = asdict(each)
    return {**told, "agreed": bool(each.agreed), "decided_by": people.get(each.decided_by or "")}
