"""What people can ask about sign-in: each verb's arguments, bounded like any order's."""

from typing import Annotated, Final

from pydantic import Field

from schemas.verdict import Role
from services.policy.orders import GOVERNANCE, STOPPERS, Login, Order, Verb, Why

PasskeyId = Annotated[str, Field(min_length=1, max_length=1_400, pattern=r"^[A-Za-z0-9_-]+$")]


class IssueLink(Order):
    """Give somebody a link by which they get their first passkey; it is shown once."""

    login: Login


class RecoverSignIn(Order):
    """Ask for, or agree to, a new link for somebody who lost their passkeys: it takes two."""

    login: Login
    why: Why


class EndPasskey(Order):
    """End a passkey: one's own, or as governance anybody's."""

    passkey_id: PasskeyId
    why: Why


class EndSessions(Order):
    """Sign somebody out wherever they are signed in: oneself, or as governance anybody."""

    login: Login
    why: Why


EVERYBODY: Final[frozenset[Role]] = STOPPERS | frozenset[Role]({"auditor"})
SIGN_IN_VERBS: Final[dict[str, Verb]] = {
    "sign-in-link": Verb(IssueLink, GOVERNANCE, operator=True),
    "sign-in-recover": Verb(RecoverSignIn, GOVERNANCE),
    "sign-in-end-passkey": Verb(EndPasskey, EVERYBODY, operator=True),
    "sign-in-end-sessions": Verb(EndSessions, EVERYBODY, operator=True),
}
