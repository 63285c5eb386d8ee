"""Make scores into honest probabilities, by texts that the scores were not fitted to.

C. Guo, G. Pleiss, Y. Sun, K. Weinberger, "On Calibration of Modern Neural Networks", 2017: one
divisor for all scores of a head, here with one shift for each label.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

_SHIFT_PENALTY: Final = 0.02


@dataclass(frozen=True, slots=True)
class Calibration:
    """What is done to a head's scores: divided by `temperature`, then `shifts` (labels) added."""

    temperature: float
    shifts: NDArray[np.float32]

    def applied(self, scores: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return calibrated scores (texts x labels)."""
        return np.asarray(scores / self.temperature + self.shifts, np.float32)


def fit_calibration(
    scores: NDArray[np.float32], answers: NDArray[np.int64], balance: float
) -> Calibration:
    """Return the calibration under which held-out answers are likeliest.

    `balance` says for which mix of labels probabilities are to hold: 0 for the mix among the
    answers, 1 for all labels alike. Where a rare label matters more than its share, as an emergency
    does, it is found more often at the price of false alarms. Needs scipy.
    """
    from scipy.optimize import minimize

    count = scores.shape[1]
    shares = np.bincount(answers, minlength=count) / len(answers)
    weights = (shares[answers] * count) ** -balance
    weights /= weights.sum()
    places = np.arange(len(answers))

    def surprise(parameters: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        sharpened, shifts = scores * np.exp(parameters[0]), parameters[1:]
        shifted = sharpened + shifts
        shifted -= shifted.max(axis=1, keepdims=True)
        powers = np.exp(shifted)
        sums = powers.sum(axis=1)
        surprises = np.log(sums) - shifted[places, answers]
        slopes = powers / sums[:, None]
        slopes[places, answers] -= 1.0
        slopes *= weights[:, None]
        gradient = slopes.sum(axis=0) + 2 * _SHIFT_PENALTY * shifts
        value = weights @ surprises + _SHIFT_PENALTY * np.square(shifts).sum()
        return float(value), np.concatenate(([(slopes * sharpened).sum()], gradient))

    found: Any = minimize(surprise, np.zeros(count + 1), jac=True, method="L-BFGS-B").x
    return Calibration(float(np.exp(-found[0])), found[1:].astype(np.float32))


def calibrated_apart(
    scores: NDArray[np.float32],
    answers: NDArray[np.int64],
    folds: Sequence[int],
    balance: float,
) -> NDArray[np.float32]:
    """Return scores calibrated, each by a calibration fitted to the other folds: for judging."""
    apart = np.zeros_like(scores)
    numbers = np.asarray(folds)
    for fold in np.unique(numbers):
        inside = numbers == fold
        calibration = fit_calibration(scores[~inside], answers[~inside], balance)
        apart[inside] = calibration.applied(scores[inside])
    return apart
