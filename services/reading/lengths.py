"""Length as a platform counts it.

Mastodon counts grapheme clusters, takes each http(s) link for 23 and a remote handle @user@host for
@user (the server's own check of a status). Bluesky counts grapheme clusters too, links in full, and
bounds the bytes of UTF-8 besides (the lexicon of its posts).
"""

import re
from dataclasses import dataclass
from typing import Final, Literal

from services.reading.graphemes import count_graphemes
from services.reading.links import Link
from services.reading.shadow import Shadow

_REMOTE_HANDLE: Final = re.compile(
    r"(?<![\w/])@([a-z0-9_]+(?:[a-z0-9_.-]+[a-z0-9_]+)?)@[\w.-]+[\w](?::\d+)?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class LengthRule:
    """How a platform counts, and how much it takes.

    Where `link_characters` is set, each http(s) link counts so much and a remote handle as its
    local part; None counts both in full. `bytes_max` bounds the text in UTF-8, None not at all.
    """

    kind: Literal["graphemes", "characters"]
    link_characters: int | None
    limit: int
    bytes_max: int | None = None


MASTODON_LENGTH: Final = LengthRule("graphemes", 23, 500)
BLUESKY_LENGTH: Final = LengthRule("graphemes", None, 300, bytes_max=3_000)


@dataclass(frozen=True, slots=True)
class Length:
    """A text's length as its platform counts it, and in bytes of UTF-8, beside the limits."""

    counted: int
    limit: int
    size_bytes: int
    bytes_max: int | None

    @property
    def over_by(self) -> int:
        """By how much the text is too long in what the platform counts, 0 if it fits."""
        return max(0, self.counted - self.limit)

    @property
    def is_too_long(self) -> bool:
        """Whether the platform would refuse the text."""
        is_heavy = self.bytes_max is not None and self.size_bytes > self.bytes_max
        return self.over_by > 0 or is_heavy


def measure(text: str, shadow: Shadow, links: list[Link], rule: LengthRule) -> Length:
    """Return how long a text is to a platform; `shadow` and `links` are those of the text."""
    counted = text
    extra = 0
    if rule.link_characters is not None:
        spans = [
            shadow.span(link.start, link.end) for link in links if link.scheme in ("http", "https")
        ]
        extra = rule.link_characters * len(spans)
        for start, end in reversed(spans):
            # A blank holds the place, so that what stands on both sides stays apart.
            counted = f"{counted[:start]} {counted[end:]}"
        extra -= len(spans)
        counted = _REMOTE_HANDLE.sub(r"@\1", counted)
    number = count_graphemes(counted) if rule.kind == "graphemes" else len(counted)
    size_bytes = len(text.encode("utf-8", "surrogatepass"))
    return Length(number + extra, rule.limit, size_bytes, rule.bytes_max)
