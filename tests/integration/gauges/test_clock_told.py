"""What the front page, readiness and `mercat doctor` are told of this machine's clock."""

from datetime import timedelta

from services.bootstrap_senders import clock_statuses
from tests.unit.publish.stand import Stand


def sent(behind: timedelta) -> Stand:
    """Return an account with an act sent to a platform whose clock is behind ours."""
    stand = Stand()
    stand.platform.behind = behind
    stand.gate.approve("act-1")
    stand.run()
    return stand


def test_a_clock_that_hides_what_is_done_is_told_once() -> None:
    """However many accounts show it; nothing stops for it."""
    stands = [sent(timedelta(minutes=12)) for _ in range(2)]

    (told,) = clock_statuses([each.runner for each in stands])

    assert ("clock", False, False) == (told.name, told.working, told.needed)
    assert "12 minutes ahead" in told.sentence


def test_a_clock_that_is_right_is_not_told() -> None:
    """The list of parts stays as short as it was."""
    assert [] == clock_statuses([sent(timedelta(seconds=2)).runner])
