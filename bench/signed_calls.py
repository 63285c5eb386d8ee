"""Webhook deliveries ready to be sent, signed as Standard Webhooks says."""

import base64
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Call:
    """One delivery: its headers and the body they sign."""

    headers: Mapping[str, str]
    body: bytes


def signed_call(
    post: Mapping[str, Any], secret: bytes, webhook_id: str, epoch_seconds: int
) -> Call:
    """Return the call that delivers one post under an id, stamped with a moment."""
    body = json.dumps(post).encode()
    content = f"{webhook_id}.{epoch_seconds}.".encode() + body
    signature = base64.b64encode(hmac.digest(secret, content, "sha256")).decode()
    headers = {
        "Content-Type": "application/json",
        "webhook-id": webhook_id,
        "webhook-timestamp": str(epoch_seconds),
        "webhook-signature": f"v1,{signature}",
    }
    return Call(headers, body)
