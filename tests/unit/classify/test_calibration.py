"""Honest probabilities."""

import numpy as np

from services.classify.calibration import calibrated_apart, fit_calibration

# Three in four answers are the first label, and the scores speak for it ten times too loudly.
SCORES = np.array([[20.0, 0.0]] * 40, np.float32)
ANSWERS = np.array([0, 0, 0, 1] * 10)


def likely(scores: np.ndarray) -> float:
    """Return the first label's probability in the first row."""
    return float(1 / (1 + np.exp(scores[0, 1] - scores[0, 0])))


def test_probabilities_match_how_often_answers_are_right() -> None:
    """What is right three times in four is said to be right at about 0.75."""
    calibration = fit_calibration(SCORES, ANSWERS, balance=0.0)

    assert abs(likely(calibration.applied(SCORES)) - 0.75) < 0.03


def test_balance_raises_the_rare_label() -> None:
    """As if all labels were alike frequent, a score that tells nothing is worth a half."""
    calibration = fit_calibration(SCORES, ANSWERS, balance=1.0)

    assert abs(likely(calibration.applied(SCORES)) - 0.5) < 0.03


def test_judged_scores_are_calibrated_by_other_folds() -> None:
    """A fold's own answers have no part in how it is judged."""
    folds = [0] * 20 + [1] * 20
    other = ANSWERS.copy()
    other[:20] = 1

    before = calibrated_apart(SCORES, ANSWERS, folds, 0.0)[:20]
    after = calibrated_apart(SCORES, other, folds, 0.0)[:20]

    np.testing.assert_array_equal(before, after)
