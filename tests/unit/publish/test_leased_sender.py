"""Two processes with a runner for one account: one works, and takes over from the other."""

from collections.abc import Callable

import pytest

from services.publish.leave_to_send import LeasedLeave, lease_name
from services.publish.sender import SenderRunner
from services.runtime.errors import (
    RetryLaterError,
    StaleStateError,
    StateConflictError,
    StorageRefusedError,
)
from tests.unit.publish.samples import ACCOUNT
from tests.unit.publish.stand import Stand

STANDS_BY = "stands by: another process sends for this account"
PATIENCE_TURNS = 200
"""More than a request may take, and a platform to show what it did."""


class LeaseBook:
    """Who has which lease; `asked` is called before each answer to whether one is still held."""

    def __init__(self) -> None:
        self.holder: dict[str, str] = {}
        self.asked: Callable[[], None] = lambda: None

    def of(self, process: str) -> LeasedLeave:
        """Return leave as one process has it."""
        return LeasedLeave(_Leases(self, process))

    def give(self, process: str) -> None:
        """Give the account to a process, whoever had it."""
        self.holder[lease_name(ACCOUNT)] = process


class _Leases:
    def __init__(self, book: LeaseBook, process: str) -> None:
        self._book = book
        self._process = process

    def hold(self, name: str) -> bool:
        return self._book.holder.setdefault(name, self._process) == self._process

    def holds(self, name: str) -> bool:
        self._book.asked()
        return self._book.holder.get(name) == self._process

    def release(self, name: str) -> None:
        if self._book.holder.get(name) == self._process:
            del self._book.holder[name]


@pytest.fixture
def stand() -> Stand:
    """An account on a platform without keys that can be read back."""
    return Stand({"takes_keys": False, "key_seconds": None, "reads_back": True})


@pytest.fixture
def book() -> LeaseBook:
    """Leases that nobody has yet."""
    return LeaseBook()


def work(stand: Stand, runner: SenderRunner, turns: int = 40) -> None:
    """Let a runner work, time passing as it waits."""
    for _ in range(turns):
        stand.clock.advance(min(runner.turn(), 1.0))


def test_one_works_and_the_other_stands_by(stand: Stand, book: LeaseBook) -> None:
    """The second does nothing at all, not even look at what waits."""
    first, second = stand.another(book.of("one")), stand.another(book.of("two"))
    stand.gate.approve("act-1")
    first.turn()

    second.turn()

    assert (STANDS_BY, True) == (second.sentence, second.working)
    assert ("sent", 1) == (stand.sending().state, len(stand.platform.asked))


def test_the_other_takes_over_once_leave_is_given_back(stand: Stand, book: LeaseBook) -> None:
    """A clean end gives leave back, and what waited goes out by the other."""
    first, second = stand.another(book.of("one")), stand.another(book.of("two"))
    first.turn()
    first.start()
    first.stop()
    stand.gate.approve("act-1")

    second.turn()

    assert "sent" == stand.sending().state


def test_leave_lost_while_the_gate_was_asked_begins_nothing(stand: Stand, book: LeaseBook) -> None:
    """It is looked at last before the commit that starts an act."""
    first = stand.another(book.of("one"))
    stand.gate.approve("act-1")
    book.asked = lambda: book.give("two")

    first.turn()

    assert (["act-1"], []) == (stand.gate.asked, stand.platform.asked)
    assert STANDS_BY == first.sentence


def test_what_another_began_is_left_alone_while_it_may_be_on_its_way(
    stand: Stand, book: LeaseBook
) -> None:
    """Whoever began it may have lost no more than its leave: a request takes twenty seconds."""
    first, second = stand.another(book.of("one")), stand.another(book.of("two"))
    stand.gate.approve("act-1")
    found: list[str] = []

    def meanwhile() -> None:
        book.give("two")
        second.turn()
        found.append(stand.sending().state)

    stand.platform.meanwhile = meanwhile

    first.turn()

    assert ["sending"] == found
    assert "waits until" in second.sentence
    assert ("sent", "r-1") == (stand.sending().state, stand.sending().remote_id)


def test_a_start_that_was_kept_too_late_asks_the_platform_for_nothing(
    stand: Stand, book: LeaseBook
) -> None:
    """Another process may have read the platform back meanwhile, and told a person so."""
    first = stand.another(book.of("one"))
    stand.gate.approve("act-1")
    stand.commit_seconds = 21.0

    first.turn()

    assert ([], "deferred") == (stand.platform.asked, stand.sending().state)


def test_what_was_started_too_late_goes_out_later_by_itself(stand: Stand, book: LeaseBook) -> None:
    """Nothing was asked for, so nobody has to look."""
    first = stand.another(book.of("one"))
    stand.gate.approve("act-1")
    stand.commit_seconds = 21.0
    first.turn()
    stand.commit_seconds = 0.0

    work(stand, first, PATIENCE_TURNS)

    assert ("sent", 1) == (stand.sending().state, len(stand.platform.effects))


def test_a_request_ends_when_others_take_its_time_to_be_over(stand: Stand, book: LeaseBook) -> None:
    """What its start took of the twenty seconds is gone for the request."""
    first = stand.another(book.of("one"))
    stand.gate.approve("act-1")
    stand.commit_seconds = 5.0

    first.turn()

    assert [15.0] == stand.platform.patience_seconds


def test_what_a_dead_process_began_is_read_back_once_its_time_is_over(
    stand: Stand, book: LeaseBook
) -> None:
    """It was carried out, and is written down as found there; nothing is sent twice."""
    first, second = stand.another(book.of("one")), stand.another(book.of("two"))
    stand.gate.approve("act-1")
    stand.gate.approve("act-2")
    stand.platform.meanwhile = lambda: setattr(stand, "refusals", 2)
    first.turn()
    stand.platform.meanwhile = None
    stand.refusals = 0
    book.give("two")

    work(stand, second, PATIENCE_TURNS)

    assert ["reconciled", "sent"] == [stand.sending(each).state for each in ("act-1", "act-2")]
    assert 2 == len(stand.platform.effects)


def test_an_answer_that_comes_after_another_settled_it_is_dropped(
    stand: Stand, book: LeaseBook
) -> None:
    """What is on record stands, and whoever lost leave goes on standing by."""
    first, second = stand.another(book.of("one")), stand.another(book.of("two"))
    stand.gate.approve("act-1")
    _answered_but_not_written(stand, first)
    book.give("two")
    work(stand, second, PATIENCE_TURNS)
    assert "reconciled" == stand.sending().state

    first.turn()
    first.turn()

    assert STANDS_BY == first.sentence
    assert ("reconciled", 1) == (stand.sending().state, len(stand.platform.effects))


def test_an_answer_that_contradicts_what_is_on_record_stops_it(
    stand: Stand, book: LeaseBook
) -> None:
    """It was sent, and stands as not sent: a person must look before it is approved again."""
    first, second = stand.another(book.of("one")), stand.another(book.of("two"))
    stand.gate.approve("act-1")
    _answered_but_not_written(stand, first)
    book.give("two")
    hidden, stand.platform.effects = stand.platform.effects, []
    work(stand, second, PATIENCE_TURNS)
    stand.platform.effects = hidden
    assert (True, None) == (stand.sending().may_begin_again, stand.sending().remote_id)

    with pytest.raises(StateConflictError):
        first.turn()


@pytest.mark.parametrize("refused_as", [StorageRefusedError, StaleStateError])
def test_an_answer_refused_by_the_store_is_written_down_later(
    stand: Stand, book: LeaseBook, refused_as: type[RetryLaterError]
) -> None:
    """A commit that somebody else's was in the way of is given again, as long as nothing moved."""
    stand.refused_as = refused_as
    first = stand.another(book.of("one"))
    stand.gate.approve("act-1")
    _answered_but_not_written(stand, first)

    first.turn()

    assert ("sent", 1) == (stand.sending().state, len(stand.platform.asked))


def test_a_runner_that_stops_gives_leave_back(stand: Stand, book: LeaseBook) -> None:
    """Another process then settles what this one would not touch any more."""
    first = stand.another(book.of("one"))

    first.start()
    first.stop()

    assert {} == book.holder


def test_a_store_that_is_away_is_waited_for(stand: Stand) -> None:
    """Nobody can tell who has leave meanwhile, so nothing is begun."""

    class Away:
        def hold(self, name: str) -> bool:
            raise StorageRefusedError(f"nobody can tell who has {name}")

        holds = hold

        def release(self, name: str) -> None:
            self.hold(name)

    runner = stand.another(LeasedLeave(Away()))
    stand.gate.approve("act-1")

    wait_seconds = runner.turn()

    assert ([], False) == (stand.platform.asked, runner.working)
    assert wait_seconds > 0


def _answered_but_not_written(stand: Stand, runner: SenderRunner) -> None:
    """Let a runner send, and refuse to write down what its platform answered."""
    stand.platform.meanwhile = lambda: setattr(stand, "refusals", 1)
    runner.turn()
    stand.platform.meanwhile = None
    stand.refusals = 0
