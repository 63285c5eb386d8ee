"""Make the classify stage from a model file, in whichever process it is to run."""

from collections.abc import Sequence
from pathlib import Path

from services.classify.classifier import Classifier
from services.classify.file_model import default_model, load_model
from services.classify.stage import ClassifyStage

CLASSIFY = ClassifyStage
"""What is known of the stage without a model: its name, version and topic."""


def classify_stage(model_path: Path | None, languages: Sequence[str]) -> ClassifyStage:
    """Return the stage with the model at a path, or with Mercat's own where that is None.

    `languages` are the body's, first one first. Raises ModelInvalidError.
    """
    model = default_model() if model_path is None else load_model(model_path)
    return ClassifyStage(Classifier(model), languages)
