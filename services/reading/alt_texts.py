"""Tells whether the description of a picture says anything of it."""

import re
from collections.abc import Iterable
from typing import Final

from services.reading.words import words_in

REPEATED_WORDS_MIN: Final = 3

_FILE: Final = re.compile(
    r"\s*[^\n/]{0,60}\.(?:jpe?g|png|gif|webp|hei[cf]|avif|bmp|tiff?|svg|mp4|mov|pdf|docx?|pptx?)\s*",
    re.IGNORECASE,
)
# What cameras, telephones and programs call a picture: `IMG_1234`, `DSC00017`, `Untitled-2`.
_NAMED_BY_MACHINE: Final = re.compile(
    r"\s*(?:img|dsc[nf]?|pxl|mvimg|fb_?img|p|vid|screen[ _-]?shot|whatsapp[ _-]?image|signal|"
    r"unnamed|untitled|image|photo|picture|pic|slide|scan|download|attachment)"
    r"(?:[ _.:()-]|\d|at|am|pm|copy)*",
    re.IGNORECASE,
)
_LINK: Final = re.compile(r"\s*(?:https?://|www\.)\S+\s*")


class AltTexts:
    """Looks at descriptions of pictures, by the words that describe nothing."""

    def __init__(self, empty_words: Iterable[str]) -> None:
        self._empty = frozenset(empty_words)

    def is_poor(self, alt: str, text: str) -> bool:
        """Return whether a description, not a blank one, leaves untold what the picture shows.

        It is a file's name, a bare link, words such as "image" alone, or the draft's own words
        once more.
        """
        if _FILE.fullmatch(alt) or _NAMED_BY_MACHINE.fullmatch(alt) or _LINK.fullmatch(alt):
            return True
        words = words_in(alt)
        if all(word in self._empty or word.isdigit() for word in words):
            return True
        said = words_in(text)
        if words == said:
            return True
        repeated = f" {' '.join(words)} " in f" {' '.join(said)} "
        return repeated and len(words) >= REPEATED_WORDS_MIN
