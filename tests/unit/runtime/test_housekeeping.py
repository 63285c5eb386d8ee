"""Chores are done by the process that holds the lease, again and again, whatever waits."""

from collections.abc import Callable

from services.runtime.errors import StorageRefusedError
from services.runtime.housekeeping import LEASE, Housekeeping
from tests.fakes import wait_until


class OneLease:
    """A lease that is ours or not; `away` refuses to say."""

    def __init__(self, *, ours: bool = True) -> None:
        self.ours = ours
        self.away = False
        self.asked: list[str] = []

    def hold(self, name: str) -> bool:
        """Return whether it is ours."""
        self.asked.append(name)
        if self.away:
            raise StorageRefusedError("PostgreSQL is away")
        return self.ours


def keeping(lease: OneLease, *chores: Callable[[], object]) -> Housekeeping:
    """Return housekeeping that is due every hundredth of a second."""
    return Housekeeping(lease, chores, 0.01)


def test_chores_are_done_in_order_under_the_lease() -> None:
    """Who holds the lease does every chore once a turn."""
    done: list[str] = []
    lease = OneLease()

    assert keeping(lease, lambda: done.append("parts"), lambda: done.append("prune")).turn()

    assert ["parts", "prune"] == done
    assert [LEASE] == lease.asked


def test_who_does_not_hold_the_lease_does_nothing() -> None:
    """Of several processes, one tidies."""
    done: list[str] = []

    assert not keeping(OneLease(ours=False), lambda: done.append("prune")).turn()

    assert [] == done


def test_a_database_that_is_away_puts_chores_off() -> None:
    """Whether the lease or a chore cannot be had now, the next turn tries again."""
    lease = OneLease()
    refusals = [StorageRefusedError("full")]
    done: list[str] = []

    def chore() -> None:
        if refusals:
            raise refusals.pop()
        done.append("prune")

    house = keeping(lease, chore)
    house.turn()
    lease.away = True
    house.turn()
    lease.away = False
    house.turn()

    assert ["prune"] == done


def test_chores_come_again_until_told_to_end() -> None:
    """A thread of its own does them every so often."""
    done: list[str] = []
    house = keeping(OneLease(), lambda: done.append("prune"))
    house.start()
    wait_until(lambda: len(done) > 2)
    house.stop()

    assert house.crashed_with is None


def test_a_bug_in_a_chore_is_handed_up() -> None:
    """The process learns that nothing is tidied any more."""

    def broken() -> None:
        raise KeyError("no such sweep")

    house = keeping(OneLease(), broken)
    house.start()
    wait_until(lambda: house.crashed_with is not None)
    house.stop()

    assert isinstance(house.crashed_with, KeyError)


def test_an_end_comes_between_two_chores() -> None:
    """A process that is told to stop does not begin the next chore."""
    done: list[str] = []
    house: Housekeeping

    def first() -> None:
        done.append("first")
        house.stop()

    house = keeping(OneLease(), first, lambda: done.append("second"))
    house.turn()

    assert ["first"] == done


def test_ending_what_never_began_is_nothing() -> None:
    """A service that did not come to start may still be let go of."""
    house = keeping(OneLease())

    house.stop()

    assert house.crashed_with is None
