"""What anybody may read of takeovers, and who may read and publish the report on one."""

import html

import pytest

from tests.integration.console.api_calls import ask, problem_of
from tests.integration.console.console_parts import FakeMercat

REPORT = "/reports/takeover-1"


def test_the_list_tells_what_was_and_what_comes() -> None:
    """With a link only where there is something to read, and names escaped."""
    raw = FakeMercat().ask("GET", "/takeovers").text

    told = html.unescape(raw)
    assert 'href="/takeovers/takeover-1"' in raw
    assert "takeover-2" not in raw
    assert "Test &lt;Council&gt;" in raw
    assert told.index("Coming") < told.index("Bees") < told.index("Who spoke")


def test_the_report_tells_what_was_said_and_stopped() -> None:
    """Links to what went out, counts of which a small one is none, and thanks as words."""
    answer = FakeMercat().ask("GET", "/takeovers/takeover-1")

    told = html.unescape(answer.text)
    assert 200 == answer.status_code
    for said in ("Went out: 12", "agree: fewer than 5", "rules</a>: none", "answer: 7"):
        assert said in told
    assert 'href="/house/threads/t#post-p"' in answer.text
    assert "Thank you, Cat &lt;3" in answer.text
    assert "Cat spoke as Test <Council>" in told


def test_what_is_not_published_is_not_there() -> None:
    """A page says so to people, and the API to programs."""
    mercat = FakeMercat()

    page = mercat.ask("GET", "/takeovers/takeover-2")

    assert (404, True) == (page.status_code, "no such report" in page.text)
    assert 404 == problem_of(mercat.ask("GET", "/api/v1/reports/public/takeover-2"))[0]


def test_programs_read_the_same_without_a_token() -> None:
    """The list and the published report, as JSON."""
    mercat = FakeMercat()

    items = mercat.ask("GET", "/api/v1/reports/public").json()["items"]
    told = mercat.ask("GET", "/api/v1/reports/public/takeover-1").json()

    assert [("takeover-2", False), ("takeover-1", True)] == [
        (each["id"], each["has_report"]) for each in items
    ]
    assert (12, None, 0) == (told["sent"], told["held"], told["denied"])


@pytest.mark.parametrize(
    ("login", "status"), [("cat", 200), ("don", 200), ("gil", 200), ("ann", 403), ("bob", 403)]
)
def test_the_whole_report_is_for_who_spoke_and_who_answers_for_it(login: str, status: int) -> None:
    """What rules stopped whose draft is no gossip for the office."""
    answer = ask(FakeMercat(), login, "GET", REPORT)

    assert status == answer.status_code
    if status == 200:
        assert ["Thank you!"] == [each["text"] for each in answer.json()["thanks"]]


def test_a_stranger_reads_no_whole_report() -> None:
    """The open path is the published one alone."""
    assert 401 == problem_of(FakeMercat().ask("GET", f"/api/v1{REPORT}"))[0]


@pytest.mark.parametrize("path", ["/takeovers", "/takeovers/takeover-1"])
def test_where_nobody_speaks_the_pages_say_so(path: str) -> None:
    """A Mercat that only listens has no takeovers."""
    answer = FakeMercat(speaks=False).ask("GET", path)

    assert (503, True) == (answer.status_code, "nobody speaks from it" in answer.text)


def test_an_officer_publishes_and_takes_off_again() -> None:
    """By two paths under the takeover; a curator by neither."""
    mercat = FakeMercat()
    place = "/takeovers/takeover-1/report"

    published = ask(mercat, "don", "POST", f"{place}/publish", {"thanks": "Thank you."})
    withdrawn = ask(mercat, "gil", "POST", f"{place}/withdraw", {"why": "She asked us to"})

    assert [200, 200] == [published.status_code, withdrawn.status_code]
    assert [{"takeover_id": "takeover-1", "thanks": "Thank you."}] == [
        order for verb, order, _ in mercat.desk.asked if verb == "takeover-publish-report"
    ]
    assert 403 == problem_of(ask(mercat, "cat", "POST", f"{place}/publish", {}))[0]
