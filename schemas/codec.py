"""Events to bytes and back, by the topic that declares them."""

from functools import cache, reduce
from operator import or_
from typing import Annotated, Any

from pydantic import Field, TypeAdapter

from schemas.envelope import Event
from schemas.topics import topic_declared


@cache
def _adapter(events: tuple[type[Event], ...]) -> TypeAdapter[Any]:
    if len(events) == 1:
        return TypeAdapter(events[0])
    declared: Any = Annotated[reduce(or_, events), Field(discriminator="type")]
    return TypeAdapter(declared)


def encode_event(event: Event) -> bytes:
    """Return the event as CloudEvents JSON, absent optional fields left out."""
    return type(event).__pydantic_serializer__.to_json(event, exclude_none=True)


def decode_event(topic: str, value: bytes) -> Event:
    """Return the event that a topic's bytes hold.

    Raises pydantic.ValidationError where they are not an event this topic declares, and
    UndeclaredTopicError where there is no such topic.
    """
    event: Event = _adapter(topic_declared(topic).events).validate_json(value)
    return event
