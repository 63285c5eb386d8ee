"""Classify lines of JSON, one text a line, and answer in lines of JSON."""

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from math import isfinite
from typing import Any, Final

from services.classify.classifier import Classifier
from services.classify.model import HEADS
from services.reading.language import language_of

BATCH_SIZE: Final = 500
LINE_LENGTH_MAX: Final = 1_000_000
LANGUAGES: Final = ("en",)
"""Taken for a text's language where it is too short to tell."""

_ID_TYPES: Final = (str, int, float, type(None))


def classify_lines(
    lines: Iterable[str], classifier: Classifier, languages: Sequence[str] = LANGUAGES
) -> Iterator[str]:
    """Return one line of JSON for each line given, in order; blank lines are passed over.

    A line is an object with `id` and `text`. The answer holds `id, language, team, teams` (the
    three likeliest), `sentiment, intent, urgency`, and `terms` by head. A line that cannot be
    read is answered by `id` null, its number from 1, and a sentence; the next ones go on.
    """
    numbered = enumerate(lines, start=1)
    while batch := list(islice(numbered, BATCH_SIZE)):
        yield from _answered(batch, classifier, languages)


def _answered(
    batch: Sequence[tuple[int, str]], classifier: Classifier, languages: Sequence[str]
) -> Iterator[str]:
    read = [_read(number, line) for number, line in batch if line.strip()]
    texts = [row["text"] for row in read if "error" not in row]
    answers = iter(zip(texts, classifier.classify(texts), strict=True))
    for row in read:
        if "error" in row:
            yield _line(row)
            continue
        text, answer = next(answers)
        yield _line(
            {
                "id": row["id"],
                "language": language_of(text, languages).code,
                "team": answer["team"],
                "teams": answer["teams"],
                "sentiment": answer["sentiment"],
                "intent": answer["intent"],
                "urgency": answer["urgency"],
                "terms": {head: answer[f"{head}_terms"] for head in HEADS},
            }
        )


def _read(number: int, line: str) -> dict[str, Any]:
    try:
        return _checked(line)
    except ValueError as fault:
        return {"id": None, "line": number, "error": f"line {number}: {fault}"}


def _checked(line: str) -> dict[str, Any]:
    if len(line) > LINE_LENGTH_MAX:
        raise ValueError(f"over {LINE_LENGTH_MAX:,} letters; cut the text shorter")
    try:
        row = json.loads(line, parse_constant=_refused)
    except (ValueError, RecursionError) as fault:
        raise ValueError('not JSON; write {"id": "...", "text": "..."} on one line') from fault
    match row:
        case {"text": str(text)} if _is_name(row.get("id")):
            return {"id": row.get("id"), "text": text}
        case {"text": str()}:
            raise ValueError("an id of another kind; give `id` as a string or a number")
        case dict():
            raise ValueError("no text; give `text` as a string")
    raise ValueError('not an object; write {"id": "...", "text": "..."}')


def _is_name(name: object) -> bool:
    return isinstance(name, _ID_TYPES) and not (isinstance(name, float) and not isfinite(name))


def _refused(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


def _line(row: dict[str, Any]) -> str:
    plain = json.dumps(row, ensure_ascii=False)
    try:
        plain.encode()
    except UnicodeEncodeError:
        # A lone surrogate in an id can be written only as an escape.
        return json.dumps(row)
    return plain
