"""The page of a package of records: what happened, in order, for somebody who was not there."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from services.policy.audit_export import Told
from services.policy.redaction import LEFT_OUT, Redaction
from services.runtime.audit_entry import HOUSE_CHAIN
from services.runtime.clock import from_epoch_ms
from services.runtime.counting import counted
from services.runtime.effects import Row

_STYLE: Final = (
    "body{font:1.05rem/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;"
    "color:#1c1c1c;background:#fff}h1{line-height:1.2}li{margin:0 0 1.2rem}li li{margin:0}"
    "time{font-weight:600}blockquote{margin:.4rem 0;padding:.4rem .8rem;"
    "border-left:.25rem solid #555;background:#f4f4f4;white-space:pre-wrap;overflow-wrap:anywhere}"
    "table{border-collapse:collapse}td,th{border:1px solid #777;padding:.2rem .5rem;"
    "text-align:left;vertical-align:top}main{overflow-wrap:anywhere}.small{color:#444;font-size:.9rem;overflow-wrap:anywhere}"
)
_HOW_TO_READ: Final = (
    "Each step stands as it was written down at that moment; nothing was added or changed since. "
    "To <em>propose</em> an answer is to ask for it to go out: the body's rules are asked, and "
    "say that it may go, that it waits for somebody's approval, or that it may not go, and why. "
    "They are asked once more when it is about to be sent. <em>Leave</em> is what lets one person "
    "speak as one of the body's accounts."
)
_CHECK_FIRST: Final = (
    "A program looked for personal data and left out what it found. It knows names by where they "
    "stand, not by what they mean: somebody must read all of this before it is handed out."
)
_GONE: Final[Mapping[str, str]] = {
    "gone": "What was said here was erased or is past its time; that it was said stays on record.",
    "redacted": "Parts were left out: see the list below.",
}


_SENT: Final = ("sending.sent", "sending.reconciled")
_ROLELESS: Final[Mapping[str, str]] = {
    "Mercat": "the program itself",
    "whoever runs the machine": "the operator",
}


@dataclass(frozen=True, slots=True)
class Page:
    """Which body the page is of, what was asked for, and when and where it was put together."""

    body_name: str
    zone: str
    title: str
    made_at: datetime


class RulesListed(NamedTuple):
    """The numbers that some rules were in force under, and the places of their files."""

    numbers: tuple[int, ...]
    paths: Iterable[str]


def page_html(
    page: Page,
    posts: Sequence[Row],
    entries: Sequence[Told],
    policies: Mapping[str, RulesListed],
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
        f"{escape(page.zone)}. {counted(len(posts), 'post')} and "
        f"{counted(len(entries), 'record')}.</p>",
        *_published(entries, zone),
        *_people(entries),
        "<h2>What happened</h2>",
        f"<p>{_HOW_TO_READ}</p><ol>",
        *(html for _, html in sorted(_timeline(posts, entries, zone), key=lambda each: each[0])),
        "</ol>",
        *_policies(policies, missing),
        *_redactions(redactions),
        "<h2>What else is in this folder</h2><p><code>entries.csv</code> has the same records as a "
        "table for spreadsheets, <code>entries.jsonl</code> for programs, "
        "<code>redactions.csv</code> what was left out, and <code>policy</code> the rules. The "
        "rest is proof.</p>",
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
    said_before: dict[str | None, str] = {}
    for each in entries:
        lines = "".join(f"<li>{escape(line)}</li>" for line in each.details)
        gone = f" {_GONE[each.state]}" if each.state in _GONE else ""
        same = each.words and each.words == said_before.get(each.entry.act_id)
        words = "<p>The words are the same as before.</p>" if same else _quote(each.words)
        if each.words:
            said_before[each.entry.act_id] = each.words
        yield (
            (each.entry.at_ms, each.entry.id),
            f"<li>{_time(each.entry.at_ms, zone)} {escape(each.sentence)}"
            f"{words}{f'<ul>{lines}</ul>' if lines else ''}"
            f'<p class="small">Record {each.entry.sequence} of {escape(_chain(each))}.'
            f"{escape(gone)}</p></li>",
        )


def _published(entries: Sequence[Told], zone: ZoneInfo) -> Iterator[str]:
    """Yield what came of it: what a reader wants to know first."""
    yield "<h2>What was published</h2>"
    words = {each.entry.act_id: each.words for each in entries if each.words}
    sent = [each for each in entries if each.entry.kind in _SENT and _is_there(each)]
    if not sent:
        yield "<p>Nothing: no record here says that anything was published.</p>"
    for each in sent:
        link = (each.payload or {}).get("link")
        shown = link and link != LEFT_OUT
        where = f"<p>Where it could be read: {escape(str(link))}</p>" if shown else ""
        account = escape(_chain(each).removeprefix("account "))
        yield f"<p>{_time(each.entry.at_ms, zone)}, as {account}:</p>"
        yield f"{_quote(words.get(each.entry.act_id))}{where}"


def _people(entries: Iterable[Told]) -> Iterator[str]:
    """Yield who did something, in what roles."""
    known: dict[str, set[str]] = {}
    for each in entries:
        known.setdefault(each.actor, set()).update(each.said.get("actor", {}).get("roles", ()))
    if not known:
        return
    yield "<h2>Who took part</h2><ul>"
    for actor, roles in known.items():
        listed = ", ".join(sorted(roles)) or _ROLELESS.get(actor, "no role")
        yield f"<li>{escape(actor)}: {escape(listed)}</li>"
    yield "</ul>"


def _is_there(each: Told) -> bool:
    return each.said.get("facts", {}).get("on_platform", True) is not False


def _chain(each: Told) -> str:
    chain = each.entry.chain
    return "the body as a whole" if chain == HOUSE_CHAIN else chain.replace(":", " ", 1)


def _policies(policies: Mapping[str, RulesListed], missing: Sequence[str]) -> Iterator[str]:
    yield "<h2>The rules in force</h2>"
    if not policies and not missing:
        yield "<p>No entry here was judged by rules.</p>"
    for revision, (numbers, paths) in policies.items():
        named = ", ".join(f"number {each}" for each in numbers)
        links = "".join(
            f'<li><a href="policy/{escape(revision)}/{escape(path)}">{escape(path)}</a></li>'
            for path in sorted(paths)
        )
        of = f" ({named})" if named else ""
        yield f"<h3>Revision {escape(revision)}{of}</h3><ul>{links}</ul>"
    for revision in missing:
        yield f"<p>The text of revision {escape(revision)} is not kept here any more.</p>"


def _redactions(redactions: Sequence[Redaction]) -> Iterator[str]:
    yield "<h2>What was left out</h2>"
    if not redactions:
        yield "<p>Nothing was left out.</p>"
        return
    yield f"<p>{_CHECK_FIRST}</p>"
    yield "<table><tr><th>Where</th><th>What</th><th>Why</th></tr>"
    for each in redactions:
        cells = "".join(f"<td>{escape(cell)}</td>" for cell in each)
        yield f"<tr>{cells}</tr>"
    yield "</table>"


def _quote(text: str | None) -> str:
    return f"<blockquote>{escape(text)}</blockquote>" if text else ""


def _time(at_ms: int, zone: ZoneInfo) -> str:
    moment = from_epoch_ms(at_ms)
    return f'<time datetime="{moment.isoformat()}">{_when(moment, zone)}</time>'


def _when(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%d %B %Y, %H:%M:%S}"
