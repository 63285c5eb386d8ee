"""Fitting heads on the features that serving uses."""

import sys

import numpy as np
import pytest

from services.classify.classifier import Classifier
from services.classify.examples import OWN, VALIDATION, Example
from services.classify.model import HEADS
from services.classify.training import SETTINGS, features_matrix, fit_head, held_out_scores
from services.classify.training_run import macro_figures, trained
from services.classify.vocabulary import Thresholds
from services.runtime.errors import InputInvalidError, SettingsError
from tests.unit.classify.samples import small_classifier, small_model, small_vocabulary

TEXTS = ["Street lamp out!", "BIN, bin & Lorry", "", "the 垃圾 lorrry\x01 street  lamp", "zz"]
SMALL = Thresholds(words_seen_min=1, pairs_seen_min=2, own_factor=1, bucket_count=256)
LABELS = (
    {"team": "waste", "sentiment": "negative", "urgency": "normal", "intent": "report"},
    {"team": "parks", "sentiment": "positive", "urgency": "low", "intent": "praise"},
)


def examples() -> list[Example]:
    """Return forty posts of two kinds that words tell apart, and one to judge by."""
    names = [f"{chr(97 + n % 26)}{chr(97 + n // 2)}" for n in range(40)]
    said = ["The bin crew never came to", "What a lovely park at"]
    own = [Example(f"{said[n % 2]} {name}", LABELS[n % 2], OWN) for n, name in enumerate(names)]
    return [*own, Example("lovely park", {"sentiment": "positive"}, VALIDATION)]


def test_training_and_serving_see_the_same_features() -> None:
    """A text's scores by the training matrix are those that the classifier gives."""
    model = small_model()
    matrix = features_matrix(TEXTS, model.vocabulary)

    served = small_classifier().scores(TEXTS)

    np.testing.assert_allclose(matrix @ model.weights + model.bias, served, atol=1e-5)


def test_each_text_has_length_one() -> None:
    """Long texts do not shout down short ones, and an empty one has its mark."""
    unrepeated = [text for text in TEXTS if "bin" not in text.lower()[3:]]
    matrix = features_matrix(unrepeated, small_vocabulary())

    lengths = np.sqrt((matrix.toarray() ** 2).sum(axis=1))
    np.testing.assert_allclose(lengths, np.ones(4), rtol=1e-5)


def test_no_texts_give_no_rows() -> None:
    """A set that is absent is an empty matrix."""
    vocabulary = small_vocabulary()

    assert (0, vocabulary.feature_count) == features_matrix([], vocabulary).shape


def test_a_trained_model_tells_what_it_was_taught() -> None:
    """Two kinds of posts are told apart, in training and on texts held out; progress ends at 1."""
    steps: list[float] = []

    model, reports = trained(examples(), 7, SMALL, steps.append)
    answers = Classifier(model).classify(["bin crew again", "a park so lovely"])

    assert [each["team"] for each in LABELS] == [each["team"] for each in answers]
    assert list(HEADS) == [report.name for report in reports]
    assert all(report.recall == 1.0 for report in reports)
    assert [None, 1.0, None, None] == [report.others_recall for report in reports]
    assert sorted(steps) == steps
    assert pytest.approx(1.0) == steps[-1]


def test_training_twice_gives_the_same_model() -> None:
    """Same texts, same seed, same numbers."""
    first, _ = trained(examples(), 7, SMALL, lambda _: None)
    second, _ = trained(examples(), 7, SMALL, lambda _: None)

    np.testing.assert_array_equal(first.weights, second.weights)
    np.testing.assert_array_equal(first.bias, second.bias)


def test_a_report_is_a_line_for_people() -> None:
    """Figures come with what they are."""
    _, reports = trained(examples(), 7, SMALL, lambda _: None)

    assert reports[1].line().startswith("sentiment: macro recall 1.000, macro F1 1.000, right")


def test_weights_are_centred_over_labels() -> None:
    """What speaks for all labels alike speaks for none, so terms are what tells labels apart."""
    rows = examples()
    matrix = features_matrix([row.text for row in rows], small_vocabulary())

    fitted = fit_head(matrix, rows, "team", SETTINGS["team"])

    np.testing.assert_allclose(fitted.weights.sum(axis=1), 0.0, atol=1e-5)


def test_a_label_too_rare_to_judge_by_is_refused() -> None:
    """A label with one text is missing from one fold's training, and that is said."""
    rows = [*examples()[:-1], Example("vote", LABELS[0] | {"team": "elections"}, OWN)]
    matrix = features_matrix([row.text for row in rows], small_vocabulary())

    with pytest.raises(InputInvalidError, match="too few of some label of team"):
        held_out_scores(matrix, rows, [n % 5 for n in range(41)], "team", SETTINGS["team"])


def test_figures_are_means_over_labels() -> None:
    """Two of four and one of one give a recall of 0.75; F1 is 2/3 and 0.5."""
    recall, f1 = macro_figures(np.array([0, 0, 0, 0, 1]), np.array([0, 0, 1, 1, 1]), 3)

    assert pytest.approx(0.75) == recall
    assert pytest.approx((2 / 3 + 0.5) / 2) == f1


def test_without_scikit_learn_the_cure_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever lacks the extra reads how to get it."""
    monkeypatch.setitem(sys.modules, "sklearn.linear_model", None)
    rows = examples()
    matrix = features_matrix([row.text for row in rows], small_vocabulary())

    with pytest.raises(SettingsError, match=r"mercat\[train\]"):
        fit_head(matrix, rows, "team", SETTINGS["team"])
