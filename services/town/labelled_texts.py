"""The town's texts: what each says, how a person labelled it, and which story it belongs to."""

from collections.abc import Iterable
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from schemas.classification import Intent, Sentiment, TeamId, Urgency
from services.runtime.errors import InputInvalidError

T = TypeVar("T", bound="LabelledText")

StoryName = Literal["storm", "rumour", "grievance", "thread", "spam", "personal-data"]


class LabelledText(BaseModel):
    """One text written by hand, with the answers a careful person gave for it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: Annotated[str, Field(min_length=1, max_length=1_000)]
    language: Annotated[str, Field(pattern=r"^[a-z]{2}$")]
    team: TeamId
    sentiment: Sentiment
    intent: Intent
    urgency: Urgency


class StoryPost(LabelledText):
    """A text with its place in a story: when it is said, what it answers, what became of it.

    `offset_minutes` counts from the story's start; `parent` is the `ref` of the post it answers.
    """

    story: StoryName
    ref: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    parent: str | None = None
    offset_minutes: Annotated[int, Field(ge=0, le=10_080)]
    edited_text: Annotated[str, Field(min_length=1, max_length=1_000)] | None = None
    removed: bool = False


def parse_texts(lines: Iterable[str], place: str) -> tuple[LabelledText, ...]:
    """Return the texts of a JSON Lines file; `place` is its name in errors.

    Raises InputInvalidError, naming the line, where one is not a labelled text.
    """
    return tuple(_parsed(LabelledText, line, place, number) for number, line in _numbered(lines))


def parse_stories(lines: Iterable[str], place: str) -> tuple[StoryPost, ...]:
    """Return the story posts of a JSON Lines file, each story in the order of its telling.

    Raises InputInvalidError where a line is not a story post or answers a post that is not there.
    """
    posts = [_parsed(StoryPost, line, place, number) for number, line in _numbered(lines)]
    known = {post.ref for post in posts}
    for post in posts:
        if post.parent is not None and post.parent not in known:
            raise InputInvalidError(
                f"{place}: {post.ref} answers {post.parent}, which is not there; correct `parent`."
            )
    return tuple(sorted(posts, key=lambda post: (post.story, post.offset_minutes, post.ref)))


def _numbered(lines: Iterable[str]) -> Iterable[tuple[int, str]]:
    return ((number, line) for number, line in enumerate(lines, start=1) if line.strip())


def _parsed(model: type[T], line: str, place: str, number: int) -> T:
    try:
        return model.model_validate_json(line)
    except ValidationError as error:
        detail = error.errors(include_url=False)[0]
        field = ".".join(str(part) for part in detail["loc"]) or "the line"
        raise InputInvalidError(
            f"{place} line {number}: {field}: {detail['msg']}; correct the line."
        ) from error
