"""What the console shows the house platform from, and how it takes a person's post there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final, Protocol

from services.console.buckets import Buckets
from services.house.names import handle_of_name, looks_like
from services.house.rules import tidied
from services.house.threads import (
    Account,
    Author,
    Done,
    HouseAct,
    HousePost,
    Thread,
    ThreadsPage,
)
from services.runtime.errors import NotAllowedError, OverloadedError

ADDRESS_POSTS_A_MINUTE: Final = 6
ALL_POSTS_A_MINUTE: Final = 120
ALL: Final = "all"
MINUTE_SECONDS: Final = 60.0


class House(Protocol):
    """The house platform; see `services/house/sqlite_house.py`."""

    def threads(self, page: int = 1) -> ThreadsPage:
        """Return a page of threads."""
        ...

    def thread(self, thread_id: str) -> Thread | None:
        """Return a thread whole, or None."""
        ...

    def latest(self, limit: int) -> Sequence[tuple[HousePost, Author]]:
        """Return the newest posts of all threads, newest first."""
        ...

    def post(self, post_id: str) -> HousePost | None:
        """Return a post as it stands, or None."""
        ...

    def account(self, handle: str) -> Account | None:
        """Return an account whole, or None."""
        ...

    def welcome(self, handle: str, name: str) -> None:
        """Make an account of someone who takes part, unless it is there."""
        ...

    def carry_out(
        self, handle: str, act: HouseAct, token: str | None = None, key: str | None = None
    ) -> Done:
        """Carry an act out, once for each key."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class HousePlace:
    """The house platform as the public meets it.

    `reserved` are names that only the body goes by. `address` begins links in feeds where it is
    known. `open`: anybody may post under a name.
    """

    house: House
    title: str
    open: bool = False
    domain: str | None = None
    address: str | None = None
    reserved: Sequence[str] = ()


class Postbox:
    """Takes what people post, edit and take back under a name, no faster than a person would.

    Raises NotAllowedError, NotFoundError or InputInvalidError with the reason, OverloadedError
    with a wait where too much is posted.
    """

    def __init__(self, place: HousePlace) -> None:
        self._place = place
        self._each = Buckets(ADDRESS_POSTS_A_MINUTE / MINUTE_SECONDS, ADDRESS_POSTS_A_MINUTE)
        self._all = Buckets(ALL_POSTS_A_MINUTE / MINUTE_SECONDS, ALL_POSTS_A_MINUTE)

    def take(
        self, name: str, act: HouseAct, *, address: str, elapsed_seconds: float, key: str | None
    ) -> Done:
        """Carry out what somebody wants under a name, from an address."""
        place = self._place
        if not place.open:
            raise NotAllowedError("nobody posts here but the body; write to it another way")
        self._wait(address, elapsed_seconds)
        shown = " ".join(tidied(name).split())
        if any(looks_like(shown, reserved) for reserved in place.reserved):
            raise NotAllowedError(f"{shown[:60]} is the body's own name; write your own")
        handle = handle_of_name(shown)
        place.house.welcome(handle, shown)
        return place.house.carry_out(handle, act, None, key)

    def _wait(self, address: str, elapsed_seconds: float) -> None:
        wait_seconds = max(
            self._each.take(address, elapsed_seconds), self._all.take(ALL, elapsed_seconds)
        )
        if wait_seconds:
            raise OverloadedError(
                f"too many posts at once; wait {wait_seconds:.0f} seconds and send it again",
                wait_seconds=wait_seconds,
            )


def form_key(form: str, act: HouseAct) -> str | None:
    """Return the key of a form sent twice: the same words from one page are one post."""
    if not form:
        return None
    return sha256(f"{form[:64]} {act.digest}".encode("utf-8", "replace")).hexdigest()


def same_origin(site: str | None, origin: str | None, host: str | None, scheme: str) -> bool | None:
    """Return whether a request comes from our own page; None where it does not say.

    `site` is the header Sec-Fetch-Site, `origin` Origin, `host` Host.
    """
    if site is not None:
        return site == "same-origin"
    if origin is not None:
        return origin == f"{scheme}://{host}"
    return None


def latest_of(post: HousePost) -> datetime:
    """Return when a post last said something else."""
    return post.edited_at or post.created_at
