"""Hand-written stand-ins shared by the suites."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from schemas.codec import encode_event
from schemas.envelope import Event, caused_id, digest_id
from schemas.post import Post, PostReceived
from services.runtime.effects import Effect, Emit, Key, Reject, Remember
from services.runtime.ports import Append, Record
from services.runtime.view import View

MOMENT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def post(number: int, text: str = "The bins were not emptied.", **values: Any) -> Post:
    """Return the n-th of a run of posts, each its own conversation unless told otherwise."""
    given: dict[str, Any] = {
        "post_id": digest_id("post", str(number)),
        "source": "test",
        "native_id": f"n{number}",
        "revision": "1",
        "conversation_id": digest_id("conversation", str(number)),
        "channel": "platform",
        "author": "@someone@social.example",
        "text": text,
        "posted_at": MOMENT,
        "received_at": MOMENT,
    }
    return Post(**(given | values))


def received(number: int, text: str = "The bins were not emptied.", **values: Any) -> PostReceived:
    """Return the event that brings the n-th post in."""
    said = post(number, text, **values)
    return PostReceived(
        id=digest_id("received", said.source, said.native_id, said.revision),
        source="/ingest/test",
        subject=said.conversation_id,
        time=MOMENT,
        data=said,
    )


def append_of(event: Event, topic: str = "posts.received.v1") -> Append:
    """Return an event on its way into a topic."""
    return Append(topic, event.subject, encode_event(event), event)


def record_of(event: Event, offset: int, topic: str = "posts.received.v1") -> Record:
    """Return an event at a place in a topic, as bytes alone."""
    return Record(topic, offset, event.subject, encode_event(event))


@dataclass
class CountingStage:
    """Counts events by conversation and passes each on; obeys orders found in a post's text.

    `refuse` in a text rejects it, `break` raises, `peek` reads what it did not declare.
    """

    name: str = "count"
    version: str = "1"
    topic: str = "posts.received.v1"
    knows_repeats: bool = True
    prepared: list[int] = field(default_factory=list)

    def needs(self, event: Event) -> Iterable[Key]:
        """Return the conversation's row."""
        return (Key("known_posts", event.subject),)

    def prepare(self, events: Sequence[Event]) -> Sequence[Any]:
        """Return each text's length; raises for the whole batch where one says so."""
        self.prepared.append(len(events))
        texts = [text_of(event) for event in events]
        if any("unpreparable" in text for text in texts):
            raise ValueError("cannot prepare")
        return [len(text) for text in texts]

    def handle(self, event: Event, features: Any, view: View, now: datetime) -> Iterable[Effect]:
        """Return a count one higher and a copy of the event."""
        text = text_of(event)
        if "break" in text:
            raise RuntimeError("as ordered")
        if "peek" in text:
            view.get(Key("known_posts", "undeclared"))
        key = Key("known_posts", event.subject)
        row = view.get(key)
        count = int(str(row["removed"])) if row else 0
        yield Remember(key, {"removed": count + 1, "revisions": str(features), "seen_at_ms": 0})
        yield Emit(
            "posts.received.v1" if self.topic != "posts.received.v1" else "teams.count.posts.v1",
            event.model_copy(update={"id": caused_id(event.id, event.type, 0), "time": now}),
        )
        if "refuse" in text:
            yield Reject("refused", "as ordered")


def text_of(event: Event) -> str:
    """Return what the post of an event says."""
    assert isinstance(event, PostReceived)
    return event.data.text


def wait_until(condition: Callable[[], bool], tries: int = 2_000) -> None:
    """Wait until something holds, 20 seconds at most, without sleeping blindly."""
    import threading

    pause = threading.Event()
    for _ in range(tries):
        if condition():
            return
        pause.wait(0.01)
    raise AssertionError("it never came to pass")
