"""Who may do what on the house platform, and what a text there may hold: each refusal says why."""

import re
from typing import Final
from unicodedata import normalize

from schemas.act import ACT_KINDS_WITH_TARGET, ACT_KINDS_WITH_TEXT, ACT_MEDIA_MAX, UNDO_OF
from services.house.threads import (
    NAME_LENGTH_MAX,
    POSTS_A_THREAD_MAX,
    PROFILE_LENGTH_MAX,
    TEXT_LENGTH_MAX,
    Account,
    AccountKind,
    HouseAct,
    HouseActKind,
    HousePost,
)
from services.runtime.errors import InputInvalidError, NotAllowedError, NotFoundError

UNDONE_BY: Final[dict[HouseActKind, HouseActKind]] = {undo: kind for kind, undo in UNDO_OF.items()}
"""What each undo takes away, by the undo's kind."""
KINDS_ON_ACCOUNTS: Final[tuple[HouseActKind, ...]] = (
    *("block", "mute", "follow"),
    *("unblock", "unmute", "unfollow"),
)
KINDS_ON_OWN_POSTS: Final[tuple[HouseActKind, ...]] = ("delete", "edit", "pin", "unpin")
KINDS_OF_THE_BODY: Final[tuple[HouseActKind, ...]] = ("hide", "unhide")
KINDS_THAT_POST: Final[tuple[HouseActKind, ...]] = ("statement", "reply")

HANDLE_LENGTH_MAX: Final = 100
KEY_LENGTH_MAX: Final = 256
DOMAIN_MARK: Final = "@"

_HANDLE: Final = re.compile(r"[A-Za-z0-9_.-]{1,100}")
_LANGUAGE: Final = re.compile(r"[a-z]{2}")
# What shows other words than it holds: control characters, overrides, isolates, half characters;
# and what XML, and so a feed, cannot hold.
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
_LINE_END: Final = re.compile("\r\n|[\r\x85\u2028\u2029]")


def plain_handle(handle: str) -> str:
    """Return a handle without the sign before it and the platform's domain behind it."""
    return handle.strip().removeprefix(DOMAIN_MARK).partition(DOMAIN_MARK)[0]


def tidied(text: str) -> str:
    """Return a text as people meant it: lines ended by one newline, nothing in it unseen."""
    return normalize("NFC", _UNSEEN.sub("", _LINE_END.sub("\n", text))).strip()


def check_account(handle: str, name: str) -> None:
    """Raise InputInvalidError where an account cannot be called so."""
    if not _HANDLE.fullmatch(handle):
        raise InputInvalidError(
            f"{handle[:40]!r} cannot be a handle; use letters, digits, dots, hyphens and "
            f"underscores, {HANDLE_LENGTH_MAX} at most"
        )
    if not name.strip() or len(name) > NAME_LENGTH_MAX or _UNSEEN.search(name) or "\n" in name:
        raise InputInvalidError(f"a name has 1 to {NAME_LENGTH_MAX} characters, on one line")


def check_act(act: HouseAct) -> None:
    """Raise InputInvalidError where an act is not whole, or longer than it may be."""
    if act.kind in (*ACT_KINDS_WITH_TARGET, "edit") and not act.target:
        raise InputInvalidError(f"a {act.kind} needs what it is about")
    if act.kind in (*ACT_KINDS_WITH_TEXT, "edit"):
        _check_text(act)
    elif act.text:
        raise InputInvalidError(f"a {act.kind} has no text")
    if act.media and act.kind not in KINDS_THAT_POST:
        raise InputInvalidError(f"a {act.kind} has no pictures")
    if len(act.media) > ACT_MEDIA_MAX:
        raise InputInvalidError(f"a post has {ACT_MEDIA_MAX} pictures at most")
    if act.language is not None and not _LANGUAGE.fullmatch(act.language):
        raise InputInvalidError("a language has two small letters, such as en or cy")


def _check_text(act: HouseAct) -> None:
    length_max = PROFILE_LENGTH_MAX if act.kind == "profile" else TEXT_LENGTH_MAX
    if len(act.text) > length_max:
        raise InputInvalidError(
            f"the text has {len(act.text)} characters and may have {length_max}; shorten it"
        )
    if act.kind != "profile" and not act.text.strip() and not act.media:
        raise InputInvalidError("the text is empty; write something")
    if _UNSEEN.search(act.text):
        raise InputInvalidError("the text holds characters that nobody sees; type it anew")


def check_on_post(actor: Account, act: HouseAct, post: HousePost | None) -> None:
    """Raise where an account may not do this to a post, or there is no such post (any more).

    NotFoundError or NotAllowedError, with the reason.
    """
    if post is None:
        raise NotFoundError(f"there is no post {act.target}")
    if post.deleted:
        raise NotFoundError(f"post {act.target} was removed")
    if act.kind in KINDS_ON_OWN_POSTS and post.author != actor.handle:
        raise NotAllowedError(f"a post's own author alone may {act.kind} it")
    if act.kind in KINDS_OF_THE_BODY and actor.kind != "body":
        raise NotAllowedError(f"the body's accounts alone may {act.kind} a post")


def check_answer(actor: Account, thread_count: int, *, blocked: bool) -> None:
    """Raise NotAllowedError where an account may not answer in a thread.

    `blocked`: whoever began the thread, or wrote what is answered, blocks this account.
    """
    if blocked:
        raise NotAllowedError(f"@{actor.handle} is blocked by whom it would answer")
    if thread_count >= POSTS_A_THREAD_MAX:
        raise NotAllowedError(f"a thread has {POSTS_A_THREAD_MAX} posts at most; begin another")


def check_on_account(actor: Account, act: HouseAct, kind: AccountKind | None) -> None:
    """Raise where an account may not do this to another, of which `kind` is None if unknown."""
    if kind is None:
        raise NotFoundError(f"there is no account {act.target}")
    if plain_handle(act.target or "").casefold() == actor.handle.casefold():
        raise NotAllowedError(f"nobody can {act.kind} themselves")


def check_undone(actor: Account, act: HouseAct, *, found: bool) -> None:
    """Raise NotFoundError where there is nothing of the account's own to take back."""
    if not found:
        raise NotFoundError(
            f"@{actor.handle} has no {UNDONE_BY[act.kind]} of {act.target} to take back"
        )
