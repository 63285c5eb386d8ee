"""Fit a model to labelled texts, on the very features that serving uses.

Needs scikit-learn and scipy, which the extra `train` brings; they are imported when they are used,
so that serving never loads them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from services.classify.calibration import Calibration
from services.classify.examples import OWN, SEED, TWEET, Example
from services.classify.features import pairs_found, token_features
from services.classify.lexing import SEPARATOR, tokens_of
from services.classify.model import HEADS, Head, Model, Vocabulary
from services.runtime.errors import InputInvalidError, SettingsError

_BATCH_SIZE: Final = 5_000
_ROUNDS_MAX: Final = 1_000


@dataclass(frozen=True, slots=True)
class HeadSettings:
    """How one head is fitted.

    `inverse_penalty` is scikit-learn's C; `balance` goes from 0 (labels as frequent as they come)
    to 1 (all labels weigh the same); `weights` are an example's by its source, and a source
    without one is left out. `calibration_balance` is the same as `balance`, for probabilities.
    """

    inverse_penalty: float
    balance: float
    weights: Mapping[str, float]
    calibration_balance: float


SETTINGS: Final = {
    "team": HeadSettings(3.0, 0.5, {OWN: 1.0, SEED: 6.0}, 0.5),
    "sentiment": HeadSettings(0.5, 1.0, {OWN: 4.0, SEED: 2.0, TWEET: 1.0}, 0.75),
    "urgency": HeadSettings(10.0, 0.5, {OWN: 1.0, SEED: 1.0}, 0.75),
    "intent": HeadSettings(5.0, 0.5, {OWN: 1.0, SEED: 1.0}, 1.0),
}
"""Chosen by hand on folds of our own texts, in November 2026."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """One head's weights over all features and its bias, each row centred over the labels."""

    labels: tuple[str, ...]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]


def features_matrix(texts: Sequence[str], vocabulary: Vocabulary) -> Any:
    """Return texts x features as a scipy CSR matrix, each row divided as serving divides it."""
    sparse = _scipy_sparse()
    if not texts:
        return sparse.csr_matrix((0, vocabulary.feature_count), dtype=np.float32)
    numbers = {word: n for n, word in enumerate(vocabulary.words)}
    parts = [
        _part(texts[start : start + _BATCH_SIZE], vocabulary, numbers, sparse)
        for start in range(0, len(texts), _BATCH_SIZE)
    ]
    return sparse.vstack(parts, "csr")


def fit_head(matrix: Any, examples: Sequence[Example], name: str, settings: HeadSettings) -> Fitted:
    """Return one head fitted to the examples that know its label; matrix rows go with examples."""
    known = [n for n, e in enumerate(examples) if name in e.labels and e.source in settings.weights]
    labels = tuple(sorted({examples[place].labels[name] for place in known}))
    answers = np.array([labels.index(examples[place].labels[name]) for place in known])
    weights = np.array([settings.weights[examples[place].source] for place in known], np.float64)
    shares = np.bincount(answers, weights, minlength=len(labels)) / weights.sum()
    weights *= (shares[answers] * len(labels)) ** -settings.balance
    rows = matrix[known]
    used = np.flatnonzero(np.bincount(rows.indices, minlength=matrix.shape[1]))
    regression = _logistic_regression(settings)
    with _one_thread():
        regression.fit(rows[:, used], answers, sample_weight=weights)
    coefficients, bias = regression.coef_, regression.intercept_
    if len(coefficients) == 1:
        coefficients = np.vstack((-coefficients, coefficients)) / 2
        bias = np.concatenate((-bias, bias)) / 2
    all_weights = np.zeros((matrix.shape[1], len(labels)), np.float32)
    all_weights[used] = (coefficients - coefficients.mean(axis=0)).T
    return Fitted(labels, all_weights, (bias - bias.mean()).astype(np.float32))


def held_out_scores(
    matrix: Any,
    examples: Sequence[Example],
    folds: Sequence[int | None],
    name: str,
    settings: HeadSettings,
) -> tuple[NDArray[np.float32], list[int], tuple[str, ...]]:
    """Return each judged example's scores by a head fitted without its fold.

    An example with fold None is learned from and never judged. Raises InputInvalidError where a
    label is too rare to be in every fold's training. The other results are the places
    of those judged, in the rows' order, and the labels in the columns' order.
    """
    judged: list[int] = []
    scores: list[NDArray[np.float32]] = []
    labels: tuple[str, ...] = ()
    for fold in sorted({fold for fold in folds if fold is not None}):
        inside = [n for n, other in enumerate(folds) if other != fold]
        outside = [n for n, other in enumerate(folds) if other == fold]
        outside = [n for n in outside if name in examples[n].labels]
        fitted = fit_head(matrix[inside], [examples[n] for n in inside], name, settings)
        if labels not in {(), fitted.labels}:
            raise InputInvalidError(
                f"the texts show too few of some label of {name} to train and to judge by:"
                " give at least five of each"
            )
        labels = fitted.labels
        judged += outside
        scores.append(matrix[outside] @ fitted.weights + fitted.bias)
    return np.concatenate(scores), judged, labels


def assemble(
    vocabulary: Vocabulary, fitted: Mapping[str, Fitted], calibrations: Mapping[str, Calibration]
) -> Model:
    """Return the model of all heads, each with its calibration worked into its weights."""
    biases = [calibrations[name].applied(fitted[name].bias) for name in HEADS]
    return Model(
        heads=tuple(Head(name, fitted[name].labels) for name in HEADS),
        vocabulary=vocabulary,
        weights=np.hstack([fitted[n].weights / calibrations[n].temperature for n in HEADS]),
        bias=np.concatenate(biases),
        digest="",
    )


def _part(
    texts: Sequence[str], vocabulary: Vocabulary, numbers: dict[str, int], sparse: Any
) -> Any:
    tokens = tokens_of(texts)
    slots: dict[str, int] = {}
    places = np.array([slots.setdefault(token, len(slots)) for token in tokens])
    found = token_features(list(slots), vocabulary, numbers)
    by_token = sparse.csr_matrix(
        (found.values, found.features, np.append(found.starts, len(found.features))),
        shape=(len(slots), vocabulary.feature_count),
    )
    ends = np.array([token == SEPARATOR for token in tokens])
    text_of = np.cumsum(ends) - ends
    shape = (len(texts), len(slots))
    occurrences = sparse.csr_matrix(
        (np.ones(len(places), np.float32), (text_of, places)), shape=shape
    )
    pair_places, pairs = pairs_found(found.words[places], vocabulary)
    pair_features = pairs + vocabulary.first_pair
    pair_matrix = sparse.csr_matrix(
        (vocabulary.values[pair_features], (text_of[pair_places], pair_features)),
        shape=(len(texts), vocabulary.feature_count),
    )
    squares = np.bincount(text_of, found.squares[places], minlength=len(texts))
    pair_squares = vocabulary.values[pair_features] ** 2
    squares += np.bincount(text_of[pair_places], pair_squares, minlength=len(texts))
    lengths = sparse.diags((1 / np.sqrt(squares)).astype(np.float32))
    return (lengths @ (occurrences @ by_token + pair_matrix)).tocsr()


def _logistic_regression(settings: HeadSettings) -> Any:
    try:
        from sklearn.linear_model import LogisticRegression
    except ImportError as fault:
        raise _extra_missing() from fault
    return LogisticRegression(C=settings.inverse_penalty, max_iter=_ROUNDS_MAX, tol=1e-5)


def _one_thread() -> Any:
    # Many threads over small vectors wait for one another, minutes on a busy machine, and their
    # sums hang on how the work was shared out.
    from threadpoolctl import threadpool_limits

    return threadpool_limits(1)


def _scipy_sparse() -> Any:
    try:
        from scipy import sparse
    except ImportError as fault:
        raise _extra_missing() from fault
    return sparse


def _extra_missing() -> SettingsError:
    return SettingsError(
        "Training needs scikit-learn, which is not installed here."
        ' Install Mercat with its extra: pip install "mercat[train]"'
    )
