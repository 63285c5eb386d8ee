"""A platform as a port: somewhere an account of the body can act, and be read back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from schemas.act import ActContent
from services.runtime.account_state import AccountState

LengthKind = Literal["graphemes", "characters"]


@dataclass(frozen=True, slots=True)
class PlatformFacts:
    """What is so of a platform, whatever the account.

    `link_characters` is what a link counts for where that is fixed; `bytes_max` bounds a text in
    UTF-8 besides. `takes_keys`: a request given twice with one key takes effect once, for
    `key_seconds` (None: for ever). `reads_back`: what an account did there can be listed, with all
    that was carried out `shown_seconds` ago or earlier.
    """

    name: str
    length_kind: LengthKind
    length_max: int
    link_characters: int | None = None
    takes_keys: bool = True
    key_seconds: float | None = None
    reads_back: bool = True
    shown_seconds: float = 30.0
    bytes_max: int | None = None


@dataclass(frozen=True, slots=True)
class PlatformRequest:
    """One act as it goes to a platform, byte for byte the same at every try.

    `key` is the same for every try of one act, and of no other.
    """

    account: str
    content: ActContent
    key: str


@dataclass(frozen=True, slots=True)
class Performed:
    """The platform carried it out, now or at an earlier try.

    `remote_id` names this act there and no other, whatever its kind: what hides a post has an id
    of its own, not the post's. `at` is when, by the platform's own clock, where it says so.
    """

    remote_id: str
    link: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """The platform will not carry it out, ever: what it said."""

    detail: str


@dataclass(frozen=True, slots=True)
class Deferred:
    """The platform did not take it and asks us to come back: nothing was carried out."""

    wait_seconds: float
    detail: str


@dataclass(frozen=True, slots=True)
class Unclear:
    """Nobody knows whether it was carried out: a time-out, a broken line, a failure after taking it."""  # noqa: E501 - one line says it

    detail: str


PlatformReply = Performed | Refused | Deferred | Unclear


@dataclass(frozen=True, slots=True)
class OwnAct:
    """Something an account of ours did there, as the platform tells it; `key` where it keeps it."""

    remote_id: str
    kind: str
    text: str
    target: str | None
    at: datetime
    key: str | None = None
    link: str | None = None


class Platform(Protocol):
    """One platform, spoken to for one account with its credential.

    `perform` raises nothing for what a platform or a line may do: an Unclear says it. It may take
    `timeout_seconds` at most. It is called for one act of an account at a time.
    """

    @property
    def facts(self) -> PlatformFacts:
        """What is so of this platform."""
        ...

    def perform(
        self, request: PlatformRequest, credential: str, timeout_seconds: float
    ) -> PlatformReply:
        """Carry an act out."""
        ...

    def own_acts(
        self, account: str, credential: str, since: datetime, limit: int
    ) -> Sequence[OwnAct]:
        """Return what the account did since a moment, newest first, `limit` at most.

        Raises PlatformUnavailableError where the platform cannot be read now.
        """
        ...

    def state_of(self, account: str, credential: str, limit: int) -> AccountState:
        """Return how the account stands, with `limit` of each kind at most.

        Raises PlatformUnavailableError where the platform cannot be read now, or not with this
        credential: what cannot be read is never told as empty.
        """
        ...
