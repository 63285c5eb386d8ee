"""What the classifier makes of a post: language, team, sentiment, urgency, intent."""

from typing import Annotated, Final, Literal

from pydantic import BaseModel, Field

from schemas.envelope import CONTRACT, Event, Probability
from schemas.post import Post

TERMS_COUNT_MAX: Final = 5
TEAMS_COUNT: Final = 3

Sentiment = Literal["negative", "neutral", "positive"]
Urgency = Literal["emergency", "urgent", "normal", "low"]
Intent = Literal["complaint", "report", "request", "question", "praise", "suggestion", "other"]
TeamId = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Terms = Annotated[tuple[Annotated[str, Field(max_length=80)], ...], Field(max_length=5)]
"""The words or word pairs that weighed most for the label given, heaviest first."""


class Classification(BaseModel):
    """One label for each question, its probability, and the terms behind it.

    Flat on purpose: validating it takes two thirds of the time that nested answers take.
    `teams` are the three likeliest, `team` first; `team_probabilities` stand in the same order.
    `model` is the digest of the model that answered.
    """

    model_config = CONTRACT

    language: Annotated[str, Field(pattern=r"^[a-z]{2}$")]
    language_probability: Probability
    team: TeamId
    team_probability: Probability
    team_terms: Terms = ()
    teams: Annotated[tuple[TeamId, ...], Field(min_length=1, max_length=TEAMS_COUNT)]
    team_probabilities: Annotated[tuple[Probability, ...], Field(max_length=TEAMS_COUNT)]
    sentiment: Sentiment
    sentiment_probability: Probability
    sentiment_terms: Terms = ()
    urgency: Urgency
    urgency_probability: Probability
    urgency_terms: Terms = ()
    intent: Intent
    intent_probability: Probability
    intent_terms: Terms = ()
    model: Annotated[str, Field(max_length=32)]


class ClassifiedPost(BaseModel):
    """A post and what was made of it; `edited` says that an earlier revision was classified."""

    model_config = CONTRACT

    post: Post
    classification: Classification
    edited: bool = False


class PostClassified(Event):
    """The classifier answered for one revision of a post."""

    type: Literal["mercat.posts.classified.v1"] = "mercat.posts.classified.v1"
    data: ClassifiedPost
