"""The house platform in a real browser: read and answered without JavaScript, by keys alone."""

import logging
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import HEIGHT, WIDTH_NARROW, WIDTH_USUAL
from tests.browser.test_front_page import CONTRASTS
from tests.integration.console.house_parts import HouseUnderTest

URDU = "پارک میں جھولا ٹوٹا ہوا ہے۔"


class ServedHouse:
    """The whole console over a real house platform, on a free port."""

    def __init__(self, folder: Path) -> None:
        self.place = HouseUnderTest(folder, whole=True)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._server = uvicorn.Server(
            uvicorn.Config(self.place.app, log_level=logging.WARNING, lifespan="off")
        )
        self._thread = threading.Thread(target=self._server.run, args=([self._listener],))
        self._thread.start()

    def stop(self) -> None:
        """Go away."""
        self._server.should_exit = True
        self._thread.join()
        self._listener.close()
        self.place.house.close()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[ServedHouse]:
    """A platform with a thread that the council answered."""
    made = ServedHouse(tmp_path)
    root = made.place.say("ann", URDU, language="ur")
    made.place.say("council", "We will mend it on Monday.", root)
    yield made
    made.stop()


@pytest.fixture
def page(browser: Browser, served: ServedHouse) -> Iterator[Page]:
    """The list of threads, in a browser that runs no script."""
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": WIDTH_USUAL, "height": HEIGHT}
    )
    opened = context.new_page()
    opened.goto(f"{served.address}/house")
    yield opened
    context.close()


def test_somebody_answers_by_keys_and_without_scripts(page: Page, served: ServedHouse) -> None:
    """From the list to the thread, to the answer under its parent, never touching a mouse."""
    page.get_by_role("link", name="read the thread of Ann").press("Enter")
    official = page.get_by_role("article").filter(has_text="We will mend it on Monday.")
    official.get_by_role("link", name="Answer Test Council").press("Enter")
    page.get_by_label("Your name").fill("Bob & Co")
    page.get_by_label("What you want to say").fill("Thank you!")
    page.get_by_role("button", name="Post the answer").press("Enter")

    answer = page.get_by_role("article").filter(has_text="Thank you!")
    expect(answer).to_contain_text("in answer to Test Council")
    expect(answer).to_contain_text("Bob & Co")
    assert "#post-" in page.url
    assert "Thank you!" in served.place.texts()


def test_what_was_refused_is_told_beside_the_words(page: Page) -> None:
    """Nothing that was written is lost."""
    page.get_by_label("Your name").fill("Test Council")
    page.get_by_label("What you want to say").fill("Free cake for all!")
    page.get_by_role("button", name="Post").press("Enter")

    expect(page.get_by_role("alert")).to_contain_text("own name")
    expect(page.get_by_label("What you want to say")).to_have_value("Free cake for all!")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [WIDTH_NARROW, WIDTH_USUAL])
def test_a_thread_can_be_read_by_anybody(
    browser: Browser, served: ServedHouse, scheme: str, width: int
) -> None:
    """Contrast of 4.5 to 1, no sideways scrolling, Urdu from the right, nothing complained of."""
    context = browser.new_context(
        viewport={"width": width, "height": HEIGHT},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("console", lambda line: complaints.append(line.text))
    root = served.place.house.threads().heads[0].post.id
    opened.goto(f"{served.address}/house/threads/{root}")

    said = opened.locator(".text", has_text=URDU)
    faint = opened.evaluate(CONTRASTS)
    wide = opened.evaluate("document.documentElement.scrollWidth")
    direction = said.evaluate("said => getComputedStyle(said).direction")
    language = said.get_attribute("lang")
    context.close()

    assert ([], [], "rtl", "ur") == (faint, complaints, direction, language)
    assert wide <= width
