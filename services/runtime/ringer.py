"""A ringer as a port: one way by which a person is told something, such as mail."""

from dataclasses import dataclass
from typing import Final, Protocol

LINES_MAX: Final = 60
LINE_LENGTH_MAX: Final = 800


@dataclass(frozen=True, slots=True, kw_only=True)
class BellMessage:
    """What one person is told, the same at every try.

    `id` tells this message from every other: who gets it twice knows it by that. `lines` are
    sentences of ours: never what a citizen wrote, nor a draft.
    """

    id: str
    login: str
    address: str
    kind: str
    urgency: str
    subject: str
    lines: tuple[str, ...]
    link: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class Rung:
    """It was taken, now or at an earlier try."""


@dataclass(frozen=True, slots=True)
class Deferred:
    """It was not taken, or nobody knows: the same message is to be given again later.

    `is_away`: nothing would be taken now, so that others need not be tried.
    """

    detail: str
    is_away: bool = False
    wait_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """This message will never be taken: what was said."""

    detail: str


RingerReply = Rung | Deferred | Refused


class Ringer(Protocol):
    """One way to tell people; `ring` raises nothing for what a server or a line may do.

    It takes a bounded time, and may be called again with a message whose end nobody knows.
    """

    @property
    def channel(self) -> str:
        """Return the name of this way: `mail`, or `webhook:NAME`."""
        ...

    def ring(self, message: BellMessage) -> RingerReply:
        """Give a message to whatever brings it on its way."""
        ...
