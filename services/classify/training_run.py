"""One training, from labelled texts to a model with honest probabilities, and a report of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from services.classify.calibration import Calibration, calibrated_apart, fit_calibration
from services.classify.examples import OWN, VALIDATION, Example, folds_of
from services.classify.model import HEADS, Model
from services.classify.training import (
    SETTINGS,
    Fitted,
    assemble,
    features_matrix,
    fit_head,
    held_out_scores,
)
from services.classify.vocabulary import Thresholds, choose_vocabulary

Progress = Callable[[float], None]
"""Told how much of the work is done, from 0 to 1."""

_SHARES: Final = {"team": 0.3, "sentiment": 0.45, "urgency": 0.1, "intent": 0.1}


@dataclass(frozen=True, slots=True)
class HeadReport:
    """How one head did on texts it had not seen, and the calibration that made it honest.

    `recall` and `f1` are means over the labels; `share_right` over the texts. `others_recall` is
    the recall on the validation texts of the public set, where there are any for this head.
    """

    name: str
    texts_count: int
    recall: float
    f1: float
    share_right: float
    calibration: Calibration
    others_recall: float | None

    def line(self) -> str:
        """Return the report as a line for people."""
        others = "" if self.others_recall is None else f", tweets' recall {self.others_recall:.3f}"
        return (
            f"{self.name}: macro recall {self.recall:.3f}, macro F1 {self.f1:.3f}, right"
            f" {self.share_right:.3f} of {self.texts_count} texts held out{others};"
            f" temperature {self.calibration.temperature:.2f}"
        )


def trained(
    examples: Sequence[Example], seed: int, thresholds: Thresholds, progress: Progress
) -> tuple[Model, list[HeadReport]]:
    """Return the model that examples give, and how each head does on texts held out.

    Our own posts are judged in folds; texts for validation are never learned from. Same examples,
    seed and thresholds, same model, on one machine.
    """
    learned = [example for example in examples if example.source != VALIDATION]
    validation = [example for example in examples if example.source == VALIDATION]
    own = [example.source == OWN for example in learned]
    texts = [example.text for example in learned]
    vocabulary = choose_vocabulary(texts, own, thresholds)
    matrix = features_matrix(texts, vocabulary)
    judged_matrix = features_matrix([example.text for example in validation], vocabulary)
    folds = _folds(learned, seed)
    fitted: dict[str, Fitted] = {}
    reports: list[HeadReport] = []
    done = 1.0 - sum(_SHARES.values())
    progress(done)
    for name in HEADS:
        fitted[name] = fit_head(matrix, learned, name, SETTINGS[name])
        scores = judged_matrix @ fitted[name].weights + fitted[name].bias
        reports.append(_report(name, matrix, learned, folds, (validation, scores)))
        done += _SHARES[name]
        progress(min(done, 1.0))
    calibrations = {report.name: report.calibration for report in reports}
    return assemble(vocabulary, fitted, calibrations), reports


def _folds(examples: Sequence[Example], seed: int) -> list[int | None]:
    own = iter(folds_of([example for example in examples if example.source == OWN], seed))
    return [next(own) if example.source == OWN else None for example in examples]


def _report(
    name: str,
    matrix: Any,
    examples: Sequence[Example],
    folds: Sequence[int | None],
    validation: tuple[Sequence[Example], NDArray[np.float32]],
) -> HeadReport:
    settings = SETTINGS[name]
    scores, places, labels = held_out_scores(matrix, examples, folds, name, settings)
    answers = np.array([labels.index(examples[place].labels[name]) for place in places])
    judged_folds = [fold for place in places if (fold := folds[place]) is not None]
    apart = calibrated_apart(scores, answers, judged_folds, settings.calibration_balance)
    given = apart.argmax(axis=1)
    recall, f1 = macro_figures(answers, given, len(labels))
    calibration = fit_calibration(scores, answers, settings.calibration_balance)
    others = _others_recall(name, labels, calibration, *validation)
    share_right = float(np.mean(answers == given))
    return HeadReport(name, len(places), recall, f1, share_right, calibration, others)


def _others_recall(
    name: str,
    labels: Sequence[str],
    calibration: Calibration,
    examples: Sequence[Example],
    scores: NDArray[np.float32],
) -> float | None:
    places = [place for place, example in enumerate(examples) if name in example.labels]
    if not places:
        return None
    answers = np.array([labels.index(examples[place].labels[name]) for place in places])
    given = calibration.applied(scores[places]).argmax(axis=1)
    return macro_figures(answers, given, len(labels))[0]


def macro_figures(
    answers: NDArray[np.int64], given: NDArray[np.int64], labels_count: int
) -> tuple[float, float]:
    """Return recall and F1 as means over the labels that occur among the answers."""
    table = np.zeros((labels_count, labels_count))
    np.add.at(table, (answers, given), 1)
    right = np.diag(table)
    occurring = table.sum(axis=1) > 0
    recalls = right[occurring] / table.sum(axis=1)[occurring]
    f1s = 2 * right[occurring] / (table.sum(axis=1) + table.sum(axis=0))[occurring]
    return float(recalls.mean()), float(f1s.mean())
