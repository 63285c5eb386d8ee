"""Rings by a signed call to another system, at the address in the settings and nowhere else."""

from http import HTTPStatus
from typing import Final

import httpx

from services.policy.bell_configuration import BellWebhook
from services.policy.bell_signature import body_of, signed_headers
from services.runtime.clock import Clock
from services.runtime.ringer import BellMessage, Deferred, Refused, RingerReply, Rung

MISPLACED: Final = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})
"""What says that the address or the secret is wrong: no fault of one message."""
LATER: Final = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS})
RETRY_SECONDS_MAX: Final = 3_600


class HttpRinger:
    """One webhook; a redirect is not followed, and of an answer nothing but its head is read."""

    def __init__(self, settings: BellWebhook, secret: bytes, clock: Clock) -> None:
        self.channel = f"webhook:{settings.name}"
        self._settings = settings
        self._secret = secret
        self._clock = clock
        self._client = httpx.Client(
            timeout=httpx.Timeout(settings.seconds_max), follow_redirects=False, trust_env=False
        )

    def ring(self, message: BellMessage) -> RingerReply:
        """Send a call, signed for this moment under the message's own id."""
        body = body_of(message)
        seconds = int(self._clock.now().timestamp())
        headers = {
            "content-type": "application/json",
            "user-agent": "mercat bells",
            **signed_headers(message.id, seconds, body, self._secret),
        }
        try:
            with self._client.stream(
                "POST", self._settings.url, content=body, headers=headers
            ) as answer:
                return _reply(answer.status_code, answer.headers.get("retry-after", ""))
        except httpx.HTTPError as error:
            detail = f"{self._settings.name} cannot be reached: {type(error).__name__}"
            return Deferred(detail, is_away=True)

    def close(self) -> None:
        """Let go of the line."""
        self._client.close()


def _reply(status: int, retry_after: str) -> RingerReply:
    if HTTPStatus(200) <= status < HTTPStatus(300):
        return Rung()
    detail = f"the webhook answered {status}"
    wait_seconds = (
        float(min(int(retry_after[:9]), RETRY_SECONDS_MAX))
        if (retry_after.isascii() and retry_after.isdecimal())
        else None
    )
    if status in LATER or status >= HTTPStatus(500):
        return Deferred(detail, wait_seconds=wait_seconds)
    if status in MISPLACED or HTTPStatus(300) <= status < HTTPStatus(400):
        return Deferred(f"{detail}: look at its address and secret", is_away=True)
    return Refused(detail)
