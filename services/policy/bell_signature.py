"""Signs what bells send to other systems, in the form in which Mercat takes deliveries itself.

Standard Webhooks: `webhook-signature` is `v1,` and the HMAC-SHA256 of ID.TIMESTAMP.BODY in base64.
"""

import base64
import hmac
import json
from collections.abc import Mapping

from services.runtime.clock import from_epoch_ms
from services.runtime.ringer import LINE_LENGTH_MAX, LINES_MAX, BellMessage


def body_of(message: BellMessage) -> bytes:
    """Return a message as JSON: the login, what it is, its sentences and link; no address."""
    document = {
        "id": message.id,
        "type": "mercat.bell.rung.v1",
        "at": from_epoch_ms(message.at_ms).isoformat(),
        "login": message.login,
        "kind": message.kind,
        "urgency": message.urgency,
        "subject": message.subject,
        "lines": [line[:LINE_LENGTH_MAX] for line in message.lines[:LINES_MAX]],
        "link": message.link,
    }
    return json.dumps(document).encode("ascii")


def signed_headers(webhook_id: str, seconds: int, body: bytes, secret: bytes) -> Mapping[str, str]:
    """Return the headers that sign a body sent at a moment, in seconds since 1970."""
    signature = hmac.digest(secret, f"{webhook_id}.{seconds}.".encode() + body, "sha256")
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": str(seconds),
        "webhook-signature": f"v1,{base64.b64encode(signature).decode()}",
    }
