"""Signed statements as JSON Web Tokens by Ed25519, which anybody can verify."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from services.policy.sealing import canonical
from services.runtime.errors import InputInvalidError

ALGORITHM: Final = "EdDSA"
TOKEN_LENGTH_MAX: Final = 1_000_000


def token_signed(claims: Mapping[str, Any], key: Ed25519PrivateKey, key_id: str) -> str:
    """Return claims as a signed token; the same claims and key give the same token."""
    header = canonical({"alg": ALGORITHM, "kid": key_id, "typ": "JWT"})
    signed = f"{encoded(header)}.{encoded(canonical(claims))}"
    return f"{signed}.{encoded(key.sign(signed.encode('ascii')))}"


def token_claims(token: str, key: Ed25519PublicKey, key_id: str) -> Mapping[str, Any]:
    """Return what a token says, once its signature has held.

    Raises InputInvalidError for anything else: another algorithm, another key, a changed letter.
    """
    refused = InputInvalidError(f"it is not signed by the key {key_id}")
    signed, _, signature = token[:TOKEN_LENGTH_MAX].rpartition(".")
    head, _, body = signed.partition(".")
    try:
        key.verify(decoded(signature), signed.encode("ascii"))
        header, claims = json.loads(decoded(head)), json.loads(decoded(body))
    except (InvalidSignature, ValueError, RecursionError) as error:
        raise refused from error
    if not isinstance(claims, dict) or not isinstance(header, dict):
        raise refused
    if (header.get("alg"), header.get("kid")) != (ALGORITHM, key_id):
        raise refused
    return claims


def encoded(content: bytes) -> str:
    """Return bytes as tokens hold them: base64url without padding."""
    return urlsafe_b64encode(content).rstrip(b"=").decode("ascii")


def decoded(text: str) -> bytes:
    """Return what a part of a token holds. Raises ValueError where it is no base64url."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
