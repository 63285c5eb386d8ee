"""Passkeys written by hand: an answer proves what it says if it repeats the challenge."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from services.policy.passkeys import Registered, Site
from services.runtime.errors import NotAllowedError

SITE: Final = Site("localhost", "http://localhost:8484", "Mercat: Test Town")


class FakePasskeys:
    """An authenticator's server side: a key is its id in bytes, a counter goes up by one."""

    def register_options(
        self, site: Site, person: tuple[str, str, str], known: Sequence[str], challenge: bytes
    ) -> Mapping[str, Any]:
        """Return who is asked, what they have, and the challenge."""
        return {
            "site": site.domain,
            "user": person[1],
            "known": list(known),
            "challenge": challenge.decode(),
        }

    def registered(self, site: Site, answer: Mapping[str, Any], challenge: bytes) -> Registered:
        """Return the passkey that an answer names."""
        self._prove(site, answer, challenge)
        return Registered(str(answer["id"]), str(answer["id"]).encode(), 0)

    def sign_in_options(self, site: Site, challenge: bytes) -> Mapping[str, Any]:
        """Return the challenge."""
        return {"site": site.domain, "challenge": challenge.decode()}

    def signed_in(
        self, site: Site, answer: Mapping[str, Any], challenge: bytes, key: tuple[bytes, int]
    ) -> int:
        """Return the next counter."""
        self._prove(site, answer, challenge)
        public_key, counter = key
        if public_key != str(answer["id"]).encode():
            raise NotAllowedError("another key signed that")
        return counter + 1

    def _prove(self, site: Site, answer: Mapping[str, Any], challenge: bytes) -> None:
        if (answer.get("signed"), answer.get("site")) != (challenge.decode(), site.domain):
            raise NotAllowedError("that is no answer to this challenge")


def answer_to(options: Mapping[str, Any], passkey_id: str) -> dict[str, Any]:
    """Return what an authenticator with a passkey answers."""
    return {"id": passkey_id, "signed": options["challenge"], "site": options["site"]}
