"""A real Chromium, started once, and a console on fakes that it looks at over loopback."""

import logging
import os
import shutil
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright

from services.console.app import create_app
from tests.conftest import absent
from tests.integration.console.console_parts import FakeMercat

WIDTH_USUAL: Final = 1200
WIDTH_NARROW: Final = 360
HEIGHT: Final = 900
IMPATIENT: Final = """
  const wait = window.setTimeout;
  window.setTimeout = (then, milliseconds) => wait(then, milliseconds / 10);
"""
"""Makes a page ask ten times as often as it would, so that tests wait less."""


@pytest.fixture(scope="session")
def chromium() -> Path:
    """Chromium's program: `MERCAT_TEST_CHROMIUM`, else the one on the path."""
    found = os.environ.get("MERCAT_TEST_CHROMIUM") or shutil.which("chromium")
    if found is None:
        absent("Chromium is not installed (Debian package: chromium)")
    return Path(str(found))


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    """One browser for a module's tests; each takes a context of its own.

    While it runs, an event loop runs in this thread: tests of other modules could not start theirs.
    """
    with sync_playwright() as playwright:
        # In a container the browser's own sandbox cannot be had; it sees our pages alone.
        started = playwright.chromium.launch(
            executable_path=str(chromium), args=["--no-sandbox", "--disable-gpu"]
        )
        yield started
        started.close()


class Served:
    """A console on fakes, served on a free port until told to stop."""

    def __init__(self, mercat: FakeMercat | None = None) -> None:
        self.mercat = mercat or FakeMercat()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self._server = uvicorn.Server(
            uvicorn.Config(
                create_app(self.mercat.parts),
                log_level=logging.WARNING,
                lifespan="off",
                timeout_graceful_shutdown=1,
            )
        )
        self._thread = threading.Thread(target=self._server.run, args=([self._listener],))

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Go away, as a process does that ended."""
        self._server.should_exit = True
        self._thread.join()
        self._listener.close()


@pytest.fixture
def served() -> Iterator[Served]:
    """A console that answers."""
    console = Served()
    console.start()
    yield console
    console.stop()


class Looked:
    """A page as a person has it open, with everything it asked for and complained of."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.asked: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda line: self._heard(line.type, line.text))
        page.goto(address)

    def _heard(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.complaints.append(text)


@pytest.fixture(params=[WIDTH_USUAL])
def looked(request: pytest.FixtureRequest, browser: Browser, served: Served) -> Iterator[Looked]:
    """The page, open in a window of the width a test asks for."""
    context = browser.new_context(viewport={"width": request.param, "height": HEIGHT})
    context.add_init_script(IMPATIENT)
    yield Looked(context.new_page(), served.address)
    context.close()
