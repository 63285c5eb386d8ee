"""Characters that make a text read otherwise than it looks, or look otherwise than it reads."""

import re
from typing import Final

# What turns the reading direction round for letters that have one of their own.
_OVERRIDES: Final = "[\u202d\u202e]"
# What no platform shows, broken characters, and tags outside of a flag.
_UNSHOWN: Final = (
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u206a-\u206f\ufff9-\ufffd\ufffe\uffff\ud800-\udfff]"
    "|(?<![\U0001f3f4\U000e0020-\U000e007f])[\U000e0000-\U000e007f]"
)
# Nothing between two letters or figures: some scripts need it, those of Europe do not.
_PARTED: Final = (
    "(?<=[A-Za-z0-9@.\u00c0-\u024f])"
    "[\u034f\u180e\u200b-\u200f\u2060-\u2064\ufeff]+(?=[A-Za-z0-9@.\u00c0-\u024f])"
    "|(?<=[0-9])\u00ad+(?=[0-9])"
)
# Letters of mathematics and in circles, which are read out one by one or not at all.
_STYLED: Final = (
    "[\U0001d400-\U0001d7cb]{2,}|[\u24b6-\u24e9]{3,}"
    "|[\U0001f130-\U0001f149\U0001f150-\U0001f169\U0001f170-\U0001f189]{3,}"
)
_HEAPED: Final = "[\u0300-\u036f]{3,}"
_VEILS: Final = re.compile(f"{_OVERRIDES}|{_UNSHOWN}|{_PARTED}|{_STYLED}|{_HEAPED}")

_EMBEDDINGS: Final = re.compile("[\u202a\u202b\u2066-\u2068]")
_RIGHT_TO_LEFT: Final = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")

_OTHER_LETTERS: Final = "\u0370-\u03ff\u0400-\u052f\u0531-\u058f"
_OTHER: Final = re.compile(f"[{_OTHER_LETTERS}]")
_OTHER_WORD: Final = re.compile(f"(?<![^\\W\\d_])[{_OTHER_LETTERS}]{{4,}}(?![^\\W\\d_])")
_MIXED: Final = re.compile(
    f"(?<![^\\W\\d_])(?=[{_OTHER_LETTERS}]*[A-Za-z])(?=[A-Za-z]*[{_OTHER_LETTERS}])"
    f"[A-Za-z{_OTHER_LETTERS}]{{4,}}(?![^\\W\\d_])"
)


def count_veils(text: str) -> int:
    """Return how many stretches of a text are veiled: turned round, parted, styled, or mixed.

    A word is mixed where letters of another script stand in for Latin ones. What Arabic, Indic and
    other scripts need to be written is no veil, nor are joined emoji.
    """
    if text.isascii() and text.isprintable():
        return 0
    number = len(_VEILS.findall(text))
    if _EMBEDDINGS.search(text) and not _RIGHT_TO_LEFT.search(text):
        number += len(_EMBEDDINGS.findall(text))
    if _OTHER.search(text) and not _OTHER_WORD.search(text):
        number += len(_MIXED.findall(text))
    return number
