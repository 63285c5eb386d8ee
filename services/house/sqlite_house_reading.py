"""What anybody may read of the house platform: threads, accounts, changes, what an account did."""

import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, Final, cast

from schemas.act import ActMedia
from services.house.rules import plain_handle
from services.house.threads import (
    THREADS_A_PAGE,
    Account,
    Author,
    Change,
    Deed,
    HousePost,
    Thread,
    ThreadHead,
    ThreadsPage,
    placed,
)
from services.runtime.account_state import ListKind
from services.runtime.clock import from_epoch_ms, to_epoch_ms
from services.store.sqlite_connection import answered
from services.store.sqlite_store import SqliteReaders

CHANGES_COUNT_MAX: Final = 500
DEEDS_COUNT_MAX: Final = 1_000
PAGE_MAX: Final = 500

_POST: Final = (
    "p.id, p.thread_id, p.parent_id, p.handle, p.text, p.language, p.media, p.created_at_ms, "
    "p.edited_at_ms, p.revision, p.hidden, p.deleted, p.key, (SELECT count(*) FROM relations r "
    "WHERE r.kind = 'repost' AND r.target = p.id), a.name, a.kind"
)
_FROM: Final = "FROM posts p JOIN accounts a ON a.handle = p.handle"
_POST_COLUMNS: Final = 16
HOUSE_LISTS: Final[tuple[ListKind, ...]] = ("pin", "block", "mute", "follow", "hide")
_RELATIONS: Final = {"pin": "pinned", "block": "blocks", "mute": "mutes", "follow": "follows"}

POST_READ: Final = f"SELECT {_POST} {_FROM} WHERE p.id = ?"
_THREAD: Final = f"SELECT {_POST}, p.latest_at_ms {_FROM} WHERE p.thread_id = ?"
_HEADS: Final = (
    f"SELECT {_POST}, p.latest_at_ms, "  # noqa: S608 - our own words
    "(SELECT count(*) - 1 FROM posts t WHERE t.thread_id = p.id), "
    "EXISTS (SELECT 1 FROM posts t JOIN accounts b ON b.handle = t.handle "
    "WHERE t.thread_id = p.id AND t.parent_id IS NOT NULL AND NOT t.deleted AND b.kind = 'body') "
    f"{_FROM} WHERE p.parent_id IS NULL ORDER BY p.latest_at_ms DESC, p.id DESC LIMIT ? OFFSET ?"
)
_CHANGES: Final = (
    f"SELECT {_POST}, c.sequence, c.kind, c.at_ms {_FROM} JOIN changes c ON c.post_id = p.id "
    "WHERE c.sequence > ? ORDER BY c.sequence LIMIT ?"
)
_LATEST: Final = f"SELECT {_POST} {_FROM} ORDER BY p.created_at_ms DESC, p.id DESC LIMIT ?"
_DEEDS: Final = (
    "SELECT remote_id, kind, text, target, thread_id, at_ms, key FROM acts "
    "WHERE handle = ? AND at_ms >= ? ORDER BY sequence DESC LIMIT ?"
)
_ACCOUNT: Final = "SELECT handle, name, kind, profile, token_hash FROM accounts WHERE handle = ?"
_LIST: Final = "SELECT target FROM relations WHERE handle = ? AND kind = ? ORDER BY target LIMIT ?"
_RELATED: Final = "SELECT kind, target FROM relations WHERE handle = ? ORDER BY at_ms, target"


class HouseReading:
    """Reads see every acknowledged act and never a part of one.

    Every method raises StorageRefusedError where the disk refuses.
    """

    def __init__(self, readers: SqliteReaders) -> None:
        self._readers = readers

    def threads(self, page: int = 1) -> ThreadsPage:
        """Return a page of threads, the one that changed last first; pages count from 1."""
        page = min(max(page, 1), PAGE_MAX)
        asked = (THREADS_A_PAGE + 1, (page - 1) * THREADS_A_PAGE)
        heads = [
            ThreadHead(
                post=post_of(row),
                author=author_of(row),
                answers=row[_POST_COLUMNS + 1],
                answered_by_body=bool(row[_POST_COLUMNS + 2]),
                latest_at=from_epoch_ms(row[_POST_COLUMNS]),
            )
            for row in self._rows(_HEADS, asked)
        ]
        more = len(heads) > THREADS_A_PAGE and page < PAGE_MAX
        return ThreadsPage(heads[:THREADS_A_PAGE], page, more)

    def thread(self, thread_id: str) -> Thread | None:
        """Return a thread whole, or None where no post began it."""
        rows = self._rows(_THREAD, (thread_id,))
        if not rows:
            return None
        posts = [post_of(row) for row in rows]
        authors = {row[3]: author_of(row) for row in rows}
        latest_at_ms = max(row[_POST_COLUMNS] for row in rows)
        return Thread(thread_id, placed(posts, authors), from_epoch_ms(latest_at_ms))

    def post(self, post_id: str) -> HousePost | None:
        """Return a post as it stands, or None."""
        rows = self._rows(POST_READ, (post_id,))
        return post_of(rows[0]) if rows else None

    def latest(self, limit: int) -> Sequence[tuple[HousePost, Author]]:
        """Return the newest posts of all threads, newest first."""
        return [
            (post_of(row), author_of(row))
            for row in self._rows(_LATEST, (min(limit, CHANGES_COUNT_MAX),))
        ]

    def account(self, handle: str) -> Account | None:
        """Return an account whole, with its pins, blocks, mutes and follows, or None."""
        rows = self._rows(_ACCOUNT, (plain_handle(handle),))
        if not rows:
            return None
        related: dict[str, list[str]] = {name: [] for name in _RELATIONS.values()}
        for kind, target in self._rows(_RELATED, (rows[0][0],)):
            if kind in _RELATIONS:
                related[_RELATIONS[kind]].append(target)
        handle, name, kind, profile = rows[0][:4]
        lists = {name: tuple(targets) for name, targets in related.items()}
        return Account(handle, name, kind, profile, **lists)

    def lists(
        self, handle: str, token: str, limit: int
    ) -> tuple[str, Mapping[ListKind, list[str]]] | None:
        """Return an account's profile and what it pins, blocks, mutes, follows and hides, in order.

        Of each kind there is one more than `limit` where there are more. None where the account is
        not known by that token: whom it blocks is nobody else's to read.
        """
        rows = self._rows(_ACCOUNT, (plain_handle(handle),))
        if not rows or not hmac.compare_digest(rows[0][4] or b"", token_digest(token)):
            return None
        name, profile = rows[0][0], rows[0][3]
        found = {
            kind: [row[0] for row in self._rows(_LIST, (name, kind, limit + 1))]
            for kind in HOUSE_LISTS
        }
        return profile, found

    def changes(self, after: int, limit: int = CHANGES_COUNT_MAX) -> Sequence[Change]:
        """Return the changes behind a sequence number, in order; each post as it stands now."""
        return [_change(row) for row in self._rows(_CHANGES, (after, min(limit, 500)))]

    def last_sequence(self) -> int:
        """Return the number of the newest change: 0 where nothing was ever posted."""
        rows = self._rows("SELECT max(sequence) FROM changes", ())
        return int(rows[0][0] or 0)

    def own_acts(self, handle: str, since: datetime, limit: int) -> Sequence[Deed]:
        """Return what an account did since a moment, moderation included, newest first."""
        asked = (plain_handle(handle), to_epoch_ms(since), min(limit, DEEDS_COUNT_MAX))
        return [
            Deed(remote_id, kind, text, target, thread_id, from_epoch_ms(at_ms), key)
            for remote_id, kind, text, target, thread_id, at_ms, key in self._rows(_DEEDS, asked)
        ]

    def _rows(self, statement: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
        return answered(self._readers(), statement, parameters)


def token_digest(token: str) -> bytes:
    """Return what is kept of an account's token."""
    return sha256(token.encode("utf-8", "replace")).digest()


def post_of(row: Sequence[Any]) -> HousePost:
    """Return the post that a row of `POST_READ` holds."""
    edited_at_ms = row[8]
    return HousePost(
        id=row[0],
        thread_id=row[1],
        parent_id=row[2],
        author=row[3],
        text=row[4],
        language=row[5],
        media=tuple(
            ActMedia(**item) for item in cast("list[Mapping[str, Any]]", json.loads(row[6]))
        ),
        created_at=from_epoch_ms(row[7]),
        edited_at=None if edited_at_ms is None else from_epoch_ms(edited_at_ms),
        revision=row[9],
        hidden=bool(row[10]),
        deleted=bool(row[11]),
        key=row[12],
        reposts=row[13],
    )


def author_of(row: Sequence[Any]) -> Author:
    """Return the author that a row of `POST_READ` holds."""
    return Author(row[3], row[14], row[15])


def _change(row: Sequence[Any]) -> Change:
    sequence, kind, at_ms = row[_POST_COLUMNS:]
    post = post_of(row)
    return Change(
        sequence=sequence,
        # What was removed since is told as removed: its text is gone.
        kind="removed" if post.deleted else kind,
        post=post,
        author=author_of(row),
        at=from_epoch_ms(at_ms),
    )
