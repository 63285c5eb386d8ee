"""One step over a batch: order, isolation of what fails, repeats, dead letters."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from schemas.codec import decode_event
from schemas.dead_letter import DeadLetterWritten
from schemas.envelope import Event
from services.log.memory_log import MemoryLog
from services.runtime.effects import Effect, Expect, Key, Row
from services.runtime.ports import Commit, Guard, Record
from services.runtime.step import (
    DEAD_LETTER_VALUE_BYTES_MAX,
    Intake,
    Outcome,
    intake_of,
    step,
)
from services.runtime.view import View
from services.store.memory_journal import MemoryJournal
from tests.fakes import MOMENT, CountingStage, received, record_of, text_of


def work(
    texts: list[str], stage: CountingStage | None = None, journal: MemoryJournal | None = None
) -> Outcome:
    """Return what a batch of posts with these texts comes to; all in one conversation."""
    journal = journal or MemoryJournal(MemoryLog())
    intakes = [
        intake_of(record_of(received(i, text, conversation_id="one"), i))
        for i, text in enumerate(texts)
    ]
    return step(stage or CountingStage(), intakes, journal.fetch, MOMENT)


def row(outcome: Outcome) -> Row:
    """Return the count of the one conversation."""
    found = outcome.writes[Key("known_posts", "one")]
    assert found is not None
    return found


def test_an_event_sees_what_the_one_before_it_remembered() -> None:
    """State moves event by event within a batch."""
    assert row(work(["a", "b", "c"]))["removed"] == 3


def test_the_order_of_emitted_events_is_the_order_read() -> None:
    """Appends follow the batch."""
    outcome = work(["first", "second", "third"])

    texts = [append.event.data.text for append in outcome.appends if append.event]  # type: ignore[attr-defined] # posts all
    assert texts == ["first", "second", "third"]


def test_a_failing_event_takes_no_neighbour_with_it() -> None:
    """A raise, a refusal and an undeclared read each become one dead letter."""
    outcome = work(["good", "break", "refuse", "peek", "good too"])

    assert (outcome.handled, outcome.rejected) == (2, 3)
    assert row(outcome)["removed"] == 2
    letters = [append for append in outcome.appends if append.topic == "deadletters.written.v1"]
    assert len(letters) == 3


def test_a_dead_letter_names_its_place_cause_and_handler() -> None:
    """Whoever reads the dead letter knows where to look."""
    outcome = work(["peek"])

    event = decode_event("deadletters.written.v1", outcome.appends[0].value)
    assert isinstance(event, DeadLetterWritten)
    letter = event.data
    assert (
        letter.stage,
        letter.stage_version,
        letter.origin,
        letter.place,
    ) == ("count", "1", "posts.received.v1", "0")
    assert letter.cause == "handler failed"
    assert "not declared in needs()" in letter.detail


def test_a_rejected_event_leaves_no_other_effect() -> None:
    """What a handler yielded before it refused is dropped with the refusal."""
    outcome = work(["refuse"])

    assert Key("known_posts", "one") not in outcome.writes


def test_bytes_that_are_no_event_become_a_dead_letter() -> None:
    """Undecodable bytes are set aside with what is wrong about them, and kept."""
    intake = intake_of(Record("posts.received.v1", 4, "k", b'{"id": 1'))

    outcome = step(CountingStage(), [intake], lambda _: {}, MOMENT)

    (key,) = [key for key in outcome.writes if key.table == "dead_letters"]
    kept = outcome.writes[key]
    assert kept is not None
    assert (kept["cause"], kept["value"], kept["place"]) == ("not an event", b'{"id": 1', "4")


def test_a_long_dead_letter_is_kept_in_part() -> None:
    """No dead letter is larger than its bound, and its true size is told."""
    value = b"x" * (DEAD_LETTER_VALUE_BYTES_MAX + 10)

    outcome = step(
        CountingStage(),
        [intake_of(Record("posts.received.v1", 0, "k", value))],
        lambda _: {},
        MOMENT,
    )

    (kept,) = [row for key, row in outcome.writes.items() if row and key.table == "dead_letters"]
    assert isinstance(kept["value"], bytes)
    assert len(kept["value"]) == DEAD_LETTER_VALUE_BYTES_MAX
    assert len(value) == kept["size_bytes"]


def test_a_repeat_within_and_across_batches_is_passed_over() -> None:
    """The same event id takes effect once, however often it comes."""
    journal = MemoryJournal(MemoryLog())
    intake = intake_of(record_of(received(1, conversation_id="one"), 0))
    first = step(CountingStage(), [intake, intake], journal.fetch, MOMENT)
    journal.commit(Commit(writes=first.writes)).result()

    second = step(CountingStage(), [intake], journal.fetch, MOMENT + timedelta(hours=1))

    assert (first.handled, first.repeats) == (1, 1)
    assert (second.handled, second.repeats) == (0, 1)
    assert second.appends == []


def test_a_stage_that_need_not_know_repeats_keeps_no_ids() -> None:
    """Where repeats are harmless nothing is spent on them."""
    outcome = work(["a"], CountingStage(knows_repeats=False))

    assert "handled_events" not in {key.table for key in outcome.writes}


def test_a_batch_that_cannot_be_prepared_is_prepared_one_by_one() -> None:
    """One text that breaks the vectorised part costs its neighbours time, nothing else."""
    stage = CountingStage()

    outcome = work(["a", "unpreparable", "c"], stage)

    assert stage.prepared == [3, 1, 1, 1]
    assert (outcome.handled, outcome.rejected) == (2, 1)


def test_the_same_failure_has_the_same_dead_letter_id() -> None:
    """A batch worked out again after a crash does not add a second dead letter."""
    first, second = work(["break"]), work(["break"])

    assert first.writes.keys() == second.writes.keys()


def test_a_rejected_event_may_be_tried_again() -> None:
    """A dead letter put back is handled anew, not taken for a repeat."""
    journal = MemoryJournal(MemoryLog())
    journal.commit(Commit(writes=work(["break"], journal=journal).writes)).result()

    again = work(["good"], journal=journal)

    assert (again.repeats, again.handled) == (0, 1)


class RestingStage(CountingStage):
    """Rests each event on a row: its conversation's count, or that of the conversation it names."""

    def needs(self, event: Event) -> Sequence[Key]:
        """Return the row that is written, and the one that it rests on."""
        return (*CountingStage.needs(self, event), self._rests_on(event))

    def handle(self, event: Event, features: Any, view: View, now: datetime) -> Iterable[Effect]:
        """Say what was read there, behind all else."""
        yield from CountingStage.handle(self, event, features, view, now)
        found = view.get(self._rests_on(event))
        said = None if found is None else found["removed"]
        yield Expect(self._rests_on(event), "removed", said)

    @staticmethod
    def _rests_on(event: Event) -> Key:
        return Key("known_posts", text_of(event).split()[-1])


def test_a_row_that_an_event_rests_on_is_guarded_once() -> None:
    """The commit looks whether it still says what was read, for however many events."""
    journal = MemoryJournal(MemoryLog())
    other = Key("known_posts", "other")
    journal.commit(Commit(writes={other: {"removed": 5}})).result()

    outcome = work(["on other", "also on other", "on nothing"], RestingStage(), journal)

    expected = [Guard(other, 5, "removed"), Guard(Key("known_posts", "nothing"), None, "removed")]
    assert expected == list(outcome.guards)


def test_a_row_that_the_batch_wrote_before_is_not_guarded() -> None:
    """In the store it still is as it was before, and nobody else writes it; a first read counts."""
    first, second = work(["on one"], RestingStage()), work(["on other", "on one"], RestingStage())

    assert [Guard(Key("known_posts", "one"), None, "removed")] == list(first.guards)
    assert [Guard(Key("known_posts", "other"), None, "removed")] == list(second.guards)


def test_what_is_set_aside_rests_on_nothing() -> None:
    """A refused event keeps none of its neighbours from being kept."""
    assert {} == work(["refuse on other"], RestingStage()).guards


def test_an_intake_may_be_refused_before_it_is_an_event() -> None:
    """What a source could not read goes the same way as what a handler refuses."""
    from services.runtime.effects import Reject

    intake = Intake("source:feed", "item 3", b"<item>", Reject("not XML", "item 3: no end"))

    outcome = step(CountingStage(), [intake], lambda _: {}, MOMENT)

    assert (outcome.handled, outcome.rejected) == (0, 1)
