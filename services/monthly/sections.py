"""The parts of a month's page: each a chart with its table beside it, and a sentence or two."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any, Final

from services.monthly.calls import FOLLOWS_DAYS
from services.monthly.charts import ROWS_MAX, Share, bar_chart, column_chart, share_chart
from services.monthly.saying import money, percent, share_said, span_said, time_said
from services.monthly.tables import COUNTS, STATES
from services.runtime.clock import from_epoch_ms
from services.runtime.counting import counted

FEELINGS: Final = (
    ("negative", "negative"), ("neutral", "neutral"), ("positive", "positive"),
    ("unread", "unread"),
)  # fmt: skip
STOPPED: Final = (("held", "held"), ("denied", "refused"))
_FEELINGS_SAID: Final = ("Posts", "Negative", "Neutral", "Positive", "Unread")

_STATES_SAID: Final = (
    *("Cases", "In time", "Late", "Overdue", "Not due yet", "Need none"),
    "Closed without answer",
)

Row = Sequence[object]


def volumes_section(volumes: Mapping[str, Any]) -> Iterator[str]:
    """Yield what came in: by day, by team and by source."""
    about = _most("Most posts on", volumes["by_day"], "day")
    yield _begun("What came in", f"{counted(volumes['posts'], 'post')} in the month.")
    if not volumes["posts"]:
        yield "</section>"
        return
    yield '<div class="two"><div><figure><h3>By day, and how it feels</h3>'
    yield column_chart("days", "Posts by day", about, volumes["by_day"], FEELINGS)
    yield "</figure><figure><h3>By source</h3>"
    sources = [{**row, "name": row["source"]} for row in volumes["by_source"]]
    most = _most("Most came from", sources, "name")
    yield bar_chart("sources", "Posts by source", most, sources, FEELINGS)
    yield "</figure></div><figure><h3>By team</h3>"
    most = _most("Most went to", volumes["by_team"], "name")
    yield bar_chart("teams", "Posts by team", most, volumes["by_team"], FEELINGS)
    yield "</figure></div>"
    for caption, key, heading, is_tall in (
        ("Posts by team", "by_team", "Team", False),
        ("Posts by source", "by_source", "Source", False),
        ("Posts by day", "by_day", "Day", True),
    ):
        rows = [
            (
                row.get("name") or row.get("source") or row.get("day"),
                *(row[each] for each in COUNTS),
            )
            for row in volumes[key]
        ]
        yield _table(caption, (heading, *_FEELINGS_SAID), rows, is_tall=is_tall)
    yield "</section>"


def answers_section(answers: Mapping[str, Any]) -> Iterator[str]:
    """Yield how soon answers came and whether in time, the body and each team."""
    all_of_it = share_said(answers["within_promise"])
    yield _begun(
        "Answers against what was promised",
        f"Within the promise: {all_of_it}. Typical time to an answer: "
        f"{time_said(answers['hours_to_answer'], 'hours')}.",
    )
    shares = [
        _share_row(row["name"], row["within_promise"])
        for row in answers["by_team"]
        if row["within_promise"]["share"] is not None
    ]
    if shares:
        yield "<figure><h3>Share within the promise, with what chance alone may move it</h3>"
        about = "; ".join(f"{each.name}: {each.said}" for each in shares[:ROWS_MAX])
        yield share_chart("promise", "Share within the promise, by team", about, shares)
        yield "</figure>"
    whole = {"name": "All teams", **answers}
    teams = (*answers["by_team"], whole)
    sure = [
        (
            row["name"],
            share_said(row["within_promise"]),
            time_said(row["hours_to_answer"], "hours"),
            span_said(row["hours_to_answer"]["nine_in_ten"], "hours"),
        )
        for row in teams
    ]
    headings = ("Team", "Within the promise", "Typical time to an answer", "Nine in ten within")
    yield _table("How many in time, and how soon", headings, sure, has_whole=True)
    counts = [(row["name"], *(row[each] for each in STATES)) for row in teams]
    yield _table("What came of cases", ("Team", *_STATES_SAID), counts, has_whole=True)
    yield "</section>"


def calls_section(calls: Mapping[str, Any]) -> Iterator[str]:
    """Yield what share was solved without a call, or why that cannot be told."""
    yield "<section><h2>Solved without a call</h2>"
    if not calls["can_be_told"]:
        missing = (
            "no contact log is read: add a source with kind: contact-log to mercat.yaml"
            if not calls["has_contact_log"]
            else "the contact log holds nothing of this month: see that it is still written"
        )
        yield (
            f"<p>This cannot be told: {missing}. {counted(calls['answered_in_public'], 'case')} "
            f"had a reply in public and {'was' if calls['answered_in_public'] == 1 else 'were'} "
            f"closed as answered; of {calls['too_early_to_tell']:,} more it is too early to tell."
            "</p></section>"
        )
        return
    yield (
        f"<p>At most {escape(share_said(calls['without_a_call']))}. Of "
        f"{counted(calls['answered_in_public'], 'case')} answered in public and closed, "
        f"{calls['a_call_followed']:,} had a call within {FOLLOWS_DAYS} days; of "
        f"{calls['too_early_to_tell']:,} more it is too early to tell. The contact log holds "
        f"{counted(calls['calls'], 'call')} of the month.</p></section>"
    )


def rules_section(rules: Mapping[str, Any], speaking: Mapping[str, Any]) -> Iterator[str]:
    """Yield what the rules held and refused, by which rule, and how long consent took."""
    yield _begun(
        "What the rules did",
        f"Of {counted(rules['proposed'], 'act')} asked for, {rules['allowed']:,} went through "
        f"at once, {rules['held']:,} were held ({share_said(rules['held_share'])}), of which "
        f"colleagues agreed to {rules['overridden']:,}, and {rules['denied']:,} were refused "
        f"({share_said(rules['denied_share'])}). Consent came after "
        f"{_time(speaking['approval_minutes'])}.",
    )
    named = [{**row, "name": row["title"]} for row in rules["by_rule"]]
    stopped = [row for row in named if row["held"] or row["denied"]]
    if stopped:
        yield "<figure><h3>By rule</h3>"
        about = f"{stopped[0]['name']} stopped most."
        yield bar_chart("rules", "Acts held and refused, by rule", about, stopped, STOPPED)
        yield "</figure>"
    rows = [
        (row["title"], row["held"], row["overridden"], row["denied"], row["stops"] or row["rule"])
        for row in named
    ]
    headings = ("Rule", "Held", "Agreed to", "Refused", "What it stops")
    yield _table("What was held and refused, and why", headings, rows, texts=(0, 4))
    yield "</section>"


def accounts_section(speaking: Mapping[str, Any]) -> Iterator[str]:
    """Yield what went out as which account."""
    yield _begun("As which account", f"{counted(speaking['sent'], 'act')} went out.")
    rows = [
        (row["name"], row["proposed"], row["sent"], row["replies_sent"])
        for row in (*speaking["by_account"], {"name": "All accounts", **speaking})
    ]
    headings = ("Account", "Asked for", "Went out", "Replies among them")
    yield _table("Acts by account", headings, rows, has_whole=True)
    yield "</section>"


def takeovers_section(takeovers: Mapping[str, Any], since: str) -> Iterator[str]:
    """Yield what takeovers reached, slot by slot; times are where the body is."""
    zone = datetime.fromisoformat(since).tzinfo
    if not takeovers["slots"]:
        waits = takeovers["without_report"]
        more = f" Of {counted(waits, 'slot')} there is no report." if waits else ""
        yield _begun("Takeovers", f"None ended in this month.{more}") + "</section>"
        return
    yield _begun(
        "Takeovers",
        f"{counted(takeovers['slots'], 'slot')} ended; people wrote back "
        f"{counted(takeovers['posts_back'], 'time')}. Of {takeovers['without_report']:,} more "
        "there is no report.",
    )
    slots = [
        {
            **row,
            "name": f"{row['name']}, {from_epoch_ms(row['starts_at_ms']).astimezone(zone):%d %b}",
        }
        for row in takeovers["by_slot"]
    ]
    yield "<figure><h3>What people wrote back</h3>"
    about = _most("Most after", slots, "name", "posts_back")
    yield bar_chart("slots", "Posts back, by slot", about, slots, (("posts_back", "posts"),))
    yield "</figure>"
    columns = ("hours", "sent", "held", "denied", "posts_back", "negative", "neutral", "positive")
    headings = (
        *("Slot", "Hours", "Went out", "Held", "Refused", "Posts back"),
        *("Negative", "Neutral", "Positive"),
    )
    rows = [(row["name"], *(row.get(each, "") for each in columns)) for row in slots]
    whole = ("All", *(takeovers.get(each, "") for each in columns))
    yield _table("Takeovers that ended in the month", headings, [*rows, whole], has_whole=True)
    yield "</section>"


def cost_section(cost: Mapping[str, Any], speaking: Mapping[str, Any]) -> Iterator[str]:
    """Yield what answers cost, low to high, and on what that rests."""
    yield _begun(
        "Cost per answer",
        f"{counted(cost['replies'], 'reply', 'replies')} went out. Minutes for one are "
        f"{'an assumption' if cost['is_assumed'] else 'as the body gives them'}: the range of the "
        "cost is theirs. Measured is only the time from a draft to asking that it go out, "
        f"which is less: {_time(speaking['writing_minutes'])}.",
    )
    given = [
        f"{called} {money(cost[name], cost)}"
        for name, called in (
            ("hour_cost", "an hour of staff costs"),
            ("running_cost", "running Mercat for the month costs"),
            ("call_cost", "a call costs"),
        )
        if cost[name] is not None
    ]
    if given:
        yield f"<p>Given: {escape('; '.join(given))}.</p>"
    if cost["hour_cost"] is None:
        yield "<p>To see it in money, say what an hour costs with --hour-cost.</p>"
    rows = [
        (
            level,
            f"{row['minutes']:g}",
            f"{row['hours']:,.1f}",
            money(row["cost"], cost),
            money(row["cost_per_answer"], cost),
            "–" if row["of_a_call"] is None else f"{row['of_a_call']:.2f}",
        )
        for level, row in cost["levels"].items()
    ]
    headings = (
        "",
        "Minutes for one",
        "Hours in all",
        "Cost in all",
        "Cost of one",
        "Calls it costs",
    )
    yield _table("What the replies of the month cost", headings, rows)
    yield "</section>"


def _share_row(name: str, share: Mapping[str, Any]) -> Share:
    said = f"{percent(share['share'])} % of {share['of']:,}"
    return Share(name, share["share"], share["low"], share["high"], said)


def _time(time: Mapping[str, Any]) -> str:
    if time["median"] is None:
        return f"no typical time is told ({time_said(time, 'minutes')})"
    nine = span_said(time["nine_in_ten"], "minutes")
    return f"{time_said(time, 'minutes')} typically, nine in ten within {nine}"


def _begun(title: str, sentence: str) -> str:
    return f"<section><h2>{escape(title)}</h2><p>{escape(sentence)}</p>"


def _most(words: str, rows: Sequence[Mapping[str, Any]], name: str, column: str = "posts") -> str:
    """Return a sentence on the highest of some rows, for who does not see a chart."""
    if not any(row[column] for row in rows):
        return "There is nothing to show."
    most = max(rows, key=lambda row: row[column])
    return f"{words} {most[name]}: {most[column]:,}. The table has every figure."


def _table(
    caption: str,
    headings: Sequence[str],
    rows: Sequence[Row],
    *,
    is_tall: bool = False,
    has_whole: bool = False,
    texts: Sequence[int] = (0,),
) -> str:
    """Return a table that scrolls by itself; `texts` are the columns that are words."""
    classes = ["" if number in texts else ' class="n"' for number in range(len(headings))]
    head = "".join(
        f'<th scope="col"{each}>{escape(heading)}</th>'
        for each, heading in zip(classes, headings, strict=True)
    )
    lines = []
    for number, row in enumerate(rows):
        first, *others = (_cell(each) for each in row)
        cells = "".join(
            f"<td{each}>{cell}</td>" for each, cell in zip(classes[1:], others, strict=True)
        )
        is_whole = has_whole and number == len(rows) - 1
        whole = ' class="all"' if is_whole else ""
        lines.append(f'<tr{whole}><th scope="row">{first}</th>{cells}</tr>')
    tall = " tall" if is_tall else ""
    return (
        f'<div class="t{tall}" tabindex="0" role="region" aria-label="{escape(caption)}"><table>'
        f"<caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{''.join(lines)}</tbody></table></div>"
    )


def _cell(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else escape(str(value))
