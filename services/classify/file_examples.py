"""Read the labelled texts that a model is trained on.

A data folder may hold `texts/*.jsonl` (posts with all labels; else the sample town's are taken),
`seeds.yaml` (words that speak for a label; else Mercat's, beside this file, are taken), and
`sentiment/{train,validation}.tsv.gz` (label, text).
"""

import csv
import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import yaml

from services.classify.examples import OWN, SEED, TWEET, VALIDATION, Example
from services.classify.model import HEADS
from services.runtime.errors import InputInvalidError

_TOWN_TEXTS: Final = Path(__file__).parents[1] / "town" / "texts"
_SEEDS: Final = Path(__file__).with_name("seeds.yaml")
_LINES_COUNT_MAX: Final = 1_000_000


def read_examples(folder: Path) -> list[Example]:
    """Return all labelled texts for a data folder, in an order that hangs on their files alone.

    Raises InputInvalidError, which names file and line, where a text lacks a label.
    """
    texts, seeds = folder / "texts", folder / "seeds.yaml"
    return [
        *_own_texts(texts if texts.is_dir() else _TOWN_TEXTS),
        *_seeds(seeds if seeds.is_file() else _SEEDS),
        *_sentiments(folder / "sentiment" / "train.tsv.gz", TWEET),
        *_sentiments(folder / "sentiment" / "validation.tsv.gz", VALIDATION),
    ]


def _own_texts(folder: Path) -> Iterator[Example]:
    files = sorted(folder.glob("*.jsonl"))
    if not files:
        raise InputInvalidError(f"{folder} holds no labelled posts: put a .jsonl file there")
    for file in files:
        for number, line in enumerate(file.read_text("utf-8").split("\n"), start=1):
            if line.strip():
                yield _own_text(line, f"{file.name} line {number}")


def _own_text(line: str, place: str) -> Example:
    try:
        row = json.loads(line)
        labels = {head: str(row[head]) for head in HEADS}
        return Example(str(row["text"]), labels, OWN, str(row["language"]))
    except (ValueError, KeyError, TypeError) as fault:
        raise InputInvalidError(
            f"{place} is no labelled post: give text, language, {', '.join(HEADS)}"
        ) from fault


def _seeds(file: Path) -> Iterator[Example]:
    for head, labels in yaml.safe_load(file.read_text("utf-8")).items():
        for label, languages in labels.items():
            for language, phrases in languages.items():
                for phrase in phrases.split(","):
                    yield Example(phrase.strip(), {head: label}, SEED, language)


def _sentiments(file: Path, source: str) -> Iterator[Example]:
    if not file.is_file():
        return
    with gzip.open(file, "rt", encoding="utf-8", newline="") as lines:
        rows = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        next(rows, None)
        for number, row in enumerate(rows, start=2):
            if len(row) != 2 or number > _LINES_COUNT_MAX:  # noqa: PLR2004  # label and text
                raise InputInvalidError(f"{file.name} line {number} is not a label, a tab, a text")
            yield Example(row[1], {"sentiment": row[0]}, source)
