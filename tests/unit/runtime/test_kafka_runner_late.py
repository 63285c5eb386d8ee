"""The Kafka runner, turn by turn: how late it is, and whether it gets on, while it stands still."""

from services.runtime.clock import ManualClock
from tests.fakes import received
from tests.unit.runtime.test_kafka_runner import HeldJournal, Rig, turned


def test_nothing_waits_once_all_is_kept(clock: ManualClock) -> None:
    """However old the posts were."""
    rig = Rig(clock, 50)
    rig.clock.jump((received(0).time - rig.clock.now()).total_seconds() + 3_600)

    turned(rig.runner())

    assert 0 == rig.age_seconds()


def test_how_long_the_oldest_waits_grows_while_nothing_is_kept(clock: ManualClock) -> None:
    """The store takes nothing for an hour: nobody has to handle anything for that to be seen."""
    rig = Rig(clock, 50)
    rig.clock.jump((received(0).time - rig.clock.now()).total_seconds() + 3_600)
    turned(rig.runner(journal=HeldJournal(rig.journal)), turns=4)
    behind_seconds = rig.age_seconds() or 0.0

    rig.clock.advance(60)

    assert behind_seconds > 3_000
    assert behind_seconds + 60 == rig.age_seconds()


def test_a_runner_is_alive_while_each_partition_moves_or_has_nothing_waiting(
    clock: ManualClock,
) -> None:
    """A process that only looks alive is not."""
    rig = Rig(clock, 50)
    late = HeldJournal(rig.journal)
    runner = rig.runner(journal=late)
    turned(runner, turns=3)
    rig.clock.advance(100.0)
    runner.turn()
    stuck = runner._progress.alive(60.0, rig.clock.elapsed_seconds())

    for _ in range(60):
        late.work()
        runner.turn()
    rig.clock.advance(100.0)
    runner.turn()

    assert not stuck
    assert runner._progress.alive(60.0, rig.clock.elapsed_seconds())
    assert not runner.alive(60.0)
