"""A month's report as one page: HTML that loads and runs nothing, for screens and paper."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any, Final

from services.monthly.page_style import STYLE
from services.monthly.saying import method, month_said, summary
from services.monthly.sections import (
    accounts_section,
    answers_section,
    calls_section,
    cost_section,
    rules_section,
    takeovers_section,
    volumes_section,
)
from services.monthly.tables import COLUMNS

CONTENT_SECURITY: Final = "default-src 'none'; style-src 'unsafe-inline'"


def month_page(figures: Mapping[str, Any]) -> str:
    """Return the page of a month: what stands out, each part with chart and table, the method."""
    title = f"{month_said(figures['month'])}: {figures['body']}"
    parts = [
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        f'<meta http-equiv="Content-Security-Policy" content="{CONTENT_SECURITY}">',
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body><main>",
        f"<h1>{escape(month_said(figures['month']))}</h1>",
        f'<p class="body">{escape(figures["body"])}: what came in, what was answered, what the '
        "rules did, and what it cost</p>",
        *_summary(figures),
        *volumes_section(figures["volumes"]),
        *answers_section(figures["answers"]),
        *calls_section(figures["calls"]),
        *rules_section(figures["rules"], figures["speaking"]),
        *accounts_section(figures["speaking"]),
        *takeovers_section(figures["takeovers"], figures["since"]),
        *cost_section(figures["cost"], figures["speaking"]),
        *_method(figures),
        *_files(tuple(COLUMNS)),
        "</main></body></html>",
        "",
    ]
    return "\n".join(parts)


def _summary(figures: Mapping[str, Any]) -> Iterator[str]:
    if not figures["is_over"]:
        yield '<p class="note">This month is not over yet: every figure will change.</p>'
    yield '<ul class="sum">'
    yield from (f"<li>{escape(sentence)}</li>" for sentence in summary(figures))
    yield "</ul>"


def _method(figures: Mapping[str, Any]) -> Iterator[str]:
    yield '<section><h2 id="method">How it is counted, and how sure it is</h2><dl>'
    for title, text in method(figures):
        yield f"<dt>{escape(title)}</dt><dd>{escape(text)}</dd>"
    yield "</dl></section>"


def _files(names: Sequence[str]) -> Iterator[str]:
    links = ", ".join(f'<a href="{name}.csv">{name}.csv</a>' for name in names)
    yield f"<section><h2>The same figures as tables</h2><p>{links}</p></section>"
