"""Conversations and the cases in them, from opening to closing; values throughout.

Named tuples, since a post makes several of each: they are built in a fifth of a dataclass's time.
"""

from collections.abc import Iterable, Mapping
from typing import Final, Literal, NamedTuple

from schemas.classification import Urgency
from schemas.envelope import timed_like
from services.route.configuration import NO_TEAM
from services.route.decisions import PRIORITIES

CaseState = Literal["open", "closed"]
Outcome = Literal[
    "withdrawn",
    "not-ours",
    "answered",
    "resolved-elsewhere",
    "no-answer-needed",
    "duplicate",
    "merged",
]
WITHDRAWN: Final[Outcome] = "withdrawn"
"""Every post of the case was removed where it was posted."""
NOT_OURS: Final[Outcome] = "not-ours"
"""The case turned out to be none of the body's."""
MERGED: Final[Outcome] = "merged"
"""The case is answered with another one, `merged_into`."""


class Case(NamedTuple):
    """The work behind the posts of one conversation, while one team has it.

    `opened_at_ms` is when its first post was said; `posts_live` leaves out what was removed;
    `case_before` is the closed case of the same conversation that this one follows, `split_from`
    the case that its posts were in before.
    """

    id: str
    team: str
    theme: str | None
    priority: Urgency
    first_post_id: str
    opened_at_ms: int
    latest_at_ms: int
    deadline_ms: int
    posts_live: int = 1
    posts_total: int = 1
    state: CaseState = "open"
    outcome: Outcome | None = None
    closed_at_ms: int | None = None
    case_before: str | None = None
    merged_into: str | None = None
    split_from: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether somebody still waits for an answer."""
        return self.state == "open"


class Conversation(NamedTuple):
    """Who has a conversation, what decided that, and its latest case.

    `teams` are all that were ever told of it, so that a removal reaches each of them.
    """

    id: str
    team: str | None = None
    theme: str | None = None
    decided_by: str | None = None
    teams: tuple[str, ...] = ()
    case: Case | None = None

    @property
    def open_case(self) -> Case | None:
        """The case that posts join, if there is one."""
        return self.case if self.case is not None and self.case.is_open else None

    def with_case(self, case: Case | None) -> "Conversation":
        """Return the conversation with its latest case as it is now."""
        return self if case == self.case else self._replace(case=case)

    def given_to(self, team: str, theme: str | None, decided_by: str | None) -> "Conversation":
        """Return the conversation with another team, or the same for another reason."""
        if team == self.team and theme == self.theme and decided_by == self.decided_by:
            return self
        given = self._replace(team=team, theme=theme, decided_by=decided_by)
        return given.told(team)

    def told(self, team: str) -> "Conversation":
        """Return the conversation with one more team that has to hear of removals."""
        if team == NO_TEAM or team in self.teams:
            return self
        return self._replace(teams=(*self.teams, team))


def opened(
    conversation: Conversation,
    post_id: str,
    priority: Urgency,
    said_ms: int,
    deadline_ms: int,
) -> Case:
    """Return the case that a post opens with the team its conversation is with by now.

    Its id depends on the conversation and the post alone: a post that opens its case for the
    second time opens the same one.
    """
    assert conversation.team is not None, "a conversation is given to a team before its case opens"
    case_id = timed_like(post_id, "case", conversation.id, post_id)
    before = conversation.case
    if before is not None and before.id == case_id:
        case_before = before.case_before
    else:
        case_before = None if before is None else before.id
    return Case(
        id=case_id,
        team=conversation.team,
        theme=conversation.theme,
        priority=priority,
        first_post_id=post_id,
        opened_at_ms=said_ms,
        latest_at_ms=said_ms,
        deadline_ms=deadline_ms,
        case_before=case_before,
    )


def more_pressing(one: Urgency, other: Urgency) -> Urgency:
    """Return the more pressing of two priorities."""
    return min(one, other, key=PRIORITIES.index)


def joined(
    case: Case, theme: str | None, priority: Urgency, deadline_ms: int, said_ms: int
) -> Case:
    """Return a case that one more post joins, which may tell the theme."""
    return case._replace(
        theme=theme,
        priority=more_pressing(case.priority, priority),
        deadline_ms=min(case.deadline_ms, deadline_ms),
        latest_at_ms=max(case.latest_at_ms, said_ms),
        posts_live=case.posts_live + 1,
        posts_total=case.posts_total + 1,
    )


def pressed(case: Case, priority: Urgency, deadline_ms: int) -> Case:
    """Return a case made more pressing: priority only rises, the deadline only comes nearer."""
    return case._replace(
        priority=more_pressing(case.priority, priority),
        deadline_ms=min(case.deadline_ms, deadline_ms),
    )


def handed_over(case: Case, team: str, theme: str | None, deadline_ms: int) -> Case:
    """Return a case, open again if need be, that another team has to answer."""
    return case._replace(
        team=team,
        theme=theme,
        deadline_ms=deadline_ms,
        state="open",
        outcome=None,
        closed_at_ms=None,
    )


def closed(case: Case, outcome: Outcome, at_ms: int) -> Case:
    """Return a case that nobody waits for any more."""
    return case._replace(state="closed", outcome=outcome, closed_at_ms=at_ms)


def reopened(case: Case) -> Case:
    """Return a closed case that is open again; its deadline stays: closing must not buy time."""
    return case._replace(state="open", outcome=None, closed_at_ms=None, merged_into=None)


def merged(case: Case, into: str, at_ms: int) -> Case:
    """Return a case that is answered with another one."""
    return closed(case, MERGED, at_ms)._replace(merged_into=into)


def split_off(
    case: Case,
    cause_id: str,
    said_ms: Mapping[str, int],
    priorities: Iterable[Urgency],
    deadline_ms: int,
) -> Case:
    """Return the case, with the same team, of posts that were in another: post id to when said."""
    first = min(said_ms, key=lambda post_id: (said_ms[post_id], post_id))
    return Case(
        id=timed_like(first, "split", cause_id),
        team=case.team,
        theme=case.theme,
        priority=min(priorities, key=PRIORITIES.index),
        first_post_id=first,
        opened_at_ms=said_ms[first],
        latest_at_ms=max(said_ms.values()),
        deadline_ms=deadline_ms,
        posts_live=len(said_ms),
        posts_total=len(said_ms),
        split_from=case.id,
    )


def without_posts(case: Case, count: int) -> Case:
    """Return a case some of whose posts are in another one by now; its deadline stays."""
    return case._replace(posts_live=case.posts_live - count, posts_total=case.posts_total - count)


def without_post(case: Case, at_ms: int) -> Case:
    """Return a case one of whose posts was removed; an open one closes with the last of them."""
    fewer = case._replace(posts_live=case.posts_live - 1)
    return fewer if fewer.posts_live > 0 or not case.is_open else closed(fewer, WITHDRAWN, at_ms)
