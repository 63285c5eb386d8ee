"""The desk's verbs about sign-in: links, recovery by two people, what is ended."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from services.policy.decided import Decided
from services.policy.desk_work import Work
from services.policy.sign_in import (
    READ_MAX,
    Passkey,
    Session,
    SignInLink,
    link_of,
    passkey_of,
    secret_digest,
    session_of,
)
from services.policy.sign_in_orders import EndPasskey, EndSessions, IssueLink, RecoverSignIn
from services.policy.sign_ins import Owned, link_issued, passkey_ended, recovered, sessions_ended
from services.runtime.effects import Key
from services.runtime.errors import NotFoundError


def issue_link(work: Work, order: IssueLink) -> Decided:
    """Give somebody a link for their first passkey."""
    person = work.person(order.login)
    secret, link_id = _secret(work), work.parts.fresh_id()
    person_id = str(person["id"])
    passkeys, links = _passkeys(work, person_id), _links(work, person_id)
    return link_issued(work.actor, person, passkeys, links, link_id, secret, work.now_ms)


def recover(work: Work, order: RecoverSignIn) -> Decided:
    """Ask for somebody's recovery, or agree to it."""
    person = work.person(order.login)
    person_id = str(person["id"])
    links = _links(work, person_id)
    owned = Owned(_passkeys(work, person_id), _sessions(work, person_id), links)
    return recovered(
        order,
        work.actor,
        person,
        next((each for each in links if each.state == "asked"), None),
        owned,
        (work.parts.fresh_id(), *_secret(work)),
        work.now_ms,
        one_officer=work.parts.settings.one_officer,
    )


def end_passkey(work: Work, order: EndPasskey) -> Decided:
    """End a passkey."""
    row = work.row(Key("passkeys", order.passkey_id))
    if row is None:
        raise NotFoundError("There is no such passkey; `mercat sign-in show` lists them.")
    passkey = passkey_of({**row, "id": order.passkey_id})
    sessions = _sessions(work, passkey.person_id)
    return passkey_ended(work.actor, passkey, sessions, order.why, work.now_ms)


def end_sessions(work: Work, order: EndSessions) -> Decided:
    """Sign somebody out everywhere."""
    person = work.person(order.login)
    sessions = _sessions(work, str(person["id"]))
    return sessions_ended(work.actor, person, sessions, order.why, work.now_ms)


def _secret(work: Work) -> tuple[str, str]:
    plain = work.parts.fresh_token()
    return plain, secret_digest(plain)


def _passkeys(work: Work, person_id: str) -> list[Passkey]:
    rows = work.parts.store.select("passkeys_of_person", (person_id, READ_MAX))
    return [passkey_of(row) for row in rows]


def _sessions(work: Work, person_id: str) -> list[Session]:
    rows = work.parts.store.select("sessions_live_of", (person_id, work.now_ms, READ_MAX))
    return [session_of(row) for row in rows]


def _links(work: Work, person_id: str) -> list[SignInLink]:
    """Return links that were asked for or are live, the latest first."""
    rows = work.parts.store.select("sign_in_links_open_of", (person_id, READ_MAX))
    return [link_of(row) for row in rows]


SIGN_IN_HANDLERS: Final[Mapping[str, Callable[[Work, Any], Decided]]] = {
    "sign-in-link": issue_link,
    "sign-in-recover": recover,
    "sign-in-end-passkey": end_passkey,
    "sign-in-end-sessions": end_sessions,
}
