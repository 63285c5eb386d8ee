"""A stage without state, for runners that keep none: it passes each post on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from schemas.envelope import Event, caused_id
from services.runtime.effects import Effect, Emit, Key, Reject
from services.runtime.view import View
from tests.fakes import text_of


@dataclass
class EchoStage:
    """Emits each event again under an id of its own; rejects where a text says `refuse`."""

    name: str = "echo"
    version: str = "1"
    topic: str = "posts.received.v1"
    knows_repeats: bool = False

    def needs(self, event: Event) -> Iterable[Key]:
        """Return nothing."""
        del event
        return ()

    def prepare(self, events: Sequence[Event]) -> Sequence[Any]:
        """Return nothing of each."""
        return [None] * len(events)

    def handle(self, event: Event, features: Any, view: View, now: datetime) -> Iterable[Effect]:
        """Return a copy of the event, or why not."""
        del features, view, now
        if "refuse" in text_of(event):
            yield Reject("refused", "as ordered")
        copied = event.model_copy(update={"id": caused_id(event.id, event.type, 0)})
        yield Emit("posts.classified.v1", copied)
