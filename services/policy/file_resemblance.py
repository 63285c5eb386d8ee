"""Reads examples of drafts, and writes what was learnt from them as a file of rule data."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.policy.resemblance_training import Example
from services.reading.resemblance import ResemblanceLists
from services.runtime.errors import FolderError, InputInvalidError

LINE_BYTES_MAX: Final = 1_000_000
EXAMPLES_MAX: Final = 20_000
FOUND_OTHERWISE: Final = frozenset(
    {"personal-data", "link", "alt-text", "hashtag", "emoji", "length", "language"}
)
"""Families of drafts that no words tell."""
HEAD: Final = """\
# How drafts read that were stopped before: learnt from examples, not written by hand.
# `mercat policy learn` makes this file anew; only the threshold is for changing: the higher it is,
# the fewer drafts get a second look.
"""


class _Line(BaseModel):
    """What is read of a line; `expected` is what the rules should say. More may be there."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    text: Annotated[str, Field(max_length=100_000)]
    family: Annotated[str, Field(max_length=100)] = ""
    expected: Annotated[str, Field(pattern="^(allow|hold|deny)$")]


def read_examples(path: Path) -> Iterator[Example]:
    """Yield the examples of a file of JSON Lines, in its order, less those found otherwise.

    Raises InputInvalidError, naming the line, where one is none, FolderError where the file cannot
    be read.
    """
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if number > EXAMPLES_MAX:
                    raise InputInvalidError(f"{path}: over {EXAMPLES_MAX:,} examples; cut it")
                read = _read(path, number, line[: LINE_BYTES_MAX + 1])
                if read.family not in FOUND_OTHERWISE:
                    yield Example(read.text, read.expected != "allow")
    except OSError as error:
        raise FolderError(f"{path}: cannot be read ({error.strerror})") from error


def _read(path: Path, number: int, line: bytes) -> _Line:
    try:
        return _Line.model_validate_json(line)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "the line"
        raise InputInvalidError(
            f"{path} line {number}: {where}: {first['msg'].lower()}; an example is "
            '{"text": "...", "expected": "allow"}, or "hold" or "deny"'
        ) from error


def write_resemblance(path: Path, lists: ResemblanceLists) -> None:
    """Write what was learnt over a file of rule data. Raises FolderError."""
    weights = "".join(f"  {line}\n" for line in lists.weights.splitlines())
    block = f"|\n{weights}" if weights else '""\n'
    text = f"{HEAD}threshold: {lists.threshold}\nstart: {lists.start}\nweights: {block}"
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise FolderError(f"{path}: cannot be written ({error.strerror})") from error
