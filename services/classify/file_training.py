"""Train a model on the labelled texts of a folder, and write its file."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

from services.classify.file_examples import read_examples
from services.classify.file_model import save_model
from services.classify.training_run import trained
from services.classify.vocabulary import Thresholds


def train_model(
    data: Path,
    out: Path,
    seed: int,
    step: Callable[[float], None],
    thresholds: Thresholds | None = None,
) -> str:
    """Train on a data folder's labelled texts, write the model to `out`, and return a report.

    `step` is told the share of the work done, from 0 to 1. Same data, seed and machine, same
    bytes. Raises SettingsError where scikit-learn is not installed, InputInvalidError for a text
    without labels, and ModelInvalidError where the model would be too large.
    """
    examples = read_examples(data)
    step(0.02)
    model, reports = trained(examples, seed, thresholds or Thresholds(), step)
    counts = Counter(example.source for example in examples)
    about = {
        "seed": str(seed),
        "texts": ", ".join(f"{count} {source}" for source, count in sorted(counts.items())),
        **{f"held out, {report.name}": report.line() for report in reports},
    }
    saved = save_model(out, model, about)
    size = out.stat().st_size
    lines = [f"{out}: model {saved.digest}, {size:,} bytes, from {about['texts']} texts"]
    return "\n".join(lines + [report.line() for report in reports])
