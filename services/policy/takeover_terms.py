"""The terms that a curator agrees to: a text of the body's own, and the version that it is."""

import hashlib
from dataclasses import dataclass
from typing import Final

VERSION_CHARACTERS: Final = 12


@dataclass(frozen=True, slots=True)
class Terms:
    """What is agreed to; `version` is the beginning of the text's digest."""

    text: str
    version: str


def terms_of(text: str) -> Terms:
    """Return terms with their version: any change of the text is another."""
    digest = hashlib.sha256(text.encode("utf-8")).hexdigest()
    return Terms(text, digest[:VERSION_CHARACTERS])
