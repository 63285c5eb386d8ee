"""What the house platform is made of: accounts, posts and threads, and how a thread is read."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final, Literal

from schemas.act import ActKind, ActMedia

TEXT_LENGTH_MAX: Final = 1_000
PROFILE_LENGTH_MAX: Final = 500
NAME_LENGTH_MAX: Final = 100
PINS_COUNT_MAX: Final = 5
RELATIONS_COUNT_MAX: Final = 10_000
"""How many accounts one account blocks, or mutes, or follows at most."""

POSTS_A_THREAD_MAX: Final = 500
THREADS_A_PAGE: Final = 20
INDENT_MAX: Final = 6

AccountKind = Literal["body", "citizen"]
HouseActKind = ActKind | Literal["edit"]
"""Everything an account can do here: what `schemas/act.py` lists, and editing a post."""

ChangeKind = Literal["new", "edited", "removed"]


@dataclass(frozen=True, slots=True)
class Author:
    """An account as it stands beside its posts."""

    handle: str
    name: str
    kind: AccountKind


@dataclass(frozen=True, slots=True)
class Account:
    """An account whole: `pinned` names posts; `blocks`, `mutes` and `follows` name handles."""

    handle: str
    name: str
    kind: AccountKind
    profile: str = ""
    pinned: tuple[str, ...] = ()
    blocks: tuple[str, ...] = ()
    mutes: tuple[str, ...] = ()
    follows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HousePost:
    """A post as it stands now; `revision` counts its wordings from 1.

    `thread_id` is the id of the post that began the thread: its own where nothing is answered. A
    deleted post has no text left; a hidden one has, for the body alone. `key` is what the request
    that made it was known by.
    """

    id: str
    thread_id: str
    parent_id: str | None
    author: str
    text: str
    language: str | None
    media: tuple[ActMedia, ...]
    created_at: datetime
    edited_at: datetime | None = None
    revision: int = 1
    hidden: bool = False
    deleted: bool = False
    key: str | None = None
    reposts: int = 0


@dataclass(frozen=True, slots=True)
class HouseAct:
    """What an account wants to do: `target` is a post's id or a handle, as the kind has it."""

    kind: HouseActKind
    text: str = ""
    language: str | None = None
    media: tuple[ActMedia, ...] = ()
    target: str | None = None

    @property
    def digest(self) -> str:
        """Return the digest by which a repeat under one key is told from another act."""
        content = [
            self.kind,
            self.text,
            self.language,
            [item.model_dump(mode="json") for item in self.media],
            self.target,
        ]
        return sha256(json.dumps(content, separators=(",", ":")).encode("ascii")).hexdigest()


@dataclass(frozen=True, slots=True)
class Done:
    """An act that the house carried out, now or before under the same key."""

    remote_id: str
    at: datetime
    thread_id: str | None = None
    repeat: bool = False


@dataclass(frozen=True, slots=True)
class Deed:
    """Something an account did, as its record here says; posts have their id as `remote_id`."""

    remote_id: str
    kind: HouseActKind
    text: str
    target: str | None
    thread_id: str | None
    at: datetime
    key: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """A post that is new, says something else, or is gone: as it stands at the time of asking."""

    sequence: int
    kind: ChangeKind
    post: HousePost
    author: Author
    at: datetime


@dataclass(frozen=True, slots=True)
class Placed:
    """A post at its place in a thread: `depth` 0 began it, each answer is one deeper."""

    post: HousePost
    author: Author
    depth: int

    @property
    def indent(self) -> int:
        """Return how far to set it in: a long exchange must not run off the page."""
        return min(self.depth, INDENT_MAX)


@dataclass(frozen=True, slots=True)
class Thread:
    """A post and everything that answers it, each answer under its parent, oldest first."""

    id: str
    placed: tuple[Placed, ...]
    latest_at: datetime

    @property
    def root(self) -> Placed:
        """Return the post that began it."""
        return self.placed[0]


@dataclass(frozen=True, slots=True)
class ThreadHead:
    """A thread in a list: its first post, how many answers it has, when it last changed."""

    post: HousePost
    author: Author
    answers: int
    answered_by_body: bool
    latest_at: datetime


@dataclass(frozen=True, slots=True)
class ThreadsPage:
    """One page of all threads, the one that changed last first; pages count from 1."""

    heads: Sequence[ThreadHead]
    page: int
    more: bool


def placed(posts: Iterable[HousePost], authors: Mapping[str, Author]) -> tuple[Placed, ...]:
    """Return a thread's posts, each answer behind its parent, answers of one post oldest first."""
    answers: dict[str | None, list[HousePost]] = {}
    for post in sorted(posts, key=lambda post: (post.created_at, post.id), reverse=True):
        answers.setdefault(post.parent_id, []).append(post)
    waiting = [(post, 0) for post in answers.get(None, ())]
    found = []
    while waiting:
        post, depth = waiting.pop()
        found.append(Placed(post, authors[post.author], depth))
        waiting += [(answer, depth + 1) for answer in answers.get(post.id, ())]
    return tuple(found)
