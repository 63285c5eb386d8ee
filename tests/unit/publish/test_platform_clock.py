"""What a platform shows of its clock: taken from what it dates, and told when it is far off."""

from datetime import timedelta

import pytest

from services.publish.platform_clock import FAR_SECONDS, ahead_seconds, trouble_of
from services.runtime.speaking_metrics import CLOCK_SKEW_SECONDS
from tests.unit.publish.stand import Stand

NAME = CLOCK_SKEW_SECONDS.name


def sent(stand: Stand, act_id: str = "act-1") -> None:
    """Have one act sent."""
    stand.gate.approve(act_id)
    stand.run()


def shown(stand: Stand) -> float | None:
    """Return what is told of the platform's clock, or None for nothing."""
    labels = {"platform": stand.platform.facts.name}
    return stand.metrics.registry.get_sample_value(NAME, labels)


@pytest.mark.parametrize(
    ("done_ms", "seconds"), [(900, 0.1), (1_000, 0), (1_500, 0), (2_000, 0), (2_500, -0.5)]
)
def test_clocks_agree_where_it_was_done_while_it_was_asked(done_ms: int, seconds: float) -> None:
    """Done before it was begun, ours is ahead; done after it ended, ours is behind."""
    assert seconds == ahead_seconds(1_000, 2_000, done_ms)


@pytest.mark.parametrize("ahead", [0.0, FAR_SECONDS - 1, 1 - FAR_SECONDS])
def test_clocks_may_differ_a_little(ahead: float) -> None:
    """Nobody is told of what looking at timelines allows for."""
    assert trouble_of("house", ahead) is None


def test_a_sentence_says_how_far_it_is_and_what_to_do() -> None:
    """Only a clock that is ahead hides what is done there."""
    ahead, behind = str(trouble_of("house", 720)), str(trouble_of("house", -720))

    assert "12 minutes ahead of that of house: have it set by the network; else" in ahead
    assert behind.endswith("12 minutes behind that of house: have it set by the network")


def test_each_act_sent_shows_how_the_clocks_stand() -> None:
    """One that was set right is no trouble from the next act on."""
    stand = Stand()
    stand.platform.behind = timedelta(minutes=12)
    sent(stand)
    before = (shown(stand), str(stand.runner.clock_trouble))

    stand.platform.behind = timedelta()
    sent(stand, "act-2")

    assert (720, True) == (before[0], "12 minutes ahead" in before[1])
    assert (0, None) == (shown(stand), stand.runner.clock_trouble)


def test_a_platform_that_does_not_date_acts_shows_nothing() -> None:
    """No value is no claim that the clocks agree."""
    stand = Stand()
    stand.platform.behind = None

    sent(stand)

    assert (None, None) == (shown(stand), stand.runner.clock_trouble)


def test_what_was_begun_before_shows_nothing() -> None:
    """It may have been done at the first try, however long ago that was."""
    stand = Stand(values={"takes_keys": True})
    stand.platform.faults.append("lost after")
    stand.platform.behind = timedelta(minutes=12)

    sent(stand)
    stand.run(60)

    assert ("sent", 2) == (stand.sending().state, stand.sending().attempt)
    assert shown(stand) is None
