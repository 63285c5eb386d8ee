"""What someone said, as it came in: received, edited, removed."""

from typing import Annotated, Final, Literal

from pydantic import BaseModel, Field

from schemas.envelope import CONTRACT, Event, Identifier, Instant, ShortText

TEXT_LENGTH_MAX: Final = 20_000
MEDIA_COUNT_MAX: Final = 16

Channel = Literal["platform", "feed", "webhook", "phone", "counter"]
"""How it reached the body. Phone and counter stand here too: who does not post is heard as well."""


class Media(BaseModel):
    """A picture, sound or film that came with a post; we keep its description, never the file."""

    model_config = CONTRACT

    kind: Literal["image", "video", "audio", "other"] = "other"
    alt: Annotated[str, Field(max_length=2_000)] | None = None


class Post(BaseModel):
    """One revision of what someone said.

    `post_id` is the same for all revisions of a post. `conversation_id` is fixed at first sight
    from (source, root) and never changes. `revision` is the platform's edit stamp, else the digest
    of the normalised content. `posted_at` is the author's time as far as it is known,
    `received_at` is when Mercat acknowledged it.
    """

    model_config = CONTRACT

    post_id: Identifier
    source: Annotated[str, Field(min_length=1, max_length=64)]
    native_id: Annotated[str, Field(min_length=1, max_length=512)]
    revision: Annotated[str, Field(min_length=1, max_length=64)]
    conversation_id: Identifier
    parent_native_id: ShortText | None = None
    channel: Channel
    author: Annotated[str, Field(max_length=256)] | None = None
    text: Annotated[str, Field(max_length=TEXT_LENGTH_MAX)]
    language_hint: Annotated[str, Field(max_length=16)] | None = None
    media: Annotated[tuple[Media, ...], Field(max_length=MEDIA_COUNT_MAX)] = ()
    place: ShortText | None = None
    account: Annotated[str, Field(max_length=256)] | None = None
    link: Annotated[str, Field(max_length=2_048)] | None = None
    posted_at: Instant
    received_at: Instant


class Removal(BaseModel):
    """A post its author or its platform took away: nothing of what it said is repeated here."""

    model_config = CONTRACT

    post_id: Identifier
    source: Annotated[str, Field(min_length=1, max_length=64)]
    native_id: Annotated[str, Field(min_length=1, max_length=512)]
    conversation_id: Identifier
    removed_at: Instant
    received_at: Instant


class PostReceived(Event):
    """A post was heard for the first time."""

    type: Literal["mercat.posts.received.v1"] = "mercat.posts.received.v1"
    data: Post


class PostEdited(Event):
    """A post heard before now says something else."""

    type: Literal["mercat.posts.edited.v1"] = "mercat.posts.edited.v1"
    data: Post


class PostRemoved(Event):
    """A post heard before is gone from its platform, and is to go everywhere."""

    type: Literal["mercat.posts.removed.v1"] = "mercat.posts.removed.v1"
    data: Removal
