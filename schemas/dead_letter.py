"""An event, or what should have become one, set aside with its cause."""

from typing import Annotated, Final, Literal

from pydantic import BaseModel, Field

from schemas.envelope import CONTRACT, Event, Identifier, Instant

DETAIL_LENGTH_MAX: Final = 1_000


class DeadLetter(BaseModel):
    """Where it stood, which handler refused it, and why; the content itself stays in the store.

    `origin` is the topic or `source:NAME`; `place` is the offset there, or the line or item.
    """

    model_config = CONTRACT

    dead_letter_id: Identifier
    stage: Annotated[str, Field(max_length=64)]
    stage_version: Annotated[str, Field(max_length=32)]
    origin: Annotated[str, Field(max_length=128)]
    place: Annotated[str, Field(max_length=512)]
    event_id: Identifier | None = None
    cause: Annotated[str, Field(max_length=64)]
    detail: Annotated[str, Field(max_length=DETAIL_LENGTH_MAX)]
    size_bytes: Annotated[int, Field(ge=0)]
    written_at: Instant


class DeadLetterWritten(Event):
    """Something could not be handled and waits for a person."""

    type: Literal["mercat.deadletters.written.v1"] = "mercat.deadletters.written.v1"
    data: DeadLetter
