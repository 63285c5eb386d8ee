"""A storm is a few bells and one that counts; one family's storm hides nothing of another's."""

from dataclasses import replace

from services.policy.bell_folding import Folding
from services.runtime.clock import HOUR_MS
from tests.unit.policy.test_bell_wishes import ALARM, NIGHT, USUAL


def storm(count: int) -> Folding:
    """Return what so many usual bells to one person come to, ten of them singly."""
    folding = Folding({}, 10, NIGHT)
    for number in range(count):
        folding.take(replace(USUAL, id=f"bell-{number}"))
    return folding


def test_what_is_over_the_number_is_one_bell_that_counts() -> None:
    """Ten thousand acts that wait are ten bells and one."""
    folding = storm(10_000)

    (whole,) = folding.merged({})
    assert 10 == len(folding.single)
    assert 9_990 == whole.times
    assert "There were 9,990 more of these in one hour: Something." == whole.body


def test_the_number_itself_folds_nothing() -> None:
    """Exactly so many come singly."""
    assert {} == storm(10).folded


def test_one_more_is_said_to_be_one() -> None:
    """The sentence counts as people do."""
    (whole,) = storm(11).merged({})

    assert "There was 1 more of this in one hour: Something." == whole.body


def test_a_storm_of_one_family_holds_no_alarm_back() -> None:
    """A halt in the middle of ten thousand acts comes by itself."""
    folding = storm(100)
    folding.take(ALARM)

    assert ALARM in folding.single


def test_what_the_hour_brought_before_counts() -> None:
    """The number is of an hour, not of a turn."""
    folding = Folding({("dora-id", "usual"): 10}, 10, NIGHT)
    folding.take(USUAL)

    assert [] == folding.single
    assert 1 == len(folding.folded)


def test_a_storm_goes_on_counting_in_the_same_bell_until_the_hour_ends() -> None:
    """Later turns of the hour add to it, unread; the next hour has its own."""
    (before,) = storm(15).merged({})
    read = replace(before, read_at_ms=NIGHT)
    (after,) = storm(13).merged({before.id: read})
    later = Folding({("dora-id", "usual"): 10}, 10, NIGHT + HOUR_MS)
    later.take(USUAL)

    assert 8 == after.times
    assert (before.id, None, before.version + 1) == (after.id, after.read_at_ms, after.version)
    assert before.id not in later.folded
