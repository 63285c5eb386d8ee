"""The public page of the rules and the same as JSON: what is told, to whom, and what is not."""

from html.parser import HTMLParser
from typing import Final

import pytest

from services.console.rules_page import count_words, month_name
from services.runtime.errors import RetryLaterError
from tests.integration.console.console_parts import FakeMercat

VOID: Final = frozenset({"meta", "link", "br", "img", "input", "hr"})


class Outline(HTMLParser):
    """What a page is made of: its headings, tables' captions, scripts, and whether tags match."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.levels: list[int] = []
        self.tags: list[str] = []
        self.language: str | None = None
        self._open: list[str] = []
        self.sound = True
        self.feed(page)
        self.sound = self.sound and not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take in a tag that opens."""
        self.tags.append(tag)
        if tag == "html":
            self.language = dict(attrs).get("lang")
        if len(tag) == 2 and tag[0] == "h" and tag[1].isdecimal():
            self.levels.append(int(tag[1]))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Take in a tag that closes."""
        self.sound = self.sound and bool(self._open) and self._open.pop() == tag


@pytest.fixture
def mercat() -> FakeMercat:
    """A Mercat with rules of its own."""
    return FakeMercat()


def test_anybody_reads_the_page_without_a_token(mercat: FakeMercat) -> None:
    """Title, what it stops, why, and what happens stand there for each rule, escaped."""
    answer = mercat.ask("GET", "/rules")

    assert 200 == answer.status_code
    for words in (
        "Emoji",
        "What &lt;nobody&gt; should read.",
        "It waits until an approver agrees.",
        "House rules: few. WCAG 2.2.",
        "Rules number 2, in force since",
        "Test &lt;Council&gt;",
    ):
        assert words in answer.text


def test_the_page_is_in_order_and_runs_nothing(mercat: FakeMercat) -> None:
    """Its language is said, headings go down step by step, every table has its caption."""
    outline = Outline(mercat.ask("GET", "/rules").text)

    assert outline.sound
    assert "en" == outline.language
    assert 1 == outline.levels.count(1)
    steps = zip(outline.levels, outline.levels[1:], strict=False)
    assert all(after <= before + 1 for before, after in steps)
    assert outline.tags.count("table") == outline.tags.count("caption") == 2
    assert "script" not in outline.tags


def test_counts_are_told_in_words(mercat: FakeMercat) -> None:
    """A thousand is readable, nothing is none, and a person is not told apart."""
    page = " ".join(mercat.ask("GET", "/rules").text.split()).replace("> <", "><")

    assert "March 2026 is counted so far" in page
    assert "<td>1,300</td><td>90</td>" in page
    assert "<td>1,200</td><td>fewer than 5</td><td>none</td>" in page
    assert "It stopped no draft in the last twelve months." in page
    assert "a draft counts once a month in each column" in page


@pytest.mark.parametrize(
    ("count", "words"), [(None, "fewer than 5"), (0, "none"), (5, "5"), (12_345, "12,345")]
)
def test_a_count_is_said_as_people_say_it(count: int | None, words: str) -> None:
    """None is a count that is too small to be told."""
    assert words == count_words(count, 5)


def test_a_month_is_said_by_its_name() -> None:
    """Whatever language the machine is set to."""
    assert ("January 2026", "December 2025") == (month_name("2026-01"), month_name("2025-12"))


def test_the_same_is_told_to_programs(mercat: FakeMercat) -> None:
    """A count that is too small is null; a moment is a moment."""
    told = mercat.ask("GET", "/api/v1/rules/public").json()

    assert (2, 2, 5) == (told["number"], told["rules"], told["fewer_than"])
    assert ["2026-03", "2026-02"] == [each["month"] for each in told["months"]]
    assert (1_200, None, 0) == tuple(
        told["groups"][0]["rules"][0]["months"][0][name]
        for name in ("held", "overridden", "denied")
    )
    assert told["since_at"].startswith("20")


def test_the_document_says_that_the_path_asks_for_no_token(mercat: FakeMercat) -> None:
    """All others do."""
    paths = mercat.ask("GET", "/api/v1/openapi.json").json()["paths"]

    assert [] == paths["/rules/public"]["get"]["security"]
    assert paths["/rules"]["get"]["security"]


def test_neither_page_nor_path_names_anybody_or_shows_a_file(mercat: FakeMercat) -> None:
    """Who proposed, agreed and activated stays inside, as do the words that are looked for."""
    answers = [mercat.ask("GET", path).text for path in ("/rules", "/api/v1/rules/public")]

    for told in answers:
        assert "gil" not in told
        assert "emoji_max" not in told


@pytest.mark.parametrize("path", ["/rules", "/api/v1/rules/public"])
def test_where_there_are_no_rules_that_is_said(mercat: FakeMercat, path: str) -> None:
    """Come again later, in a sentence; a Mercat that only listens says so, too."""
    mercat.public_rules.refuses = RetryLaterError("No rules are in force yet.")
    listening = FakeMercat(speaks=False)

    answer, none = mercat.ask("GET", path), listening.ask("GET", path)

    assert (503, True) == (answer.status_code, "No rules are in force yet." in answer.text)
    assert answer.headers["retry-after"].isdecimal()
    assert (503, True) == (none.status_code, "only listens" in none.text)


def test_only_reading_is_open(mercat: FakeMercat) -> None:
    """Whoever sends something there is refused, with or without a token."""
    assert 405 == mercat.ask("POST", "/api/v1/rules/public", json={}).status_code
    assert 405 == mercat.ask("POST", "/rules").status_code


def test_the_front_page_leads_there_where_there_are_rules(mercat: FakeMercat) -> None:
    """A Mercat that only listens has nothing to lead to."""
    listening = FakeMercat(speaks=False)

    assert 'href="/rules"' in mercat.ask("GET", "/").text
    assert 'href="/rules"' not in listening.ask("GET", "/").text
