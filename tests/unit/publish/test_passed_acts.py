"""Acts passed over under a halt, and when the line has to be begun anew."""

from services.publish.passed_acts import PassedActs


def test_an_act_is_passed_until_the_line_begins_anew() -> None:
    """What was passed over is looked at again in the next round."""
    passed = PassedActs()
    before = (bool(passed), "act-1" in passed)
    passed.add("act-1", 3)
    during = (bool(passed), "act-1" in passed, "act-2" in passed)
    passed.clear()

    assert (False, False) == before
    assert (True, True, False) == during
    assert (False, False) == (bool(passed), "act-1" in passed)


def test_the_version_at_which_the_first_was_passed_is_what_counts() -> None:
    """A release between the first and the second would let the first go before what comes now."""
    passed = PassedActs()
    passed.add("act-1", 3)
    passed.add("act-2", 4)

    assert (False, True) == (passed.outdated(3), passed.outdated(4))


def test_a_new_round_has_a_version_of_its_own() -> None:
    """What the round before rested on is forgotten with it."""
    passed = PassedActs()
    passed.add("act-1", 3)
    passed.clear()
    passed.add("act-1", 5)

    assert (True, False) == (passed.outdated(3), passed.outdated(5))
