"""How a process hears of what another committed: changes wake its senders, halts are measured."""

from collections.abc import Iterable, Sequence

import pytest

from services.publish.leave_watch import LeaveWatch
from services.runtime.clock import ManualClock, to_epoch_ms
from services.runtime.effects import Key, Row, Value
from services.runtime.errors import StorageRefusedError
from tests.fakes import wait_until

TOWN, LIBRARY = "town", "library"


class Rows:
    """Accounts and halts as a store would give them; `away` refuses that many reads."""

    def __init__(self) -> None:
        self.versions = {LIBRARY: 1, TOWN: 1}
        self.approved_at_ms: dict[str, int] = {}
        self.halts: list[Row] = []
        self.away = 0

    def select(self, query: str, parameters: Sequence[Value] = ()) -> list[Row]:
        """Return the accounts, or every halt."""
        if self.away:
            self.away -= 1
            raise StorageRefusedError("it is away")
        assert () == parameters
        if query == "halts":
            return self.halts
        assert query == "accounts_at_work"
        return [
            {"id": each, "version": version, "approved_at_ms": self.approved_at_ms.get(each)}
            for each, version in self.versions.items()
        ]

    def fetch(self, keys: Iterable[Key]) -> dict[Key, Row | None]:
        """Return nothing: no row is looked at by itself."""
        return dict.fromkeys(keys)

    def cursor(self, consumer: str, topic: str, *, partition: int = 0) -> int:
        """Return the beginning."""
        del consumer, topic, partition
        return 0

    def halt(self, at_ms: int, state: str = "halted") -> None:
        """Halt everything, as one commit does."""
        self.halts.append({"state": state, "halted_at_ms": at_ms})
        self.versions = {key: version + 1 for key, version in self.versions.items()}


class Heard:
    """What a watch told."""

    def __init__(self, rows: Rows, clock: ManualClock) -> None:
        self.changes: list[set[str]] = []
        self.halts: list[float] = []
        self.watch = LeaveWatch(
            rows,
            clock,
            changed=lambda accounts: self.changes.append(set(accounts)),
            halted=self.halts.append,
        )


@pytest.fixture
def rows() -> Rows:
    """Two accounts that nobody halted."""
    return Rows()


@pytest.fixture
def heard(rows: Rows, clock: ManualClock) -> Heard:
    """A watch over them, turned by hand."""
    return Heard(rows, clock)


def test_a_change_of_any_account_is_told_once(rows: Rows, heard: Heard) -> None:
    """A look that finds what the one before found tells nothing."""
    heard.watch.look()
    rows.versions[LIBRARY] = 2

    heard.watch.look()
    heard.watch.look()

    assert ([{TOWN, LIBRARY}, {LIBRARY}], []) == (heard.changes, heard.halts)


def test_an_approval_wakes_its_account_alone(rows: Rows, heard: Heard) -> None:
    """Consent to an act changes no version, and is to be acted on at once all the same."""
    heard.watch.look()
    rows.approved_at_ms[TOWN] = 17

    heard.watch.look()

    assert [{TOWN}] == heard.changes[1:]


def test_a_halt_is_told_with_how_long_ago_it_was_ordered(
    rows: Rows, heard: Heard, clock: ManualClock
) -> None:
    """So that its effect is measured from the order, not from when it was heard of."""
    heard.watch.look()
    rows.halt(to_epoch_ms(clock.now()))
    clock.advance(0.25)

    heard.watch.look()
    rows.versions[TOWN] += 1
    heard.watch.look()

    assert [0.25] == heard.halts


def test_what_was_halted_before_the_start_is_no_news(
    rows: Rows, heard: Heard, clock: ManualClock
) -> None:
    """Nothing of this process can have outlived it."""
    rows.halt(to_epoch_ms(clock.now()))

    heard.watch.look()

    assert (1, []) == (len(heard.changes), heard.halts)


def test_a_release_is_a_change_and_no_halt(rows: Rows, heard: Heard, clock: ManualClock) -> None:
    """What was let go is looked at anew by the senders."""
    heard.watch.look()
    rows.halt(to_epoch_ms(clock.now()), "released")

    heard.watch.look()

    assert ([{TOWN, LIBRARY}], []) == (heard.changes[1:], heard.halts)


def test_a_store_that_is_away_is_looked_at_again(rows: Rows, heard: Heard) -> None:
    """The thread goes on until it is told to stop."""
    rows.away = 1

    heard.watch.start()
    wait_until(lambda: len(heard.changes) == 1)
    heard.watch.stop()

    assert heard.watch.crashed_with is None
