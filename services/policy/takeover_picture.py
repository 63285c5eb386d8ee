"""Draws the life of a takeover from the one list of its moves, for `docs/governance.md`."""

from collections.abc import Iterator
from typing import Final

from services.policy.takeover import MOVES, By, Move

_BY: Final[dict[By, str]] = {
    "governance": "governance",
    "duty-officer": "a duty officer",
    "curator": "the curator",
    "clock": "the clock",
}
BEGINNING: Final = "[*]"


def picture_lines() -> Iterator[str]:
    """Yield the picture as Mermaid draws it: an arrow for all moves from one state to another."""
    yield "stateDiagram-v2"
    arrows: dict[tuple[str, str], list[str]] = {}
    for move in MOVES.values():
        sinces: tuple[str, ...] = move.since or (BEGINNING,)
        for since in sinces:
            arrows.setdefault((since, move.to or since), []).append(move.name)
    for (since, to), names in arrows.items():
        yield f"    {since} --> {to} : {', '.join(names)}"
    yield f"    closed --> {BEGINNING}"


def table_lines() -> Iterator[str]:
    """Yield the moves as a table in Markdown: each with its states, and who makes it."""
    yield "| Move | From | To | Who | What it says |"
    yield "|---|---|---|---|---|"
    for move in MOVES.values():
        cells = (f"`{move.name}`", _since(move), _to(move), _who(move), move.sentence)
        yield f"| {' | '.join(cells)} |"


def _since(move: Move) -> str:
    return ", ".join(move.since) or "nothing"


def _to(move: Move) -> str:
    if move.to is None:
        return "stays"
    return move.to if move.outcome is None else f"{move.to} ({move.outcome})"


def _who(move: Move) -> str:
    return ", ".join(_BY[by] for by in move.by)
