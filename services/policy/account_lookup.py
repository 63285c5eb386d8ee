"""Says whether a name or a link is the body's account: yes, no, or that nobody here knows it.

A false account lives by looking like the true one, so what only looks like ours is told apart from
what is ours to the letter, and neither answer needs the reader to see the difference.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import unquote

from services.reading.hosts import as_seen, letters_off

ASKED_LENGTH_MAX: Final = 300
SHORT_LENGTH_MAX: Final = 4
LONG_LENGTH_MIN: Final = 10

Answer = Literal["yes", "no", "unknown"]


@dataclass(frozen=True, slots=True)
class Listed:
    """An account of the public list: its handle, its handle whole, and where it is found."""

    id: str
    name: str
    platform: str
    handle: str
    full_handle: str
    links: tuple[str, ...]

    def forms(self) -> Iterator[str]:
        """Yield every way to write it that names this account and no other."""
        yield plain_form(self.full_handle)
        yield from (plain_form(link) for link in self.links)


@dataclass(frozen=True, slots=True)
class LookedUp:
    """The answer to "is this really you?", in plain words; `account` is the one it is about."""

    answer: Answer
    sentence: str
    account: str | None = None


def looked_up(asked: str, accounts: Sequence[Listed]) -> LookedUp:
    """Return whether what somebody pasted is one of the accounts."""
    form = plain_form(asked[:ASKED_LENGTH_MAX])
    if not form:
        return LookedUp("unknown", "Write the name of the account, or paste its link.")
    for account in accounts:
        if form in account.forms():
            said = f"Yes. This is ours: {account.name}, on {account.platform}."
            return LookedUp("yes", said, account.id)
    for account in accounts:
        if form == plain_form(account.handle):
            said = (
                f"Yes, on {account.platform}: there, this is our account {account.name}. Look at "
                "its link too, since anybody may have the same name somewhere else."
            )
            return LookedUp("yes", said, account.id)
    for account in accounts:
        if looks_like(form, account):
            said = (
                "No. This one only looks like ours. Ours is "
                f"{account.full_handle}, on {account.platform}."
            )
            return LookedUp("no", said, account.id)
    return LookedUp(
        "unknown",
        "We do not know this account: it is not on our list. Do not take it for ours; if it says "
        "that it is, tell us.",
    )


def looks_like(form: str, account: Listed) -> bool:
    """Return whether a form could be taken for an account: by itself, or by its last part."""
    ours = {seen_form(each) for each in (*account.forms(), plain_form(account.handle))}
    handle = seen_form(plain_form(account.handle))
    if any(_is_near(seen_form(form), each) for each in ours):
        return True
    return any(_is_near(seen_form(part), handle) for part in _parts(form))


def plain_form(written: str) -> str:
    """Return how a handle or link is compared: without case, scheme, @ before, stroke behind."""
    form = unicodedata.normalize("NFC", unquote(written)).strip().casefold()
    form = form.removeprefix("https://").removeprefix("http://").removeprefix("www.")
    return form.partition("?")[0].partition("#")[0].strip("@/ ")


def seen_form(form: str) -> str:
    """Return a form as it looks to a hurried reader: its marks and look-alike letters aside."""
    kept = "".join(each for each in form if unicodedata.category(each) not in ("Cf", "Mn"))
    return "".join(
        as_seen(piece.replace("_", "").replace(".", "")) for piece in kept.split("/")
    ).replace("@", "")


def _parts(form: str) -> Iterable[str]:
    """Return the parts of a handle or link in which a name may stand."""
    return [part for piece in form.split("/") for part in piece.split("@") if part]


def _is_near(one: str, other: str) -> bool:
    if not one or not other:
        return False
    if one == other:
        return True
    if len(other) <= SHORT_LENGTH_MAX:
        return False
    off_max = 2 if len(other) >= LONG_LENGTH_MIN else 1
    return abs(len(one) - len(other)) <= off_max and letters_off(one, other) <= off_max
