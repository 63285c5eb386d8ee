"""Reads what a move of a takeover is decided on: its account, grants, and whoever it names."""

from collections.abc import Mapping, Sequence
from typing import cast

from services.policy.grants import grant_key
from services.policy.people import person_key
from services.policy.situation import account_key
from services.policy.takeover import Takeover, takeover_key, takeover_of
from services.policy.takeover_grants import Held
from services.policy.takeover_scene import Scene
from services.runtime.effects import Key, Row
from services.runtime.errors import NotFoundError
from services.runtime.ports import Store


def scene_of(store: Store, takeover_id: str, now_ms: int) -> Scene:
    """Read a takeover with all that is around it. Raises NotFoundError.

    The account comes before its takeovers: whatever changes them raises its version, so nothing
    that is read after it is older than the version that a move is bound to.
    """
    account_id = _takeover(store, takeover_id).account
    account = store.fetch([account_key(account_id)])[account_key(account_id)]
    if account is None:
        raise NotFoundError(f"There is no account {account_id!r}.")
    takeover = _takeover(store, takeover_id)
    held = held_of(store, takeover.account)
    own = next((each.grant for each in held if each.takeover.id == takeover.id), None)
    return Scene(
        before=takeover,
        takeover=takeover,
        account={**account, "id": account_id},
        now_ms=now_ms,
        grant=own,
        others=[each for each in held if each.takeover.id != takeover.id],
        people=people_of(store, [takeover]),
    )


def held_of(store: Store, account: str) -> Sequence[Held]:
    """Return an account's takeovers that have a grant or wait to be closed."""
    rows = store.select("takeovers_held", (account,))
    takeovers = [takeover_of(str(row["id"]), row) for row in rows]
    keys = [grant_key(each.grant_id) for each in takeovers if each.grant_id is not None]
    grants = store.fetch(keys)
    return [Held(each, _with_id(grants, each.grant_id)) for each in takeovers]


def people_of(store: Store, takeovers: Sequence[Takeover]) -> Mapping[str, Row]:
    """Return the rows of whoever takeovers name, by id, their ids in them."""
    named = {
        person_id
        for each in takeovers
        for person_id in (
            each.curator_id,
            each.duty_officer_id,
            each.standby_id,
            each.planned_by,
        )
        if person_id is not None
    }
    found = store.fetch([person_key(each) for each in sorted(named)])
    return {key.id: {**row, "id": key.id} for key, row in found.items() if row is not None}


def _takeover(store: Store, takeover_id: str) -> Takeover:
    key = takeover_key(takeover_id)
    row = store.fetch([key])[key]
    if row is None:
        raise NotFoundError(f"There is no takeover {takeover_id}; `mercat takeover list` has them.")
    return takeover_of(takeover_id, row)


def _with_id(rows: Mapping[Key, Row | None], grant_id: str | None) -> Row | None:
    row = None if grant_id is None else rows[grant_key(grant_id)]
    return None if row is None else cast("Row", {**row, "id": grant_id})
