"""Reads handovers of one store: for the desk, for the close of a takeover, and for people."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, cast

from services.policy.handover import Settled, settled
from services.policy.handover_rows import (
    Handover,
    Item,
    handover_key,
    handover_of,
    item_of,
    items_digest,
    reverts_of,
    state_of_text,
    tally_of,
)
from services.policy.handovers import Decidable
from services.policy.people import person_key
from services.policy.takeover import Takeover, takeover_key, takeover_of
from services.runtime.clock import from_epoch_ms
from services.runtime.effects import Row
from services.runtime.errors import NotFoundError
from services.runtime.ports import Store
from services.store.handover_queries import ITEMS_MAX

PAGE_ROWS: Final = 500


def takeover_whole(store: Store, takeover_id: str) -> Takeover:
    """Return a takeover. Raises NotFoundError."""
    row = store.fetch([takeover_key(takeover_id)])[takeover_key(takeover_id)]
    if row is None:
        raise NotFoundError(f"There is no takeover {takeover_id}; `mercat takeover list` has them.")
    return takeover_of(takeover_id, row)


def handover_found(store: Store, takeover_id: str) -> Handover | None:
    """Return the handover of a takeover, or None where none was begun."""
    key = handover_key(takeover_id)
    row = store.fetch([key])[key]
    return None if row is None else handover_of(takeover_id, row)


def handover_whole(store: Store, takeover_id: str) -> Handover:
    """Return the handover of a takeover. Raises NotFoundError where none was begun."""
    found = handover_found(store, takeover_id)
    if found is None:
        raise NotFoundError(
            f"There is no handover of {takeover_id}: the takeover has not begun, or the account's "
            "platform was not read yet."
        )
    return found


def decidables_of(store: Store, takeover_id: str) -> list[Decidable]:
    """Return every change of a takeover, with what became of the act that reverts it."""
    return [
        Decidable(
            item_of(row),
            cast("str | None", row["act_state"]),
            cast("str | None", row["sending_state"]),
            cast("str | None", row["remote_id"]),
        )
        for row in _pages(store, "handover_items_shown", takeover_id)
    ]


def items_of(store: Store, takeover_id: str) -> list[Item]:
    """Return every change of a takeover."""
    return [item_of(row) for row in _pages(store, "handover_items_after", takeover_id)]


def settled_now(store: Store, takeover: Takeover) -> tuple[Settled, Handover | None]:
    """Return whether a takeover's handover is settled, and the handover that this rests on."""
    handover = handover_found(store, takeover.id)
    tallies = [tally_of(row) for row in store.select("handover_tallies", (takeover.id,))]
    standing = None if handover is None else handover.standing
    found = settled(standing, tallies, was_live=takeover.live_at_ms is not None)
    return found, handover


class HandoverReading:
    """Shows handovers to people, with logins in place of ids."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def handover(self, takeover_id: str, *, after: int = 0, limit: int = 100) -> Mapping[str, Any]:
        """Return a handover with a page of its changes, from a place on, and what is left to do.

        Raises NotFoundError.
        """
        takeover = takeover_whole(self._store, takeover_id)
        handover = handover_whole(self._store, takeover_id)
        found, _ = settled_now(self._store, takeover)
        asked = (takeover_id, after, min(limit, PAGE_ROWS))
        rows = self._store.select("handover_items_shown", asked)
        reverts = reverts_of(items_of(self._store, takeover_id))
        names = self._logins(handover, rows)
        return {
            "takeover_id": takeover_id,
            "account": handover.account,
            "state": handover.state,
            "is_settled": found.is_settled,
            "left": list(found.left),
            "trouble": handover.trouble,
            "digest": items_digest(reverts) if reverts else None,
            "reverts": len(reverts),
            "agreed_by": names.get(handover.agreed_by or ""),
            "override_asked_by": names.get(handover.override_asked_by or ""),
            "overridden_by": names.get(handover.overridden_by or ""),
            "override_reason": handover.override_reason,
            "taken_at": _moment(handover.taken_at_ms),
            "compared_at": _moment(handover.compared_at_ms),
            "stood_before": _counts(handover.before),
            "stood_after": _counts(handover.after),
            "items": [_item(row, names) for row in rows],
            "next": rows[-1]["place"] if len(rows) == asked[2] else None,
        }

    def _logins(self, handover: Handover, rows: Sequence[Row]) -> Mapping[str, str]:
        ids = {str(row["decided_by"]) for row in rows if row["decided_by"]}
        named = (handover.agreed_by, handover.override_asked_by, handover.overridden_by)
        ids |= {each for each in named if each is not None}
        found = self._store.fetch([person_key(each) for each in sorted(ids)])
        return {key.id: str(row["login"]) for key, row in found.items() if row is not None}


def _pages(store: Store, query: str, takeover_id: str) -> Iterator[Row]:
    place = 0
    while place < ITEMS_MAX:
        rows = store.select(query, (takeover_id, place, PAGE_ROWS))
        yield from rows
        if len(rows) < PAGE_ROWS:
            return
        place = cast("int", rows[-1]["place"])


def _item(row: Row, names: Mapping[str, str]) -> Mapping[str, Any]:
    item = item_of(row)
    return {
        "id": item.id,
        "place": item.place,
        "kind": item.kind,
        "target": item.target,
        "change": item.change,
        "before": item.before,
        "after": item.after,
        "undo": item.change_of.undo,
        "decision": item.decision,
        "decided_by": names.get(item.decided_by or ""),
        "reason": item.reason,
        "act_id": item.act_id,
        "act_state": row["act_state"],
        "sending_state": row["sending_state"],
        "said": row["sending_detail"] or row["act_sentence"],
    }


def _counts(text: str) -> Mapping[str, int] | None:
    """Return how many of each kind a state lists; None where it was never read."""
    if text == "{}":
        return None
    counts: dict[str, int] = {}
    for kind, _ in state_of_text(text).listed:
        counts[kind] = counts.get(kind, 0) + 1
    return counts


def _moment(epoch_ms: int | None) -> str | None:
    return None if epoch_ms is None else from_epoch_ms(epoch_ms).isoformat()
