"""Figures as a plain table, for a person or a log of the build."""

from collections.abc import Sequence
from typing import Final

from bench.figures import Figure

HEADER: Final = ("figure", "measured", "unit", "aim", "floor", "")


def table(figures: Sequence[Figure]) -> str:
    """Return the figures one a line, in columns; what each means stands in the results file."""
    rows = [HEADER, *(_row(figure) for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADER))]
    lines = [_line(row, widths) for row in rows]
    return "\n".join([lines[0], _line(["-" * width for width in widths], widths), *lines[1:]])


def number_text(number: float | None) -> str:
    """Return a number with about three digits that count, or nothing for None."""
    if number is None:
        return ""
    if abs(number) >= 100:
        return f"{number:,.0f}"
    return f"{number:.3g}" if abs(number) >= 1 or number == 0 else f"{number:.2f}"


def judgement(figure: Figure) -> str:
    """Return in a word or two how a figure stands to its floor and its aim."""
    if figure.below_floor:
        return "BELOW FLOOR"
    return {True: "aim met", False: "short of aim", None: ""}[figure.meets_aim]


def _row(figure: Figure) -> tuple[str, ...]:
    sign = ">=" if figure.better == "higher" else "<="
    return (
        figure.name,
        number_text(figure.measured),
        figure.unit,
        "" if figure.aim is None else f"{sign} {number_text(figure.aim)}",
        "" if figure.floor is None else f">= {number_text(figure.floor)}",
        judgement(figure),
    )


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = [
        cell.rjust(width) if column in {1, 3, 4} else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return "  ".join(padded).rstrip()
