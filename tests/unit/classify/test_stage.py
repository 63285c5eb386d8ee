"""The classify stage, event by event."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.classification import PostClassified
from schemas.codec import decode_event, encode_event
from schemas.envelope import Event, caused_id, trace_parent
from schemas.post import PostEdited, PostRemoved, Removal
from schemas.topics import POSTS_CLASSIFIED
from services.classify.stage import ClassifyStage, text_of
from services.runtime.effects import Emit
from services.runtime.ports import Stage
from services.runtime.view import View
from tests.unit.classify.samples import NOON, received, small_classifier

LATER = NOON + timedelta(seconds=5)
STAGE: Stage = ClassifyStage(small_classifier(), ("en", "cy"))


def handled(event: Event) -> Any:
    """Return the one event that the stage emits for one event."""
    (effect,) = STAGE.handle(event, STAGE.prepare([event])[0], View({}), LATER)
    assert isinstance(effect, Emit)
    assert POSTS_CLASSIFIED.name == effect.topic
    return effect.event


def removed() -> PostRemoved:
    """Return word that a post is gone."""
    data = Removal(
        post_id="a",
        source="phone-log",
        native_id="a",
        conversation_id="conversation-a",
        removed_at=NOON,
        received_at=NOON,
    )
    return PostRemoved(id="event-r", source="/ingest", subject="x", time=NOON, data=data)


def test_a_post_is_classified() -> None:
    """The answer carries the post, its labels and language, its cause and its cause's moment."""
    event = received("The street lamp on Mill Lane is out again")

    answer = handled(event)

    assert isinstance(answer, PostClassified)
    assert event.data == answer.data.post
    assert "lighting" == answer.data.classification.team
    assert "en" == answer.data.classification.language
    assert not answer.data.edited
    assert event.id == answer.causationid
    assert ("conversation-a", NOON) == (answer.subject, answer.time)


def test_an_answer_stays_in_its_causes_trace() -> None:
    """It has a span of its own there, which its id names."""
    event = received("bin").model_copy(update={"traceparent": trace_parent("a1" * 16)})

    answer = handled(event)

    assert f"00-{'a1' * 16}-{answer.id[:16]}-01" == answer.traceparent


def test_a_repeat_gives_the_same_id() -> None:
    """An event handled twice emits one id, by which readers know the repeat."""
    event = received("bin")

    assert caused_id(event.id, "mercat.posts.classified.v1", 0) == handled(event).id
    assert handled(event) == handled(event)


def test_an_edit_is_said_to_be_one() -> None:
    """An edited post is classified anew and marked."""
    event = received("bin")
    edit = PostEdited.model_validate(dict(event) | {"type": "mercat.posts.edited.v1"})

    assert handled(edit).data.edited


def test_a_removal_passes_through() -> None:
    """A removal is emitted as an event of its own that names its cause."""
    event = removed()

    passed = handled(event)

    assert isinstance(passed, PostRemoved)
    assert event.data == passed.data
    assert event.id == passed.causationid
    assert caused_id(event.id, event.type, 0) == passed.id
    assert "conversation-a" == passed.subject


def test_a_batch_with_removals_keeps_its_order() -> None:
    """Each post gets its own answer, whatever stands between."""
    prepared = STAGE.prepare([received("bin"), removed(), received("street lamp")])

    assert ["waste", None, "lighting"] == [each and each["team"] for each in prepared]


def test_a_batch_of_removals_alone_is_prepared() -> None:
    """A batch without a post has nothing to weigh."""
    assert [None] == list(STAGE.prepare([removed()]))


def test_pictures_are_read_by_their_descriptions() -> None:
    """What is told of a picture counts as text; a picture of which nothing is told does not."""
    event = received("Look", alts=["a street lamp", None])

    assert "Look\na street lamp" == text_of(event.data)
    assert "lighting" == handled(event).data.classification.team


def test_another_event_is_a_bug() -> None:
    """What the topic does not declare is refused."""
    other = handled(received("bin"))

    with pytest.raises(TypeError, match="is not classified"):
        list(STAGE.handle(other, None, View({}), LATER))


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
def test_any_post_survives_the_log(text: str) -> None:
    """Whatever a post says, what is made of it can be written and read back."""
    answer = handled(received(text))

    assert answer == decode_event(POSTS_CLASSIFIED.name, encode_event(answer))


def test_nothing_is_read_from_the_store() -> None:
    """A post is judged by itself."""
    assert not list(STAGE.needs(received("bin")))
