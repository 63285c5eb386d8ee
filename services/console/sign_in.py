"""Who is asking: whose token a request carries, and whether they ask too often."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil
from typing import Final

from services.console.buckets import Buckets
from services.console.parts import ConsoleParts
from services.console.sessions import scheme_of
from services.runtime.actor import OPERATOR, Actor

TOKEN_LENGTH_MAX: Final = 512
REQUESTS_PER_SECOND: Final = 50.0
REQUESTS_AT_ONCE: Final = 200
HALTS_PER_SECOND: Final = 5.0
HALTS_AT_ONCE: Final = 20
FAILURES_PER_SECOND: Final = 0.2
FAILURES_AT_ONCE: Final = 10
NETWORK_BITS: Final = 64
"""Whoever has an IPv6 address has the network around it too."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a request goes no further."""

    status: HTTPStatus
    detail: str
    headers: Mapping[str, str] = field(default_factory=dict)


class SignIn:
    """Tells who asks and keeps count of how often.

    A good token is let in however many bad ones came from its address: a wrong token somewhere in
    an office must not keep its duty officer from pressing halt. Halts have buckets of their own
    for the same reason.
    """

    def __init__(self, parts: ConsoleParts) -> None:
        self._parts = parts
        self._requests = Buckets(REQUESTS_PER_SECOND, REQUESTS_AT_ONCE)
        self._halts = Buckets(HALTS_PER_SECOND, HALTS_AT_ONCE)
        self._failures = Buckets(FAILURES_PER_SECOND, FAILURES_AT_ONCE)

    def admit(self, authorization: str, address: str, *, halting: bool) -> Actor | Refused:
        """Return who asks, or why they are not let in."""
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token:
            return _unknown("Sign in: send your personal token as `Authorization: Bearer TOKEN`.")
        actor = self._actor(token.strip())
        now_seconds = self._parts.elapsed_seconds()
        if actor is None:
            return self._failed(address, now_seconds)
        buckets = self._halts if halting else self._requests
        wait_seconds = buckets.take(actor.credential_id or actor.person_id, now_seconds)
        return _later("This token asks too often", wait_seconds) if wait_seconds else actor

    def admit_session(
        self, secret: str, address: str, *, halting: bool, ours: bool
    ) -> Actor | Refused:
        """Return who asks by a session; `ours` says that no other site's page can have asked."""
        desk = self._parts.sign_in
        actor = None if desk is None else desk.actor_of(secret)
        now_seconds = self._parts.elapsed_seconds()
        if actor is None:
            return self._failed(address, now_seconds)
        if not ours:
            return Refused(HTTPStatus.FORBIDDEN, "Ask from our own page; another site's may not.")
        buckets = self._halts if halting else self._requests
        wait_seconds = buckets.take(actor.credential_id, now_seconds)
        return _later("This session asks too often", wait_seconds) if wait_seconds else actor

    def scheme_seen(self, scheme: str) -> str:
        """Return the scheme people's browsers see, for one that a request came by."""
        return scheme_of(self._parts.sign_in_address, scheme)

    def _actor(self, token: str) -> Actor | None:
        if len(token) > TOKEN_LENGTH_MAX:
            return None
        if hmac.compare_digest(token.encode(), self._parts.control_token.encode()):
            return OPERATOR
        return None if self._parts.desk is None else self._parts.desk.sign_in(token)

    def _failed(self, address: str, now_seconds: float) -> Refused:
        wait_seconds = self._failures.take(network_of(address), now_seconds)
        if wait_seconds:
            return _later("Too many wrong tokens came from here", wait_seconds)
        return _unknown("This token is nobody's, or has ended; ask for a new one.")


def network_of(address: str) -> str:
    """Return what failures from an address are counted under: it, or its IPv6 network."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address):
        return str(ip_network((parsed, NETWORK_BITS), strict=False))
    return str(parsed)


def _unknown(detail: str) -> Refused:
    return Refused(HTTPStatus.UNAUTHORIZED, detail, {"WWW-Authenticate": "Bearer"})


def _later(what: str, wait_seconds: float) -> Refused:
    seconds = max(1, ceil(wait_seconds))
    noun = "second" if seconds == 1 else "seconds"
    return Refused(
        HTTPStatus.TOO_MANY_REQUESTS,
        f"{what}; try again in {seconds} {noun}.",
        {"Retry-After": str(seconds)},
    )
