"""Envelope encryption: how a data key is wrapped by a master key, and bytes sealed by a data key.

AES-256 in Galois/counter mode (NIST SP 800-38D). What is sealed is bound to its place: opened under
another id or purpose, it is refused. Chance comes in as an argument, a fresh nonce for every call.
"""

from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from services.runtime.errors import PayloadForgedError

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16
FORM: Final = b"\x01"
"""The first byte of everything sealed: another form gets another."""


def sealed(key: bytes, nonce: bytes, plain: bytes, place: bytes) -> bytes:
    """Return bytes that only this key opens, and only at this place."""
    if len(nonce) != NONCE_BYTES:
        raise ValueError(f"a nonce has {NONCE_BYTES} bytes, not {len(nonce)}")
    return FORM + nonce + AESGCM(key).encrypt(nonce, plain, FORM + place)


def opened(key: bytes, closed: bytes, place: bytes) -> bytes:
    """Return what was sealed. Raises PayloadForgedError where key, place or bytes are others."""
    if len(closed) < len(FORM) + NONCE_BYTES + TAG_BYTES or not closed.startswith(FORM):
        raise PayloadForgedError("a sealed value is cut short or of an unknown form")
    nonce = closed[len(FORM) : len(FORM) + NONCE_BYTES]
    try:
        return AESGCM(key).decrypt(nonce, closed[len(FORM) + NONCE_BYTES :], FORM + place)
    except InvalidTag:
        raise PayloadForgedError(
            "a sealed value was changed, moved to another place, or sealed under another key"
        ) from None


def wrapped(master: bytes, nonce: bytes, data_key: bytes, table: str, row_id: str) -> bytes:
    """Return a data key wrapped for one row of one table."""
    return sealed(_wrapping_key(master, table), nonce, data_key, place_of(table, row_id))


def unwrapped(master: bytes, wrapped_key: bytes, table: str, row_id: str) -> bytes:
    """Return a row's data key. Raises PayloadForgedError where it is not that row's."""
    return opened(_wrapping_key(master, table), wrapped_key, place_of(table, row_id))


def place_of(*parts: str) -> bytes:
    """Return bytes that stand for a place: no two lists of parts give the same."""
    return b"".join(
        len(encoded).to_bytes(4, "big") + encoded for encoded in (part.encode() for part in parts)
    )


def _wrapping_key(master: bytes, table: str) -> bytes:
    """Return the key that a master key gives for one table, so that no key serves two ends."""
    return HKDF(
        algorithm=SHA256(), length=KEY_BYTES, salt=None, info=b"mercat-wrap-1:" + table.encode()
    ).derive(master)
