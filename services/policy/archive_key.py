"""The key that signs archives for OPA: P-256, worked out from the key that signs revisions.

OPA 1.22 verifies Ed25519 where it is told so on its command line, for folders; the settings that
name keys for what it fetches refuse it ("unsupported algorithm 'EdDSA'"). So archives are signed by
ES256, which they take, and nobody keeps a second secret for it.
"""

from base64 import b64encode
from collections.abc import Mapping
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    derive_private_key,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from services.policy.eddsa_token import encoded
from services.policy.sealing import canonical

ALGORITHM: Final = "ES256"
KEY_ID: Final = "rules"
"""What OPA's settings call the key (deploy/opa/opa.yaml)."""
PURPOSE: Final = b"mercat-rules-archive-1"
DRAWN_BYTES: Final = 48
PART_BYTES: Final = 32
ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""How many points the curve P-256 has: a private key is a number below."""


def archive_key(rules: Ed25519PrivateKey) -> EllipticCurvePrivateKey:
    """Return the key that belongs to a key that signs revisions: always the same one."""
    drawn = HKDF(algorithm=SHA256(), length=DRAWN_BYTES, salt=None, info=PURPOSE).derive(
        rules.private_bytes_raw()
    )
    number = int.from_bytes(drawn, "big") % (ORDER - 1) + 1
    return derive_private_key(number, SECP256R1())


def archive_token(claims: Mapping[str, Any], key: EllipticCurvePrivateKey) -> str:
    """Return claims as a token that OPA verifies; the same claims give the same token."""
    header = canonical({"alg": ALGORITHM, "kid": KEY_ID, "typ": "JWT"})
    signed = f"{encoded(header)}.{encoded(canonical(claims))}"
    signature = key.sign(signed.encode("ascii"), ECDSA(SHA256(), deterministic_signing=True))
    parts = (part.to_bytes(PART_BYTES, "big") for part in decode_dss_signature(signature))
    return f"{signed}.{encoded(b''.join(parts))}"


def public_line(key: EllipticCurvePrivateKey) -> str:
    """Return the public half in base64, on one line, as OPA's settings put it between PEM's."""
    public = key.public_key()
    held = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return b64encode(held).decode("ascii")
