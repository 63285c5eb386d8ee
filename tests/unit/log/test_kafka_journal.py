"""Commits of a stage without state: events sent, dead letters kept first."""

from collections.abc import Sequence
from concurrent.futures import Future

import pytest

from services.log.kafka_journal import KafkaJournal
from services.log.memory_log import MemoryLog
from services.runtime.effects import Key, Row
from services.runtime.errors import (
    InputInvalidError,
    LogUnavailableError,
    StateConflictError,
    StorageRefusedError,
)
from services.runtime.ports import Append, Commit, Cursor, Guard
from services.store.memory_journal import MemoryJournal
from tests.fakes import append_of, received

CLASSIFIED = "posts.classified.v1"
LETTERS = "deadletters.written.v1"
LETTER: tuple[Key, Row] = (Key("dead_letters", "d"), {"stage": "classify", "state": "waiting"})


class SlowSender:
    """Takes events, and confirms or fails them when told."""

    def __init__(self) -> None:
        self.sent: list[Append] = []
        self.open: list[tuple[int, Future[list[tuple[int, int]]]]] = []

    def send_together(self, appends: Sequence[Append]) -> Future[list[tuple[int, int]]]:
        """Take events; the future stays open."""
        future: Future[list[tuple[int, int]]] = Future()
        self.sent.extend(appends)
        self.open.append((len(appends), future))
        return future

    def confirm(self) -> None:
        """Say of all events that they lie in partition 2, from offset 40 on."""
        for count, future in self.open:
            future.set_result([(2, 40 + index) for index in range(count)])

    def fail(self) -> None:
        """Say of all events that they may be there or not."""
        for _, future in self.open:
            future.set_exception(LogUnavailableError("away"))


@pytest.fixture
def sender() -> SlowSender:
    """A sender that confirms nothing yet."""
    return SlowSender()


@pytest.fixture
def letters() -> MemoryJournal:
    """Where dead letters go."""
    return MemoryJournal(MemoryLog())


def test_a_commit_is_done_once_its_events_are_confirmed(
    sender: SlowSender, letters: MemoryJournal
) -> None:
    """Not before: what is only sent may be lost."""
    done = KafkaJournal(sender, letters).commit(Commit([append_of(received(1), CLASSIFIED)]))
    early = done.done()
    sender.confirm()

    assert not early
    assert [(2, 40)] == [(record.partition, record.offset) for record in done.result(0)]


def test_dead_letters_are_kept_and_never_sent(sender: SlowSender, letters: MemoryJournal) -> None:
    """They are durable in the database before anything goes out, and announced from there."""
    appends = [
        append_of(received(1), CLASSIFIED),
        append_of(received(2), LETTERS),
        append_of(received(3), CLASSIFIED),
    ]

    done = KafkaJournal(sender, letters).commit(Commit(appends, dict([LETTER])))
    kept = dict(letters.rows)
    sender.confirm()

    assert {LETTER[0]: LETTER[1]} == kept
    assert 1 == letters.log.end_offset(LETTERS)
    assert [appends[0], appends[2]] == sender.sent
    assert [a.topic for a in appends] == [record.topic for record in done.result(0)]
    assert [40, 0, 41] == [record.offset for record in done.result(0)]


def test_nothing_goes_out_where_the_dead_letter_could_not_be_kept(sender: SlowSender) -> None:
    """Else the event would have ended nowhere once its offset is stored."""

    def refuse(_: Commit) -> None:
        raise StorageRefusedError("the database is away")

    journal = KafkaJournal(sender, MemoryJournal(MemoryLog(), refuse))
    commit = Commit([append_of(received(1), CLASSIFIED)], dict([LETTER]))

    with pytest.raises(StorageRefusedError):
        journal.commit(commit).result(0)

    assert [] == sender.sent


def test_what_is_not_confirmed_fails_the_commit(sender: SlowSender, letters: MemoryJournal) -> None:
    """Whoever gave it begins again at it."""
    done = KafkaJournal(sender, letters).commit(Commit([append_of(received(1), CLASSIFIED)]))
    sender.fail()

    with pytest.raises(LogUnavailableError):
        done.result(0)


@pytest.mark.parametrize(
    "commit",
    [
        Commit(writes={Key("objections", "r"): {"source": "p"}}),
        Commit(cursors=[Cursor("classify", CLASSIFIED, 0, 1)]),
        Commit(guards=[Guard(Key("acts", "a"), 1)]),
    ],
    ids=["rows", "cursors", "guards"],
)
def test_state_is_refused_whole(sender: SlowSender, letters: MemoryJournal, commit: Commit) -> None:
    """What must be durable together with events cannot be so here."""
    with pytest.raises(StateConflictError, match="without a database"):
        KafkaJournal(sender, letters).commit(commit).result(0)

    assert ([], {}) == (sender.sent, letters.rows)


def test_an_event_that_cannot_be_sent_keeps_the_letters_back_too(
    sender: SlowSender, letters: MemoryJournal
) -> None:
    """A commit is refused before any part of it is carried out."""
    nameless = append_of(received(1), CLASSIFIED)._replace(key="")

    with pytest.raises(InputInvalidError, match="no key"):
        KafkaJournal(sender, letters).commit(Commit([nameless], dict([LETTER]))).result(0)

    assert {} == letters.rows
