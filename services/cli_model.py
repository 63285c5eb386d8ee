"""`mercat model train` and `mercat classify`: the classifier at the command line."""

import sys
from pathlib import Path
from typing import IO

import click


@click.group()
def model() -> None:
    """Train a classifier."""


@model.command()
@click.option(
    "--data",
    required=True,
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="The folder of labelled texts.",
)
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="The model file to write.",
)
@click.option("--seed", default=7, show_default=True, help="Same seed and data, same model.")
def train(data: Path, out: Path, seed: int) -> None:
    """Train a model on labelled texts and write it to a file."""
    from services.classify.file_training import train_model

    with click.progressbar(length=1_000, label="Training", file=sys.stderr) as bar:

        def step(share: float) -> None:
            bar.update(int(share * 1_000) - bar.pos)

        report = train_model(data, out, seed, step)
    click.echo(report)


@click.command()
@click.argument("file", type=click.File("r", encoding="utf-8", errors="surrogateescape"))
@click.option(
    "--model",
    "model_path",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A model of your own; else the one that comes with Mercat.",
)
def classify(file: IO[str], model_path: Path | None) -> None:
    """Classify texts: FILE (or - for standard input) holds JSON Lines {"id","text"}."""
    from services.classify.answers import classify_lines
    from services.classify.classifier import Classifier
    from services.classify.file_model import default_model, load_model

    loaded = load_model(model_path) if model_path else default_model()
    for line in classify_lines(file, Classifier(loaded)):
        click.echo(line)
