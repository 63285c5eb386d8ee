"""What every platform promises: acts once for each key, replies that say what is known."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.act import UNDO_OF, ActContent, ActKind
from services.house.faults import FAULTS, Fault
from services.runtime.account_state import AccountState
from services.runtime.clock import ManualClock
from services.runtime.errors import PlatformUnavailableError
from services.runtime.platform import Deferred, Performed, Refused, Unclear
from tests.conftest import START
from tests.contract.platforms import (
    ACCOUNT,
    EVERYTHING,
    STAGES,
    HouseStage,
    acts_of,
    content,
    perform,
    state_of,
)

KINDS = get_args(ActKind)
UNDONE: dict[ActKind, ActKind] = {undo: kind for kind, undo in UNDO_OF.items()}
Listed = Literal["pin", "block", "mute", "follow", "hide"]
LISTED: tuple[Listed, ...] = get_args(Listed)
UNKNOWN_AND_NOTHING: tuple[Fault, ...] = ("time-out-before", "failure-before")
UNKNOWN_AND_DONE: tuple[Fault, ...] = ("time-out-after", "failure-after")
CALLS = st.tuples(st.integers(0, 2), st.sampled_from(FAULTS), st.booleans())


@pytest.fixture(params=STAGES)
def stage(
    request: pytest.FixtureRequest, tmp_path: Path, clock: ManualClock
) -> Iterator[HouseStage]:
    """A platform with an account of ours and a post by somebody else."""
    made = STAGES[request.param](tmp_path, clock)
    yield made
    made.house.close()


def done_to_own_post(stage: HouseStage, kind: ActKind) -> ActContent:
    """Return an act on a post of ours, which it makes."""
    own = perform(stage, content(stage, "statement"), "own")
    assert isinstance(own, Performed)
    return ActContent(kind=kind, account=ACCOUNT, target=own.remote_id)


def act_of(stage: HouseStage, kind: ActKind) -> ActContent:
    """Return an act of a kind that the platform takes; what an undo takes back is done first."""
    if kind in UNDONE:
        done = act_of(stage, UNDONE[kind])
        perform(stage, done, f"done before {kind}")
        return done.model_copy(update={"kind": kind})
    return done_to_own_post(stage, kind) if kind in ("delete", "pin") else content(stage, kind)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_act_is_carried_out_and_listed(stage: HouseStage, kind: ActKind) -> None:
    """What the body can do, it does here, and reads it back with its key."""
    act = act_of(stage, kind)

    reply = perform(stage, act)

    assert isinstance(reply, Performed)
    latest = acts_of(stage)[0]
    assert (kind, act.target, act.text) == (latest.kind, latest.target, latest.text)
    assert (reply.remote_id, reply.link, "k1") == (latest.remote_id, latest.link, latest.key)
    assert latest.at == reply.at


@pytest.mark.parametrize("kind", KINDS)
def test_a_repeat_under_its_key_changes_nothing(stage: HouseStage, kind: ActKind) -> None:
    """The same request a second time is answered as it was the first time."""
    act = act_of(stage, kind)
    first = perform(stage, act)
    before = (stage.texts(), acts_of(stage))

    again = perform(stage, act)

    assert first == again
    assert before == (stage.texts(), acts_of(stage))


def test_a_repeat_is_known_after_a_restart(stage: HouseStage) -> None:
    """Keys outlive the process that took them."""
    first = perform(stage, content(stage))
    stage.restart()

    again = perform(stage, content(stage))

    assert first == again
    assert 1 == stage.texts().count("On Thursday.")


def test_a_key_with_another_content_is_refused(stage: HouseStage) -> None:
    """One key never stands for two acts."""
    perform(stage, content(stage))

    reply = perform(stage, content(stage, text="On Friday."))

    assert isinstance(reply, Refused)
    assert "On Friday." not in stage.texts()


def test_two_keys_are_two_acts(stage: HouseStage) -> None:
    """The same words under another key are meant to be said again."""
    replies = [perform(stage, content(stage), key) for key in ("k1", "k2")]

    assert 2 == len({reply.remote_id for reply in replies if isinstance(reply, Performed)})
    assert 2 == stage.texts().count("On Thursday.")


@pytest.mark.parametrize("fault", UNKNOWN_AND_NOTHING)
def test_trouble_before_it_is_taken_is_unclear(stage: HouseStage, fault: Fault) -> None:
    """The caller cannot know, and a repeat carries it out, once."""
    stage.order(fault)

    assert isinstance(perform(stage, content(stage)), Unclear)
    assert [] == list(acts_of(stage))
    assert isinstance(perform(stage, content(stage)), Performed)
    assert 1 == stage.texts().count("On Thursday.")


@pytest.mark.parametrize("fault", UNKNOWN_AND_DONE)
def test_trouble_after_it_is_taken_is_unclear(stage: HouseStage, fault: Fault) -> None:
    """It stands there, reading back tells it by its key, and a repeat adds nothing."""
    stage.order(fault)

    assert isinstance(perform(stage, content(stage)), Unclear)
    (listed,) = acts_of(stage)
    repeat = perform(stage, content(stage))
    assert isinstance(repeat, Performed)
    assert (repeat.remote_id, "k1") == (listed.remote_id, listed.key)
    assert 1 == stage.texts().count("On Thursday.")


def test_a_busy_platform_asks_to_wait_and_does_nothing(stage: HouseStage) -> None:
    """A 429 says how long, and that nothing was carried out."""
    stage.order("busy")

    reply = perform(stage, content(stage))

    assert isinstance(reply, Deferred)
    assert reply.wait_seconds > 0
    assert [] == list(acts_of(stage))


def test_a_refusal_says_so_and_does_nothing(stage: HouseStage) -> None:
    """What a platform will never take is told as a refusal."""
    stage.order("refuse")

    assert isinstance(perform(stage, content(stage)), Refused)
    assert [] == list(acts_of(stage))


def test_an_answer_that_takes_too_long_is_unclear(stage: HouseStage) -> None:
    """The call ends at its time limit, though the act may stand there."""
    stage.slow(60.0)

    assert isinstance(perform(stage, content(stage)), Unclear)
    assert [5.0] == stage.paused
    assert 1 == len(acts_of(stage))


def test_a_slow_answer_within_the_limit_counts(stage: HouseStage) -> None:
    """Slowness alone is no trouble."""
    stage.slow(2.0)

    assert isinstance(perform(stage, content(stage)), Performed)


def test_without_keys_a_repeat_is_a_second_act(stage: HouseStage) -> None:
    """The facts say that keys are not taken, and then a caller must not repeat."""
    stage.without_keys()

    replies = [perform(stage, content(stage)) for _ in range(2)]

    assert not stage.platform.facts.takes_keys
    assert all(isinstance(reply, Performed) for reply in replies)
    assert [None, None] == [act.key for act in acts_of(stage)]
    assert 2 == stage.texts().count("On Thursday.")


def test_without_reading_back_nothing_is_listed(stage: HouseStage) -> None:
    """The facts say so, and asking all the same is told as unavailable, never as empty."""
    perform(stage, content(stage))
    stage.without_reading_back()

    assert not stage.platform.facts.reads_back
    with pytest.raises(PlatformUnavailableError):
        acts_of(stage)


def test_a_parent_may_change_just_before(stage: HouseStage) -> None:
    """Somebody edits what is answered while the answer is on its way."""
    before = stage.parent_text()
    stage.order("parent-edited")

    reply = perform(stage, content(stage))

    assert isinstance(reply, Performed)
    assert stage.parent_text() not in (None, before)


def test_an_answer_to_what_is_gone_is_refused(stage: HouseStage) -> None:
    """A post that vanished cannot be answered."""
    stage.order("parent-gone")

    reply = perform(stage, content(stage))

    assert isinstance(reply, Refused)
    assert stage.parent_text() is None
    assert [] == list(acts_of(stage))


def test_a_wrong_credential_is_refused(stage: HouseStage) -> None:
    """Nobody acts as the body without its token."""
    assert isinstance(perform(stage, content(stage), credential="guessed"), Refused)
    assert [] == list(acts_of(stage))


def test_a_text_of_the_greatest_length_is_taken_and_a_longer_one_refused(
    stage: HouseStage,
) -> None:
    """The length in the facts is the length that holds."""
    length = stage.platform.facts.length_max

    assert isinstance(perform(stage, content(stage, text="é" * length), "fits"), Performed)
    assert isinstance(perform(stage, content(stage, text="é" * (length + 1)), "long"), Refused)


def test_acts_are_listed_from_a_moment_on_newest_first(
    stage: HouseStage, clock: ManualClock
) -> None:
    """Reading back is bounded in time and in number."""
    for number in range(4):
        clock.advance(60)
        perform(stage, content(stage, text=f"Answer {number}"), f"k{number}")

    since = START + timedelta(seconds=120)
    listed = stage.platform.own_acts(ACCOUNT, stage.credential, since, EVERYTHING)
    two = stage.platform.own_acts(ACCOUNT, stage.credential, START, 2)

    assert ["Answer 3", "Answer 2", "Answer 1"] == [act.text for act in listed]
    assert ["Answer 3", "Answer 2"] == [act.text for act in two]


@pytest.mark.parametrize("kind", LISTED)
def test_what_is_in_force_is_listed_until_it_is_taken_back(stage: HouseStage, kind: Listed) -> None:
    """Each kind is told with what it is about, and its undo takes away that and nothing else."""
    act = act_of(stage, kind)
    other: Listed = "mute" if kind == "block" else "block"
    perform(stage, content(stage, other), "another")
    perform(stage, act, "done")
    during = state_of(stage)

    undone = perform(stage, act.model_copy(update={"kind": UNDO_OF[kind]}), "undone")

    assert isinstance(undone, Performed)
    assert (act.target,) == during.of(kind)
    assert () == state_of(stage).of(kind)
    assert ((other, stage.other),) == state_of(stage).listed


@pytest.mark.parametrize("kind", UNDONE)
def test_what_was_never_done_is_refused_to_be_taken_back(stage: HouseStage, kind: ActKind) -> None:
    """An undo of nothing changes nothing, and says so."""
    act = act_of(stage, kind)
    perform(stage, act, "once")

    reply = perform(stage, act, "twice")

    assert isinstance(reply, Refused)
    assert "to take back" in reply.detail


def test_an_account_stands_with_its_profile_and_nothing_else_at_first(stage: HouseStage) -> None:
    """What nobody did is not listed, and the profile is told as it reads."""
    before = state_of(stage)
    perform(stage, content(stage, "profile"))

    assert AccountState() == before
    assert AccountState(profile="We answer.") == state_of(stage)


def test_more_than_the_limit_is_cut_in_order_and_said_to_be(stage: HouseStage) -> None:
    """The beginning of each list is told, with the kinds of which there is more."""
    for name in ("cem", "bea", "dan"):
        stage.house.welcome(name, name.title())
        act = ActContent(kind="block", account=ACCOUNT, target=name)
        perform(stage, act, f"block {name}")
    perform(stage, content(stage, "follow"), "follow")

    two = state_of(stage, 2)

    assert (("block", "bea"), ("block", "cem"), ("follow", stage.other)) == two.listed
    assert (("block",), True) == (two.cut, two.is_cut)
    assert not state_of(stage, 3).is_cut


def test_how_an_account_stands_is_kept_over_a_restart(stage: HouseStage) -> None:
    """What is in force outlives the process."""
    for kind in LISTED:
        perform(stage, act_of(stage, kind), kind)
    before = state_of(stage)
    stage.restart()

    assert before == state_of(stage)
    assert set(LISTED) == {kind for kind, _ in before.listed}


def test_what_cannot_be_read_is_never_told_as_empty(stage: HouseStage) -> None:
    """Neither a platform that lists nothing nor a wrong credential gives an empty account."""
    perform(stage, content(stage, "block"))

    with pytest.raises(PlatformUnavailableError):
        state_of(stage, credential="guessed")
    stage.without_reading_back()
    with pytest.raises(PlatformUnavailableError):
        state_of(stage)


@given(calls=st.lists(CALLS, max_size=12))
def test_a_key_never_stands_for_two_posts(calls: list[tuple[int, Fault, bool]]) -> None:
    """Whatever the order of time-outs, failures, restarts and repeats, a key gives one post."""
    with TemporaryDirectory() as folder:
        stage = HouseStage(Path(folder) / "house.sqlite", ManualClock(START))
        known: dict[int, str] = {}
        for number, fault, restarts in calls:
            if restarts:
                stage.restart()
            stage.order(fault)
            reply = perform(stage, content(stage, "statement", f"Say {number}"), f"k{number}")
            if isinstance(reply, Performed):
                assert known.setdefault(number, reply.remote_id) == reply.remote_id
        keys = [act.key for act in acts_of(stage)]
        texts = [text for text in stage.texts() if text.startswith("Say")]
        stage.house.close()

    assert len(set(keys)) == len(keys)
    assert len(set(texts)) == len(texts) == len(keys)
    assert {f"k{number}" for number in known} <= set(keys)
