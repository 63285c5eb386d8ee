"""Training on files, the file it writes, and the model that comes with Mercat."""

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest

from services.classify.classifier import Classifier
from services.classify.file_examples import read_examples
from services.classify.file_model import DEFAULT_MODEL, default_model, load_model
from services.classify.file_stage import CLASSIFY, classify_stage
from services.classify.file_training import train_model
from services.classify.model import ModelInvalidError
from services.classify.model_format import FILE_SIZE_BYTES_MAX
from services.classify.vocabulary import Thresholds
from services.runtime.errors import InputInvalidError

FIXTURE = Path(__file__).parents[1] / "fixtures" / "training"
SMALL = Thresholds(bucket_count=1 << 12)
TEAMS = {
    *("waste", "roads", "lighting", "parking", "drainage", "housing", "environmental-health"),
    *("parks", "libraries-leisure", "schools", "social-care", "tax-benefits", "planning"),
    *("transport", "elections-registration", "contact", "none"),
}


def test_training_on_the_fixture_gives_the_same_bytes_twice(tmp_path: Path) -> None:
    """Same folder, same seed: same file; it loads, and the report names it."""
    first, second = tmp_path / "first.model", tmp_path / "second.model"

    report = train_model(FIXTURE, first, 7, lambda _: None, SMALL)
    train_model(FIXTURE, second, 7, lambda _: None, SMALL)

    assert first.read_bytes() == second.read_bytes()
    assert f"{first}: model {load_model(first).digest}" in report
    assert 5 == len(report.split("\n"))


def test_the_default_model_knows_the_towns_teams() -> None:
    """What is committed loads, fits the limit, and answers plain posts in several languages."""
    model = default_model()
    posts = {
        "waste": "Mae'r biniau heb gael eu casglu eto",
        "roads": "huge pothole on Mill Lane",
        "libraries-leisure": "O której otwiera się biblioteka?",
    }

    answers = Classifier(model).classify(list(posts.values()))

    assert set(model.heads[0].labels) == TEAMS
    assert DEFAULT_MODEL.stat().st_size < FILE_SIZE_BYTES_MAX
    assert list(posts) == [answer["team"] for answer in answers]


def test_the_stage_is_made_from_a_file() -> None:
    """Without a file the default is taken; the stage is known without one."""
    stage = classify_stage(None, ("en", "cy"))

    assert (CLASSIFY.name, CLASSIFY.version, CLASSIFY.topic) == (
        stage.name,
        stage.version,
        stage.topic,
    )


def test_an_absent_file_is_named(tmp_path: Path) -> None:
    """The error says which file, and what would help."""
    with pytest.raises(ModelInvalidError, match=r"absent\.model.*mercat model train"):
        load_model(tmp_path / "absent.model")


def test_a_file_too_large_is_refused(tmp_path: Path) -> None:
    """No more than the limit is read."""
    path = tmp_path / "large.model"
    path.write_bytes(bytes(FILE_SIZE_BYTES_MAX + 10))

    with pytest.raises(ModelInvalidError, match="over 8,000,000 bytes"):
        load_model(path)


def test_a_folder_of_its_own_is_read(tmp_path: Path) -> None:
    """Posts, seeds and public texts are found in a data folder."""
    (tmp_path / "texts").mkdir()
    post = {"text": "bin", "language": "en", "team": "waste"}
    post |= {"sentiment": "negative", "urgency": "normal", "intent": "report"}
    (tmp_path / "texts" / "a.jsonl").write_text(json.dumps(post) + "\n\n")
    (tmp_path / "seeds.yaml").write_text('team: {waste: {en: "bin, rubbish"}}\n')
    (tmp_path / "sentiment").mkdir()
    with gzip.open(tmp_path / "sentiment" / "train.tsv.gz", "wt") as file:
        file.write('label\ttext\nneutral\ta "quoted\n')

    examples = read_examples(tmp_path)

    assert [("own", "bin"), ("seed", "bin"), ("seed", "rubbish"), ("tweet", 'a "quoted')] == [
        (example.source, example.text) for example in examples
    ]


def test_a_folder_without_texts_takes_the_towns(tmp_path: Path) -> None:
    """The sample town's posts and Mercat's seeds are there without a folder of one's own."""
    sources = {example.source for example in read_examples(tmp_path)}

    assert {"own", "seed"} == sources


@pytest.mark.parametrize("line", ["{", '{"text": "bin"}', "[]"])
def test_a_post_without_labels_is_named(tmp_path: Path, line: str) -> None:
    """The file and the line are told."""
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "a.jsonl").write_text(f"\n{line}\n")

    with pytest.raises(InputInvalidError, match=r"a\.jsonl line 2 is no labelled post"):
        read_examples(tmp_path)


def test_serving_imports_nothing_that_training_needs() -> None:
    """A process that classifies loads neither scikit-learn nor scipy."""
    program = (
        "import sys; from services.classify.file_stage import classify_stage;"
        "classify_stage(None, ('en',)); print({'sklearn', 'scipy'} & set(sys.modules))"
    )

    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert "set()" == ran.stdout.strip()
