"""Small bodies' folders for tests: settings, rules, a replay of a few posts, a small model."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from services.classify.file_model import save_model
from services.classify.model import HEADS, Head, Model, Vocabulary

ROWS: Final[Sequence[Mapping[str, Any]]] = (
    {"id": "1", "text": "The bins were not emptied.", "author": "@ann@social.example"},
    {"id": "2", "text": "A wire down in Mill Lane!", "author": "@bob@social.example"},
    {"id": "3", "text": "Thanks for the lights.", "author": "@cat@social.example"},
    {"id": "1", "text": "The bins were not emptied, again.", "revision": "2"},
    {"id": "4", "text": "Call me at once.", "author": "@dan@social.example"},
    {"id": "4", "kind": "removed"},
    {"id": "5", "text": 17},
)  # fmt: skip
"""Three posts to find a team, one edited since; one taken away again; one that cannot be read."""

_SETTINGS: Final = """\
kind: body
body: {{name: Test Council, zone: Europe/London}}
http: {{port: 0}}
listening: {{classify_in_child: false}}
routing:
  calendar: {{zone: Europe/London}}
  teams:
    - {{id: waste, name: Waste, standard: 5 working days}}
    - {{id: lighting, name: Lighting, standard: 3 working days}}
    - {{id: contact, name: Contact centre, standard: 5 working days}}
  themes:
    - {{id: missed-bins, team: waste, name: Missed bins, words: [not emptied]}}
sources:
{sources}
"""
_RULES: Final = """\
rules:
  - name: Wire down
    when: {words: [wire down]}
    then: {team: lighting, priority: emergency, deadline: 1 hour}
  - name: Bins
    when: {words: [bin, bins]}
    then: {team: waste}
"""
REPLAY: Final = "{kind: replay, name: rows, path: rows.jsonl, pace: flat-out}"
_HEAD_LABELS: Final = (
    ("contact", "none", "waste"),
    ("negative", "neutral", "positive"),
    ("normal", "low", "urgent", "emergency"),
    ("complaint", "report", "praise", "other"),
)
_BUCKETS_COUNT: Final = 8


def make_folder(
    folder: Path,
    rows: Sequence[Mapping[str, Any]] = ROWS,
    sources: Sequence[str] = (REPLAY,),
) -> Path:
    """Write a body's folder whose replay holds these rows; return it."""
    folder.mkdir(mode=0o700)
    listed = "\n".join(f"  - {source}" for source in sources) or "  []"
    (folder / "mercat.yaml").write_text(_SETTINGS.format(sources=listed), "utf-8")
    (folder / "rules.yaml").write_text(_RULES, "utf-8")
    write_rows(folder / "rows.jsonl", rows)
    write_model(folder / "classifier.model")
    return folder


def write_rows(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write a replay: a post a minute, from nine on a Monday."""
    lines = [
        json.dumps({"posted_at": f"2026-03-02T09:{minute:02}:00Z", **row})
        for minute, row in enumerate(rows)
    ]
    path.write_text("\n".join(lines) + "\n", "utf-8")


def write_model(path: Path) -> None:
    """Write a model that knows three words and is otherwise sure of nothing."""
    heads = tuple(Head(name, labels) for name, labels in zip(HEADS, _HEAD_LABELS, strict=True))
    words = ("bins", "lamp", "thanks")
    vocabulary = Vocabulary(
        words=words,
        pairs=np.zeros(0, np.int64),
        bucket_count=_BUCKETS_COUNT,
        values=np.ones(len(words) + _BUCKETS_COUNT + 2, np.float32),
    )
    label_count = sum(len(head.labels) for head in heads)
    weights = np.zeros((vocabulary.feature_count, label_count), np.float32)
    model = Model(heads, vocabulary, weights, np.zeros(label_count, np.float32), digest="")
    save_model(path, model, {"made": "for tests"})
