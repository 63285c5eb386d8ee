"""The names people post under: the handle that goes with a name, and which names look alike."""

import re
from hashlib import sha256
from typing import Final
from unicodedata import combining, normalize

HANDLE_LETTERS_MAX: Final = 40
DIGEST_LENGTH: Final = 8
GUEST: Final = "guest_"

_NOT_IN_HANDLES: Final = re.compile(r"[^a-z0-9]+")


def handle_of_name(name: str) -> str:
    """Return the handle that goes with a name: its Latin letters, else a digest of it."""
    letters = _NOT_IN_HANDLES.sub("_", _plain(name))[:HANDLE_LETTERS_MAX].strip("_")
    if letters:
        return letters
    return f"{GUEST}{sha256(name.encode('utf-8', 'replace')).hexdigest()[:DIGEST_LENGTH]}"


def looks_like(name: str, reserved: str) -> bool:
    """Return whether a name reads as another does: capitals, marks, spaces and signs aside."""
    return _bare(name) == _bare(reserved)


def _plain(name: str) -> str:
    parts = normalize("NFKD", name.casefold())
    return "".join(character for character in parts if not combining(character))


def _bare(name: str) -> str:
    return "".join(character for character in _plain(name) if character.isalnum())
