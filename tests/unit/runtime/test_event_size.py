"""Answers that could never be sent: found before anything of their event is kept."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import pytest

from schemas.envelope import Event
from schemas.post import PostReceived
from services.log.kafka_producer import check_sendable
from services.runtime.effects import Effect, Emit, Key
from services.runtime.errors import InputInvalidError
from services.runtime.event_size import (
    MESSAGE_BYTES_MAX,
    MESSAGE_OVERHEAD_BYTES,
    size_fault,
)
from services.runtime.ports import Append
from services.runtime.step import Outcome, intake_of, step
from services.runtime.view import View
from tests.fakes import MOMENT, CountingStage, received, record_of, text_of

TOPIC = "posts.classified.v1"


class RetellingStage(CountingStage):
    """Counts, and tells what a post says in other words: some too long, some none at all."""

    def handle(self, event: Event, features: Any, view: View, now: datetime) -> Iterable[Effect]:
        """Return a count one higher, a copy of the event, and one that is told otherwise."""
        yield from super().handle(event, features, view, now)
        assert isinstance(event, PostReceived)
        words = {"long": "x" * MESSAGE_BYTES_MAX, "torn": "\ud83d"}.get(text_of(event), "well")
        data = event.data.model_copy(update={"text": words})
        yield Emit(TOPIC, event.model_copy(update={"data": data}))


def work(*texts: str) -> Outcome:
    """Return what posts of one conversation come to."""
    intakes = [
        intake_of(record_of(received(number, text, conversation_id="one"), number))
        for number, text in enumerate(texts)
    ]
    return step(RetellingStage(), intakes, dict.fromkeys, MOMENT)


@pytest.mark.parametrize(
    ("text", "cause"), [("long", "cannot be sent"), ("torn", "handler failed")]
)
def test_an_answer_that_cannot_be_sent_costs_its_event_alone(text: str, cause: str) -> None:
    """Nothing of its event is kept, and its neighbours are handled as if it were not there."""
    outcome = work("a", text, "b")

    assert (2, 1) == (outcome.handled, outcome.rejected)
    count = outcome.writes[Key("known_posts", "one")]
    assert count is not None
    assert 2 == count["removed"]
    (letter,) = [row for key, row in outcome.writes.items() if "dead_letters" == key.table if row]
    assert ("1", cause) == (letter["place"], letter["cause"])
    assert 2 == len([append for append in outcome.appends if append.topic == TOPIC])


def test_the_largest_message_is_taken_and_a_larger_one_is_not() -> None:
    """The step, the producer and the relay refuse the same events."""
    room = MESSAGE_BYTES_MAX - MESSAGE_OVERHEAD_BYTES - 4
    largest, larger = (Append(TOPIC, "k", b"x" * (room + more)) for more in (0, 1))

    assert size_fault(largest) is None
    check_sendable(largest)
    with pytest.raises(InputInvalidError, match=f"{room + 1} bytes for {TOPIC}"):
        check_sendable(larger)
    assert "is the most" in str(size_fault(larger))
