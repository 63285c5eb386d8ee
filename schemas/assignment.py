"""Which team a post was given to, why, and by when an answer is due."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from schemas.classification import Classification, TeamId, Urgency
from schemas.envelope import CONTRACT, Event, Identifier, Instant, ShortText, SignedInBy
from schemas.post import Post

ThemeId = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Why = Literal["rule", "conversation", "classifier", "fallback", "person"]


class Assignment(BaseModel):
    """A post given to a team.

    `why` says what decided, `reason` says it in a sentence a service manager can read, and
    `rule` names the rule where one decided. `case_id` is absent where no work follows (spam).
    """

    model_config = CONTRACT

    team: TeamId
    theme: ThemeId | None = None
    priority: Urgency
    why: Why
    rule: ShortText | None = None
    reason: ShortText
    deadline: Instant | None = None
    case_id: Identifier | None = None
    case_opened: bool = False


class RoutedPost(BaseModel):
    """A post, what was made of it, and who has it now."""

    model_config = CONTRACT

    post: Post
    classification: Classification
    assignment: Assignment
    edited: bool = False


class PostRouted(Event):
    """A team was given a post."""

    type: Literal["mercat.posts.routed.v1"] = "mercat.posts.routed.v1"
    data: RoutedPost


class RerouteRequest(BaseModel):
    """A person's wish to give a post's case, and so its conversation, to another team.

    `case_id` is there where that case is not its conversation's latest but was split off, say:
    then it moves alone.
    """

    model_config = CONTRACT

    post_id: Identifier
    conversation_id: Identifier
    case_id: Identifier | None = None
    team: TeamId
    theme: ThemeId | None = None
    reason: ShortText
    requested_by: Annotated[str, Field(min_length=1, max_length=256)]
    signed_in_by: SignedInBy | None = None


class RerouteRequested(Event):
    """A person asked for another team; it waits its turn behind what the conversation holds."""

    type: Literal["mercat.posts.reroute-requested.v1"] = "mercat.posts.reroute-requested.v1"
    data: RerouteRequest


class Reroute(BaseModel):
    """A person's correction of a routing: what later learning learns from."""

    model_config = CONTRACT

    post_id: Identifier
    conversation_id: Identifier
    case_id: Identifier | None = None
    team_before: TeamId
    team: TeamId
    theme: ThemeId | None = None
    deadline: Instant | None = None
    reason: ShortText
    requested_by: Annotated[str, Field(min_length=1, max_length=256)]


class PostRerouted(Event):
    """A conversation went to another team by a person's decision."""

    type: Literal["mercat.posts.rerouted.v1"] = "mercat.posts.rerouted.v1"
    data: Reroute
