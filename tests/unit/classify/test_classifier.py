"""Answers for batches of texts."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.classification import Classification
from services.classify.classifier import LETTERS_COUNT_MAX, Classifier
from services.classify.model import HEADS
from tests.unit.classify.samples import small_classifier, small_model

ANY_TEXT = st.text(st.characters(), max_size=200)
CLASSIFIER = small_classifier()


def answer(text: str) -> dict[str, Any]:
    """Return the small classifier's answer for one text."""
    return CLASSIFIER.classify([text])[0]


@given(st.lists(st.one_of(ANY_TEXT, st.sampled_from(["bin!", "street lamp", "THANKS"]))))
def test_any_text_gets_a_valid_answer(texts: list[str]) -> None:
    """Whatever a text holds, its answer passes the contract."""
    answers = CLASSIFIER.classify(texts)

    assert len(texts) == len(answers)
    for given_answer in answers:
        Classification(language="en", language_probability=1.0, **given_answer)


@given(st.lists(st.one_of(ANY_TEXT, st.sampled_from(["bin lorry", "when? street lamp", ""]))))
def test_a_batch_answers_as_one_by_one(texts: list[str]) -> None:
    """Neighbours, and what the memory of words holds already, change no answer."""
    fresh = small_classifier()

    assert [answer(text) for text in texts] == fresh.classify(texts)


@pytest.mark.parametrize(
    "text", ["", "\x00", "\x01", "\ud800", "\u202e bin", "x" * 20_000, "bin " * 5_000, "'" * 50]
)
def test_poison_is_answered(text: str) -> None:
    """Empty, lone surrogates, control characters and very long texts are answered like others."""
    assert answer(text)["team"] in {"waste", "none"}


def test_words_decide_labels() -> None:
    """Each head answers by the words that speak for it."""
    got = answer("Thanks for the new street lamp")

    assert ("lighting", "positive", "low", "praise") == (
        got["team"],
        got["sentiment"],
        got["urgency"],
        got["intent"],
    )


def test_a_misspelt_word_still_speaks() -> None:
    """A word unknown to the model speaks by its likeness to one that is known."""
    assert "waste" == answer("lorrry")["team"]


def test_three_teams_are_named_likeliest_first() -> None:
    """`teams` begins with `team`, and probabilities fall."""
    got = answer("bin lorry by the street lamp")

    assert got["team"] == got["teams"][0]
    assert got["team_probability"] == got["team_probabilities"][0]
    assert 3 == len(set(got["teams"]))
    assert sorted(got["team_probabilities"], reverse=True) == list(got["team_probabilities"])


def test_probabilities_follow_the_scores() -> None:
    """A head's probability is the softmax of its scores."""
    scores = CLASSIFIER.scores(["fire!"])[0, CLASSIFIER.columns["urgency"]]

    shares = np.exp(scores) / np.exp(scores).sum()
    assert pytest.approx(shares.max(), abs=1e-4) == answer("fire!")["urgency_probability"]


def test_terms_are_what_spoke_for_the_label() -> None:
    """Terms are words and pairs, heaviest first, each once, and none that spoke for nothing."""
    got = answer("Street lamp, lamp, lamp! out since when")

    assert {"lamp", "street lamp", "street"} == set(got["team_terms"])
    assert "street lamp" == got["team_terms"][0]


def test_a_text_without_evidence_has_no_terms() -> None:
    """Where the bias alone decided, no term is blamed."""
    got = answer("zzz")

    assert "none" == got["team"]
    assert not any(got[f"{head}_terms"] for head in HEADS)


def test_a_text_is_read_up_to_its_limit() -> None:
    """Beyond the longest post there is nothing to read."""
    assert "none" == answer("x " * 10_000 + "bin")["team"]


def test_a_large_batch_is_weighed_in_parts() -> None:
    """More letters than fit at once give the same answers, in order."""
    texts = [f"bin {n} " + "x" * 9_000 for n in range(LETTERS_COUNT_MAX // 9_000 + 3)]

    assert [answer(text) for text in texts] == CLASSIFIER.classify(texts)


def test_forgetting_changes_no_answer() -> None:
    """A memory too small for all words of a day forgets them, and answers stay."""
    small = Classifier(small_model(), slots_count=LETTERS_COUNT_MAX + 1)
    first = small.classify(["bin lorry"])
    for start in range(0, 150_000, 2_000):
        small.classify([" ".join(f"a{n:x}" for n in range(start, start + 2_000))])

    assert first == small.classify(["bin lorry"])
