"""What people do with cases: close, reopen, merge and split them; the wishes and the facts."""

from typing import Annotated, Final, Literal

from pydantic import BaseModel, Field

from schemas.classification import TeamId
from schemas.envelope import CONTRACT, Event, Identifier, Instant, ShortText, SignedInBy

PersonName = Annotated[str, Field(min_length=1, max_length=256)]
SplitPosts = Annotated[tuple[Identifier, ...], Field(min_length=1, max_length=50)]
ClosingOutcome = Literal[
    "answered", "resolved-elsewhere", "not-ours", "no-answer-needed", "duplicate"
]
"""How a person may close a case; routing itself closes with `withdrawn` and `not-ours`."""


class CaseCloseRequest(BaseModel):
    """A person's wish to close a case, and what came of it."""

    model_config = CONTRACT

    case_id: Identifier
    conversation_id: Identifier
    outcome: ClosingOutcome
    reason: ShortText
    requested_by: PersonName
    signed_in_by: SignedInBy | None = None


class CaseCloseRequested(Event):
    """A person asked to close a case; it waits its turn behind what the conversation holds."""

    type: Literal["mercat.cases.close-requested.v1"] = "mercat.cases.close-requested.v1"
    data: CaseCloseRequest


class CaseReopenRequest(BaseModel):
    """A person's wish to work on a closed case again."""

    model_config = CONTRACT

    case_id: Identifier
    conversation_id: Identifier
    reason: ShortText
    requested_by: PersonName
    signed_in_by: SignedInBy | None = None


class CaseReopenRequested(Event):
    """A person asked to open a closed case again."""

    type: Literal["mercat.cases.reopen-requested.v1"] = "mercat.cases.reopen-requested.v1"
    data: CaseReopenRequest


class CaseMergeRequest(BaseModel):
    """A person's wish to have a case answered with another one, of whatever conversation."""

    model_config = CONTRACT

    case_id: Identifier
    conversation_id: Identifier
    into_case_id: Identifier
    reason: ShortText
    requested_by: PersonName
    signed_in_by: SignedInBy | None = None


class CaseMergeRequested(Event):
    """A person asked to merge a case into another; `subject` is the first one's conversation."""

    type: Literal["mercat.cases.merge-requested.v1"] = "mercat.cases.merge-requested.v1"
    data: CaseMergeRequest


class CaseSplitRequest(BaseModel):
    """A person's wish to give some posts of a case a case of their own."""

    model_config = CONTRACT

    case_id: Identifier
    conversation_id: Identifier
    post_ids: SplitPosts
    reason: ShortText
    requested_by: PersonName
    signed_in_by: SignedInBy | None = None


class CaseSplitRequested(Event):
    """A person asked to split posts off a case."""

    type: Literal["mercat.cases.split-requested.v1"] = "mercat.cases.split-requested.v1"
    data: CaseSplitRequest


class Closing(BaseModel):
    """A case that a person closed, and the team that had it."""

    model_config = CONTRACT

    case_id: Identifier
    conversation_id: Identifier
    team: TeamId
    outcome: ClosingOutcome
    reason: ShortText
    requested_by: PersonName


class CaseClosed(Event):
    """A person closed a case: nobody waits for an answer any more."""

    type: Literal["mercat.cases.closed.v1"] = "mercat.cases.closed.v1"
    data: Closing


class Reopening(BaseModel):
    """A case that a person opened again; it has the deadline that it had."""

    model_config = CONTRACT

    case_id: Identifier
    conversation_id: Identifier
    team: TeamId
    deadline: Instant
    reason: ShortText
    requested_by: PersonName


class CaseReopened(Event):
    """A person opened a closed case again."""

    type: Literal["mercat.cases.reopened.v1"] = "mercat.cases.reopened.v1"
    data: Reopening


class Merging(BaseModel):
    """A case that is answered with another one from now on."""

    model_config = CONTRACT

    case_id: Identifier
    conversation_id: Identifier
    team: TeamId
    into_case_id: Identifier
    into_team: TeamId
    deadline: Instant
    reason: ShortText
    requested_by: PersonName


class CaseMerged(Event):
    """A person merged a case into another: the first is closed, its deadline holds for both."""

    type: Literal["mercat.cases.merged.v1"] = "mercat.cases.merged.v1"
    data: Merging


class Splitting(BaseModel):
    """Posts that have a case of their own from now on, with the team that had them."""

    model_config = CONTRACT

    case_id: Identifier
    conversation_id: Identifier
    team: TeamId
    post_ids: SplitPosts
    new_case_id: Identifier
    deadline: Instant
    reason: ShortText
    requested_by: PersonName


class CaseSplit(Event):
    """A person split posts off a case."""

    type: Literal["mercat.cases.split.v1"] = "mercat.cases.split.v1"
    data: Splitting


CaseRequest = CaseCloseRequested | CaseReopenRequested | CaseMergeRequested | CaseSplitRequested
CASE_REQUESTS: Final = (
    CaseCloseRequested,
    CaseReopenRequested,
    CaseMergeRequested,
    CaseSplitRequested,
)
CASE_FACTS: Final = (CaseClosed, CaseReopened, CaseMerged, CaseSplit)
