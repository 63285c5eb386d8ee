"""A stage without state, for runners in any process."""

import threading
from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import shake_256
from pathlib import Path
from typing import Any, Final

from schemas.envelope import Event, caused_id
from schemas.post import PostReceived
from services.runtime.effects import Effect, Emit, Key, Reject
from services.runtime.view import View
from tests.fakes import text_of

TEAM: Final = "teams.count.posts.v1"
HOLD_LOOKS_MAX: Final = 6_000


class PassingStage:
    """Passes each event on; obeys orders found in a post's text.

    `refuse` in a text rejects it, `break` raises, `swell N` answers with N characters. `hold` makes
    the file `held` in `folder`, and waits there for the file `go`.
    """

    name = "pass"
    version = "1"
    topic = "posts.received.v1"
    knows_repeats = False

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def needs(self, _: Event) -> Iterable[Key]:
        """Return nothing: no row is kept."""
        return ()

    def prepare(self, events: Sequence[Event]) -> Sequence[Any]:
        """Return each text's length, once let go where a post says to hold."""
        texts = [text_of(event) for event in events]
        if any("hold" in text for text in texts):
            (self._folder / "held").touch()
            pause = threading.Event()
            looks = 0
            while not (self._folder / "go").exists() and looks < HOLD_LOOKS_MAX:
                pause.wait(0.01)
                looks += 1
        return [len(text) for text in texts]

    def handle(
        self,
        event: Event,
        features: Any,
        view: View,  # noqa: ARG002 - nothing is kept
        now: datetime,  # noqa: ARG002 - nothing tells when
    ) -> Iterable[Effect]:
        """Return a copy of the event; nothing in it tells when or where it was made."""
        text = text_of(event)
        if "break" in text:
            raise RuntimeError(f"as ordered, after {features} characters")
        if text.startswith("swell "):
            event = swollen(event, int(text.split()[1]))
        yield Emit(TEAM, event.model_copy(update={"id": caused_id(event.id, event.type, 0)}))
        if "refuse" in text:
            yield Reject("refused", "as ordered")


def swollen(event: Event, length: int) -> Event:
    """Return an event whose text is so long, and cannot be packed smaller."""
    assert isinstance(event, PostReceived)
    text = shake_256(event.id.encode()).hexdigest(length // 2)
    return event.model_copy(update={"data": event.data.model_copy(update={"text": text})})
