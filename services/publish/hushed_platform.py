"""A platform that cannot tell on us: what it says back never holds the credential it was given."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from services.publish.vault import Secret
from services.runtime.account_state import AccountState
from services.runtime.errors import PlatformUnavailableError
from services.runtime.platform import (
    Deferred,
    OwnAct,
    Performed,
    Platform,
    PlatformFacts,
    PlatformReply,
    PlatformRequest,
    Refused,
    Unclear,
)


class HushedPlatform:
    """Any platform, with the credential taken out of its replies and its errors.

    Platforms repeat requests in what they say is wrong with them, and what they say is kept: in
    rows, in the audit, in logs and on pages.
    """

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    @property
    def facts(self) -> PlatformFacts:
        """What is so of the platform."""
        return self._platform.facts

    def perform(
        self, request: PlatformRequest, credential: str, timeout_seconds: float
    ) -> PlatformReply:
        """Carry an act out."""
        reply = self._platform.perform(request, credential, timeout_seconds)
        hidden_in = Secret(credential).hidden_in
        match reply:
            case Performed(remote_id, link, at):
                hidden_link = None if link is None else hidden_in(link)
                return Performed(hidden_in(remote_id), hidden_link, at)
            case Refused(detail) | Deferred(_, detail) | Unclear(detail):
                return replace(reply, detail=hidden_in(detail))

    def own_acts(
        self, account: str, credential: str, since: datetime, limit: int
    ) -> Sequence[OwnAct]:
        """Return what the account did since a moment, newest first."""
        try:
            return self._platform.own_acts(account, credential, since, limit)
        except PlatformUnavailableError as error:
            # Without what caused it, which would repeat it.
            raise _hushed(error, credential) from None

    def state_of(self, account: str, credential: str, limit: int) -> AccountState:
        """Return how the account stands."""
        try:
            return self._platform.state_of(account, credential, limit)
        except PlatformUnavailableError as error:
            raise _hushed(error, credential) from None


def _hushed(error: PlatformUnavailableError, credential: str) -> PlatformUnavailableError:
    said = Secret(credential).hidden_in(str(error))
    return PlatformUnavailableError(said, wait_seconds=error.wait_seconds)
