"""Emoji in a text: how many, and how many in a row."""

import re
from typing import Final, NamedTuple

_TONES_AND_TAGS: Final = "[\U0001f3fb-\U0001f3ff]?[\U000e0020-\U000e007f]*"
# Pictures by themselves; those of older blocks only where they are asked for as a picture.
_PICTURE: Final = (
    "(?:[\U0001f004\U0001f0cf\U0001f18e\U0001f191-\U0001f19a\U0001f201-\U0001f265"
    "\U0001f300-\U0001f64f\U0001f680-\U0001f6ff\U0001f7e0-\U0001f7f0\U0001f900-\U0001faff"
    "\u231a\u231b\u23e9-\u23ec\u23f0\u23f3\u25fd\u25fe\u2614\u2615\u2648-\u2653\u267f\u2693\u26a1"
    "\u26aa\u26ab\u26bd\u26be\u26c4\u26c5\u26ce\u26d4\u26ea\u26f2\u26f3\u26f5\u26fa\u26fd\u2705"
    "\u270a\u270b\u2728\u274c\u274e\u2753-\u2755\u2757\u2795-\u2797\u27b0\u27bf\u2b1b\u2b1c\u2b50"
    "\u2b55]\ufe0f?|[\u00a9\u00ae\u203c-\u3299\U0001f170-\U0001f17f]\ufe0f)"
)
_FLAG: Final = "[\U0001f1e6-\U0001f1ff]{2}"
_KEYCAP: Final = "[0-9#*]\ufe0f?\u20e3"
_ONE: Final = f"(?:{_PICTURE}{_TONES_AND_TAGS})"
_JOINED: Final = f"(?:\u200d(?:{_ONE}|[\u2600-\u27bf]))"
_EMOJI: Final = re.compile(f"{_FLAG}|{_KEYCAP}|{_ONE}{_JOINED}*")
_GAP: Final = re.compile(r"[\s,!.]{0,2}")


class EmojiCount(NamedTuple):
    """How many emoji a text has, and how many of them follow one another at most."""

    number: int
    in_a_row: int


def count_emoji(text: str) -> EmojiCount:
    """Return the emoji of a text; a family or a flag, though of several characters, is one."""
    if text.isascii():
        return EmojiCount(0, 0)
    number = row = row_max = end = 0
    for emoji in _EMOJI.finditer(text):
        follows = number > 0 and _GAP.fullmatch(text, end, emoji.start()) is not None
        row = row + 1 if follows else 1
        row_max = max(row_max, row)
        number += 1
        end = emoji.end()
    return EmojiCount(number, row_max)
