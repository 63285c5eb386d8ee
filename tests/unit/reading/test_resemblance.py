"""How much a draft reads like drafts that were stopped, by weights that were learnt."""

import pytest

from services.policy.resemblance_training import PARTS, Example, learnt_from
from services.reading.resemblance import (
    NO_RESEMBLANCE,
    Resemblance,
    ResemblanceLists,
    features_of,
    score,
)
from services.reading.shadow import Shadow

PLACES = ("park", "harbour", "library", "market", "station", "school", "depot", "square")
SOUND = [
    Example(f"The {a} by the {b} opens at nine", is_stopped=False) for a in PLACES for b in PLACES
]
STOPPED = [
    Example(f"Honestly the {a} and the {b} are a joke", is_stopped=True)
    for a in PLACES
    for b in PLACES
]


def finds(lists: ResemblanceLists, text: str) -> bool:
    """Return whether a text is found to resemble what was stopped."""
    return bool(Resemblance(lists).find(Shadow(text)))


def test_features_are_beginnings_alone_and_in_pairs() -> None:
    """Pairs may have a word between them, and numbers are all alike."""
    found = set(features_of(["emptied", "on", "12"]))
    assert {"emptie", "on", "0", "emptie on", "on 0", "emptie~0"} == found


def test_a_long_text_weighs_no_more_than_its_features_do() -> None:
    """What is not among the weights changes nothing."""
    weights = {"joke": 2.0, "park": -1.0}
    assert 0.5 == score(frozenset({"nothing", "known"}), weights, 0.5)
    assert 2.5 == score(frozenset({"joke", "other"}), weights, 0.5)


def test_what_was_learnt_is_found_in_words_that_were_not_there() -> None:
    """Half of the words are new, and what makes the difference is not."""
    learnt = learnt_from([*SOUND, *STOPPED], 0.01)

    assert (128, 1.0) == (learnt.examples, learnt.stopped_share)
    assert learnt.sound_share <= 0.02
    assert finds(learnt.lists, "Honestly that ferry timetable is a joke")
    assert not finds(learnt.lists, "The ferry office opens at noon today")


def test_the_same_examples_give_the_same_weights() -> None:
    """Nothing is drawn by lot."""
    assert learnt_from([*SOUND, *STOPPED], 0.05) == learnt_from([*SOUND, *STOPPED], 0.05)


def test_too_few_examples_are_refused() -> None:
    """What is learnt from a handful would be chance."""
    with pytest.raises(ValueError, match=f"at least {PARTS}"):
        learnt_from([*SOUND, *STOPPED[: PARTS - 1]], 0.01)


@pytest.mark.parametrize("text", ["", "a joke", "Honestly a joke", "\u202e"])
def test_a_few_words_resemble_nothing(text: str) -> None:
    """There is not enough in them to go by."""
    lists = ResemblanceLists(threshold=0, start=0, weights="900 joke\n900 honest")
    assert not finds(lists, text)
    assert finds(lists, f"{text} honestly what a joke it is")


def test_without_weights_nothing_is_found() -> None:
    """A body that learns from nothing loses nothing."""
    assert not finds(NO_RESEMBLANCE, "Honestly the park and the depot are a joke")
