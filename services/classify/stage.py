"""Classifying as a stage: a batch is weighed at once, then each post gets its answer."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from schemas.classification import PostClassified
from schemas.envelope import Event, caused_id, caused_trace
from schemas.post import Post, PostEdited, PostReceived, PostRemoved
from schemas.topics import POSTS_CLASSIFIED, POSTS_RECEIVED
from services.classify.classifier import Classifier
from services.reading.language import language_of
from services.runtime.effects import Effect, Emit, Key
from services.runtime.view import View

SOURCE: Final = "/classify"
_CLASSIFIED: Final = "mercat.posts.classified.v1"
_REMOVED: Final = "mercat.posts.removed.v1"


class ClassifyStage:
    """Says of each post received or edited what it is about; passes removals on unread.

    Keeps nothing: the same event gives the same answer, so a repeat is harmless.
    """

    name: Final = "classify"
    version: Final = "1"
    topic: Final = POSTS_RECEIVED.name
    knows_repeats: Final = False

    def __init__(self, classifier: Classifier, languages: Sequence[str]) -> None:
        self._classifier = classifier
        self._languages = tuple(languages)

    def needs(self, _event: Event) -> Iterable[Key]:
        """Return no keys: a post is judged by itself."""
        return ()

    def prepare(self, events: Sequence[Event]) -> Sequence[dict[str, Any] | None]:
        """Return each post's answer by the field names of a Classification; None for a removal."""
        texts = {
            place: text_of(event.data)
            for place, event in enumerate(events)
            if isinstance(event, PostReceived | PostEdited)
        }
        prepared: list[dict[str, Any] | None] = [None] * len(events)
        answers = self._classifier.classify(list(texts.values()))
        for (place, text), answer in zip(texts.items(), answers, strict=True):
            answer["language"], answer["language_probability"] = language_of(text, self._languages)
            prepared[place] = answer
        return prepared

    def handle(self, event: Event, features: Any, _view: View, _now: datetime) -> Iterable[Effect]:
        """Return the one event that follows from this one."""
        if isinstance(event, PostRemoved):
            return (Emit(POSTS_CLASSIFIED.name, _passed_on(event)),)
        if isinstance(event, PostReceived | PostEdited):
            return (Emit(POSTS_CLASSIFIED.name, _classified(event, features)),)
        raise TypeError(f"{event.type} is not classified")


def text_of(post: Post) -> str:
    """Return what a post says: its text, then what is told of its pictures, a line each."""
    if not post.media:
        return post.text
    return "\n".join((post.text, *(media.alt for media in post.media if media.alt)))


def _classified(event: PostReceived | PostEdited, answer: Mapping[str, Any]) -> PostClassified:
    event_id = caused_id(event.id, _CLASSIFIED, 0)
    # One plain dictionary, validated once: nested constructors take half as long again.
    return PostClassified.model_validate(
        {
            "id": event_id,
            "source": SOURCE,
            "subject": event.data.conversation_id,
            # The cause's moment: a replay gives the same event, whatever the clock says by then.
            "time": event.time,
            "causationid": event.id,
            "traceparent": caused_trace(event.traceparent, event_id),
            "data": {
                "post": event.data,
                "classification": answer,
                "edited": isinstance(event, PostEdited),
            },
        }
    )


def _passed_on(event: PostRemoved) -> PostRemoved:
    event_id = caused_id(event.id, _REMOVED, 0)
    return PostRemoved(
        id=event_id,
        source=SOURCE,
        subject=event.data.conversation_id,
        time=event.time,
        causationid=event.id,
        traceparent=caused_trace(event.traceparent, event_id),
        data=event.data,
    )
