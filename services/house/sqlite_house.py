"""The house platform in a SQLite file of its own: one writer, every act durable once answered.

The file is apart from the body's own database on purpose (docs/adr/0013): a platform is somewhere
else, and what it takes must not share a transaction with the row that says we sent it.
"""

import fcntl
import hmac
import json
import secrets
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

from services.house.migrations import HOUSE_MIGRATIONS
from services.house.rules import (
    KEY_LENGTH_MAX,
    KINDS_ON_ACCOUNTS,
    KINDS_THAT_POST,
    UNDONE_BY,
    check_account,
    check_act,
    check_answer,
    check_on_account,
    check_on_post,
    check_undone,
    plain_handle,
)
from services.house.sqlite_house_reading import POST_READ, HouseReading, post_of, token_digest
from services.house.threads import (
    PINS_COUNT_MAX,
    RELATIONS_COUNT_MAX,
    Account,
    AccountKind,
    Done,
    HouseAct,
    HousePost,
)
from services.runtime.clock import Clock, from_epoch_ms, to_epoch_ms
from services.runtime.errors import InputInvalidError, NotAllowedError, StorageRefusedError
from services.store.sqlite_connection import REFUSALS, open_writer
from services.store.sqlite_schema import migrate
from services.store.sqlite_store import SqliteReaders

HOUSE_NAME: Final = "house.sqlite"
OPENING_NAME: Final = "house.lock"
"""The file's name in a body's folder."""

TOKEN_BYTES: Final = 32
ID_BYTES: Final = 8
ACCOUNTS_COUNT_MAX: Final = 100_000

_ENROL: Final = (
    "INSERT INTO accounts (handle, name, kind, profile, token_hash, created_at_ms) "
    "VALUES (?, ?, ?, '', ?, ?) ON CONFLICT (handle) DO UPDATE "
    "SET name = excluded.name, token_hash = excluded.token_hash"
)
_ACCOUNT: Final = "SELECT handle, name, kind, token_hash FROM accounts WHERE handle = ?"
_BLOCKED: Final = (
    "SELECT 1 FROM relations WHERE kind = 'block' AND target = ? AND handle IN (?, "
    "(SELECT handle FROM posts WHERE id = ?))"
)
_ACT: Final = (
    "INSERT INTO acts (remote_id, handle, kind, text, target, thread_id, key, digest, at_ms) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_POST: Final = (
    "INSERT INTO posts (id, thread_id, parent_id, handle, text, language, media, created_at_ms, "
    "revision, hidden, deleted, latest_at_ms, key) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, 0, 0, ?, ?)"
)
_TOUCHED: Final = "UPDATE posts SET latest_at_ms = max(latest_at_ms, ?) WHERE id = ?"
_EDITED: Final = "UPDATE posts SET text = ?, edited_at_ms = ?, revision = revision + 1 WHERE id = ?"
_DELETED: Final = "UPDATE posts SET text = '', media = '[]', deleted = 1 WHERE id = ?"
_RELATED: Final = "INSERT INTO relations (handle, kind, target, at_ms) VALUES (?, ?, ?, ?)"
_RELATION: Final = "handle = ? AND kind = ? AND target = ?"
_UNRELATED: Final = f"DELETE FROM relations WHERE {_RELATION}"  # noqa: S608 - our own words
_HIDDEN: Final = (
    "UPDATE posts SET hidden = EXISTS (SELECT 1 FROM relations WHERE kind = 'hide' AND target = ?) "
    "WHERE id = ?"
)
_OLDEST_PINS: Final = (
    "DELETE FROM relations WHERE handle = ? AND kind = 'pin' AND target NOT IN (SELECT target "
    "FROM relations WHERE handle = ? AND kind = 'pin' ORDER BY at_ms DESC, target LIMIT ?)"
)


_Result = TypeVar("_Result")


def _new_id() -> str:
    return secrets.token_hex(ID_BYTES)


class House(HouseReading):
    """The platform: accounts, posts, and what accounts did, for as many threads as ask.

    Acts are carried out one at a time, under one lock. Opening raises FolderError where the file
    is newer than this program or no database, StorageRefusedError where it cannot be opened.
    """

    def __init__(self, path: Path, clock: Clock, *, new_id: Callable[[], str] = _new_id) -> None:
        self._clock = clock
        self._new_id = new_id
        self._lock = threading.Lock()
        self._writer = open_writer(path)
        migrate(self._writer, path, to_epoch_ms(clock.now()), HOUSE_MIGRATIONS)
        path.chmod(0o600)
        super().__init__(SqliteReaders(path))

    def close(self) -> None:
        """Let go of the file; nobody may ask after."""
        with self._lock:
            self._readers.close()
            self._writer.close()

    def enrol(self, handle: str, name: str, kind: AccountKind = "body") -> str:
        """Make an account, or give one of the body's that is there a new token; return it, once.

        What is kept is its digest. A token given before no longer holds. Raises InputInvalidError
        for a handle or name that cannot be, NotAllowedError where somebody else has the handle.
        """
        token = secrets.token_urlsafe(TOKEN_BYTES)
        self._settle(handle, name, kind, token_digest(token))
        return token

    def welcome(self, handle: str, name: str) -> None:
        """Make an account of someone who takes part without a token, unless it is there.

        Anybody may post as it. Raises as `enrol` does, also where the account has a token.
        """
        self._settle(handle, name, "citizen", None)

    def carry_out(
        self, handle: str, act: HouseAct, token: str | None = None, key: str | None = None
    ) -> Done:
        """Carry an act out, once for each key an account gives; durable when this returns.

        A key is kept for ever: the same act under it is answered as it was the first time, another
        act is refused. Raises NotAllowedError, NotFoundError or InputInvalidError for what will
        never be done, StorageRefusedError where the disk refuses.
        """

        def once() -> Done:
            actor = self._known(handle, token)
            before = None if key is None else self._before(actor, act, key)
            return before or self._done(actor, act, key)

        return self._committed(once)

    def _committed(self, work: Callable[[], _Result]) -> _Result:
        try:
            with self._lock, self._writer:
                result = work()
        except REFUSALS as error:
            raise StorageRefusedError(f"the house platform would not take it: {error}") from error
        return result

    def _settle(self, handle: str, name: str, kind: AccountKind, digest: bytes | None) -> None:
        check_account(handle, name)
        at_ms = to_epoch_ms(self._clock.now())

        def once() -> None:
            row = self._one(_ACCOUNT, handle)
            if row is None:
                self._has_room("accounts", "TRUE", (), ACCOUNTS_COUNT_MAX)
            elif digest is None and row[2] == "citizen" and row[3] is None:
                return
            elif kind == "citizen" or row[2] != kind:
                raise NotAllowedError(f"@{handle} is taken; choose another")
            self._writer.execute(_ENROL, (handle, name, kind, digest, at_ms))

        self._committed(once)

    def _known(self, handle: str, token: str | None) -> Account:
        row = self._one(_ACCOUNT, plain_handle(handle))
        digest = row[3] if row else None
        given = b"" if token is None else token_digest(token)
        if row is None or not hmac.compare_digest(digest or b"", given):
            raise NotAllowedError(f"@{handle} is not known here by that token")
        return Account(row[0], row[1], row[2])

    def _before(self, actor: Account, act: HouseAct, key: str) -> Done | None:
        if not 0 < len(key) <= KEY_LENGTH_MAX:
            raise InputInvalidError(f"a key has 1 to {KEY_LENGTH_MAX} characters")
        row = self._one(
            "SELECT remote_id, thread_id, digest, at_ms FROM acts WHERE handle = ? AND key = ?",
            actor.handle,
            key,
        )
        if row is None:
            return None
        if row[2] != act.digest:
            raise InputInvalidError("this key was given with another act before; take a new one")
        return Done(row[0], from_epoch_ms(row[3]), row[1], repeat=True)

    def _done(self, actor: Account, act: HouseAct, key: str | None) -> Done:
        check_act(act)
        act_id, at_ms = self._new_id(), to_epoch_ms(self._clock.now())
        thread_id: str | None = None
        if act.kind in KINDS_THAT_POST:
            thread_id = self._post(actor, act, act_id, at_ms, key)
        elif act.kind == "profile":
            self._writer.execute(
                "UPDATE accounts SET profile = ? WHERE handle = ?", (act.text, actor.handle)
            )
        elif act.kind in KINDS_ON_ACCOUNTS:
            self._on_account(actor, act, at_ms)
        else:
            thread_id = self._on_post(actor, act, at_ms)
        # A citizen's words stand in the post alone, so that they are gone once it is deleted.
        text = act.text if actor.kind == "body" else ""
        self._writer.execute(
            _ACT,
            (act_id, actor.handle, act.kind, text, act.target, thread_id, key, act.digest, at_ms),
        )
        return Done(act_id, from_epoch_ms(at_ms), thread_id)

    def _post(
        self, actor: Account, act: HouseAct, post_id: str, at_ms: int, key: str | None
    ) -> str:
        thread_id = post_id
        parent_id = None
        if act.kind == "reply":
            parent = self._target(actor, act)
            thread_id, parent_id = parent.thread_id, parent.id
            blocked = self._one(_BLOCKED, actor.handle, parent.author, thread_id) is not None
            count = self._count("posts", "thread_id = ?", (thread_id,))
            check_answer(actor, count, blocked=blocked)
            self._writer.execute(_TOUCHED, (at_ms, thread_id))
        media = json.dumps([item.model_dump(mode="json") for item in act.media])
        words = (act.text, act.language, media)
        self._writer.execute(
            _POST, (post_id, thread_id, parent_id, actor.handle, *words, at_ms, at_ms, key)
        )
        self._changed("new", post_id, at_ms)
        return thread_id

    def _on_post(self, actor: Account, act: HouseAct, at_ms: int) -> str:
        post = self._target(actor, act)
        match act.kind:
            case "edit":
                self._writer.execute(_EDITED, (act.text, at_ms, post.id))
                self._changed("edited", post.id, at_ms)
            case "delete":
                self._writer.execute(_DELETED, (post.id,))
                self._writer.execute(
                    "DELETE FROM relations WHERE kind IN ('pin', 'repost', 'hide') AND target = ?",
                    (post.id,),
                )
                self._changed("removed", post.id, at_ms)
            case "hide":
                # Nothing stands in the way of moderation: how much is hidden has no bound.
                self._relate(actor, act.kind, post.id, at_ms, count_max=None)
                self._writer.execute(_HIDDEN, (post.id, post.id))
            case "unhide":
                self._unrelate(actor, act, post.id)
                self._writer.execute(_HIDDEN, (post.id, post.id))
            case "unpin":
                self._unrelate(actor, act, post.id)
            case _:
                self._relate(actor, act.kind, post.id, at_ms)
                self._writer.execute(_OLDEST_PINS, (actor.handle, actor.handle, PINS_COUNT_MAX))
        return post.thread_id

    def _on_account(self, actor: Account, act: HouseAct, at_ms: int) -> None:
        row = self._one(_ACCOUNT, plain_handle(act.target or ""))
        check_on_account(actor, act, row[2] if row else None)
        assert row is not None, "an account that is unknown was refused"
        if act.kind in UNDONE_BY:
            self._unrelate(actor, act, row[0])
        else:
            self._relate(actor, act.kind, row[0], at_ms)

    def _relate(
        self,
        actor: Account,
        kind: str,
        target: str,
        at_ms: int,
        count_max: int | None = RELATIONS_COUNT_MAX,
    ) -> None:
        related = (actor.handle, kind, target)
        if self._count("relations", _RELATION, related):
            return
        if count_max is not None:
            self._has_room("relations", "handle = ? AND kind = ?", related[:2], count_max)
        self._writer.execute(_RELATED, (*related, at_ms))

    def _unrelate(self, actor: Account, act: HouseAct, target: str) -> None:
        related = (actor.handle, UNDONE_BY[act.kind], target)
        check_undone(actor, act, found=bool(self._count("relations", _RELATION, related)))
        self._writer.execute(_UNRELATED, related)

    def _target(self, actor: Account, act: HouseAct) -> HousePost:
        row = self._one(POST_READ, act.target)
        post = None if row is None else post_of(row)
        check_on_post(actor, act, post)
        assert post is not None, "a post that is unknown was refused"
        return post

    def _changed(self, kind: str, post_id: str, at_ms: int) -> None:
        self._writer.execute(
            "INSERT INTO changes (kind, post_id, at_ms) VALUES (?, ?, ?)", (kind, post_id, at_ms)
        )

    def _has_room(
        self, table: str, condition: str, parameters: tuple[Any, ...], count_max: int
    ) -> None:
        if self._count(table, condition, parameters) >= count_max:
            raise NotAllowedError(f"there are {count_max:,} {table} already, which is the most")

    def _count(self, table: str, condition: str, parameters: tuple[Any, ...]) -> int:
        statement = f"SELECT count(*) FROM {table} WHERE {condition}"  # noqa: S608 - our own words
        row = self._one(statement, *parameters)
        assert row is not None, "a count is always one row"
        return int(row[0])

    def _one(self, statement: str, *parameters: Any) -> tuple[Any, ...] | None:
        rows: list[tuple[Any, ...]] = self._writer.execute(statement, parameters).fetchall()
        return rows[0] if rows else None


def open_house(folder: Path, clock: Clock) -> House:
    """Open the house platform of a body's folder, making its file if need be.

    Of several services that open it at once, one makes it while the others wait: a file on its way
    to another journal mode leaves whoever comes in between in the old one.
    """
    with (folder / OPENING_NAME).open("a") as opening:
        fcntl.flock(opening, fcntl.LOCK_EX)
        return House(folder / HOUSE_NAME, clock)
