"""Routing as a stage: one event at a time, from event content and rows alone."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from schemas.assignment import RerouteRequest, RerouteRequested
from schemas.case import CASE_REQUESTS
from schemas.classification import Classification, PostClassified
from schemas.envelope import Event
from schemas.post import Post, PostRemoved
from schemas.topics import POSTS_CLASSIFIED
from services.route import announcements
from services.route.case_acts import PERSON, CaseActs
from services.route.case_refusals import needs
from services.route.cases import (
    NOT_OURS,
    Case,
    Conversation,
    closed,
    handed_over,
    joined,
    opened,
    pressed,
    without_post,
)
from services.route.configuration import NO_TEAM, RoutingSettings
from services.route.deadlines import BusinessCalendar
from services.route.decisions import Decider, Decision
from services.route.reasons import person_reason
from services.route.rows import (
    REMOVED,
    case_key,
    conversation_key,
    conversation_of,
    is_apart,
    place_of,
    post_key,
    post_row,
    priority_of,
    remembered,
    said_at_ms,
    team_of,
    tombstone_row,
)
from services.route.rule_file import RoutingRules
from services.runtime.clock import to_epoch_ms
from services.runtime.effects import Effect, Key, Reject, Remember, Row
from services.runtime.view import View


class RouteStage:
    """Gives each classified post to a team, and keeps posts, conversations and cases.

    Nothing is taken from the clock, so that a replay from zero gives the same rows and ids.
    """

    name = "route"
    version = "1"
    topic = POSTS_CLASSIFIED.name
    knows_repeats = True

    def __init__(self, settings: RoutingSettings, rules: RoutingRules) -> None:
        self._settings = settings
        self._decider = Decider(settings, rules)
        self._calendar = BusinessCalendar(settings.calendar)
        self._case_acts = CaseActs(self._decider, self._calendar)

    def needs(self, event: Event) -> tuple[Key, ...]:
        """Return the keys of the post and of its conversation; for a case, its own and more."""
        match event:
            case PostClassified():
                post = event.data.post
                return post_key(post.post_id), conversation_key(post.conversation_id)
            case PostRemoved() | RerouteRequested():
                data = event.data
                keys = post_key(data.post_id), conversation_key(data.conversation_id)
                case_id = None if isinstance(event, PostRemoved) else event.data.case_id
                return keys if case_id is None else (*keys, case_key(case_id))
            case event if isinstance(event, CASE_REQUESTS):
                return needs(event)
        raise TypeError(f"{event.type} is not routed")

    def prepare(self, events: Sequence[Event]) -> Sequence[None]:
        """Return nothing for each event: routing has no vectorised part."""
        return (None,) * len(events)

    def handle(self, event: Event, _features: Any, view: View, _now: datetime) -> Iterable[Effect]:
        """Return the rows and the word to others that follow from one event."""
        if isinstance(event, CASE_REQUESTS):
            return self._case_acts.handle(event, view.get)
        post_at, conversation_at = self.needs(event)[:2]
        stored = view.get(post_at)
        conversation = conversation_of(conversation_at.id, view.get(conversation_at))
        match event:
            case PostClassified():
                return self._classified(event, stored, conversation)
            case PostRemoved():
                return _removed(event, stored, conversation)
            case RerouteRequested():
                return self._rerouted(event, stored, conversation, view)
        raise TypeError(f"{event.type} is not routed")

    def _classified(
        self, event: PostClassified, stored: Row | None, before: Conversation
    ) -> list[Effect]:
        if stored is not None and stored["state"] == REMOVED:
            return []
        post, classification = event.data.post, event.data.classification
        if stored is None:
            decision, after = self._new_post(post, classification, before)
        elif not is_apart(stored, before) and _is_open_to_decision(post.post_id, before):
            decision, after = self._decided_again(post, classification, before, stored)
        else:
            decision, after = self._edited(post, classification, before, stored)
        case = _case_of(stored, before, after)
        if case is not None and (case.priority, case.theme) != (decision.priority, decision.theme):
            decision = decision._replace(priority=case.priority, theme=case.theme)
        case_id, deadline_ms = _place_in_case(case, stored, before)
        told = announcements.routed(
            event,
            decision,
            None if decision.team == NO_TEAM else case_id,
            deadline_ms,
            (decision.team, before.team or NO_TEAM),
            opened=case is not None and before.open_case is None,
            edited=stored is not None or event.data.edited,
        )
        row = post_row(post, classification, decision, case_id, deadline_ms, stored)
        return [*told, Remember(post_key(post.post_id), row), *remembered(before, after)]

    def _new_post(
        self, post: Post, classification: Classification, before: Conversation
    ) -> tuple[Decision, Conversation]:
        held_by = None if before.team == NO_TEAM else before.team
        decision = self._decider.decide(post, classification, held_by, before.theme)
        said_ms = to_epoch_ms(min(post.posted_at, post.received_at))
        return decision, self._taken_on(post.post_id, decision, before, said_ms)

    def _taken_on(
        self, post_id: str, decision: Decision, before: Conversation, said_ms: int
    ) -> Conversation:
        decided_by = before.decided_by if decision.why == "conversation" else decision.why
        after = before.given_to(decision.team, decision.theme, decided_by)
        if decision.team == NO_TEAM:
            return after
        deadline_ms = self._calendar.soonest_ms(said_ms, decision.durations)
        open_case = before.open_case
        if open_case is None:
            return after.with_case(opened(after, post_id, decision.priority, said_ms, deadline_ms))
        case = joined(open_case, decision.theme, decision.priority, deadline_ms, said_ms)
        return after.with_case(case)

    def _decided_again(
        self, post: Post, classification: Classification, before: Conversation, stored: Row
    ) -> tuple[Decision, Conversation]:
        decision = self._decider.decide(post, classification, None)
        case = before.open_case
        if case is None:
            return decision, self._taken_on(post.post_id, decision, before, said_at_ms(stored))
        alone = case.posts_live == 1
        if decision.team == NO_TEAM and not alone:
            # What the other posts of the case wait for is not undone by the first one.
            return self._edited(post, classification, before, stored)
        after = before.given_to(decision.team, decision.theme, decision.why)
        if decision.team == NO_TEAM:
            return decision, after.with_case(closed(case, NOT_OURS, to_epoch_ms(post.received_at)))
        deadline_ms = self._calendar.soonest_ms(case.opened_at_ms, decision.durations)
        moved = handed_over(case, decision.team, decision.theme, deadline_ms)
        if alone:
            return decision, after.with_case(moved._replace(priority=decision.priority))
        return decision, after.with_case(
            pressed(moved, decision.priority, min(deadline_ms, case.deadline_ms))
        )

    def _edited(
        self, post: Post, classification: Classification, before: Conversation, stored: Row
    ) -> tuple[Decision, Conversation]:
        team, theme = before.team, before.theme
        if is_apart(stored, before):
            team, theme = team_of(stored)
        decision = self._decider.decide(post, classification, team, theme)
        case = before.open_case
        if case is None or stored["case_id"] != case.id:
            return decision, before
        deadline_ms = self._calendar.soonest_ms(said_at_ms(stored), decision.durations)
        return decision, before.with_case(pressed(case, decision.priority, deadline_ms))

    def _rerouted(
        self, event: RerouteRequested, stored: Row | None, before: Conversation, view: View
    ) -> list[Effect]:
        wish = event.data
        refusal = self._refusal(wish, stored, before)
        if refusal is not None or stored is None:
            return [refusal or _unknown_post(wish)]
        if wish.case_id is not None and (before.case is None or before.case.id != wish.case_id):
            return self._case_acts.move_alone(event, stored, before, view.get)
        theme = before.theme if wish.theme is None and wish.team == before.team else wish.theme
        given = before.given_to(wish.team, theme, PERSON)
        after = given.with_case(self._case_after(event, stored, given))
        case = after.open_case
        row = {**stored, "team": wish.team, "theme": theme, "why": PERSON, "deadline_ms": None}
        if case is not None and wish.post_id == case.first_post_id:
            row["case_id"] = case.id
        if case is not None and row["case_id"] == case.id:
            row["deadline_ms"] = case.deadline_ms
        if stored["state"] != REMOVED:
            row["reason"] = person_reason(wish.requested_by, wish.reason)
        return [
            *announcements.rerouted(event, before.team or NO_TEAM, after.theme, after.case),
            Remember(post_key(wish.post_id), row),
            *remembered(before, after),
        ]

    def _case_after(self, event: RerouteRequested, stored: Row, given: Conversation) -> Case | None:
        team, case = event.data.team, given.case
        goes_on = case is not None and (
            case.is_open or (case.outcome == NOT_OURS and case.posts_live > 0)
        )
        if team == NO_TEAM:
            at_ms = to_epoch_ms(event.time)
            return closed(case, NOT_OURS, at_ms) if case is not None and case.is_open else case
        if case is not None and goes_on:
            durations = self._decider.durations(team, case.priority)
            deadline_ms = self._calendar.soonest_ms(case.opened_at_ms, durations)
            return handed_over(case, team, given.theme, deadline_ms)
        if case is not None or stored["state"] == REMOVED:
            return case
        priority = priority_of(stored)
        said_ms = said_at_ms(stored)
        deadline_ms = self._calendar.soonest_ms(said_ms, self._decider.durations(team, priority))
        return opened(given, event.data.post_id, priority, said_ms, deadline_ms)

    def _refusal(
        self, wish: RerouteRequest, stored: Row | None, before: Conversation
    ) -> Reject | None:
        if stored is None or stored["conversation_id"] != wish.conversation_id:
            return _unknown_post(wish)
        if before.team is None:
            return _unknown_post(wish)
        if not self._settings.knows_team(wish.team):
            known = ", ".join(self._settings.team_by_id)
            return Reject("unknown team", f"there is no team {wish.team!r}; name one of {known}.")
        theme = None if wish.theme is None else self._settings.theme_by_id.get(wish.theme)
        if wish.theme is not None and (theme is None or theme.team != wish.team):
            return Reject(
                "unknown theme",
                f"{wish.theme!r} is no theme of {wish.team}; leave it out or correct it.",
            )
        return None


def _removed(event: PostRemoved, stored: Row | None, before: Conversation) -> list[Effect]:
    removal = event.data
    if stored is not None and stored["state"] == REMOVED:
        return []
    after, case = before, before.case
    if stored is not None and case is not None and stored["case_id"] == case.id:
        after = before.with_case(without_post(case, to_epoch_ms(removal.received_at)))
    return [
        *announcements.removed(event, before.teams),
        Remember(post_key(removal.post_id), tombstone_row(removal, stored)),
        *remembered(before, after),
    ]


def _is_open_to_decision(post_id: str, conversation: Conversation) -> bool:
    """Return whether an edit of a post decides anew: only of the first one, and never a person."""
    if conversation.decided_by == PERSON:
        return False
    case = conversation.open_case
    if case is None:
        return conversation.team == NO_TEAM
    return case.first_post_id == post_id


def _case_of(stored: Row | None, before: Conversation, after: Conversation) -> Case | None:
    """Return the open case that a post is in once it is handled."""
    case = after.open_case
    if case is None or stored is None or before.open_case is None:
        return case
    return case if stored["case_id"] == case.id else None


def _place_in_case(
    case: Case | None, stored: Row | None, before: Conversation
) -> tuple[str | None, int | None]:
    """Return the case a post belongs to, and its deadline."""
    if case is not None:
        return case.id, case.deadline_ms
    return (None, None) if stored is None else place_of(stored, before)


def _unknown_post(wish: RerouteRequest) -> Reject:
    cure = "give the id and conversation that `mercat show` prints."
    return Reject("unknown post", f"post {wish.post_id} is not known here; {cure}")
