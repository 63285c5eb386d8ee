"""What is done next about a sending: every state against everything that can be heard of it."""

from datetime import timedelta
from typing import Any, get_args

import pytest

from services.publish.sending import Sending, SendingState
from services.publish.steps import (
    DEFERRED_SECONDS,
    KEY_MARGIN_MS,
    KEY_TRYING_MS_MAX,
    READING_MS_MAX,
    SKEW_MS,
    AskPerson,
    Heard,
    Listed,
    NotCleared,
    ReadBack,
    Record,
    Step,
    Unreadable,
    Wait,
    next_step,
)
from services.runtime.errors import StateConflictError
from services.runtime.platform import Deferred, Performed, Refused, Unclear
from tests.fakes import MOMENT
from tests.unit.publish.samples import NOW_MS, facts, own_act, sending, unknown

LATER_MS = NOW_MS + 60_000
"""A minute on: what was carried out shows by now, and keys live on."""

IN_STATE: dict[str, Sending] = {
    "sending": sending(),
    "sending again": sending(attempt=2, doubt_since_ms=NOW_MS - 5_000),
    "unknown": unknown(),
    "unknown, a person's": unknown(not_before_ms=None),
    "deferred": sending("deferred", not_before_ms=NOW_MS),
    "sent": sending("sent", remote_id="r-1"),
    "refused": sending("refused"),
    "reconciled": sending("reconciled", settled_by="reading-back"),
}
HEARD: dict[str, Heard | None] = {
    "nothing": None,
    "performed": Performed("r-1", "https://town.example/r-1"),
    "refused": Refused("no such thread"),
    "deferred": Deferred(5.0, "too many"),
    "unclear": Unclear("timed out"),
    "listed once": Listed([own_act()], complete=True),
    "listed twice": Listed([own_act("r-1"), own_act("r-2")], complete=True),
    "listed with a rival": Listed([own_act()], complete=True, rivals=1),
    "not listed": Listed([], complete=True),
    "not listed, list cut": Listed([], complete=False),
    "unreadable": Unreadable("down"),
    "not cleared": NotCleared("halted"),
}
MISPLACED = "misplaced"
TABLE: dict[str, dict[str, str]] = {
    "sending": {
        "nothing": "Record unknown",
        "performed": "Record sent",
        "refused": "Record refused",
        "deferred": "Record deferred",
        "unclear": "Record unknown",
    },
    "sending again": {
        "nothing": "Record unknown",
        "performed": "Record sent",
        "refused": "Record unknown",
        "deferred": "Record unknown",
        "unclear": "Record unknown",
    },
    "unknown": {
        "nothing": "RetryWithKey",
        "listed once": "Record reconciled",
        "listed twice": "AskPerson unknown",
        "listed with a rival": "AskPerson unknown",
        "not listed": "Record reconciled",
        "not listed, list cut": "AskPerson unknown",
        "unreadable": "Wait",
        "not cleared": "ReadBack",
    },
    "unknown, a person's": dict.fromkeys(HEARD, "Rest"),
    "deferred": {"nothing": "Begin", "not cleared": "Record refused"},
    "sent": {"nothing": "Rest"},
    "refused": {"nothing": "Rest"},
    "reconciled": {"nothing": "Rest"},
}


def named(step: Step) -> str:
    """Return a step's name, with the state it writes down where it does."""
    name = type(step).__name__
    return f"{name} {step.sending.state}" if isinstance(step, Record | AskPerson) else name


@pytest.mark.parametrize("heard", HEARD)
@pytest.mark.parametrize("state", IN_STATE)
def test_every_state_has_one_answer_to_everything_heard(state: str, heard: str) -> None:
    """What can be heard in a state leads to one step, and what cannot is refused."""
    expected = TABLE[state].get(heard, MISPLACED)

    if expected == MISPLACED:
        with pytest.raises(StateConflictError):
            next_step(IN_STATE[state], HEARD[heard], facts(), LATER_MS)
    else:
        step = next_step(IN_STATE[state], HEARD[heard], facts(), LATER_MS)
        assert expected == named(step)


def test_the_table_has_every_state() -> None:
    """A state added to sendings is added to the table above."""
    assert set(get_args(SendingState)) == {each.state for each in IN_STATE.values()}


@pytest.mark.parametrize(
    ("takes_keys", "reads_back", "expected"),
    [
        (True, True, "RetryWithKey"),
        (True, False, "RetryWithKey"),
        (False, True, "ReadBack"),
        (False, False, "AskPerson unknown"),
    ],
)
def test_a_person_is_asked_only_where_nothing_else_tells(
    takes_keys: bool,  # noqa: FBT001 - a parameter of the table
    reads_back: bool,  # noqa: FBT001 - a parameter of the table
    expected: str,
) -> None:
    """The key comes first, then the list, and a person where the platform has neither."""
    platform = facts(takes_keys=takes_keys, reads_back=reads_back)

    step = next_step(unknown(), None, platform, LATER_MS)

    assert expected == named(step)


@pytest.mark.parametrize(
    ("key_seconds", "age_ms", "expected"),
    [
        (None, KEY_TRYING_MS_MAX - 1, "RetryWithKey"),
        (None, KEY_TRYING_MS_MAX, "ReadBack"),
        (600.0, 600_000 - KEY_MARGIN_MS - 1, "RetryWithKey"),
        (600.0, 600_000 - KEY_MARGIN_MS, "ReadBack"),
        (60.0, 0, "ReadBack"),
        (None, -1, "ReadBack"),
    ],
)
def test_a_key_is_used_only_inside_its_life(
    key_seconds: float | None, age_ms: int, expected: str
) -> None:
    """A key that may have been forgotten, or whose age a clock hides, is not relied on."""
    platform = facts(key_seconds=key_seconds)

    step = next_step(unknown(not_before_ms=0), None, platform, NOW_MS + age_ms)

    assert expected == named(step)


def test_a_key_is_as_old_as_the_first_try_in_doubt() -> None:
    """Trying again does not make a key younger."""
    tried = unknown(begun_at_ms=LATER_MS, doubt_since_ms=NOW_MS - KEY_TRYING_MS_MAX)

    step = next_step(tried, None, facts(), LATER_MS)

    assert isinstance(step, ReadBack)


def test_doubt_is_remembered_from_the_first_try_on() -> None:
    """A second try whose end nobody knows leaves the first one's beginning where it was."""
    first = next_step(sending(), Unclear("timed out"), facts(), LATER_MS)
    assert isinstance(first, Record)
    again = sending(attempt=2, begun_at_ms=LATER_MS, doubt_since_ms=first.sending.doubt_since_ms)

    second = next_step(again, None, facts(), LATER_MS + 1)

    assert isinstance(second, Record)
    assert NOW_MS == first.sending.doubt_since_ms == second.sending.doubt_since_ms
    assert LATER_MS + 1 == second.sending.ended_at_ms


def test_reading_back_goes_back_to_before_it_was_begun() -> None:
    """The list is asked for from before the first try, give or take what clocks differ by."""
    step = next_step(unknown(), NotCleared("halted"), facts(), LATER_MS)

    assert ReadBack(NOW_MS - SKEW_MS) == step


def test_nothing_found_counts_only_once_it_would_show() -> None:
    """An act may take a while to be listed, so that an empty list at once tells nothing."""
    platform = facts(shown_seconds=20.0)

    early = next_step(unknown(), Listed([], complete=True), platform, NOW_MS + 19_999)
    late = next_step(unknown(), Listed([], complete=True), platform, NOW_MS + 20_000)

    assert Wait(NOW_MS + 20_000) == early
    assert "Record reconciled" == named(late)


def test_what_is_not_on_the_platform_is_a_persons_again() -> None:
    """Nothing is sent again by itself: the act is held, with a sentence that says why."""
    step = next_step(unknown(), Listed([], complete=True), facts(), LATER_MS)

    assert isinstance(step, Record)
    assert step.held_because is not None
    assert step.sending.may_begin_again
    assert step.performed_at_ms is None


def test_what_was_found_is_told_with_the_platforms_time() -> None:
    """An act found when read back was carried out when the platform says, and is not held."""
    found = own_act(at=MOMENT + timedelta(seconds=3), link="https://town.example/r-1")

    step = next_step(unknown(), Listed([found], complete=True), facts(), LATER_MS)

    assert isinstance(step, Record)
    assert ("r-1", "https://town.example/r-1") == (step.sending.remote_id, step.sending.link)
    assert (NOW_MS + 3_000, None) == (step.performed_at_ms, step.held_because)


def test_a_platforms_impossible_time_is_brought_into_bounds() -> None:
    """What is found by its key may bear any time, and the record only a possible one."""
    found = own_act(at=MOMENT.replace(year=1))

    step = next_step(unknown(), Listed([found], complete=True), facts(), LATER_MS)

    assert isinstance(step, Record)
    assert NOW_MS - SKEW_MS == step.performed_at_ms


def test_a_person_is_asked_once_a_platform_stays_unreadable() -> None:
    """An hour of asking is enough."""
    step = next_step(unknown(), Unreadable("down"), facts(), NOW_MS + READING_MS_MAX + 1)

    assert isinstance(step, AskPerson)
    assert "down" in str(step.sending.detail)
    assert step.sending.awaits_person


def test_a_person_is_asked_only_once_it_would_show() -> None:
    """Where nothing else tells, whoever looks must be able to see it, and nothing overtakes it."""
    step = next_step(unknown(), None, facts(takes_keys=False, reads_back=False), NOW_MS + 1)

    assert Wait(NOW_MS + 30_000) == step


def test_an_act_that_may_not_be_repeated_is_a_persons_where_it_cannot_be_read_back() -> None:
    """A halt stops the key too, and the sentence says what stood in the way."""
    step = next_step(
        unknown(), NotCleared("The account is halted."), facts(reads_back=False), LATER_MS
    )

    assert isinstance(step, AskPerson)
    assert "The account is halted." in str(step.sending.detail)


def test_looking_again_is_paced() -> None:
    """The longer it lasts, the longer the waits, up to a minute."""
    pauses = []
    for age_ms in (0, 10_000, 500_000):
        step = next_step(unknown(), Unreadable("down"), facts(), NOW_MS + age_ms)
        assert isinstance(step, Wait)
        pauses.append(step.until_ms - NOW_MS - age_ms)

    assert [1_000, 10_000, 60_000] == pauses


@pytest.mark.parametrize(
    ("asked_seconds", "waited_seconds"),
    [(-1.0, 1.0), (5.0, 5.0), (1e12, 3_600.0), (float("inf"), 3_600.0)],
)
def test_a_platform_may_put_an_act_off_within_bounds(
    asked_seconds: float, waited_seconds: float
) -> None:
    """What a platform asks for is honoured from a second up to an hour."""
    step = next_step(sending(), Deferred(asked_seconds, "later"), facts(), NOW_MS)

    assert isinstance(step, Record)
    assert NOW_MS + waited_seconds * 1_000 == step.sending.not_before_ms


@pytest.mark.parametrize("state", ["deferred", "unknown"])
def test_a_wait_is_kept_and_a_clock_put_back_does_not_prolong_it(state: str) -> None:
    """A moment further off than any we set is passed over."""
    waiting: Any = unknown() if state == "unknown" else sending("deferred")
    until_ms = NOW_MS + round(DEFERRED_SECONDS[1] * 1_000)
    put_off = waiting.changed(not_before_ms=until_ms)

    assert Wait(until_ms) == next_step(put_off, None, facts(), NOW_MS)
    assert not isinstance(next_step(put_off, None, facts(), NOW_MS - 1), Wait)


def test_a_clock_put_back_leaves_it_to_a_person() -> None:
    """Where no wait can be measured, an empty list tells nothing."""
    step = next_step(unknown(), Listed([], complete=True), facts(), NOW_MS - 7_200_000)

    assert isinstance(step, AskPerson)


def test_a_no_at_the_second_asking_tells_nothing_of_the_first() -> None:
    """Platforms look at leave and pace before they look at keys."""
    again = sending(attempt=2, doubt_since_ms=NOW_MS - 5_000)

    for heard in (Refused("signed out"), Deferred(5.0, "too many")):
        step = next_step(again, heard, facts(), NOW_MS)

        assert isinstance(step, Record)
        assert not step.sending.may_begin_again
        assert heard.detail in str(step.sending.detail)


def test_an_ended_sending_keeps_nothing_of_the_doubt() -> None:
    """A try with the key that tells clears what was in doubt."""
    again = sending(attempt=2, doubt_since_ms=NOW_MS - 5_000, detail="timed out")

    step = next_step(again, Performed("r-1"), facts(), LATER_MS)

    assert isinstance(step, Record)
    ended = step.sending
    assert (None, None, None) == (ended.doubt_since_ms, ended.not_before_ms, ended.detail)
    assert (LATER_MS, LATER_MS) == (step.performed_at_ms, ended.ended_at_ms)
