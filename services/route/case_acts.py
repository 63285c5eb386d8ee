"""What becomes of cases that people close, reopen, merge, split or move alone."""

from collections.abc import Iterator
from typing import Final

from schemas.assignment import RerouteRequested
from schemas.case import (
    CaseCloseRequested,
    CaseMergeRequested,
    CaseReopenRequested,
    CaseRequest,
    CaseSplitRequested,
)
from services.route import announcements
from services.route.case_refusals import Found, Read, found_case, refusal
from services.route.cases import (
    NOT_OURS,
    Case,
    Conversation,
    closed,
    handed_over,
    merged,
    reopened,
    split_off,
    without_posts,
)
from services.route.configuration import NO_TEAM
from services.route.deadlines import BusinessCalendar
from services.route.decisions import Decider
from services.route.reasons import person_reason
from services.route.rows import (
    REMOVED,
    case_key,
    case_row,
    post_key,
    priority_of,
    remembered,
    said_at_ms,
)
from services.runtime.clock import to_epoch_ms
from services.runtime.effects import Effect, Expect, Key, Reject, Remember, Row

PERSON: Final = "person"


class CaseActs:
    """Carries people's wishes for cases out, each touching one conversation and no other.

    A merge reads the case it leads to and writes nothing there; it expects that case to be open
    still as it is committed, so that two that cross on two workers can never both be met.
    """

    def __init__(self, decider: Decider, calendar: BusinessCalendar) -> None:
        self._decider = decider
        self._calendar = calendar

    def handle(self, event: CaseRequest, read: Read) -> list[Effect]:
        """Return the rows and the word to others that follow from a wish, or its refusal."""
        refused = refusal(event, read)
        wish = event.data
        found = found_case(wish.conversation_id, wish.case_id, read)
        if refused is not None or found is None:
            return [refused] if refused else []
        match event:
            case CaseCloseRequested():
                return _close(event, found)
            case CaseReopenRequested():
                return _reopen(event, found)
            case CaseMergeRequested():
                return _merge(event, found, read)
            case CaseSplitRequested():
                return self._split(event, found, read)

    def move_alone(
        self, event: RerouteRequested, stored: Row, before: Conversation, read: Read
    ) -> list[Effect]:
        """Return what follows where a case that is not its conversation's latest is rerouted.

        The conversation stays where it is; it only notes the new team as one that was told.
        """
        wish = event.data
        case_id = str(wish.case_id)
        found = found_case(before.id, case_id, read)
        if found is None or stored["case_id"] != case_id:
            cure = "give the ids that `mercat show` prints."
            return [Reject("unknown case", f"{wish.post_id} is not in case {case_id}; {cure}")]
        case = found.case
        if not case.is_open:
            return [Reject("case is closed", f"case {case_id} is closed; reopen it first.")]
        moved = self._moved(event, case)
        row = {**stored, "team": wish.team, "theme": moved.theme, "why": PERSON}
        row["deadline_ms"] = moved.deadline_ms if moved.is_open else None
        if stored["state"] != REMOVED:
            row["reason"] = person_reason(wish.requested_by, wish.reason)
        return [
            *announcements.rerouted(event, case.team, moved.theme, moved),
            Remember(post_key(wish.post_id), row),
            Remember(case_key(case_id), case_row(before.id, moved)),
            *remembered(before, before.told(wish.team)),
        ]

    def _moved(self, event: RerouteRequested, case: Case) -> Case:
        team, theme = event.data.team, event.data.theme
        if team == NO_TEAM:
            return closed(case, NOT_OURS, to_epoch_ms(event.time))
        durations = self._decider.durations(team, case.priority)
        deadline_ms = self._calendar.soonest_ms(case.opened_at_ms, durations)
        kept = case.theme if theme is None and team == case.team else theme
        return handed_over(case, team, kept, deadline_ms)

    def _split(self, event: CaseSplitRequested, found: Found, read: Read) -> list[Effect]:
        wish, case = event.data, found.case
        rows = {post_id: read(post_key(post_id)) for post_id in wish.post_ids}
        posts = {post_id: row for post_id, row in rows.items() if row is not None}
        deadline_ms = min(self._deadline_ms(case.team, row) for row in posts.values())
        new = split_off(
            case,
            event.id,
            {post_id: said_at_ms(row) for post_id, row in posts.items()},
            [priority_of(row) for row in posts.values()],
            deadline_ms,
        )
        moved: Row = {"case_id": new.id, "deadline_ms": deadline_ms}
        return [
            *announcements.case_split(event, new),
            *(Remember(post_key(post_id), {**row, **moved}) for post_id, row in posts.items()),
            Remember(case_key(new.id), case_row(found.conversation.id, new)),
            *_remembered(found, without_posts(case, len(posts))),
        ]

    def _deadline_ms(self, team: str, post: Row) -> int:
        durations = self._decider.durations(team, priority_of(post))
        return self._calendar.soonest_ms(said_at_ms(post), durations)


def _close(event: CaseCloseRequested, found: Found) -> list[Effect]:
    after = closed(found.case, event.data.outcome, to_epoch_ms(event.time))
    return [*announcements.case_closed(event, after), *_remembered(found, after)]


def _reopen(event: CaseReopenRequested, found: Found) -> list[Effect]:
    after, conversation = reopened(found.case), found.conversation
    if found.is_latest and conversation.team is not None and conversation.team != after.team:
        # A person moved the conversation while its case was closed.
        after = after._replace(team=conversation.team, theme=conversation.theme)
    return [*announcements.case_reopened(event, after), *_remembered(found, after)]


def _merge(event: CaseMergeRequested, found: Found, read: Read) -> list[Effect]:
    into = event.data.into_case_id
    into_row = read(case_key(into))
    assert into_row is not None, "a merge into nothing is refused"
    after = merged(found.case, into, to_epoch_ms(event.time))
    told = announcements.case_merged(event, after, str(into_row["team"]))
    # Both, so that whoever merges the other way locks the same rows in the same order.
    both_open = (_as_read(case_key(each), read) for each in (found.case.id, into))
    return [*both_open, *told, *_remembered(found, after)]


def _as_read(case: Key, read: Read) -> Expect:
    row = read(case)
    return Expect(case, "state", None if row is None else row["state"])


def _remembered(found: Found, case: Case) -> Iterator[Remember]:
    if found.is_latest:
        return remembered(found.conversation, found.conversation.with_case(case))
    return iter((Remember(case_key(case.id), case_row(found.conversation.id, case)),))
