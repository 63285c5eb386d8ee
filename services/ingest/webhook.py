"""Posts that another system sends us: the signature first, the contents after.

Standard Webhooks (https://www.standardwebhooks.com): `webhook-signature` holds one or more of
`v1,BASE64`, the HMAC-SHA256 of `ID.TIMESTAMP.BODY` over the bytes as they came, where ID and
TIMESTAMP are the headers `webhook-id` and `webhook-timestamp`.
"""

import base64
import binascii
import hmac
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from schemas.envelope import digest_id
from schemas.post import Channel
from services.ingest.post_row import Origin, sighting_of
from services.ingest.read_json import read_json
from services.ingest.sighting import (
    RAW_BYTES_MAX,
    Refused,
    Sighting,
    UnreadableItemError,
)
from services.ingest.source import ITEMS_COUNT_MAX
from services.runtime.clock import to_epoch_ms
from services.runtime.effects import Key, Row
from services.runtime.errors import SettingsError

BODY_BYTES_MAX: Final = 5_242_880
TIMESTAMP_SECONDS_MAX: Final = 300
SECRET_PREFIX: Final = "whsec_"  # noqa: S105 - what every secret begins with
SECRET_BYTES_MIN: Final = 24
SECRET_BYTES_MAX: Final = 64
REPLAY_KEPT: Final = timedelta(days=7)
"""Senders repeat a call under its id, newly stamped, for days after a failure."""

TABLE: Final = "webhook_ids"

_ID_LENGTH_MAX: Final = 256
_SIGNATURES_COUNT_MAX: Final = 16
_TIMESTAMP: Final = re.compile(r"[0-9]{1,12}")


@dataclass(frozen=True, slots=True)
class Delivery:
    """A call that was signed and can be read.

    `key` and `row` are to be written in the commit that takes in `items`; where a row that
    `is_repeat` says is alive stands there already, the call is answered 200 and has no effect.
    Items that are refused are dead letters: their neighbours come in.
    """

    key: Key
    row: Row
    items: Sequence[Sighting | Refused]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A call that has no effect: the HTTP status to answer with, and why, in a sentence."""

    status: Literal[400, 401, 413]
    detail: str


def secret_bytes(secret: str) -> bytes:
    """Return the key that a secret `whsec_BASE64` stands for; the text is never repeated.

    Raises SettingsError where it is not of that form, or not 24 to 64 bytes long.
    """
    try:
        key = base64.b64decode(_padded(secret.strip().removeprefix(SECRET_PREFIX)), validate=True)
    except (binascii.Error, ValueError):
        raise SettingsError(
            f"a webhook secret is not {SECRET_PREFIX} followed by base64; copy it again"
        ) from None
    if not SECRET_BYTES_MIN <= len(key) <= SECRET_BYTES_MAX:
        raise SettingsError(
            f"a webhook secret has {len(key)} bytes and needs {SECRET_BYTES_MIN} to "
            f"{SECRET_BYTES_MAX}; make a new one"
        )
    return key


def receive(
    source: str,
    headers: Mapping[str, str],
    body: bytes,
    secrets: Sequence[bytes],
    now: datetime,
    *,
    channel: Channel = "webhook",
) -> Delivery | Refusal:
    """Return what a call delivers, or how to refuse it; never raises for anything a caller sends.

    `secrets` are keys as `secret_bytes` gives them, several while one takes over from another.
    The body is one post or `{"posts": [...]}` with up to 500, each as `PostRow` has it.
    """
    if len(body) > BODY_BYTES_MAX:
        return Refusal(413, f"the body is over {BODY_BYTES_MAX:,} bytes; send fewer posts a call")
    named = {name.lower(): value for name, value in headers.items()}
    webhook_id = named.get("webhook-id", "")
    refusal = _refusal(named, webhook_id, body, secrets, now)
    if refusal is not None:
        return refusal
    try:
        posts = _posts(read_json(body))
    except UnreadableItemError as error:
        return Refusal(400, f"the body cannot be read: {error}")
    if len(posts) > ITEMS_COUNT_MAX:
        return Refusal(
            413, f"{len(posts)} posts in one call, at most {ITEMS_COUNT_MAX}; send them in parts"
        )
    origin = Origin(source, channel)
    return Delivery(
        key=Key(TABLE, digest_id("webhook", source, webhook_id)),
        row={"expires_at_ms": to_epoch_ms(now + REPLAY_KEPT)},
        items=[
            _item(post, origin, f"webhook {webhook_id}, post {number}")
            for number, post in enumerate(posts, start=1)
        ],
    )


def is_repeat(row: Row | None, now: datetime) -> bool:
    """Return whether the row at a delivery's key says that the call was taken in before."""
    expires_at_ms = row["expires_at_ms"] if row is not None else None
    return isinstance(expires_at_ms, int) and to_epoch_ms(now) < expires_at_ms


def _refusal(
    headers: Mapping[str, str],
    webhook_id: str,
    body: bytes,
    secrets: Sequence[bytes],
    now: datetime,
) -> Refusal | None:
    timestamp = headers.get("webhook-timestamp", "")
    signature = headers.get("webhook-signature", "")
    if not (webhook_id and timestamp and signature):
        return Refusal(
            400, "webhook-id, webhook-timestamp and webhook-signature are needed, all three"
        )
    if len(webhook_id) > _ID_LENGTH_MAX or not webhook_id.isascii():
        return Refusal(400, f"webhook-id is over {_ID_LENGTH_MAX} characters, or not ASCII")
    if not _TIMESTAMP.fullmatch(timestamp):
        return Refusal(400, "webhook-timestamp is not a number of seconds since 1970")
    if not _is_signed(f"{webhook_id}.{timestamp}.".encode() + body, signature, secrets):
        return Refusal(401, "no signature matches; check the secret, and sign the bytes as sent")
    if abs(int(timestamp) - now.timestamp()) > TIMESTAMP_SECONDS_MAX:
        return Refusal(
            401, "webhook-timestamp is more than five minutes off; check the sender's clock"
        )
    return None


def _is_signed(content: bytes, signature: str, secrets: Sequence[bytes]) -> bool:
    expected = [hmac.digest(secret, content, "sha256") for secret in secrets]
    given = [_signature_bytes(part) for part in signature.split()[:_SIGNATURES_COUNT_MAX]]
    # Every pair is compared, so that the time taken does not tell which secret came close.
    matches = [hmac.compare_digest(ours, theirs) for ours in expected for theirs in given]
    return any(matches)


def _signature_bytes(part: str) -> bytes:
    version, _, encoded = part.partition(",")
    if version != "v1":
        return b""
    try:
        return base64.b64decode(_padded(encoded), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _padded(encoded: str) -> str:
    return encoded.rstrip("=") + "=" * (-len(encoded.rstrip("=")) % 4)


def _posts(document: Any) -> Sequence[Any]:
    if not isinstance(document, dict):
        raise UnreadableItemError("wrong type", 'not a JSON object; send {"posts": [...]}')
    if "posts" not in document:
        return [document]
    posts = document["posts"]
    if not isinstance(posts, list) or len(document) > 1:
        raise UnreadableItemError("wrong type", 'posts is a list, and stands alone: {"posts": []}')
    return posts


def _item(post: Any, origin: Origin, place: str) -> Sighting | Refused:
    raw = json.dumps(post).encode()[:RAW_BYTES_MAX]
    if not isinstance(post, dict):
        return Refused(place, "wrong type", f"{place}: not a JSON object", raw)
    return sighting_of(post, origin, place, raw)
