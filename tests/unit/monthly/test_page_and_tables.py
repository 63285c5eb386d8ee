"""The page and the tables: every figure stands there, and the page loads nothing."""

import csv
import io
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any, Final
from xml.etree import ElementTree as ET

import pytest

from services.monthly.costs import CostTerms
from services.monthly.page import month_page
from services.monthly.saying import money, month_said, percent, share_said, span_said, summary
from services.monthly.tables import COLUMNS, month_files
from tests.unit.monthly.figures import month

VOID: Final = frozenset({"meta", "br", "hr", "img", "input", "link"})
ALLOWED: Final = frozenset(
    {"html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "h3", "p", "ul", "li"}
    | {"section", "div", "figure", "table", "caption", "thead", "tbody", "tr", "th", "td", "a"}
    | {"dl", "dt", "dd", "svg", "desc", "rect", "text", "path", "circle"}
)
SHARES: Final = ("within_promise", "without_a_call", "held_share", "denied_share")
TIMES: Final = {
    "hours_to_answer": "hours",
    "approval_minutes": "minutes",
    "writing_minutes": "minutes",
}
MONEY: Final = ("hour_cost", "running_cost", "call_cost", "cost", "cost_per_answer")
NOT_SHOWN: Final = frozenset({"starts_at_ms", "hits", "count"})
"""A moment stands there as a day, what a share is of with what it is not, and how many times a
typical one is made of with too few alone."""


class Outline(HTMLParser):
    """Reads a page strictly: what is opened is closed, in turn; collects words, ids and links."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.ids: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take in what opens, unless it never closes."""
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take in what opens and closes at once."""
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        """Close what was opened last."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Take in words that a reader sees."""
        if not self.open or self.open[-1] not in ("style", "desc", "title"):
            self.words.append(data)


def outline(figures: dict[str, Any]) -> Outline:
    """Return what a page is made of."""
    read = Outline()
    read.feed(month_page(figures))
    read.close()
    return read


def leaves(value: object, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], object]]:
    """Yield every single figure of a report with where it stands."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield from leaves(each, (*path, name))
    elif isinstance(value, list):
        for each in value:
            yield from leaves(each, path)
    else:
        yield path, value


def as_shown(path: tuple[str, ...], value: float, figures: dict[str, Any]) -> str:
    """Return how a figure is written on the page, by where it stands."""
    *_, above, name = ("", *path)
    if above in SHARES and name in ("share", "low", "high"):
        return percent(value)
    if above in TIMES and name != "count":
        return span_said(value, TIMES[above])
    if name in MONEY:
        return money(value, figures["cost"])
    if name in ("minutes", "of_a_call"):
        return f"{value:g}" if name == "minutes" else f"{value:.2f}"
    return f"{value:,}"


def test_every_figure_of_the_report_stands_on_the_page() -> None:
    """As a reader writes it: shares in hundredths, times in hours, money in the currency."""
    figures = month()
    words = " ".join(outline(figures).words)

    missing = [
        (path, value)
        for path, value in leaves(figures)
        if isinstance(value, int | float)
        and not isinstance(value, bool)
        and path[-1] not in NOT_SHOWN
        and not re.search(rf"(?<![\d.,]){re.escape(as_shown(path, value, figures))}(?!\d)", words)
    ]
    assert not missing


def test_the_page_is_whole_and_of_known_parts() -> None:
    """Everything is closed in turn, ids are there once, and what names one finds it."""
    read = outline(month())

    named = [value for name, value in read.attributes if name == "aria-labelledby"]
    assert not read.open
    assert read.tags <= ALLOWED
    assert len(read.ids) == len(set(read.ids))
    assert named
    assert {part for each in named for part in each.split()} <= set(read.ids)


def test_every_chart_is_an_image_with_a_title_and_a_description() -> None:
    """Also read as XML, each stands by itself."""
    charts = re.findall(r"<svg.*?</svg>", month_page(month()), re.DOTALL)

    assert len(charts) == 6
    for chart in charts:
        root = ET.fromstring(chart)
        title, about = (str(root[place].text) for place in (0, 1))
        assert "img" == root.get("role")
        assert title
        assert about.endswith(".") or "%" in about


def test_the_page_loads_nothing_and_links_only_to_its_tables() -> None:
    """No address, no script, no style from elsewhere; the browser is told to load none."""
    page = month_page(month())
    read = outline(month())

    links = {value for name, value in read.attributes if name in ("href", "src")}
    assert {f"{name}.csv" for name in COLUMNS} == links
    assert "default-src 'none'" in page
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "").replace("http-equiv", "")
    assert "url(" not in page
    assert "<script" not in page


def test_names_are_written_as_words_never_as_markup() -> None:
    """A team called with signs of HTML stands there as it is called."""
    page = month_page(month())

    assert "<recycling>" not in page
    assert "Test & Co" not in page
    assert "Waste &amp; &lt;recycling&gt;" in page


def test_a_month_in_which_nothing_happened_has_a_page_too() -> None:
    """Without charts, and without a share of nothing."""
    figures = month(with_calls=False, terms=CostTerms())
    figures["volumes"] = {"posts": 0, "by_day": [], "by_source": [], "by_team": []}
    figures["answers"]["by_team"] = []
    figures["rules"]["by_rule"] = []
    figures["takeovers"] |= {"slots": 0, "without_report": 2, "by_slot": []}
    figures["is_over"] = False

    read = outline(figures)

    words = " ".join(read.words)
    assert "svg" not in read.tags
    assert "This month is not over yet" in words
    assert "add a source with kind: contact-log" in words
    assert "None ended in this month. Of 2 slots there is no report." in words
    assert "--hour-cost" in words


def test_an_empty_contact_log_is_told_from_none() -> None:
    """Somebody has to look at why it is empty."""
    figures = month(with_calls=False)
    figures["calls"]["has_contact_log"] = True

    words = " ".join(outline(figures).words)

    assert "the contact log holds nothing of this month" in words


def test_every_table_has_its_columns_and_adds_up_to_the_report() -> None:
    """Read back as a spreadsheet would, all of it is there."""
    figures = month()
    files = {name: list(csv.DictReader(io.StringIO(text))) for name, text in month_files(figures)}

    assert {f"{name}.csv" for name in COLUMNS} == set(files)
    for name, columns in COLUMNS.items():
        assert columns == tuple(files[f"{name}.csv"][0])
    for each in ("by-day", "by-source", "by-team"):
        rows = files[f"volumes-{each}.csv"]
        assert figures["volumes"]["posts"] == sum(int(row["posts"]) for row in rows)
    teams = files["answers-by-team.csv"]
    assert figures["answers"]["cases"] == sum(int(row["cases"]) for row in teams)
    assert (
        str(figures["answers"]["by_team"][0]["within_promise"]["low"])
        == (teams[0]["within_promise_low"])
    )
    assert 11 == sum(int(row["posts_back"]) for row in files["takeovers.csv"])
    summed = {row["figure"]: row for row in files["summary.csv"]}
    assert ("36", "37") == tuple(summed["without a call"][each] for each in ("hits", "of"))
    assert "53" == summed["replies sent"]["value"]


def test_what_a_spreadsheet_would_take_for_a_formula_is_a_word() -> None:
    """A quote stands before it."""
    files = dict(month_files(month()))

    assert ",'=The Town," in files["takeovers.csv"]


@pytest.mark.parametrize(
    ("share", "said"),
    [(0.834, "83"), (0.996, "99.6"), (0.004, "0.4"), (0.0, "0"), (1.0, "100")],
)
def test_a_share_near_none_or_all_has_a_place_more(share: float, said: str) -> None:
    """What is nearly all must not be said to be all."""
    assert said == percent(share)


def test_times_are_told_in_their_largest_fitting_unit() -> None:
    """Two hours in minutes are minutes no more, two days in hours are days."""
    assert ["4.0 min", "2.5 h", "3.0 h", "2.0 d", "–"] == [
        span_said(4, "minutes"),
        span_said(150, "minutes"),
        span_said(3, "hours"),
        span_said(48, "hours"),
        span_said(None, "hours"),
    ]


@pytest.mark.parametrize(
    ("posts", "cases", "said"),
    [
        (30, 30, "People wrote or rang 30 times; 30 cases began."),
        (
            30,
            31,
            "People wrote or rang 30 times, as far as is known here; 31 cases began, some of them "
            "with posts from before Mercat, erased, or deleted by age.",
        ),
    ],
)
def test_cases_whose_posts_are_not_here_are_not_said_to_come_of_those_that_are(
    posts: int, cases: int, said: str
) -> None:
    """A history from before Mercat has cases and no posts: more cases than posts are explained."""
    figures = month()
    volumes = {**figures["volumes"], "posts": posts}
    answers = {**figures["answers"], "cases": cases}

    assert said == next(summary({**figures, "volumes": volumes, "answers": answers}))


def test_the_summary_says_of_few_that_they_are_few() -> None:
    """No share is made of them; a whole month has them all."""
    few = month()
    few["calls"]["without_a_call"] = {"hits": 3, "of": 4, "share": None, "low": None, "high": None}
    few["answers"]["within_promise"] |= {"of": 4, "share": None}
    few["cost"]["levels"]["middle"]["cost_per_answer"] = None

    said, whole = " ".join(summary(few)), " ".join(summary(month()))

    assert "too few to say what share was in time" in said
    assert "Too few answers were closed" in said
    assert "hours of people's time" in said
    assert "An answer cost about GBP" in whole
    assert "Solved without a call: 97 % (86 to 99.5 %) at most" in whole
    assert "fewer than 20: 3 of 4" == share_said(few["calls"]["without_a_call"])
    assert "October 2026" == month_said("2026-10")
