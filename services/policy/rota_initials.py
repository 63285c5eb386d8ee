"""Keeps the initials of an account's people apart, so that a reader knows who wrote."""

from services.policy.desk_work import Work
from services.policy.rota import Rota
from services.policy.rotas import Changes
from services.runtime.errors import RejectError


def require_initials_apart(work: Work, rota: Rota, changes: Changes) -> None:
    """Raise RejectError where two people of a rota's account would sign alike."""
    signed: dict[str, str] = {}
    for key, row in changes.writes.items():
        if key.table == "grants" and row is not None and row["state"] != "ended":
            person_id, initials = str(row["person_id"]), str(row["initials"])
            if signed.setdefault(initials, person_id) != person_id:
                raise _signed_alike(rota.account, initials)
            require_own_initials(work, rota.account, initials, person_id)


def require_own_initials(work: Work, account: str, initials: str, person_id: str) -> None:
    """Raise RejectError where somebody else signs what they write as an account so."""
    asked = (account, initials, person_id, work.now_ms)
    if work.parts.store.select("initials_taken", asked):
        raise _signed_alike(account, initials)


def _signed_alike(account: str, initials: str) -> RejectError:
    return RejectError(
        f"Two people of {account} would sign {initials}; name other initials for one."
    )
