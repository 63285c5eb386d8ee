"""The port of every source that is asked for posts: one poll, and the cursor to store with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from services.ingest.sighting import Refused, Sighting

ITEMS_COUNT_MAX: Final = 500
"""How many items one poll gives at most: one commit's worth."""

State = Mapping[str, Any]
"""What a source remembers between polls: a small JSON object; empty at the very first poll."""


@dataclass(frozen=True, slots=True)
class Poll:
    """What one poll found.

    `state` is to be stored in the commit that takes in `items`, and handed to the next poll.
    `wait_seconds` says how long to wait before that; None where the next poll may follow at once.
    `finished` says that nothing will ever follow, and `note` why, in a sentence, where that is not
    plain. `progress` is the fraction of the source read so far, where it has an end.
    """

    items: Sequence[Sighting | Refused]
    state: State
    wait_seconds: float | None = None
    finished: bool = False
    progress: float | None = None
    note: str | None = None


class Source(Protocol):
    """Where posts come from, asked again and again by one thread.

    A poll is a function of the stored state and the outside world. A source may keep a file or a
    connection open between polls, yet a new object given the same state goes on at the same place,
    and a poll whose commit failed is asked again with the state before it: nothing is lost, and
    what repeats the door knows. A poll blocks for seconds, never for minutes.
    """

    @property
    def name(self) -> str:
        """The source's name in the settings, which every id of its posts depends on."""
        ...

    def poll(self, state: State) -> Poll:
        """Return up to `ITEMS_COUNT_MAX` items that follow `state`.

        Raises SourceUnavailableError on trouble that may pass: its `wait_seconds` is what the
        source asked for, or None, and then the caller backs off. A poll that returns, even without
        items, shows the source to be fresh.
        """
        ...

    def close(self) -> None:
        """Let go of what is open; a later poll opens it again."""
        ...
