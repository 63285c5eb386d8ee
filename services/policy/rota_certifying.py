"""Looks at standing leave anew: somebody says in time that it is still needed, or it ends.

Leave outlives the work it was for unless somebody is asked; so the question has a date.
"""

from typing import cast

from services.policy.decided import Decided
from services.policy.desk_work import Work
from services.policy.grants import grant_key, origin_of
from services.policy.people import note, person_subject
from services.policy.rota_orders import CertifyGrant
from services.policy.rotas import Changes
from services.policy.slot_times import in_words
from services.runtime.audit_entry import account_chain
from services.runtime.clock import DAY_MS
from services.runtime.effects import Row, without_id
from services.runtime.errors import NotAllowedError, NotFoundError, RejectError
from services.runtime.ports import Guard


def certify(work: Work, order: CertifyGrant) -> Decided:
    """Say that a standing grant is still needed; it never outlasts its own end by that."""
    key = grant_key(order.grant_id)
    grant = work.row(key)
    if grant is None:
        raise NotFoundError("There is no grant of that id; `mercat people list` shows them.")
    ends_at_ms, version = cast("int", grant["ends_at_ms"]), cast("int", grant["version"])
    if grant["state"] != "live" or work.now_ms >= ends_at_ms:
        raise RejectError("That grant has ended; give another if it is needed.")
    if origin_of(grant) != "standing":
        raise RejectError("Only standing leave is looked at anew; other leave ends by itself.")
    if grant["person_id"] == work.actor.person_id:
        raise NotAllowedError("Nobody says so of their own leave; ask another officer.")
    by_ms = min(work.now_ms + order.days * DAY_MS, ends_at_ms)
    changes = Changes()
    changes.writes[key] = {
        **without_id(grant),
        "certify_by_ms": by_ms,
        "certified_by": work.actor.person_id,
        "certified_at_ms": work.now_ms,
        "version": version + 1,
    }
    changes.guards.append(Guard(key, version))
    changes.notes.append(
        note(
            "grant.certified",
            work.actor,
            person_subject(str(grant["person_id"])),
            {"why": order.why},
            chain=account_chain(str(grant["account"])),
            grant=order.grant_id,
            person=str(grant["person_id"]),
            certify_by_ms=by_ms,
        )
    )
    until = in_words(by_ms, work.parts.takeovers.zone)
    return changes.decided(
        f"The grant stays; say so again before {until}, or it ends.", grant_id=order.grant_id
    )


def is_due(grant: Row, now_ms: int) -> bool:
    """Return whether a grant ends now because nobody said in time that it is still needed."""
    by_ms = grant.get("certify_by_ms")
    return grant["state"] == "live" and isinstance(by_ms, int) and by_ms <= now_ms
