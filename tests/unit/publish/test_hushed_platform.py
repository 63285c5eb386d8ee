"""What a platform says back never holds the credential, whatever it says."""

import traceback
from collections.abc import Sequence
from datetime import datetime

import pytest

from schemas.act import ActContent
from services.publish.hushed_platform import HushedPlatform
from services.runtime.account_state import AccountState
from services.runtime.errors import PlatformUnavailableError
from services.runtime.platform import (
    Deferred,
    OwnAct,
    Performed,
    PlatformFacts,
    PlatformReply,
    PlatformRequest,
    Refused,
    Unclear,
)
from tests.fakes import MOMENT

MARKER = "planted-9d1c-marker"
REQUEST = PlatformRequest("town", ActContent(kind="statement", account="town", text="x"), "k")


class Echo:
    """A platform that repeats what it was given in whatever it answers."""

    facts = PlatformFacts("echo", "characters", 500)

    def __init__(self, reply: PlatformReply) -> None:
        self._reply = reply
        self.got = ""

    def perform(
        self, request: PlatformRequest, credential: str, timeout_seconds: float
    ) -> PlatformReply:
        """Answer as told to."""
        del request, timeout_seconds
        self.got = credential
        return self._reply

    def own_acts(
        self, account: str, credential: str, since: datetime, limit: int
    ) -> Sequence[OwnAct]:
        """Fail, and say with what."""
        del account, since, limit
        cause = OSError(f"GET with {credential}")
        raise PlatformUnavailableError(f"failed: {cause}", wait_seconds=7) from cause

    def state_of(self, account: str, credential: str, limit: int) -> AccountState:
        """Fail, and say with what, where nothing may be listed."""
        if limit:
            return AccountState(profile=f"{account} by {credential[:1]}")
        cause = OSError(f"GET with {credential}")
        raise PlatformUnavailableError(f"failed: {cause}", wait_seconds=7) from cause


@pytest.mark.parametrize(
    ("reply", "hushed"),
    [
        (Refused(f"no {MARKER}"), Refused("no Secret(hidden)")),
        (Deferred(3, f"no {MARKER}"), Deferred(3, "no Secret(hidden)")),
        (Unclear(f"{MARKER}{MARKER}"), Unclear("Secret(hidden)Secret(hidden)")),
        (Performed("7", f"https://x.example/?t={MARKER}"), Performed("7", "https://x.example/?t=Secret(hidden)")),
        (Performed("7"), Performed("7")),
        (Performed("7", at=MOMENT), Performed("7", at=MOMENT)),
    ],
)  # fmt: skip
def test_the_credential_is_taken_out_of_every_reply(
    reply: PlatformReply, hushed: PlatformReply
) -> None:
    """The platform is given it, and everything else of its answer stays."""
    platform = Echo(reply)

    assert hushed == HushedPlatform(platform).perform(REQUEST, MARKER, 1.0)
    assert MARKER == platform.got
    assert Echo.facts == HushedPlatform(platform).facts


def test_an_error_repeats_it_neither_itself_nor_by_its_cause() -> None:
    """The whole traceback can be shown, and how long to wait is kept."""
    with pytest.raises(PlatformUnavailableError, match="GET with Secret") as caught:
        HushedPlatform(Echo(Refused(""))).own_acts("town", MARKER, MOMENT, 1)

    assert 7 == caught.value.wait_seconds
    assert MARKER not in "".join(traceback.format_exception(caught.value))


def test_how_an_account_stands_is_passed_on_and_its_trouble_hushed() -> None:
    """What the platform says is told as it is; an error holds no credential."""
    hushed = HushedPlatform(Echo(Refused("")))

    with pytest.raises(PlatformUnavailableError, match="GET with Secret") as caught:
        hushed.state_of("town", MARKER, 0)

    assert AccountState(profile="town by p") == hushed.state_of("town", MARKER, 1)
    assert MARKER not in "".join(traceback.format_exception(caught.value))
