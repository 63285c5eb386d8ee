"""Decides on sign-in: links, recovery by two people, and the end of passkeys and sessions."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from services.policy.decided import Decided
from services.policy.people import Person, note, person_subject, require_active
from services.policy.sign_in import Passkey, Session, SignInLink
from services.policy.sign_in_orders import RecoverSignIn
from services.runtime.actor import Actor
from services.runtime.audit_entry import HOUSE_CHAIN, AuditNote
from services.runtime.effects import Key, Row
from services.runtime.errors import NotAllowedError, RejectError
from services.runtime.ports import Guard

LINK_MS: Final = 3_600_000
ASKED_MS: Final = 24 * 3_600_000
"""How long a second person may take to agree to a recovery."""


class Owned(NamedTuple):
    """All by which somebody is let in: what a recovery ends."""

    passkeys: Sequence[Passkey]
    sessions: Sequence[Session]
    links: Sequence[SignInLink]


class Ends(NamedTuple):
    """Rows that end something, and the guards that it is still as it was read."""

    writes: dict[Key, Row | None]
    guards: list[Guard]


def link_issued(
    actor: Actor,
    person: Person,
    passkeys: Sequence[Passkey],
    links: Sequence[SignInLink],
    link_id: str,
    secret: tuple[str, str],
    now_ms: int,
) -> Decided:
    """Give somebody who never had a passkey a link; `secret` is itself and its digest.

    Whoever had one is recovered by two people: else one officer alone could end it, and be them.
    An earlier link ends, so that one is open at a time.
    """
    require_active(person)
    person_id = str(person["id"])
    if actor.person_id == person_id:
        raise NotAllowedError("Nobody gives a link to themselves; ask another governance officer.")
    if passkeys:
        raise RejectError(
            f"{person['name']} has had a passkey. If none is left, two people recover them: "
            f"`mercat sign-in recover {person['login']}`."
        )
    plain, digest = secret
    link = SignInLink(
        id=link_id,
        person_id=person_id,
        purpose="enrol",
        issued_by=actor.person_id,
        issued_at_ms=now_ms,
        expires_at_ms=now_ms + LINK_MS,
        state="live",
        digest=digest,
    )
    noted = _noted("sign-in.link-issued", actor, person_id, "")
    decided = _given(link, plain, person, [noted], [Guard(link.key, None)])
    return _beside(decided, links_ended(links))


def recovered(  # noqa: PLR0913 - who asks for whom, what is there, what is new
    order: RecoverSignIn,
    actor: Actor,
    person: Person,
    before: SignInLink | None,
    owned: Owned,
    fresh: tuple[str, str, str],
    now_ms: int,
    *,
    one_officer: bool,
) -> Decided:
    """Ask for somebody's recovery, or agree to it: a link is given, and all they had ends.

    `fresh` is an id, a secret and its digest.
    """
    require_active(person)
    person_id, (new_id, plain, digest) = str(person["id"]), fresh
    if actor.person_id == person_id:
        raise NotAllowedError("Nobody recovers themselves; two other officers do.")
    alone = before is not None and before.issued_by == actor.person_id
    if before is None or before.expires_at_ms <= now_ms or (alone and not one_officer):
        return _asked(order, actor, person, before, new_id, now_ms)
    link = before.changed(
        state="live",
        digest=digest,
        agreed_by=actor.person_id,
        one_officer=int(alone),
        expires_at_ms=now_ms + LINK_MS,
    )
    noted = _noted("sign-in.recovered", actor, person_id, order.why, one_officer=alone)
    decided = _given(link, plain, person, [noted], [before.guard()])
    signed_in_by: list[Passkey | Session] = [*owned.passkeys, *owned.sessions]
    ended = all_ended(signed_in_by, "Their sign-in was recovered.", now_ms)
    return _beside(_beside(decided, ended), links_ended(owned.links))


def passkey_ended(
    actor: Actor, passkey: Passkey, sessions: Sequence[Session], why: str, now_ms: int
) -> Decided:
    """End a passkey, and every session begun by it: one's own, or anybody's as governance."""
    if passkey.state != "live":
        raise RejectError("That passkey has ended already.")
    _require_own(actor, passkey.person_id)
    begun = [each for each in sessions if each.passkey_id == passkey.id]
    writes, guards = all_ended([passkey, *begun], why, now_ms)
    return Decided(
        reply={
            "sentence": f"The passkey {passkey.label!r} has ended, and where it had signed "
            "somebody in, they are signed out."
        },
        writes=writes,
        guards=guards,
        notes=[_noted("sign-in.passkey-ended", actor, passkey.person_id, why)],
    )


def sessions_ended(
    actor: Actor, person: Person, sessions: Sequence[Session], why: str, now_ms: int
) -> Decided:
    """Sign somebody out wherever they are signed in."""
    person_id = str(person["id"])
    _require_own(actor, person_id)
    writes, guards = all_ended(sessions, why, now_ms)
    return Decided(
        reply={"sentence": f"{person['name']} is signed out everywhere.", "ended": len(sessions)},
        writes=writes,
        guards=guards,
        notes=[_noted("sign-in.signed-out", actor, person_id, why, sessions=len(sessions))],
    )


def _asked(
    order: RecoverSignIn,
    actor: Actor,
    person: Person,
    before: SignInLink | None,
    link_id: str,
    now_ms: int,
) -> Decided:
    """Keep that somebody asked; who asks twice asks once."""
    person_id = str(person["id"])
    values = {"issued_by": actor.person_id, "issued_at_ms": now_ms, "reason": order.why}
    until = {"expires_at_ms": now_ms + ASKED_MS}
    if before is None:
        link = SignInLink(
            id=link_id,
            person_id=person_id,
            purpose="recover",
            state="asked",
            issued_by=actor.person_id,
            issued_at_ms=now_ms,
            expires_at_ms=now_ms + ASKED_MS,
            reason=order.why,
        )
    else:
        link = before.changed(**values, **until)
    return Decided(
        reply={
            "sentence": f"A second officer has to agree before {person['name']} gets a new link: "
            f"`mercat sign-in recover {person['login']}`.",
            "state": "asked",
        },
        writes={link.key: link.row()},
        guards=[Guard(link.key, None if before is None else before.version)],
        notes=[_noted("sign-in.recovery-asked", actor, person_id, order.why)],
    )


def _given(
    link: SignInLink,
    plain: str,
    person: Person,
    notes: Sequence[AuditNote],
    guards: Sequence[Guard],
) -> Decided:
    return Decided(
        reply={
            "sentence": f"This lets {person['name']} in once, within an hour. It is shown once.",
            "state": link.state,
            "secret": plain,
            "login": person["login"],
            "expires_at_ms": link.expires_at_ms,
        },
        writes={link.key: link.row()},
        guards=guards,
        notes=notes,
    )


def all_ended(signed_in_by: Iterable[Passkey | Session], why: str, now_ms: int) -> Ends:
    """Return what ends passkeys and sessions, as far as they are live."""
    live = [each for each in signed_in_by if each.state == "live"]
    ended = [each.changed(state="ended", ended_why=why, ended_at_ms=now_ms) for each in live]
    return Ends({each.key: each.row() for each in ended}, [each.guard() for each in live])


def links_ended(links: Iterable[SignInLink]) -> Ends:
    """Return what ends links that could still let somebody in; what was only asked for stays."""
    live = [each for each in links if each.state == "live"]
    ended = [each.changed(state="ended") for each in live]
    return Ends({each.key: each.row() for each in ended}, [each.guard() for each in live])


def _beside(decided: Decided, ends: Ends) -> Decided:
    return replace(
        decided,
        writes={**decided.writes, **ends.writes},
        guards=[*decided.guards, *ends.guards],
    )


def _require_own(actor: Actor, person_id: str) -> None:
    if actor.person_id != person_id and not actor.is_operator and "governance" not in actor.roles:
        raise NotAllowedError("That is somebody else's; governance officers can end it.")


def _noted(
    kind: str, actor: Actor, person_id: str, why: str, /, **facts: str | int | bool | None
) -> AuditNote:
    subject, payload = person_subject(person_id), {"why": why}
    return note(kind, actor, subject, payload, chain=HOUSE_CHAIN, person=person_id, **facts)
