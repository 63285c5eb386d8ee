"""What routing tells the others: the common topic first, then each team that is concerned."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from schemas.assignment import PostRerouted, PostRouted, Reroute, RerouteRequested
from schemas.case import (
    CaseClosed,
    CaseCloseRequested,
    CaseMerged,
    CaseMergeRequested,
    CaseReopened,
    CaseReopenRequested,
    CaseSplit,
    CaseSplitRequested,
    Closing,
    Merging,
    Reopening,
    Splitting,
)
from schemas.classification import PostClassified
from schemas.envelope import Event, caused_id, caused_trace
from schemas.post import PostRemoved
from schemas.topics import POSTS_ROUTED, team_topic
from services.route.cases import Case
from services.route.configuration import NO_TEAM
from services.route.decisions import Decision
from services.runtime.clock import from_epoch_ms
from services.runtime.effects import Emit

SOURCE: Final = "/route"


def routed(
    cause: PostClassified,
    decision: Decision,
    case_id: str | None,
    deadline_ms: int | None,
    teams: Iterable[str],
    *,
    opened: bool,
    edited: bool,
) -> Iterator[Emit]:
    """Yield word that a post was given to a team."""
    assignment: dict[str, Any] = {
        "team": decision.team,
        "theme": decision.theme,
        "priority": decision.priority,
        "why": decision.why,
        "rule": decision.rule,
        "reason": decision.reason,
        "deadline": None if deadline_ms is None else from_epoch_ms(deadline_ms),
        "case_id": case_id,
        "case_opened": opened,
    }
    data = {
        "post": cause.data.post,
        "classification": cause.data.classification,
        "assignment": assignment,
        "edited": edited,
    }
    return _told(PostRouted.model_validate(_caused(PostRouted, cause, data)), teams)


def removed(cause: PostRemoved, teams: Iterable[str]) -> Iterator[Emit]:
    """Yield word that a post is gone, for everyone who was ever told of it."""
    event = PostRemoved.model_validate(_caused(PostRemoved, cause, cause.data))
    return _told(event, teams)


def rerouted(
    cause: RerouteRequested, team_before: str, theme: str | None, case: Case | None
) -> Iterator[Emit]:
    """Yield word of a person's decision, for the team that had it and the team that has it now."""
    wish = cause.data
    data = Reroute(
        post_id=wish.post_id,
        conversation_id=wish.conversation_id,
        case_id=None if case is None else case.id,
        team_before=team_before,
        team=wish.team,
        theme=theme,
        deadline=from_epoch_ms(case.deadline_ms) if case is not None and case.is_open else None,
        reason=wish.reason,
        requested_by=wish.requested_by,
    )
    event = PostRerouted.model_validate(_caused(PostRerouted, cause, data))
    return _told(event, (team_before, wish.team))


def case_closed(cause: CaseCloseRequested, case: Case) -> Iterator[Emit]:
    """Yield word that a person closed a case, for the team that had it."""
    data = Closing(team=case.team, **dict(cause.data))
    event = CaseClosed.model_validate(_caused(CaseClosed, cause, data))
    return _told(event, (case.team,))


def case_reopened(cause: CaseReopenRequested, case: Case) -> Iterator[Emit]:
    """Yield word that a case is open again, for the team that has it."""
    deadline = from_epoch_ms(case.deadline_ms)
    data = Reopening(team=case.team, deadline=deadline, **dict(cause.data))
    event = CaseReopened.model_validate(_caused(CaseReopened, cause, data))
    return _told(event, (case.team,))


def case_merged(cause: CaseMergeRequested, case: Case, into_team: str) -> Iterator[Emit]:
    """Yield word of a merge, for the team that had the case and the one that answers it now."""
    deadline = from_epoch_ms(case.deadline_ms)
    data = Merging(team=case.team, into_team=into_team, deadline=deadline, **dict(cause.data))
    event = CaseMerged.model_validate(_caused(CaseMerged, cause, data))
    return _told(event, (case.team, into_team))


def case_split(cause: CaseSplitRequested, new: Case) -> Iterator[Emit]:
    """Yield word of posts that have a case of their own now, for the team that has both."""
    deadline = from_epoch_ms(new.deadline_ms)
    data = Splitting(team=new.team, new_case_id=new.id, deadline=deadline, **dict(cause.data))
    event = CaseSplit.model_validate(_caused(CaseSplit, cause, data))
    return _told(event, (new.team,))


def _caused(event: type[Event], cause: Event, data: object) -> dict[str, Any]:
    # The moment is the cause's: a replay gives the same events, whatever the clock says by then.
    event_type: str = event.model_fields["type"].default
    event_id = caused_id(cause.id, event_type, 0)
    return {
        "id": event_id,
        "source": SOURCE,
        "subject": cause.subject,
        "time": cause.time,
        "causationid": cause.id,
        "traceparent": caused_trace(cause.traceparent, event_id),
        "data": data,
    }


def _told(event: Event, teams: Iterable[str]) -> Iterator[Emit]:
    # One event on several topics: whoever reads two of them knows it by its id.
    yield Emit(POSTS_ROUTED.name, event)
    for team in dict.fromkeys(teams):
        if team != NO_TEAM:
            yield Emit(team_topic(team), event)
