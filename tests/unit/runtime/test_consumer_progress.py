"""Whether a consumer gets on."""

from services.runtime.consumer_progress import ConsumerProgress


def test_a_consumer_at_the_end_of_its_partitions_is_alive_for_ever() -> None:
    """Nothing waits, so nothing need move."""
    progress = ConsumerProgress(0.0)
    progress.placed({0: 10, 1: 4}, 0.0)
    progress.seen({0: 10, 1: 4}, 1_000.0)

    assert progress.lag() == 0
    assert progress.partitions() == 2
    assert progress.alive(60.0, 1_001.0)


def test_a_consumer_whose_commits_stand_while_events_wait_is_not_alive() -> None:
    """One partition that stands is enough, whatever the others do."""
    progress = ConsumerProgress(0.0)
    progress.placed({0: 10, 1: 4}, 0.0)
    progress.seen({0: 12, 1: 9}, 1.0)
    progress.moved({1: 9}, 100.0)
    progress.seen({0: 12, 1: 9}, 100.0)

    assert progress.lag() == 2
    assert progress.alive(99.0, 100.0)
    assert not progress.alive(98.0, 100.0)


def test_a_consumer_whose_commits_move_is_alive_however_much_waits() -> None:
    """Lag alone is no death."""
    progress = ConsumerProgress(0.0)
    progress.placed({0: 0}, 0.0)
    for moment in range(1, 100):
        progress.seen({0: 100_000 + moment}, float(moment))
        progress.moved({0: moment}, float(moment))

    assert progress.alive(5.0, 100.0)
    assert progress.lag() == 100_000


def test_a_log_that_cannot_be_asked_counts_as_stuck() -> None:
    """A consumer whose connection died sees no end of the log, and no lag."""
    progress = ConsumerProgress(0.0)
    progress.placed({0: 10}, 0.0)
    progress.seen({0: 10}, 10.0)

    assert progress.alive(60.0, 70.0)
    assert not progress.alive(60.0, 71.0)


def test_events_that_come_later_are_waited_for_from_then_on() -> None:
    """Time spent at the end does not count against the consumer."""
    progress = ConsumerProgress(0.0)
    progress.placed({0: 10}, 0.0)
    progress.seen({0: 10}, 500.0)
    progress.seen({0: 11}, 501.0)

    assert progress.alive(60.0, 561.0)
    assert not progress.alive(59.0, 561.0)


def test_partitions_that_were_taken_away_are_forgotten() -> None:
    """Their events are another worker's to wait for."""
    progress = ConsumerProgress(0.0)
    progress.placed({0: 0, 1: 0}, 0.0)
    progress.seen({0: 50, 1: 50}, 1.0)
    progress.placed({1: 20}, 2.0)
    progress.moved({0: 50}, 2.0)
    progress.seen({0: 50, 1: 50}, 2.0)

    assert progress.lag() == 30
