"""Decides what becomes of people: who is added, changed, leaves, and holds a token or a grant."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from schemas.verdict import Role
from services.policy.decided import Decided
from services.policy.grants import certify_by_ms, grant_key, limits_of, limits_said
from services.policy.leave import raised
from services.policy.orders import (
    WRITERS,
    AddPerson,
    ChangePerson,
    EndGrant,
    GiveGrant,
    IssueToken,
)
from services.runtime.actor import Actor
from services.runtime.audit_entry import HOUSE_CHAIN, AuditNote, account_chain
from services.runtime.clock import DAY_MS
from services.runtime.effects import Key, Row, without_id
from services.runtime.errors import NotAllowedError, RejectError
from services.runtime.ports import Guard

Person = Mapping[str, Any]
"""A person's row with its id in it."""


def person_key(person_id: str) -> Key:
    """Return where a person's row stands."""
    return Key("persons", person_id)


def person_subject(person_id: str) -> str:
    """Return the name of the key that a person's details are sealed under."""
    return f"person:{person_id}"


def note(
    kind: str,
    actor: Actor,
    subject: str,
    payload: Mapping[str, Any],
    *,
    chain: str = HOUSE_CHAIN,
    **facts: str | int | bool | None,
) -> AuditNote:
    """Return a note for the house's chain, or an account's."""
    return AuditNote(
        chain=chain,
        kind=kind,
        actor=actor,
        subject=subject,
        payload=payload,
        facts=facts,
        one_officer=bool(facts.get("one_officer")),
    )


def added(
    order: AddPerson, actor: Actor, person_id: str, now_ms: int, *, one_officer: bool
) -> Decided:
    """Add a person."""
    require_apart(order.roles, one_officer=one_officer)
    row: Row = {
        "login": order.login,
        "name": order.name,
        "address": order.address,
        "roles": _listed(order.roles),
        "teams": _listed(order.teams),
        "state": "active",
        "added_at_ms": now_ms,
        "left_at_ms": None,
        "version": 1,
    }
    key = person_key(person_id)
    details = order.model_dump(mode="json")
    return Decided(
        reply={
            "sentence": f"{order.name} can now work here as {', '.join(sorted(order.roles))}.",
            "id": person_id,
            "login": order.login,
        },
        writes={key: row},
        guards=[Guard(key, None)],
        notes=[
            note(
                "person.added",
                actor,
                person_subject(person_id),
                {**details, "why": actor.why},
                person=person_id,
                roles=_listed(order.roles),
            )
        ],
    )


def changed(
    order: ChangePerson,
    actor: Actor,
    person: Person,
    accounts: Sequence[Row],
    now_ms: int,
    *,
    one_officer: bool,
) -> Decided:
    """Give a person other roles or teams; nobody changes their own."""
    person_id = str(person["id"])
    if actor.person_id == person_id:
        raise NotAllowedError("Nobody changes their own roles; ask another governance officer.")
    require_active(person)
    require_apart(order.roles or (), one_officer=one_officer)
    after = {
        **without_id(person),
        "roles": person["roles"] if order.roles is None else _listed(order.roles),
        "teams": person["teams"] if order.teams is None else _listed(order.teams),
        "version": _version(person) + 1,
    }
    writes, guards = raised(accounts, now_ms)
    writes[person_key(person_id)] = after
    return Decided(
        reply={
            "sentence": f"{person['name']} is now {after['roles'] or 'without a role'}.",
            "id": person_id,
            "login": person["login"],
        },
        writes=writes,
        guards=[*guards, Guard(person_key(person_id), _version(person))],
        notes=[
            note(
                "person.changed",
                actor,
                person_subject(person_id),
                {"login": person["login"], "teams": after["teams"], "why": order.why},
                person=person_id,
                roles_before=str(person["roles"]),
                roles=str(after["roles"]),
            )
        ],
    )


def left(
    actor: Actor,
    person: Person,
    owned: Iterable[tuple[Key, Row]],
    accounts: Sequence[Row],
    why: str,
    now_ms: int,
) -> Decided:
    """End a person's work here, with their tokens and grants (`owned`); the record stays."""
    person_id = str(person["id"])
    require_active(person)
    writes, guards = raised(accounts, now_ms)
    for key, row in owned:
        writes[key] = {**without_id(row), "state": "ended", "version": _version(row) + 1}
        guards.append(Guard(key, _version(row)))
    writes[person_key(person_id)] = {
        **without_id(person),
        "state": "left",
        "left_at_ms": now_ms,
        "version": _version(person) + 1,
    }
    return Decided(
        reply={
            "sentence": f"{person['name']} works here no more; tokens and grants have ended.",
            "id": person_id,
            "login": person["login"],
        },
        writes=writes,
        guards=[*guards, Guard(person_key(person_id), _version(person))],
        notes=[
            note(
                "person.left",
                actor,
                person_subject(person_id),
                {"login": person["login"], "why": why},
                person=person_id,
            )
        ],
    )


def token_issued(
    order: IssueToken,
    actor: Actor,
    person: Person,
    token_id: str,
    token: tuple[str, str],
    now_ms: int,
) -> Decided:
    """Give a person a token; `token` is itself and its digest, of which the digest is kept."""
    require_active(person)
    plain, digest = token
    person_id = str(person["id"])
    if actor.person_id == person_id:
        raise NotAllowedError(
            "Nobody gives a token to themselves, so that a stolen one ends when it is revoked; ask "
            "another governance officer, or whoever has the machine."
        )
    expires_at_ms = now_ms + round(order.days * DAY_MS)
    row: Row = {
        "person_id": person_id,
        "digest": digest,
        "label": order.label,
        "issued_by": actor.person_id,
        "state": "live",
        "issued_at_ms": now_ms,
        "expires_at_ms": expires_at_ms,
        "version": 1,
    }
    return Decided(
        reply={
            "sentence": f"This is {person['name']}'s token. It is shown this once.",
            "token": plain,
            "token_id": token_id,
            "login": person["login"],
            "expires_at_ms": expires_at_ms,
        },
        writes={Key("tokens", token_id): row},
        guards=[Guard(person_key(person_id), _version(person))],
        notes=[
            note(
                "token.issued",
                actor,
                person_subject(person_id),
                {"login": person["login"], "label": order.label},
                person=person_id,
                token=token_id,
                expires_at_ms=expires_at_ms,
            )
        ],
    )


def token_revoked(actor: Actor, token_id: str, token: Row, why: str) -> Decided:
    """End a token."""
    if token["state"] != "live":
        raise RejectError("That token has ended already.")
    key = Key("tokens", token_id)
    return Decided(
        reply={"sentence": "The token has ended.", "token_id": token_id},
        writes={key: {**without_id(token), "state": "ended", "version": _version(token) + 1}},
        guards=[Guard(key, _version(token))],
        notes=[
            note(
                "token.revoked",
                actor,
                person_subject(str(token["person_id"])),
                {"why": why},
                token=token_id,
                person=str(token["person_id"]),
            )
        ],
    )


def grant_given(
    order: GiveGrant,
    actor: Actor,
    person: Person,
    account: Row,
    grant_id: str,
    now_ms: int,
    zone: str = "UTC",
) -> Decided:
    """Give a person leave to act as an account; `zone` tells its hours where the order does not."""
    person_id = str(person["id"])
    require_active(person)
    if actor.person_id == person_id:
        raise NotAllowedError("Nobody gives leave to themselves; ask another governance officer.")
    ends_at_ms = now_ms + round(order.days * DAY_MS)
    writes, guards = raised([account], now_ms)
    writes[grant_key(grant_id)] = {
        "person_id": person_id,
        "account": order.account,
        "kinds": _listed(order.kinds),
        "themes": _listed(order.themes),
        "state": "live",
        "given_by": actor.person_id,
        "reason": order.why,
        "starts_at_ms": now_ms,
        "ends_at_ms": ends_at_ms,
        "certify_by_ms": certify_by_ms(now_ms, ends_at_ms),
        "version": 1,
        **limits_of(order, zone),
    }
    may = f"{person['name']} may {', '.join(order.kinds)} as {order.account}"
    return Decided(
        reply={
            "sentence": f"{'; '.join([may, *limits_said(order)])}.",
            "grant_id": grant_id,
            "ends_at_ms": ends_at_ms,
            "login": person["login"],
        },
        writes=writes,
        guards=[*guards, Guard(person_key(person_id), _version(person))],
        notes=[
            note(
                "grant.given",
                actor,
                person_subject(person_id),
                {
                    "login": person["login"],
                    "why": order.why,
                    "themes": list(order.themes),
                    "limits": limits_of(order, zone),
                },
                chain=account_chain(order.account),
                grant=grant_id,
                person=person_id,
                kinds=_listed(order.kinds),
                ends_at_ms=ends_at_ms,
            )
        ],
    )


def grant_ended(order: EndGrant, actor: Actor, grant: Row, account: Row, now_ms: int) -> Decided:
    """End a grant: it holds from the next send on."""
    if grant["state"] != "live":
        raise RejectError("That grant has ended already.")
    writes, guards = raised([account], now_ms)
    key = grant_key(order.grant_id)
    writes[key] = {**without_id(grant), "state": "ended", "version": _version(grant) + 1}
    return Decided(
        reply={"sentence": "The grant has ended.", "grant_id": order.grant_id},
        writes=writes,
        guards=[*guards, Guard(key, _version(grant))],
        notes=[
            note(
                "grant.ended",
                actor,
                person_subject(str(grant["person_id"])),
                {"why": order.why},
                chain=account_chain(str(grant["account"])),
                grant=order.grant_id,
                person=str(grant["person_id"]),
            )
        ],
    )


def require_active(person: Person) -> None:
    """Raise RejectError where a person has left."""
    if person["state"] != "active":
        raise RejectError(f"{person['name']} works here no more.")


def require_apart(roles: Iterable[Role], *, one_officer: bool) -> None:
    """Raise RejectError where somebody would both look after people and write.

    They could make the second person whom their own acts wait for.
    """
    both = {"governance"} <= set(roles) and set(roles) & WRITERS
    if both and not one_officer:
        raise RejectError(
            f"Who looks after people (governance) does not write too ({', '.join(sorted(both))}): "
            "they could make up a second person. Give the roles to two people, or say "
            "`one_officer` in the settings."
        )


def _listed(words: Iterable[str]) -> str:
    return " ".join(sorted(set(words)))


def _version(row: Row) -> int:
    return cast("int", row["version"])
