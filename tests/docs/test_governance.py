"""The page for governance officers draws and lists the moves that there are, and no others."""

from typing import Final

from services.policy.takeover import MOVES
from services.policy.takeover_picture import picture_lines, table_lines
from tests.docs.documents import ROOT, blocks

PAGE: Final = ROOT / "docs" / "governance.md"


def test_the_picture_is_drawn_from_the_moves() -> None:
    """An arrow is on the page if and only if somebody can take it."""
    drawn = [block.lines for block in blocks(PAGE) if block.language == "mermaid"]

    assert [list(picture_lines())] == drawn


def test_the_table_lists_every_move() -> None:
    """With its states, who makes it, and what it says."""
    listed = PAGE.read_text("utf-8").split("\n\n")

    assert "\n".join(table_lines()) in listed
    assert len(MOVES) + 2 == len(list(table_lines()))
