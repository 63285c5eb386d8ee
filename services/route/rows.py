"""Posts, conversations and cases as rows of the store, and back. Times are in milliseconds."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from schemas.classification import Classification, Urgency
from schemas.post import Post, Removal
from services.route.cases import Case, Conversation
from services.route.decisions import PRIORITIES, Decision
from services.route.reasons import REMOVED as REASON_REMOVED
from services.runtime.clock import to_epoch_ms
from services.runtime.effects import Key, Remember, Row, Value
from services.store.tables import TABLES

POSTS: Final = "posts"
CONVERSATIONS: Final = "conversations"
CASES: Final = "cases"

LIVE: Final = "live"
REMOVED: Final = "removed"

_POST_COLUMNS: Final = tuple(column.name for column in TABLES[POSTS].columns)
_CASE_COLUMNS: Final = Case._fields[1:]
_CASE_COLUMNS_IN_CONVERSATION: Final = tuple(
    f"case_{name}".replace("case_case_", "case_") for name in Case._fields
)


def post_key(post_id: str) -> Key:
    """Return where a post's row stands."""
    return Key(POSTS, post_id)


def conversation_key(conversation_id: str) -> Key:
    """Return where a conversation's row stands."""
    return Key(CONVERSATIONS, conversation_id)


def case_key(case_id: str) -> Key:
    """Return where a case's row stands."""
    return Key(CASES, case_id)


def post_row(
    post: Post,
    classification: Classification,
    decision: Decision,
    case_id: str | None,
    deadline_ms: int | None,
    before: Row | None,
) -> Row:
    """Return a live post's row; the times of its first sight stay through later revisions."""
    seen: Row = before or {
        "posted_at_ms": to_epoch_ms(post.posted_at),
        "received_at_ms": to_epoch_ms(post.received_at),
    }
    return {
        "conversation_id": post.conversation_id,
        "case_id": case_id,
        "team": decision.team,
        "theme": decision.theme,
        "priority": decision.priority,
        "why": decision.why,
        "reason": decision.reason,
        "source": post.source,
        "native_id": post.native_id,
        "channel": post.channel,
        "author": post.author,
        "text": post.text,
        "language": classification.language,
        "sentiment": classification.sentiment,
        "intent": classification.intent,
        "urgency": classification.urgency,
        "account": post.account,
        "place": decision.place,
        "link": post.link,
        "posted_at_ms": seen["posted_at_ms"],
        "received_at_ms": seen["received_at_ms"],
        "deadline_ms": deadline_ms,
        "revision": post.revision,
        "state": LIVE,
    }


def tombstone_row(removal: Removal, before: Row | None) -> Row:
    """Return what is left of a removed post: nothing of what it said, or of who said it."""
    return {
        **(before or dict.fromkeys(_POST_COLUMNS)),
        "conversation_id": removal.conversation_id,
        "source": removal.source,
        "native_id": removal.native_id,
        "author": None,
        "text": None,
        "place": None,
        "link": None,
        "reason": REASON_REMOVED,
        "state": REMOVED,
    }


def said_at_ms(row: Row) -> int:
    """Return when a stored post was said, as far as that can be believed."""
    posted, received = row["posted_at_ms"], row["received_at_ms"]
    assert isinstance(posted, int), "live posts have their times"
    assert isinstance(received, int), "live posts have their times"
    return min(posted, received)


def priority_of(row: Row) -> Urgency:
    """Return how pressing a stored post is."""
    return next(priority for priority in PRIORITIES if priority == row["priority"])


def is_apart(post: Row, conversation: Conversation) -> bool:
    """Return whether a stored post is in another case than its conversation's latest."""
    latest = None if conversation.case is None else conversation.case.id
    return post["case_id"] not in (None, latest)


def place_of(post: Row, conversation: Conversation) -> tuple[str | None, int | None]:
    """Return a stored post's case where that is not the latest open one, and its deadline.

    The conversation's latest case, closed, has its posts, but no deadline for them any more; of
    another case it is not known here whether it is open, so what stands stays.
    """
    case_id, deadline_ms = post["case_id"], post["deadline_ms"]
    assert case_id is None or isinstance(case_id, str), "ids are text"
    assert deadline_ms is None or isinstance(deadline_ms, int), "times are whole milliseconds"
    return case_id, deadline_ms if is_apart(post, conversation) else None


def team_of(post: Row) -> tuple[str, str | None]:
    """Return the team and theme of a stored post."""
    theme = post["theme"]
    return str(post["team"]), None if theme is None else str(theme)


def case_row(conversation_id: str, case: Case) -> Row:
    """Return a case's row."""
    row: dict[str, Value] = dict(zip(_CASE_COLUMNS, case[1:], strict=True))
    row["conversation_id"] = conversation_id
    return row


def case_of(case_id: str, row: Row) -> Case:
    """Return the case that its own row holds."""
    kept: Mapping[str, Any] = row
    return Case(case_id, *map(kept.__getitem__, _CASE_COLUMNS))


def remembered(before: Conversation, after: Conversation) -> Iterator[Remember]:
    """Yield the rows of a conversation and its latest case, where they changed."""
    if after == before:
        return
    yield Remember(conversation_key(after.id), conversation_row(after))
    if after.case is not None and after.case != before.case:
        yield Remember(case_key(after.case.id), case_row(after.id, after.case))


def conversation_row(conversation: Conversation) -> Row:
    """Return a conversation's row, its latest case in it: a handler can then declare what it reads.

    A post's event names the conversation, but not the case, so the latest case is read from here;
    its own row is read where it is the latest no more.
    """
    row: dict[str, Any] = {
        "team": conversation.team,
        "theme": conversation.theme,
        "decided_by": conversation.decided_by,
        "teams": " ".join(conversation.teams),
    }
    if conversation.case is not None:
        row.update(zip(_CASE_COLUMNS_IN_CONVERSATION, conversation.case, strict=True))
    return row


def conversation_of(conversation_id: str, row: Row | None) -> Conversation:
    """Return the conversation that a row holds, or a new one where there is no row."""
    if row is None:
        return Conversation(conversation_id)
    kept: Mapping[str, Any] = row
    case = None
    if kept.get("case_id") is not None:
        case = Case._make(map(kept.__getitem__, _CASE_COLUMNS_IN_CONVERSATION))
    return Conversation(
        id=conversation_id,
        team=kept["team"],
        theme=kept["theme"],
        decided_by=kept["decided_by"],
        teams=tuple(kept["teams"].split()),
        case=case,
    )
