"""What the events of the contracts may hold, drawn by chance within their bounds."""

from datetime import datetime, timedelta, timezone
from typing import Any, get_args

from hypothesis import strategies as st

from schemas.act import (
    ActJudged,
    ActJudgedV2,
    ActKind,
    ActPerformed,
    ActPerformedV2,
    FirstActKind,
    JudgedAct,
    JudgedActV2,
    PerformedAct,
    PerformedActV2,
)
from schemas.assignment import (
    Assignment,
    PostRerouted,
    PostRouted,
    Reroute,
    RerouteRequest,
    RerouteRequested,
    RoutedPost,
    Why,
)
from schemas.case import (
    CaseClosed,
    CaseCloseRequest,
    CaseCloseRequested,
    CaseMerged,
    CaseMergeRequest,
    CaseMergeRequested,
    CaseReopened,
    CaseReopenRequest,
    CaseReopenRequested,
    CaseSplit,
    CaseSplitRequest,
    CaseSplitRequested,
    Closing,
    ClosingOutcome,
    Merging,
    Reopening,
    Splitting,
)
from schemas.classification import (
    Classification,
    ClassifiedPost,
    Intent,
    PostClassified,
    Sentiment,
    Urgency,
)
from schemas.dead_letter import DeadLetter, DeadLetterWritten
from schemas.envelope import Event, SignedInBy
from schemas.policy import ActivatedRules, NumberedRules, PolicyActivated, RulesOrigin
from schemas.post import (
    TEXT_LENGTH_MAX,
    Channel,
    Media,
    Post,
    PostEdited,
    PostReceived,
    PostRemoved,
    Removal,
)
from schemas.verdict import Decision, Need, Reason, Role, Severity, Verdict

identifiers = st.text(min_size=1, max_size=32)
slugs = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,3}", fullmatch=True)
probabilities = st.floats(0, 1)
terms = st.lists(st.text(max_size=80), max_size=5).map(tuple)
instants = st.datetimes(
    min_value=datetime(1970, 1, 2),  # noqa: DTZ001 - the zone is drawn apart
    max_value=datetime(2200, 12, 30),  # noqa: DTZ001 - the zone is drawn apart
    timezones=st.integers(-840, 840).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)


def texts(length_max: int, length_min: int = 0) -> st.SearchStrategy[str]:
    """Return texts up to a field's bound, most of them short."""
    return st.text(min_size=length_min, max_size=min(length_max, 60))


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Return a value, or none."""
    return st.none() | values


def one_of(literal: Any) -> st.SearchStrategy[str]:
    """Return one of the values a Literal lists."""
    return st.sampled_from(get_args(literal))


media = st.builds(Media, kind=st.sampled_from(["image", "other"]), alt=maybe(texts(2_000)))
posts = st.builds(
    Post,
    post_id=identifiers,
    source=texts(64, 1),
    native_id=texts(512, 1),
    revision=texts(64, 1),
    conversation_id=identifiers,
    parent_native_id=maybe(texts(512)),
    channel=one_of(Channel),
    author=maybe(texts(256)),
    text=texts(TEXT_LENGTH_MAX),
    language_hint=maybe(texts(16).map(lambda text: text[:16])),
    media=st.lists(media, max_size=3).map(tuple),
    place=maybe(texts(512)),
    account=maybe(texts(256)),
    link=maybe(texts(2_048)),
    posted_at=instants,
    received_at=instants,
)
removals = st.builds(
    Removal,
    post_id=identifiers,
    source=texts(64, 1),
    native_id=texts(512, 1),
    conversation_id=identifiers,
    removed_at=instants,
    received_at=instants,
)
classifications = st.builds(
    Classification,
    language=st.from_regex(r"[a-z]{2}", fullmatch=True),
    language_probability=probabilities,
    team=slugs,
    team_probability=probabilities,
    team_terms=terms,
    teams=st.lists(slugs, min_size=1, max_size=3).map(tuple),
    team_probabilities=st.lists(probabilities, max_size=3).map(tuple),
    sentiment=one_of(Sentiment),
    sentiment_probability=probabilities,
    sentiment_terms=terms,
    urgency=one_of(Urgency),
    urgency_probability=probabilities,
    urgency_terms=terms,
    intent=one_of(Intent),
    intent_probability=probabilities,
    intent_terms=terms,
    model=st.text(max_size=32),
)
assignments = st.builds(
    Assignment,
    team=slugs,
    theme=maybe(slugs),
    priority=one_of(Urgency),
    why=one_of(Why),
    rule=maybe(texts(512)),
    reason=texts(512),
    deadline=maybe(instants),
    case_id=maybe(identifiers),
    case_opened=st.booleans(),
)
requests = st.builds(
    RerouteRequest,
    post_id=identifiers,
    conversation_id=identifiers,
    case_id=maybe(identifiers),
    team=slugs,
    theme=maybe(slugs),
    reason=texts(512),
    requested_by=texts(256, 1),
    signed_in_by=maybe(one_of(SignedInBy)),
)
reroutes = st.builds(
    Reroute,
    post_id=identifiers,
    conversation_id=identifiers,
    case_id=maybe(identifiers),
    team_before=slugs,
    team=slugs,
    theme=maybe(slugs),
    deadline=maybe(instants),
    reason=texts(512),
    requested_by=texts(256, 1),
)
dead_letters = st.builds(
    DeadLetter,
    dead_letter_id=identifiers,
    stage=texts(64),
    stage_version=st.text(max_size=32),
    origin=texts(128),
    place=texts(512),
    event_id=maybe(identifiers),
    cause=texts(64),
    detail=texts(1_000),
    size_bytes=st.integers(0, 2**53),
    written_at=instants,
)
case_parts = {
    "case_id": identifiers,
    "conversation_id": identifiers,
    "reason": texts(512),
    "requested_by": texts(256, 1),
}
wish_parts = {**case_parts, "signed_in_by": maybe(one_of(SignedInBy))}
outcomes = one_of(ClosingOutcome)
post_ids = st.lists(identifiers, min_size=1, max_size=50).map(tuple)
digests = st.from_regex(r"[0-9a-f]{64}", fullmatch=True)
rules = st.from_regex(r"[a-z0-9_]{1,20}/[a-z0-9_]{1,20}", fullmatch=True)
needs = st.builds(
    Need,
    roles=st.lists(one_of(Role), min_size=1, max_size=7).map(tuple),
    count=st.integers(1, 5),
)
reasons = st.builds(
    Reason,
    rule=rules,
    severity=one_of(Severity),
    message=st.from_regex(r"[a-z0-9_]{1,20}(\.[a-z0-9_]{1,20}){0,2}", fullmatch=True),
    parameters=st.dictionaries(
        texts(40),
        texts(200) | st.integers(-(2**53), 2**53) | probabilities | st.booleans(),
        max_size=4,
    ),
    sentence=texts(400, 1),
    cure=texts(400),
    citation=texts(512),
    need=maybe(needs),
)
verdicts = st.builds(
    Verdict,
    decision=one_of(Decision),
    reasons=st.lists(reasons, max_size=3).map(tuple),
    needs=st.lists(needs, max_size=3).map(tuple),
    obligations=st.lists(texts(512), max_size=3).map(tuple),
    revision=texts(512),
    checked=st.lists(rules, max_size=3).map(tuple),
    failure=maybe(texts(512)),
)
act_parts = {
    "act_id": identifiers,
    "account": slugs,
    "digest": digests,
    "case_id": maybe(identifiers),
}
judged_parts = {
    "phase": st.sampled_from(["proposal", "sending"]),
    "verdict": verdicts,
    **act_parts,
}
performed_parts = {
    "verdict_id": identifiers,
    "revision": texts(512),
    "grant_id": identifiers,
    "approvers": st.lists(texts(64, 1), max_size=8).map(tuple),
    "remote_id": texts(512, 1),
    "link": maybe(texts(2_048)),
    "performed_at": instants,
    **act_parts,
}
rules_numbers = st.integers(1, 2**53)
DATA: dict[type[Event], st.SearchStrategy[Any]] = {
    PostReceived: posts,
    PostEdited: posts,
    PostRemoved: removals,
    PostClassified: st.builds(
        ClassifiedPost, post=posts, classification=classifications, edited=st.booleans()
    ),
    PostRouted: st.builds(
        RoutedPost,
        post=posts,
        classification=classifications,
        assignment=assignments,
        edited=st.booleans(),
    ),
    RerouteRequested: requests,
    PostRerouted: reroutes,
    CaseCloseRequested: st.builds(CaseCloseRequest, outcome=outcomes, **wish_parts),
    CaseReopenRequested: st.builds(CaseReopenRequest, **wish_parts),
    CaseMergeRequested: st.builds(CaseMergeRequest, into_case_id=identifiers, **wish_parts),
    CaseSplitRequested: st.builds(CaseSplitRequest, post_ids=post_ids, **wish_parts),
    CaseClosed: st.builds(Closing, team=slugs, outcome=outcomes, **case_parts),
    CaseReopened: st.builds(Reopening, team=slugs, deadline=instants, **case_parts),
    CaseMerged: st.builds(
        Merging,
        team=slugs,
        into_case_id=identifiers,
        into_team=slugs,
        deadline=instants,
        **case_parts,
    ),
    CaseSplit: st.builds(
        Splitting,
        team=slugs,
        post_ids=post_ids,
        new_case_id=identifiers,
        deadline=instants,
        **case_parts,
    ),
    DeadLetterWritten: dead_letters,
    ActJudged: st.builds(JudgedAct, kind=one_of(FirstActKind), **judged_parts),
    ActJudgedV2: st.builds(JudgedActV2, kind=one_of(ActKind), **judged_parts),
    ActPerformed: st.builds(PerformedAct, kind=one_of(FirstActKind), **performed_parts),
    ActPerformedV2: st.builds(PerformedActV2, kind=one_of(ActKind), **performed_parts),
    PolicyActivated: st.builds(
        ActivatedRules,
        number=rules_numbers,
        revision=digests,
        before=maybe(st.builds(NumberedRules, number=rules_numbers, revision=digests)),
        origin=one_of(RulesOrigin),
        change_id=maybe(texts(64, 1)),
        title=maybe(texts(200)),
        classes=maybe(st.lists(texts(120, 1), max_size=3).map(tuple)),
        activated_at=instants,
    ),
}


def events_of(event: type[Event]) -> st.SearchStrategy[Event]:
    """Return events of one type with anything in them that their fields allow."""
    return st.builds(
        event,
        id=identifiers,
        source=texts(128, 1),
        subject=texts(256, 1),
        time=instants,
        data=DATA[event],
        causationid=maybe(identifiers),
        traceparent=maybe(texts(64)),
    )
