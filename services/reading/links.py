"""Links in a text: full ones, and bare domains such as `bit.ly/x`."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from services.reading.datum import word_set
from services.reading.shadow import Shadow

HOST_LENGTH_MAX: Final = 253

_SCHEMED: Final = re.compile(r"(?<![a-z0-9])([a-z][a-z0-9+.-]{1,14})://([^\s<>\"]{1,2048})")
_LABEL: Final = r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?)"
_BARE: Final = re.compile(
    rf"(?<![\w@./:%+-])((?:{_LABEL}\.){{1,8}}([^\W\d_]{{2,18}}|xn--[a-z0-9-]{{2,40}}))"
    r"(?![\w@-]|\.\w)(:\d{1,5})?([/?#][^\s<>\"]{0,2048})?"
)
_MAYBE_BARE: Final = re.compile(r"[^\W_]\.[^\W\d_]{2}|\.xn--")
# Every two-letter ending may be a country; of the longer ones, those that links are likely to have.
_ENDINGS: Final = word_set(
    "com org net info biz gov edu mil int app dev page link live news online site shop store blog"
    " tech cloud web xyz top club space website pro name mobi museum travel jobs coop aero asia"
    " scot wales cymru london eus gal cat bzh social chat community events help support network"
    " systems tools today world zone work works agency city fund foundation charity health care"
    " click bio fyi ink art media video photos email example test invalid localhost onion"
)
# Endings that are words too: a missing blank after a full stop makes no link.
_WORDS: Final = word_set(
    "is it in to at be no me so do as us am my by we he if or an on up go ms mr st pm md ps "
    "today work works help support care news live page art health city fund email online shop"
    " events media top name link site space world zone tools pro travel jobs app"
)
# A full stop of Chinese mostly stands between sentences, so endings in other scripts are named.
_OTHER_ENDINGS: Final = word_set(
    "рф укр бел срб мон қаз бг ею ελ ευ 中国 中國 香港 台灣 한국 公司 网络 在线"
)
_TRAILING: Final = ".,;:!?'\u2026*_~|"
_CLOSING: Final = {")": "(", "]": "[", "}": "{", "\u00bb": "\u00ab", "\u201d": "\u201c"}


class Link(NamedTuple):
    """A link: where it stands in the shadow, its host, and its scheme if written (`https`).

    `has_user` says that a user's name stands before the host, as in `https://name@host`.
    """

    start: int
    end: int
    host: str
    scheme: str
    has_user: bool = False


def links_in(shadow: Shadow) -> list[Link]:
    """Return the links of a text, in order; hosts in lower case and in ASCII, IDNA where needed."""
    text = shadow.text
    found: list[Link] = []
    if "://" in text:
        found.extend(_schemed(text))
    if _MAYBE_BARE.search(text):
        taken = [(link.start, link.end) for link in found]
        found.extend(link for link in _bare(shadow) if not _overlaps(link, taken))
        found.sort()
    return found


def is_own(host: str, own: Iterable[str]) -> bool:
    """Return whether a host is one of the body's domains or lies under one."""
    return any(host == domain or host.endswith(f".{domain}") for domain in _hosts(tuple(own)))


def ascii_host(host: str) -> str:
    """Return a host as name servers know it; never raises, whatever it is made of."""
    plain = unicodedata.normalize("NFKC", host).lower().replace("\u3002", ".").strip(".")
    return ".".join(map(_ascii_label, plain.split(".")))[:HOST_LENGTH_MAX]


def _ascii_label(label: str) -> str:
    # Not by the `idna` codec: it folds letters such as the German sharp s that browsers keep, so
    # that a stranger's host would pass for our own.
    if label.isascii():
        return label
    return "xn--" + label.encode("punycode", "replace").decode("ascii", "replace")


@lru_cache(maxsize=64)
def _hosts(domains: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(ascii_host(domain) for domain in domains if domain.strip("."))


def _schemed(text: str) -> Iterator[Link]:
    for match in _SCHEMED.finditer(text):
        rest = _trimmed(match[2])
        if not rest:
            continue
        # Browsers take a backslash for a slash, and what stands before an @ for a user's name.
        user, at, authority = re.split(r"[/?#\\]", rest, maxsplit=1)[0].rpartition("@")
        host = authority if authority.startswith("[") else authority.partition(":")[0]
        has_user = bool(user or at)
        yield Link(match.start(), match.start(2) + len(rest), ascii_host(host), match[1], has_user)


def _bare(shadow: Shadow) -> Iterator[Link]:
    for match in _BARE.finditer(shadow.text):
        host, ending, rest = match[1], match[2], match[4] or ""
        if not _is_ending(ending):
            continue
        written = shadow.cased[match.start() : match.end(1)]
        is_sentence_end = ending in _WORDS or written.rpartition(".")[2].istitle()
        if is_sentence_end and not rest and not host.startswith("www."):
            continue
        trimmed = _trimmed(match[0])
        yield Link(match.start(), match.start() + len(trimmed), ascii_host(host), "")


def _is_ending(ending: str) -> bool:
    is_country = ending.isascii() and len(ending) == len("uk")
    return is_country or ending in _ENDINGS or ending in _OTHER_ENDINGS or "--" in ending


def _trimmed(link: str) -> str:
    while link:
        last = link[-1]
        opening = _CLOSING.get(last)
        if last in _TRAILING or (opening and link.count(last) > link.count(opening)):
            link = link[:-1]
        else:
            return link
    return link


def _overlaps(link: Link, taken: list[tuple[int, int]]) -> bool:
    return any(link.start < end and start < link.end for start, end in taken)
