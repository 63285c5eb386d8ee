"""Tells whose a link's host is: the body's own, on its list, a shortener's, or a look-alike."""

import unicodedata
from collections.abc import Sequence
from enum import Enum
from typing import Final

from services.reading.form_lists import FormLists
from services.reading.links import Link, is_own

NAME_LENGTH_MIN: Final = 5
LONG_NAME_LENGTH_MIN: Final = 10
LETTERS_OFF_MAX: Final = 1
LETTERS_OFF_OF_LONG_MAX: Final = 2

_PUNYCODE: Final = "xn--"
_WWW: Final = "www."
_LOOKALIKES: Final = str.maketrans(
    "аеорсухіјѕԁһӏвкмнтпьԛԝѡ" + "αορνικτυεβχγζμη" + "ոօս" + "ɑɡıł" + "0134578",
    "aeopcyxijsdhlbkmhtnbqww" + "aopviktuebxyzmn" + "nou" + "agil" + "oleastb",
)
_PAIRS: Final = (("rn", "m"), ("vv", "w"))


class HostKind(Enum):
    """Whose a host is, as far as it can be told."""

    OWN = "own"
    TRUSTED = "trusted"
    SHORTENING = "shortening"
    LOOKALIKE = "lookalike"
    ELSEWHERE = "elsewhere"


class Hosts:
    """Looks at hosts, by a body's own domains and its lists."""

    def __init__(self, lists: FormLists, own_domains: Sequence[str]) -> None:
        self._own = tuple(own_domains)
        self._trusted = lists.hosts_trusted
        self._shortening = lists.hosts_shortening
        bare = {domain.removeprefix(_WWW) for domain in self._own}
        names = {as_seen(domain.partition(".")[0]) for domain in bare}
        self._names = tuple(sorted(name for name in names if len(name) >= NAME_LENGTH_MIN))
        self._within = tuple(f".{domain}." for domain in sorted({*bare, *self._trusted}))

    @property
    def names(self) -> Sequence[str]:
        """The body's names in its own domains, folded."""
        return self._names

    def kind(self, link: Link) -> HostKind:
        """Return whose a link's host is."""
        host = link.host
        if link.has_user:
            # What stands before an @ is there to be taken for the host.
            return HostKind.LOOKALIKE
        if is_own(host, self._own):
            return HostKind.OWN
        if is_own(host, self._trusted):
            return HostKind.TRUSTED
        if is_own(host, self._shortening):
            return HostKind.SHORTENING
        return HostKind.LOOKALIKE if self._is_like(host) else HostKind.ELSEWHERE

    def _is_like(self, host: str) -> bool:
        dotted = f".{host.replace('-', '.')}."
        if any(domain.replace("-", ".") in dotted for domain in self._within):
            return True
        parts = {
            part
            for label in host.split(".")
            for part in (label, *(() if label.startswith(_PUNYCODE) else label.split("-")))
        }
        return any(_is_near(as_seen(part), name) for part in parts for name in self._names)


def as_seen(label: str) -> str:
    """Return a label as it looks to a hurried reader."""
    if label.startswith(_PUNYCODE):
        label = _from_punycode(label.removeprefix(_PUNYCODE))
    plain = unicodedata.normalize("NFKD", label.lower())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    plain = plain.translate(_LOOKALIKES).replace("-", "")
    for pair, letter in _PAIRS:
        plain = plain.replace(pair, letter)
    return plain


def _from_punycode(label: str) -> str:
    try:
        return label.encode("ascii", "replace").decode("punycode", "replace")
    except (ValueError, OverflowError):
        return label


def _is_near(part: str, name: str) -> bool:
    is_long = len(name) >= LONG_NAME_LENGTH_MIN
    off_max = LETTERS_OFF_OF_LONG_MAX if is_long else LETTERS_OFF_MAX
    if abs(len(part) - len(name)) > off_max:
        return False
    return part == name or letters_off(part, name) <= off_max


def letters_off(one: str, other: str) -> int:
    """Return how many letters are missing, added, changed or swapped between two words."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        before, row, last = row, [i], before
        for j, wanted in enumerate(other, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1]
