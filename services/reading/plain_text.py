"""What strangers wrote, made fit for a terminal: on one line, in its width, steering nothing."""

import textwrap
import unicodedata
from typing import Final

WIDTH: Final = 80


def plain(text: str) -> str:
    """Return a text on one line, without characters that steer a terminal or turn text round."""
    kept = "".join(
        " " if unicodedata.category(each) in {"Cc", "Cf", "Cs"} else each for each in text
    )
    return " ".join(kept.split())


def shortened(text: str, width: int) -> str:
    """Return a text on one line that takes up at most `width` columns, wide characters counted."""
    line = plain(text)
    if columns(line) <= width:
        return line
    used, kept = 1, ""
    for each in line:
        used += columns(each)
        if used > width:
            break
        kept += each
    return f"{kept.rstrip()}…"


def wrapped(text: str, indent: str) -> list[str]:
    """Return a text's own lines, each cleaned and broken at the width."""
    return [
        piece
        for line in text.splitlines()
        for piece in textwrap.wrap(
            plain(line), WIDTH, initial_indent=indent, subsequent_indent=indent
        )
    ]


def columns(text: str) -> int:
    """Return how many columns of a terminal a text takes up."""
    return sum(
        0 if unicodedata.combining(each) else 2 if unicodedata.east_asian_width(each) in "WF" else 1
        for each in text
    )
