"""Counts what readers take for one character: the grapheme clusters of UAX 29.

The rules are those of Unicode Standard Annex 29 (GB3 to GB13, with GB9c as of Unicode 15.1), worked
out from the properties `unicodedata` knows: combining marks for Extend and SpacingMark, the blocks
of pictographs for Extended_Pictographic. Unassigned code points of those blocks may differ.
"""

import re
import unicodedata
from typing import Final

_SIMPLE: Final = re.compile(r"[\x00-\u02ff\u2010-\u2027]*")
# Of the scripts whose virama joins consonants; others, such as Tamil, have none that does (GB9c).
_CONSONANTS: Final = re.compile(
    "[\u0915-\u0939\u0958-\u095f\u0978-\u097f\u0995-\u09a8\u09aa-\u09b0\u09b2\u09b6-\u09b9\u09dc\u09dd\u09df"
    "\u09f0\u09f1\u0a95-\u0aa8\u0aaa-\u0ab0\u0ab2\u0ab3\u0ab5-\u0ab9\u0af9\u0b15-\u0b28\u0b2a-\u0b30\u0b32"
    "\u0b33\u0b35-\u0b39\u0b5c\u0b5d\u0b5f\u0b71\u0c15-\u0c28\u0c2a-\u0c39\u0c58-\u0c5a\u0d15-\u0d3a]"
)
_PICTOGRAPHS: Final = re.compile(
    "[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u2199\u21a9\u21aa\u231a\u231b\u2328\u2388\u23cf\u23e9-\u23f3"
    "\u23f8-\u23fa\u24c2\u25aa\u25ab\u25b6\u25c0\u25fb-\u25fe\u2600-\u2605\u2607-\u2612\u2614-\u2685\u2690-\u2705"
    "\u2708-\u2712\u2714\u2716\u271d\u2721\u2728\u2733\u2734\u2744\u2747\u274c\u274e\u2753-\u2755\u2757"
    "\u2763-\u2767\u2795-\u2797\u27a1\u27b0\u27bf\u2934\u2935\u2b05-\u2b07\u2b1b\u2b1c\u2b50\u2b55\u3030\u303d"
    "\u3297\u3299\U0001f000-\U0001f0ff\U0001f10d-\U0001f10f\U0001f12f\U0001f16c-\U0001f171\U0001f17e\U0001f17f"
    "\U0001f18e\U0001f191-\U0001f19a\U0001f1ad-\U0001f1e5\U0001f201-\U0001f20f\U0001f21a\U0001f22f"
    "\U0001f232-\U0001f23a\U0001f23c-\U0001f23f\U0001f249-\U0001f3fa\U0001f400-\U0001f53d\U0001f546-\U0001f64f"
    "\U0001f680-\U0001f6ff\U0001f774-\U0001f77f\U0001f7d5-\U0001f7ff\U0001f80c-\U0001f80f\U0001f848-\U0001f84f"
    "\U0001f85a-\U0001f85f\U0001f888-\U0001f88f\U0001f8ae-\U0001f8ff\U0001f90c-\U0001f93a\U0001f93c-\U0001f945"
    "\U0001f947-\U0001faff\U0001fc00-\U0001fffd]"
)
_NOT_SPACING: Final = frozenset(
    "\u102b\u102c\u1038\u1062\u1063\u1064\u1067\u1068\u1069\u106a\u106b\u106c\u106d\u1083\u1087\u1088\u1089"
    "\u108a\u108b\u108c\u108f\u109a\u109b\u109c\u1a61\u1a63\u1a64\uaa7b\uaa7d"
)
_KINDS_REMEMBERED_MAX: Final = 20_000

_OTHER, _CONTROL, _EXTEND, _JOIN, _PREPEND, _PICTURE, _FLAG, _CONSONANT, _VIRAMA = range(9)
_LEAD, _VOWEL, _TAIL, _LEAD_VOWEL, _SYLLABLE = range(9, 14)
_CLASSES: Final = (
    (re.compile("\u200d"), _JOIN),
    (re.compile("[\u094d\u09cd\u0acd\u0b4d\u0c4d\u0d4d]"), _VIRAMA),
    (
        re.compile(
            "[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u0d4e"
            "\U000110bd\U000110cd\U000111c2\U000111c3]"
        ),
        _PREPEND,
    ),
    (
        re.compile("[\u200c\uff9e\uff9f\u0e33\u0eb3\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]"),
        _EXTEND,
    ),
    (_PICTOGRAPHS, _PICTURE),
    (re.compile("[\U0001f1e6-\U0001f1ff]"), _FLAG),
    (_CONSONANTS, _CONSONANT),
    (re.compile("[\u1100-\u115f\ua960-\ua97c]"), _LEAD),
    (re.compile("[\u1160-\u11a7\ud7b0-\ud7c6]"), _VOWEL),
    (re.compile("[\u11a8-\u11ff\ud7cb-\ud7fb]"), _TAIL),
)
_CONTINUING: Final = frozenset({_EXTEND, _JOIN, _VIRAMA})
_HANGUL: Final = frozenset(
    {(_LEAD, _LEAD), (_LEAD, _VOWEL), (_LEAD, _LEAD_VOWEL), (_LEAD, _SYLLABLE)}
    | {(_LEAD_VOWEL, _VOWEL), (_LEAD_VOWEL, _TAIL), (_VOWEL, _VOWEL), (_VOWEL, _TAIL)}
    | {(_SYLLABLE, _TAIL), (_TAIL, _TAIL)}
)


def count_graphemes(text: str) -> int:
    """Return how many grapheme clusters a text has; never raises, whatever it holds."""
    simple_length = _SIMPLE.match(text).end()  # type: ignore[union-attr]  # matches the empty text
    if simple_length == len(text):
        return simple_length - text.count("\r\n")
    # The last simple character may carry what follows it, so it is read again.
    head = text[: max(0, simple_length - 1)]
    return len(head) - head.count("\r\n") + _count(text[len(head) :], head[-1:])


def _count(text: str, before: str) -> int:
    clusters = 0
    last = _CONTROL
    flags = 0
    # What GB9c and GB11 look back at: a consonant and a virama since, a pictograph and a joiner.
    conjunct = picture = False
    linked = False
    for character in text:
        kind = _kinds[character]
        joins = (
            (before == "\r" and character == "\n")
            if _CONTROL in (kind, last)
            else kind in _CONTINUING
            or last == _PREPEND
            or (last, kind) in _HANGUL
            or (kind == _FLAG and flags % 2 == 1)
            or (kind == _PICTURE and last == _JOIN and picture)
            or (kind == _CONSONANT and conjunct and linked)
        )
        clusters += not joins
        flags = flags + 1 if kind == _FLAG else 0
        if kind not in _CONTINUING:
            conjunct, picture, linked = kind == _CONSONANT, kind == _PICTURE, False
        elif kind == _VIRAMA:
            linked = True
            picture = picture and last == _PICTURE
        last, before = kind, character
    return clusters


class _Kinds(dict[str, int]):
    """Each character's part in a cluster, worked out once."""

    def __missing__(self, character: str) -> int:
        kind = _kind(character)
        if len(self) < _KINDS_REMEMBERED_MAX:
            self[character] = kind
        return kind


_kinds: Final = _Kinds()


def _kind(character: str) -> int:
    for letters, kind in _CLASSES:
        if letters.match(character):
            return kind
    category = unicodedata.category(character)
    if category in ("Mn", "Me") or (category == "Mc" and character not in _NOT_SPACING):
        return _EXTEND
    if category in ("Cc", "Cf", "Zl", "Zp", "Cs"):
        return _CONTROL
    if "\uac00" <= character <= "\ud7a3":
        # Each 28th syllable has no tail.
        return _SYLLABLE if (ord(character) - 0xAC00) % 28 else _LEAD_VOWEL
    return _OTHER
