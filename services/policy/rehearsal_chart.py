"""A rehearsal as a picture, day by day, and as a page: SVG and HTML that load and run nothing.

What would be stopped stands above the line, what would be let through below it. Colours are told
apart by people who see few of them, and each also has its place and its own words.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from html import escape
from typing import Final

from services.policy.rehearsal import CHANGES, Change
from services.policy.rehearsal_document import (
    SAID_OF,
    Rehearsal,
    rehearsal_digest,
    rehearsal_document,
    rehearsal_json,
    summary,
)

DAYS_MAX: Final = 400
_WIDTH: Final = 760
_LEFT: Final = 44
_TOP: Final = 64
_BAR_HEIGHT: Final = 110
_ABOVE: Final[tuple[Change, ...]] = ("newly_held", "newly_denied")
_BELOW: Final[tuple[Change, ...]] = ("freed", "eased")
_COLOURS: Final[Mapping[Change, str]] = {
    "newly_held": "#e69f00",
    "newly_denied": "#a03c00",
    "freed": "#0072b2",
    "eased": "#7cc4ee",
}
_STYLE: Final = (
    "body{font:1.05rem/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem;"
    "color:#1c1c1c;background:#fff}svg{max-width:100%;height:auto}table{border-collapse:collapse}"
    "td,th{border:1px solid #777;padding:.2rem .5rem;text-align:left;vertical-align:top}"
    "td.n{text-align:right}main{overflow-wrap:anywhere}"
)


def chart_svg(rehearsal: Rehearsal) -> str:
    """Return the picture, with a title and a description for who does not see it."""
    days = _days(rehearsal)
    most = max(
        (_height(counts, kinds) for _, counts in days for kinds in (_ABOVE, _BELOW)), default=0
    )
    scale = _BAR_HEIGHT / max(most, 1)
    axis = _TOP + _BAR_HEIGHT
    height = axis + _BAR_HEIGHT + 34
    step = (_WIDTH - _LEFT - 8) / max(len(days), 1)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" '
        'aria-labelledby="chart-title chart-desc" font-family="system-ui,sans-serif" '
        'font-size="12">',
        '<title id="chart-title">What the proposed rules would have changed, by day</title>',
        f'<desc id="chart-desc">{escape(" ".join(summary(rehearsal)))}</desc>',
        f'<rect width="{_WIDTH}" height="{height}" fill="#fff"/>',
        *_legend(),
        *_scale(most, axis),
    ]
    for place, (day, counts) in enumerate(days):
        left = _LEFT + place * step
        parts.extend(_bars(day, counts, left, max(step - 1, 0.5), scale, axis))
    parts.extend(_dates([day for day, _ in days], step, height))
    return "\n".join([*parts, "</svg>", ""])


def page_html(rehearsal: Rehearsal) -> str:
    """Return a page of the whole rehearsal: sentences, picture, tables, samples."""
    told = rehearsal_json(rehearsal)
    title = "Rehearsal of proposed rules"
    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "style-src 'unsafe-inline'\">",
        f"<title>{title}</title><style>{_STYLE}</style></head><body><main><h1>{title}</h1>",
        *(f"<p>{escape(sentence)}</p>" for sentence in told["summary"]),
        chart_svg(rehearsal),
        *_table("By rule", "Rule", told["by_rule"]),
        *_table("By account", "Account", told["by_account"]),
        *_table("By day", "Day", told["by_day"]),
        *_samples(rehearsal),
        f"<p>Rules in force: {rehearsal.before}. Rules proposed: {rehearsal.after}. Digest of "
        f"this rehearsal: {rehearsal_digest(rehearsal_document(rehearsal))}.</p>",
        "</main></body></html>",
        "",
    ]
    return "\n".join(parts)


def _days(rehearsal: Rehearsal) -> list[tuple[str, Mapping[str, int]]]:
    """Return each day of the span on which anything was decided or that lies between, in order."""
    by_day = rehearsal.tally.by_day
    if not by_day:
        return []
    last = date.fromisoformat(max(by_day))
    first = max(date.fromisoformat(min(by_day)), last - timedelta(days=DAYS_MAX - 1))
    count = (last - first).days + 1
    every = [(first + timedelta(days=number)).isoformat() for number in range(count)]
    return [(day, by_day.get(day, {})) for day in every]


def _height(counts: Mapping[str, int], kinds: Sequence[Change]) -> int:
    return sum(counts.get(kind, 0) for kind in kinds)


def _legend() -> Iterator[str]:
    for place, change in enumerate(CHANGES):
        left = _LEFT + place * 178
        yield (
            f'<rect x="{left}" y="14" width="14" height="14" fill="{_COLOURS[change]}" '
            f'stroke="#1c1c1c"/><text x="{left + 20}" y="26">{SAID_OF[change]}</text>'
        )
    yield f'<text x="{_LEFT}" y="50" fill="#444">Decisions. Above: stopped. Below: let go.</text>'


def _scale(most: int, axis: int) -> Iterator[str]:
    yield f'<path d="M{_LEFT} {axis}H{_WIDTH - 8}" stroke="#1c1c1c"/>'
    if not most:
        yield f'<text x="{_LEFT + 8}" y="{axis - 8}">No decision would be another.</text>'
        return
    for y in (axis - _BAR_HEIGHT, axis + _BAR_HEIGHT):
        yield f'<path d="M{_LEFT} {y}H{_WIDTH - 8}" stroke="#bbb"/>'
        yield f'<text x="{_LEFT - 6}" y="{y + 4}" text-anchor="end">{most:,}</text>'
    yield f'<text x="{_LEFT - 6}" y="{axis + 4}" text-anchor="end">0</text>'


def _bars(
    day: str, counts: Mapping[str, int], left: float, width: float, scale: float, axis: int
) -> Iterator[str]:
    for kinds, sign in ((_ABOVE, -1), (_BELOW, 1)):
        reached = float(axis)
        for change in kinds:
            size = counts.get(change, 0) * scale
            if not size:
                continue
            top = reached - size if sign < 0 else reached
            said = f"{day}: {counts[change]:,} {SAID_OF[change]}"
            yield (
                f'<rect x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{size:.1f}" '
                f'fill="{_COLOURS[change]}" stroke="#1c1c1c" stroke-width=".5">'
                f"<title>{said}</title></rect>"
            )
            reached += sign * size


def _dates(days: Sequence[str], step: float, height: int) -> Iterator[str]:
    places = sorted({0, len(days) // 2, len(days) - 1}) if days else []
    for place in places:
        anchor = "start" if place == 0 else "end" if place == len(days) - 1 else "middle"
        left = _LEFT + place * step + (step if anchor == "end" else 0)
        yield f'<text x="{left:.1f}" y="{height - 10}" text-anchor="{anchor}">{days[place]}</text>'


def _table(title: str, heading: str, rows: Mapping[str, Mapping[str, int]]) -> Iterator[str]:
    yield f"<h2>{title}</h2><table><tr><th>{heading}</th>"
    yield "".join(f"<th>{SAID_OF[change].capitalize()}</th>" for change in CHANGES) + "</tr>"
    for name, counts in rows.items():
        cells = "".join(f'<td class="n">{counts.get(change, 0):,}</td>' for change in CHANGES)
        yield f"<tr><td>{escape(name)}</td>{cells}</tr>"
    yield "</table>"


def _samples(rehearsal: Rehearsal) -> Iterator[str]:
    if not rehearsal.samples:
        return
    yield "<h2>Samples</h2><table><tr><th>Act</th><th>Before</th><th>After</th></tr>"
    for sample in rehearsal.samples:
        cells = [
            f"{decision}: {' '.join(str(each['sentence']) for each in reasons)}"
            for decision, reasons in (
                (sample.before, sample.reasons_before),
                (sample.after, sample.reasons_after),
            )
        ]
        row = "".join(f"<td>{escape(cell)}</td>" for cell in (sample.act_id, *cells))
        yield f"<tr>{row}</tr>"
    yield "</table>"
