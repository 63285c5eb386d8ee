"""The pages of accounts and takeovers in a real browser: on a telephone, in the dark, no script."""

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import HEIGHT, WIDTH_NARROW, WIDTH_USUAL, Looked, Served
from tests.browser.test_front_page import CONTRASTS

PAGES = ("/accounts", "/takeovers", "/takeovers/takeover-1")


@pytest.fixture(params=[WIDTH_NARROW])
def page(request: pytest.FixtureRequest, browser: Browser, served: Served) -> Iterator[Looked]:
    """The page of accounts without a script, as wide as a telephone or as a test asks for."""
    size = {"width": request.param, "height": HEIGHT}
    context = browser.new_context(viewport=size, java_script_enabled=False)  # type: ignore[arg-type]
    yield Looked(context.new_page(), f"{served.address}/accounts")
    context.close()


def test_whoever_asks_is_answered_by_keys_alone(page: Looked) -> None:
    """The box has a label, Enter sends it, and the answer is told to whoever does not see it."""
    page.page.get_by_label("The name of the account, or its link").fill("@testt0wn")

    page.page.get_by_label("The name of the account, or its link").press("Enter")

    expect(page.page.get_by_role("status")).to_contain_text("No. This one only looks like ours.")
    expect(page.page.get_by_role("textbox")).to_have_value("@testt0wn")
    assert page.page.title().startswith("No: is this really")


def test_what_is_ours_is_found_by_its_link(page: Looked) -> None:
    """As it is copied from the address of a browser."""
    page.page.get_by_role("textbox").fill("/house/accounts/testtown")

    page.page.get_by_role("button", name="Is this really us?").click()

    expect(page.page.get_by_role("status")).to_contain_text("Yes. This is ours")


def test_the_page_has_one_title_and_its_parts_have_theirs(page: Looked) -> None:
    """Headings go down a step at a time, so that nobody looks for what was left out."""
    levels = [int(each.evaluate("e => e.tagName[1]")) for each in headings(page)]

    assert [1] == [level for level in levels if level == 1]
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    expect(page.page.get_by_role("heading", name="How to tell a false account")).to_be_visible()


def headings(page: Looked) -> list[Any]:
    """Return every heading, in order."""
    return page.page.locator("h1, h2, h3, h4").element_handles()


def test_the_front_page_leads_there(browser: Browser, served: Served) -> None:
    """Whoever doubts an account finds the answer from the first page."""
    context = browser.new_context()
    front = context.new_page()
    front.goto(served.address)

    front.get_by_role("link", name="Is this really Test <Council>?").click()

    expect(front.get_by_role("heading", level=1)).to_have_text("Is this really Test <Council>?")
    context.close()


@pytest.mark.parametrize("width", [WIDTH_NARROW, WIDTH_USUAL])
@pytest.mark.parametrize("place", PAGES)
def test_nothing_lies_over_the_edge_and_all_is_ours(
    browser: Browser, served: Served, place: str, width: int
) -> None:
    """No other host hears who looks, no script is fetched, and nothing is complained of."""
    context = browser.new_context(viewport={"width": width, "height": HEIGHT})
    looked = Looked(context.new_page(), f"{served.address}{place}")

    wide = looked.page.evaluate("document.documentElement.scrollWidth")
    asked, complaints = looked.asked, looked.complaints
    context.close()

    assert wide <= width
    assert [] == complaints
    assert all(each.startswith(served.address) and not each.endswith(".js") for each in asked)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("place", PAGES)
def test_its_words_stand_out(browser: Browser, served: Served, place: str, scheme: Any) -> None:
    """4.5 to 1 at least, by day and by night."""
    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()
    page.goto(f"{served.address}{place}")

    faint = page.evaluate(CONTRASTS)
    context.close()

    assert [] == faint
