"""Cut a batch of texts into words, marks and pictures in one pass over all of them at once."""

import re
from collections.abc import Sequence
from typing import Final

SEPARATOR: Final = "\x01"
"""Stands after each text of a batch, and is a token of its own: it says where a text ends."""

TOKEN_LENGTH_MAX: Final = 40
_RUN_LENGTH_MAX: Final = 2

_LINK = re.compile(r"https?://\S+|www\.\S+")
_HANDLE = re.compile(r"@[\w.-]+(?:@[\w.-]+)?")
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0002a6df]")
# Marks that Python does not count among word characters, though words are broken without them:
# combining accents, Hebrew and Arabic points, the vowel signs of the scripts of India and Thailand.
_MARKS = (
    "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0900-\u0963\u0966-\u0e4e\u200c\u200d"
)
_PICTURES = "\u2600-\u27bf\U0001f300-\U0001faff"
_TOKEN = re.compile(
    f"{SEPARATOR}|[\\w'’{_MARKS}]{{1,{TOKEN_LENGTH_MAX}}}|!{{1,3}}|\\?{{1,3}}|…|[{_PICTURES}]"
    "|[:;]-?[()DPp/]"
)
_TOKEN_ASCII = re.compile(
    f"{SEPARATOR}|[\\w']{{1,{TOKEN_LENGTH_MAX}}}|!{{1,3}}|\\?{{1,3}}|[:;]-?[()DPp/]", re.ASCII
)
_RUN = re.compile(r"(.)\1{2,}")
_DIGIT = re.compile(r"\d")


def tokens_of(texts: Sequence[str]) -> list[str]:
    """Return the tokens of all texts in order, `SEPARATOR` after the last token of each.

    Letters keep their case. Links become `http`, handles `@user`; scripts written without spaces
    are cut into characters, whose pairs then stand for words.
    """
    joined = _joined(texts)
    if "://" in joined or "www." in joined:
        joined = _LINK.sub(" http ", joined)
    if "@" in joined:
        joined = _HANDLE.sub(" user__ ", joined)
    if joined.isascii():
        return _TOKEN_ASCII.findall(joined)
    return _TOKEN.findall(_UNSPACED.sub(r" \g<0> ", joined))


def _joined(texts: Sequence[str]) -> str:
    # Spaces around the separator keep it out of links and handles.
    between = f" {SEPARATOR} "
    joined = between.join((*texts, ""))
    if joined.count(SEPARATOR) != len(texts):
        joined = between.join((*(text.replace(SEPARATOR, " ") for text in texts), ""))
    return joined


def spelling(token: str) -> str:
    """Return the form under which a token is known: lower case, digits as 0, long runs cut short.

    May be empty, for a token of apostrophes alone.
    """
    word = token.lower().replace("’", "'").strip("'")
    word = word.removesuffix("'s")
    word = _DIGIT.sub("0", word)
    return _RUN.sub(lambda run: run.group(1) * _RUN_LENGTH_MAX, word)[:TOKEN_LENGTH_MAX]


def is_shouted(token: str) -> bool:
    """Return whether a token of three letters or more is written in capitals."""
    return len(token) > _RUN_LENGTH_MAX and token.isupper()
