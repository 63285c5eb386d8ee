"""Passkeys as a port: what a browser is asked for, and what its authenticator's answer proves.

An authenticator that has verified its user (a finger, a face, a PIN) proves two things at once:
that somebody has it, and that it is theirs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol


@dataclass(frozen=True, slots=True)
class Site:
    """Where people sign in: the site's name to authenticators, its address, and its title."""

    domain: str
    origin: str
    title: str


class Registered(NamedTuple):
    """A passkey that a browser made: its id (base64url), its public key and its counter."""

    passkey_id: str
    public_key: bytes
    counter: int


class Passkeys(Protocol):
    """Makes the options of both ceremonies and verifies their answers, by the W3C's WebAuthn.

    Verifying raises NotAllowedError where the answer does not prove what it should.
    """

    def register_options(
        self, site: Site, person: tuple[str, str, str], known: Sequence[str], challenge: bytes
    ) -> Mapping[str, Any]:
        """Return what a browser is to make a passkey with, for (id, login, name)."""
        ...

    def registered(self, site: Site, answer: Mapping[str, Any], challenge: bytes) -> Registered:
        """Return the passkey that an answer holds."""
        ...

    def sign_in_options(self, site: Site, challenge: bytes) -> Mapping[str, Any]:
        """Return what a browser is to sign in with: any passkey of this site."""
        ...

    def signed_in(
        self, site: Site, answer: Mapping[str, Any], challenge: bytes, key: tuple[bytes, int]
    ) -> int:
        """Return the new counter, where an answer is signed by a public key with that counter."""
        ...
