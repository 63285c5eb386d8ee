"""Which wishes for a case cannot be met: asked before a wish goes onto the log, and in its turn."""

from collections.abc import Callable
from typing import NamedTuple

from schemas.case import (
    CaseCloseRequested,
    CaseMergeRequested,
    CaseReopenRequested,
    CaseRequest,
    CaseSplitRequested,
)
from services.route.cases import Case, Conversation
from services.route.configuration import NO_TEAM
from services.route.rows import (
    REMOVED,
    case_key,
    case_of,
    conversation_key,
    conversation_of,
    post_key,
)
from services.runtime.effects import Key, Reject, Row

Read = Callable[[Key], Row | None]
"""Finds a row among those that `needs` named."""


class Found(NamedTuple):
    """A case that a wish names, with its conversation."""

    conversation: Conversation
    case: Case

    @property
    def is_latest(self) -> bool:
        """Whether it is the case that the conversation's next post joins or follows."""
        return self.conversation.case is not None and self.conversation.case.id == self.case.id


def needs(event: CaseRequest) -> tuple[Key, ...]:
    """Return the keys of all rows that a wish for a case is decided by."""
    wish = event.data
    keys = [conversation_key(wish.conversation_id), case_key(wish.case_id)]
    match event:
        case CaseMergeRequested():
            keys.append(case_key(event.data.into_case_id))
        case CaseSplitRequested():
            keys.extend(map(post_key, event.data.post_ids))
    return tuple(dict.fromkeys(keys))


def found_case(conversation_id: str, case_id: str, read: Read) -> Found | None:
    """Return a conversation's case, from the conversation where it is the latest; else None."""
    conversation = conversation_of(conversation_id, read(conversation_key(conversation_id)))
    if conversation.case is not None and conversation.case.id == case_id:
        return Found(conversation, conversation.case)
    row = read(case_key(case_id))
    if row is None or row["conversation_id"] != conversation_id:
        return None
    return Found(conversation, case_of(case_id, row))


def refusal(event: CaseRequest, read: Read) -> Reject | None:
    """Return why a wish for a case cannot be met, and what to do; None where it can."""
    wish = event.data
    found = found_case(wish.conversation_id, wish.case_id, read)
    if found is None:
        cure = "give the id that `mercat inbox` or `mercat show` prints."
        return Reject("unknown case", f"case {wish.case_id} is not known here; {cure}")
    match event:
        case CaseCloseRequested():
            return _closed_already(found.case, "there is nothing to close.")
        case CaseReopenRequested():
            return _not_to_reopen(found)
        case CaseMergeRequested():
            return _not_to_merge(event, found.case, read)
        case CaseSplitRequested():
            return _not_to_split(event, found.case, read)


def _closed_already(case: Case, cure: str) -> Reject | None:
    if case.is_open:
        return None
    return Reject("case is closed", f"case {case.id} is closed already ({case.outcome}); {cure}")


def _not_to_reopen(found: Found) -> Reject | None:
    case = found.case
    if case.is_open:
        return Reject("case is open", f"case {case.id} is open already; there is nothing to do.")
    if case.posts_live <= 0:
        return Reject(
            "case is empty",
            f"every post of case {case.id} was removed where it was posted; nobody waits for an "
            "answer any more.",
        )
    if found.is_latest and found.conversation.team == NO_TEAM:
        return Reject(
            "no team",
            f"the conversation of case {case.id} was found to be none of the body's; give it to a "
            "team with `mercat reroute`, which opens the case again.",
        )
    return None


def _not_to_merge(event: CaseMergeRequested, case: Case, read: Read) -> Reject | None:
    into = event.data.into_case_id
    if into == case.id:
        return Reject(
            "merge into itself", f"case {case.id} cannot be merged into itself; name another case."
        )
    row = read(case_key(into))
    if row is None:
        cure = "`mercat inbox TEAM` lists cases."
        return Reject("unknown case", f"case {into} is not known here; {cure}")
    if row["merged_into"] == case.id:
        return Reject(
            "merged the other way",
            f"case {into} is merged into {case.id} itself; reopen {into} first.",
        )
    closed = _closed_already(case, "reopen it first.")
    if closed is not None or row["state"] == "open":
        return closed
    if row["merged_into"] is not None:
        return Reject(
            "case is merged",
            f"case {into} is itself answered with case {row['merged_into']!s} by now; merge into "
            f"that one, or reopen {into} first.",
        )
    return _closed_already(case_of(into, row), "name one that is open, or reopen it first.")


def _not_to_split(event: CaseSplitRequested, case: Case, read: Read) -> Reject | None:
    closed = _closed_already(case, "reopen it first.")
    if closed is not None:
        return closed
    posts = dict.fromkeys(event.data.post_ids)
    for post_id in posts:
        row = read(post_key(post_id))
        if row is None or row["case_id"] != case.id:
            return Reject(
                "not in the case",
                f"post {post_id} is not in case {case.id}; `mercat show` lists what is in it.",
            )
        if row["state"] == REMOVED:
            return Reject(
                "post is removed",
                f"post {post_id} was removed where it was posted; leave it where it is.",
            )
    if len(posts) >= case.posts_live:
        return Reject(
            "no post left",
            f"these are all the posts of case {case.id}; leave at least one where it is.",
        )
    if case.first_post_id in posts:
        return Reject(
            "first post",
            f"post {case.first_post_id} is the one that case {case.id} began with and stays in it; "
            "split off the others instead.",
        )
    return None
