"""The page of a package of records: what happened, in order, for somebody who was not there."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any, Final
from zoneinfo import ZoneInfo

from services.policy.audit_export import Told
from services.policy.redaction import Redaction
from services.runtime.clock import from_epoch_ms
from services.runtime.effects import Row

_STYLE: Final = (
    "body{font:1.05rem/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;"
    "color:#1c1c1c;background:#fff}h1{line-height:1.2}li{margin:0 0 1.2rem}li li{margin:0}"
    "time{font-weight:600}blockquote{margin:.4rem 0;padding:.4rem .8rem;"
    "border-left:.25rem solid #555;background:#f4f4f4;white-space:pre-wrap;overflow-wrap:anywhere}"
    "table{border-collapse:collapse}td,th{border:1px solid #777;padding:.2rem .5rem;"
    "text-align:left;vertical-align:top}.small{color:#444;font-size:.9rem;overflow-wrap:anywhere}"
)
_GONE: Final[Mapping[str, str]] = {
    "gone": "What was said here was erased or is past its time; that it was said stays on record.",
    "redacted": "Parts were left out; the list of what was left out says which and why.",
}


@dataclass(frozen=True, slots=True)
class Page:
    """Which body the page is of, what was asked for, and when and where it was put together."""

    body_name: str
    zone: str
    title: str
    made_at: datetime


def page_html(
    page: Page,
    posts: Sequence[Row],
    entries: Sequence[Told],
    policies: Mapping[str, Iterable[str]],
    redactions: Sequence[Redaction],
    missing: Sequence[str],
) -> str:
    """Return the page whole: it loads nothing and runs nothing."""
    zone = ZoneInfo(page.zone)
    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "style-src 'unsafe-inline'\">",
        f"<title>{escape(page.title)}</title><style>{_STYLE}</style></head><body><main>",
        f"<h1>{escape(page.title)}</h1>",
        f"<p>{escape(page.body_name)}. Put together on {_when(page.made_at, zone)}. Times are in "
        f"{escape(page.zone)}. {_counted(len(posts), 'post')} and "
        f"{_counted(len(entries), 'record')}.</p>",
        "<h2>What happened</h2><ol>",
        *(html for _, html in sorted(_timeline(posts, entries, zone), key=lambda each: each[0])),
        "</ol>",
        *_policies(policies, missing),
        *_redactions(redactions),
        "<h2>How to check this</h2><p>Run <code>python verify.py</code> in this folder. It "
        "recomputes the chain that each entry stands in and compares the words with what was "
        "written down at the time. The key that it names should be the one that the body "
        "published, and the checkpoint one that somebody outside the body keeps.</p>",
        "</main></body></html>\n",
    ]
    return "\n".join(parts)


def _timeline(
    posts: Sequence[Row], entries: Sequence[Told], zone: ZoneInfo
) -> Iterator[tuple[tuple[int, str], str]]:
    for row in posts:
        post: Mapping[str, Any] = row
        at_ms = post["posted_at_ms"] or post["received_at_ms"] or 0
        author = post["author"] or "Somebody whose name is not kept"
        where = f" on {post['source']}" if post["source"] else ""
        said = _quote(post["text"]) or "<p>What it said is not kept.</p>"
        yield (
            (at_ms, ""),
            f"<li>{_time(at_ms, zone)} {escape(f'{author} wrote{where}:')}{said}</li>",
        )
    for each in entries:
        lines = "".join(f"<li>{escape(line)}</li>" for line in each.details)
        gone = _GONE.get(each.state)
        roles = ", ".join(each.said.get("actor", {}).get("roles", ()))
        yield (
            (each.entry.at_ms, each.entry.id),
            f"<li>{_time(each.entry.at_ms, zone)} {escape(each.sentence)}"
            f"{_quote(each.words)}{f'<ul>{lines}</ul>' if lines else ''}"
            f"{f'<p>{escape(gone)}</p>' if gone else ''}"
            f'<p class="small">Entry {each.entry.sequence} of {escape(each.entry.chain)}'
            f"{escape(f'; roles: {roles}') if roles else ''}</p></li>",
        )


def _policies(policies: Mapping[str, Iterable[str]], missing: Sequence[str]) -> Iterator[str]:
    yield "<h2>The rules in force</h2>"
    if not policies and not missing:
        yield "<p>No entry here was judged by rules.</p>"
    for revision, paths in policies.items():
        links = "".join(
            f'<li><a href="policy/{escape(revision)}/{escape(path)}">{escape(path)}</a></li>'
            for path in sorted(paths)
        )
        yield f"<h3>Revision {escape(revision)}</h3><ul>{links}</ul>"
    for revision in missing:
        yield f"<p>The text of revision {escape(revision)} is not kept here any more.</p>"


def _redactions(redactions: Sequence[Redaction]) -> Iterator[str]:
    yield "<h2>What was left out</h2>"
    if not redactions:
        yield "<p>Nothing was left out.</p>"
        return
    yield "<table><tr><th>Where</th><th>What</th><th>Why</th></tr>"
    for each in redactions:
        cells = "".join(f"<td>{escape(cell)}</td>" for cell in each)
        yield f"<tr>{cells}</tr>"
    yield "</table>"


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _quote(text: str | None) -> str:
    return f"<blockquote>{escape(text)}</blockquote>" if text else ""


def _time(at_ms: int, zone: ZoneInfo) -> str:
    moment = from_epoch_ms(at_ms)
    return f'<time datetime="{moment.isoformat()}">{_when(moment, zone)}</time>'


def _when(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%d %B %Y, %H:%M:%S}"
