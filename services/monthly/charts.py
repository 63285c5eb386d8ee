"""Small charts as SVG that load and run nothing, drawn narrow so that a telephone can show them.

Colours come from the page, by class, so that they follow light, dark and print; each is told apart
by its place, its legend and the table beside the chart, too.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

WIDTH: Final = 440
ROWS_MAX: Final = 16
NAME_LENGTH_MAX: Final = 34
_RIGHT: Final = 8
_ROW: Final = 40
_BAR: Final = 14
_LEFT: Final = 36
_TALL: Final = 130
_LETTER: Final = 7.2
"""How wide a letter is, about."""

Stack = tuple[tuple[str, str], ...]
"""What a bar is made of, in order: the column's name and what it is called."""


@dataclass(frozen=True, slots=True)
class Share:
    """A row of a chart of shares: the share and its interval, and what is written beside it."""

    name: str
    share: float
    low: float
    high: float
    said: str


def column_chart(
    key: str, title: str, about: str, rows: Sequence[Mapping[str, object]], stack: Stack
) -> str:
    """Return columns side by side, such as the days of a month; `rows` have a `day`."""
    totals = [_total(row, stack) for row in rows]
    most = max([*totals, 1])
    top = 34
    floor, step = top + _TALL, (WIDTH - _LEFT - _RIGHT) / max(len(rows), 1)
    parts = [*_legend(stack), *_scale(most, top, floor)]
    for place, row in enumerate(rows):
        left, reached = _LEFT + place * step, float(floor)
        for number, (column, called) in enumerate(stack):
            count = _count(row, column)
            height = count * _TALL / most
            if count:
                reached -= height
                parts.append(
                    f'<rect class="c{number}" x="{left:.1f}" y="{reached:.1f}" '
                    f'width="{max(step - 1.5, 1):.1f}" height="{height:.1f}">'
                    f"<title>{escape(str(row['day']))}: {count:,} {escape(called)}</title></rect>"
                )
    for place in sorted({0, len(rows) // 2, len(rows) - 1} if rows else ()):
        middle = _LEFT + (place + 0.5) * step
        day = str(rows[place]["day"])[8:].lstrip("0")
        parts.append(f'<text x="{middle:.1f}" y="{floor + 16}" text-anchor="middle">{day}</text>')
    return _drawn(key, title, about, floor + 22, parts)


def bar_chart(
    key: str, title: str, about: str, rows: Sequence[Mapping[str, object]], stack: Stack
) -> str:
    """Return bars one below the other, each under its name; `rows` have a `name`."""
    shown = rows[:ROWS_MAX]
    most = max([*(_total(row, stack) for row in shown), 1])
    parts = list(_legend(stack)) if len(stack) > 1 else []
    top = 34 if len(stack) > 1 else 6
    wide = WIDTH - _RIGHT - len(f"{most:,}") * _LETTER - 8
    for place, row in enumerate(shown):
        y, left = top + place * _ROW, 0.0
        parts.append(f'<text x="0" y="{y + 13}">{_name(row)}</text>')
        for number, (column, called) in enumerate(stack):
            count = _count(row, column)
            width = count * wide / most
            if count:
                said = f"{_name(row)}: {count:,} {escape(called)}"
                parts.append(
                    f'<rect class="c{number}" x="{left:.1f}" y="{y + 18}" width="{width:.1f}" '
                    f'height="{_BAR}"><title>{said}</title></rect>'
                )
                left += width
        parts.append(f'<text x="{left + 5:.1f}" y="{y + 30}">{_total(row, stack):,}</text>')
    return _drawn(key, title, about, top + max(len(shown), 1) * _ROW + 2, parts)


def share_chart(key: str, title: str, about: str, rows: Sequence[Share]) -> str:
    """Return shares as points between none and all, each with the line of its interval."""
    shown, top = rows[:ROWS_MAX], 6
    floor = top + max(len(shown), 1) * _ROW
    wide, parts = WIDTH - 2 * _RIGHT, []
    for hundredths in (0, 25, 50, 75, 100):
        x = _RIGHT + wide * hundredths / 100
        anchor = {0: "start", 100: "end"}.get(hundredths, "middle")
        at = {0: 0, 100: WIDTH}.get(hundredths, x)
        parts.append(f'<path class="g" d="M{x:.1f} {top}V{floor}"/>')
        parts.append(
            f'<text x="{at:.1f}" y="{floor + 16}" text-anchor="{anchor}">{hundredths} %</text>'
        )
    for place, row in enumerate(shown):
        y = top + place * _ROW
        low, at, high = (_RIGHT + wide * each for each in (row.low, row.share, row.high))
        said = escape(row.said)
        parts.append(
            f'<text class="b" x="0" y="{y + 13}">{_name({"name": row.name})}</text>'
            f'<text class="b" x="{WIDTH}" y="{y + 13}" text-anchor="end">{said}</text>'
            f'<path class="i" d="M{low:.1f} {y + 25}H{high:.1f}M{low:.1f} {y + 20}v10'
            f'M{high:.1f} {y + 20}v10"/><circle class="c0" cx="{at:.1f}" cy="{y + 25}" r="6">'
            f"<title>{_name({'name': row.name})}: {said}</title></circle>"
        )
    return _drawn(key, title, about, floor + 22, parts)


def _drawn(key: str, title: str, about: str, height: float, parts: Sequence[str]) -> str:
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" '
            f'role="img" aria-labelledby="{key}-title {key}-desc">',
            f'<title id="{key}-title">{escape(title)}</title>',
            f'<desc id="{key}-desc">{escape(about)}</desc>',
            *parts,
            "</svg>",
        ]
    )


def _legend(stack: Stack) -> Iterator[str]:
    left = 0.0
    for number, (_, called) in enumerate(stack):
        yield (
            f'<rect class="c{number}" x="{left:.1f}" y="4" width="12" height="12"/>'
            f'<text x="{left + 17:.1f}" y="15">{escape(called)}</text>'
        )
        left += 34 + len(called) * _LETTER


def _scale(most: int, top: int, floor: int) -> Iterator[str]:
    for y, count in ((top, most), (floor, 0)):
        yield f'<path class="g" d="M{_LEFT} {y}H{WIDTH - _RIGHT}"/>'
        yield f'<text x="{_LEFT - 5}" y="{y + 4}" text-anchor="end">{count:,}</text>'


def _name(row: Mapping[str, object]) -> str:
    name = str(row["name"])
    return escape(name if len(name) <= NAME_LENGTH_MAX else f"{name[: NAME_LENGTH_MAX - 1]}…")


def _count(row: Mapping[str, object], column: str) -> int:
    count = row[column]
    assert isinstance(count, int), "what is drawn is counted"
    return count


def _total(row: Mapping[str, object], stack: Stack) -> int:
    return sum(_count(row, column) for column, _ in stack)
