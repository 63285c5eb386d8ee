"""A console over a real house platform, with two people and the council on it."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from services.console.app import create_app
from services.console.house_pages import house_routes
from services.console.house_place import HousePlace, Postbox
from services.console.house_posting import house_posting_routes
from services.console.parts import ConsoleParts
from services.house.sqlite_house import open_house
from services.house.threads import HouseAct
from services.runtime.clock import ManualClock
from tests.integration.console.console_parts import NOW, FakeMercat

DOMAIN = "social.example"
ADDRESS = "http://mercat"


@cache
def fake_parts() -> ConsoleParts:
    """Return parts on fakes, of which the house platform's pages read nothing that changes."""
    return FakeMercat().parts


def routes_alone(parts: ConsoleParts, place: HousePlace) -> FastAPI:
    """Return an app that has nothing but the house platform."""
    app, postbox = FastAPI(), Postbox(place)
    app.include_router(house_routes(parts, place, postbox))
    app.include_router(house_posting_routes(parts, place, postbox))
    return app


class HouseUnderTest:
    """The platform, the clock it tells time by, and the app that shows it.

    `whole`: as part of the whole console, which takes longer to make than most tests run.
    """

    def __init__(self, folder: Path, *, whole: bool = False, **place: Any) -> None:
        self.clock = ManualClock(NOW)
        self.house = open_house(folder, self.clock)
        self.house.welcome("ann", "Ann")
        self.house.welcome("bob", "Bob")
        self.token = self.house.enrol("council", "Test Council")
        given: dict[str, Any] = {"title": "Ask us", "open": True, "domain": DOMAIN}
        names = ("Test <Council>", "Test Council", "council")
        self.place = HousePlace(house=self.house, reserved=names, **(given | place))
        parts = replace(fake_parts(), house=self.place, elapsed_seconds=self.clock.elapsed_seconds)
        self.app = create_app(parts) if whole else routes_alone(parts, self.place)

    def say(self, handle: str, text: str, parent: str | None = None, language: str = "en") -> str:
        """Have somebody post; return the post's id."""
        self.clock.advance(60)
        act = HouseAct("reply" if parent else "statement", text, language, target=parent)
        token = self.token if handle == "council" else None
        return self.house.carry_out(handle, act, token).remote_id

    def act(self, handle: str, act: HouseAct) -> str:
        """Have somebody do anything else."""
        token = self.token if handle == "council" else None
        return self.house.carry_out(handle, act, token).remote_id

    def ask(self, method: str, path: str, **given: Any) -> httpx.Response:
        """Ask the app, and return its answer whole."""
        return asyncio.run(self._ask(method, path, given))

    def post_form(self, **fields: str) -> httpx.Response:
        """Send the form as a browser does from our own page."""
        return self.post_form_with({"sec-fetch-site": "same-origin"}, **fields)

    def post_form_with(self, headers: Mapping[str, str], **fields: str) -> httpx.Response:
        """Send the form with what a browser says about where it stands."""
        return self.ask("POST", "/house/posts", data=fields, headers=headers)

    def texts(self) -> list[str]:
        """Return every text there is, newest first."""
        return [post.text for post, _ in self.house.latest(100) if not post.deleted]

    async def _ask(self, method: str, path: str, given: dict[str, Any]) -> httpx.Response:
        transport = httpx.ASGITransport(app=self.app)
        async with httpx.AsyncClient(transport=transport, base_url=ADDRESS) as client:
            return await client.request(method, path, **given)
