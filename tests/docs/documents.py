"""Documents in Markdown, taken apart: headings, links, tables, and fenced blocks with their marks.

A mark is a comment in the line before a block, which no reader sees:

- `not run: REASON` leaves a console block out;
- `goes on` leaves its last command, a `mercat run`, running until the document ends;
- `waits for N posts` waits until the running Mercat has routed as many;
- `first case of TEAM`, or `first case of TEAM that ACCOUNT answers`, puts the id of that case in
  place of the one that stands there;
- `newest act` does so with the act that was drafted last, and with the beginning of its digest;
- `the takeover` does so with the first takeover that was planned, and the version of the terms;
- `the round` and `newest nomination` do so with the latest round of nominations, and with the one
  who was named last in it;
- `the correction` does so with the latest correction that is open;
- `compared` compares what the commands write with what stands below them;
- `refused`, behind another mark and `; `, has every command of the block end with 1;
- `once sent`, likewise, waits until the act was sent, and finds its words once behind its link;
- `setting: NAME=VALUE` sets a variable from there on;
- `file: PATH` makes the block a file; `in PATH, for: TEXT` puts it there in a text's place.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
_FENCE: Final = re.compile(r"```(?P<language>[a-z]*)$")
_MARK: Final = re.compile(r"<!-- (?P<mark>.+) -->$")
_HEADING: Final = re.compile(r"#{1,6} (?P<title>.+)$")
_LINK: Final = re.compile(r"(?P<image>!?)\[(?P<text>[^\]]*)\]\((?P<target>[^)\s]+)\)")
PROMPT: Final = "$ "


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its language, its lines, the mark before it, and the line it begins at."""

    language: str
    lines: Sequence[str]
    mark: str
    line_number: int

    @property
    def text(self) -> str:
        """The block as a file holds it."""
        return "\n".join(self.lines) + "\n"

    @property
    def commands(self) -> list[tuple[str, list[str]]]:
        """Each command of a console block with the output that stands below it."""
        found: list[tuple[str, list[str]]] = []
        for line in self.lines:
            if line.startswith(PROMPT):
                found.append((line.removeprefix(PROMPT), []))
            else:
                assert found, f"line {self.line_number}: output before the first command"
                found[-1][1].append(line)
        return found


def documents() -> list[Path]:
    """Return every document of the project."""
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def name_of(document: Path) -> str:
    """Return how a document is named in the report of a test."""
    return document.relative_to(ROOT).as_posix()


def blocks(document: Path) -> list[Block]:
    """Return a document's fenced blocks, in order."""
    found: list[Block] = []
    lines = document.read_text("utf-8").splitlines()
    opened: tuple[str, str, int] | None = None
    mark = ""
    for number, line in enumerate(lines, start=1):
        fence = _FENCE.match(line)
        if opened is not None:
            if line == "```":
                language, its_mark, first = opened
                found.append(Block(language, lines[first : number - 1], its_mark, first))
                opened = None
        elif fence:
            opened, mark = (fence["language"], mark, number), ""
        elif line:
            given = _MARK.match(line)
            mark = given["mark"] if given else ""
    assert opened is None, f"{name_of(document)}: a block is not closed"
    return found


def prose_lines(document: Path) -> Iterator[tuple[int, str]]:
    """Yield the numbered lines outside fenced blocks."""
    inside = False
    for number, line in enumerate(document.read_text("utf-8").splitlines(), start=1):
        if line.startswith("```"):
            inside = not inside
        elif not inside:
            yield number, line


def links(document: Path) -> Iterator[tuple[int, str, str, bool]]:
    """Yield each link: line, words, target, and whether it is a picture."""
    for number, line in prose_lines(document):
        for found in _LINK.finditer(line):
            yield number, found["text"], found["target"], bool(found["image"])


def anchors(document: Path) -> set[str]:
    """Return what a link may name within a document, as the usual renderers make it of headings."""
    found: set[str] = set()
    for _, line in prose_lines(document):
        heading = _HEADING.match(line)
        if heading:
            plain = re.sub(r"[^\w\- ]", "", heading["title"].lower())
            found.add(plain.replace(" ", "-"))
    return found


def table(document: Path, heading: str) -> list[list[str]]:
    """Return the rows, without its head, of the table right below a heading."""
    rows: list[list[str]] = []
    below = False
    for _, line in prose_lines(document):
        title = _HEADING.match(line)
        if title:
            below = title["title"] == heading
        elif below and line.startswith("|"):
            rows.append([cell.strip() for cell in line.split("|")[1:-1]])
        elif rows:
            break
    assert rows, f"{name_of(document)} has no table below {heading!r}"
    return rows[2:]
