"""The page of the rules in a real browser: on a telephone, in the dark, without a script."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import HEIGHT, WIDTH_NARROW, WIDTH_USUAL, Looked, Served
from tests.browser.test_front_page import CONTRASTS

TABLES_OVER_THE_EDGE = """
  [...document.querySelectorAll('body *')].filter((each) => !each.closest('.wide, .unseen, .skip')
    && each.getClientRects().length > 0
    && each.getBoundingClientRect().right > window.innerWidth + 1).map((each) => each.outerHTML)
"""


@pytest.fixture(params=[WIDTH_NARROW])
def page(request: pytest.FixtureRequest, browser: Browser, served: Served) -> Iterator[Looked]:
    """The page, open in a window of a telephone's width, or of the one a test asks for."""
    context = browser.new_context(viewport={"width": request.param, "height": HEIGHT})
    yield Looked(context.new_page(), f"{served.address}/rules")
    context.close()


@pytest.mark.parametrize("page", [WIDTH_NARROW, WIDTH_USUAL], indirect=True)
def test_nothing_lies_over_the_edge_and_nothing_is_complained_of(page: Looked) -> None:
    """The wide table alone moves, in a part of its own that keys reach."""
    assert [] == page.page.evaluate(TABLES_OVER_THE_EDGE)
    width = page.page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.page.evaluate("window.innerWidth")
    assert [] == page.complaints
    expect(page.page.get_by_role("region", name="The table of months")).to_have_attribute(
        "tabindex", "0"
    )


def test_everything_asked_for_is_ours(page: Looked, served: Served) -> None:
    """No other host hears who reads the rules, and no script is fetched."""
    assert all(address.startswith(served.address) for address in page.asked)
    assert not [address for address in page.asked if address.endswith(".js")]


def test_how_often_a_rule_stopped_something_opens_by_a_key(page: Looked) -> None:
    """By the browser itself, with the rule's name for whoever does not see the page."""
    hidden = page.page.get_by_role("table", name="Emoji: drafts in months")
    expect(hidden).to_be_hidden()

    page.page.get_by_text("How often, month by month").press("Enter")

    expect(hidden).to_be_visible()
    expect(hidden.get_by_role("rowheader")).to_have_text("March 2026")
    expect(hidden.get_by_role("cell", name="fewer than 5")).to_be_visible()


def test_a_concern_is_found_by_its_link(page: Looked) -> None:
    """Forty rules are a long page on a small screen."""
    page.page.get_by_role("link", name="Words").press("Enter")

    assert page.page.url.endswith("#group-reading")
    expect(page.page.get_by_role("heading", name="Words", level=3)).to_be_in_viewport()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_its_words_stand_out(browser: Browser, served: Served, scheme: Any) -> None:
    """4.5 to 1 at least, by day and by night."""
    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()
    page.goto(f"{served.address}/rules")

    faint = page.evaluate(CONTRASTS)
    context.close()

    assert [] == faint
