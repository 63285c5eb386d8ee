"""Sign-in over HTTP: the cookie, who may use it from where, the page, and the API by it."""

from collections.abc import Iterator
from dataclasses import replace
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.console.app import create_app
from services.console.sign_in_page import TRIES_AT_ONCE
from services.runtime.clock import ManualClock
from tests.fake_passkeys import answer_to
from tests.integration.console.api_calls import problem_of
from tests.integration.console.console_parts import FakeMercat
from tests.integration.console.desk_place import Place, desk_place
from tests.integration.console.test_rules_page import Outline
from tests.sign_in_rig import enrolled, link_for

OURS = {"Sec-Fetch-Site": "same-origin", "Host": "localhost:8484"}
THEIRS = {"Sec-Fetch-Site": "cross-site", "Host": "localhost:8484"}


class Browser:
    """A browser on the page: it keeps its cookie and sends it along."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.cookie = ""
        self.set_cookie = ""

    def ask(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> httpx.Response:
        """Ask, from our own page unless told otherwise."""
        sent = dict(OURS if headers is None else headers)
        if self.cookie:
            sent["Cookie"] = self.cookie
        given: dict[str, Any] = {"headers": sent}
        if body is not None:
            given["json"] = body
        answer = self.place.mercat.ask(method, path, **given)
        if "set-cookie" in answer.headers:
            self.set_cookie = answer.headers["set-cookie"]
            jar: SimpleCookie = SimpleCookie(self.set_cookie)
            self.cookie = "; ".join(f"{name}={each.value}" for name, each in jar.items())
        return answer

    def sign_in(self, passkey_id: str) -> httpx.Response:
        """Sign in by a passkey."""
        options = self.ask("POST", "/sign-in/options", {}).json()
        body = {"challenge": options["challenge"], "answer": answer_to(options, passkey_id)}
        return self.ask("POST", "/sign-in/passkey", body)


@pytest.fixture
def place(sqlite_path: Path, clock: ManualClock) -> Iterator[Place]:
    """A console over a desk with people."""
    with desk_place(sqlite_path, clock) as made:
        yield made


@pytest.fixture
def browser(place: Place) -> Browser:
    """A browser of nobody yet."""
    return Browser(place)


def test_a_link_leads_to_a_passkey_and_that_to_the_api(place: Place, browser: Browser) -> None:
    """No token is needed, and none is shown."""
    secret = link_for(place.rig, "ines")
    by_link = browser.ask("POST", "/sign-in/link", {"secret": secret})
    options = browser.ask("POST", "/sign-in/passkeys/options", {}).json()
    body = {"challenge": options["challenge"], "label": "telephone"}
    made = browser.ask("POST", "/sign-in/passkeys", {**body, "answer": answer_to(options, "key-1")})
    browser.ask("POST", "/sign-in/out", {})
    signed_in = browser.sign_in("key-1")
    cases = browser.ask("GET", "/api/v1/halts")
    me = browser.ask("GET", "/sign-in/me").json()

    assert (200, 201, 200, 200) == (
        by_link.status_code,
        made.status_code,
        signed_in.status_code,
        cases.status_code,
    )
    assert ("ines", "passkey", ["telephone"]) == (
        me["login"],
        me["factors"],
        [each["label"] for each in me["passkeys"]],
    )


def test_no_script_and_no_other_site_gets_at_the_cookie(place: Place, browser: Browser) -> None:
    """It goes to this host alone, with requests of our own pages alone."""
    browser.sign_in(enrolled(place.rig, place.sign_in, "ines"))

    told = browser.set_cookie.lower()
    assert all(word in told for word in ("httponly", "samesite=strict", "path=/"))
    assert "domain" not in told


def test_another_sites_page_changes_nothing_by_it(place: Place, browser: Browser) -> None:
    """Reading is let through, which no other page sees; a change is not, nor is silence."""
    browser.sign_in(enrolled(place.rig, place.sign_in, "ines"))
    halt = {"kind": "everything", "why": "as a test"}

    for headers in (THEIRS, {"Host": "localhost:8484"}):
        assert 403 == problem_of(browser.ask("POST", "/api/v1/halts", halt, headers))[0]
    assert 201 == browser.ask("POST", "/api/v1/halts", halt).status_code
    for path in ("options", "out", "link"):
        assert (
            403 == browser.ask("POST", f"/sign-in/{path}", {"secret": "x" * 9}, THEIRS).status_code
        )


def test_after_signing_out_the_cookie_opens_nothing(place: Place, browser: Browser) -> None:
    """Also for whoever kept a copy of it."""
    browser.sign_in(enrolled(place.rig, place.sign_in, "ines"))
    copy = browser.cookie
    browser.ask("POST", "/sign-in/out", {})
    browser.cookie = copy

    assert 401 == browser.ask("GET", "/api/v1/halts").status_code
    assert 403 == browser.ask("GET", "/sign-in/me").status_code


def test_guessing_is_slowed_down(browser: Browser) -> None:
    """Whoever tries links without end waits; where from is counted, not whose."""
    tries = [
        browser.ask("POST", "/sign-in/link", {"secret": f"no-such-link-{number}"}).status_code
        for number in range(TRIES_AT_ONCE + 1)
    ]

    assert [403] * TRIES_AT_ONCE + [429] == tries


def test_a_passkey_needs_a_name_that_a_browser_takes(place: Place) -> None:
    """An address of figures is none; the page says where to go instead."""
    page = place.mercat.ask("GET", "/sign-in", headers={"Host": "127.0.0.1:8484"}).text
    asked = place.mercat.ask(
        "POST", "/sign-in/options", headers={**OURS, "Host": "127.0.0.1:8484"}, json={}
    )

    assert "http://localhost" in page
    assert 422 == problem_of(asked)[0]


def test_behind_a_secure_address_the_cookie_is_the_hosts_own(place: Place) -> None:
    """By its name browsers hold it to that."""
    place.mercat.parts = replace(place.mercat.parts, sign_in_address="https://mercat.town.example")
    place.mercat.app = create_app(place.mercat.parts)
    browser = Browser(place)

    browser.ask("POST", "/sign-in/link", {"secret": link_for(place.rig, "ines")})

    assert browser.set_cookie.startswith("__Host-mercat=")
    assert "Secure" in browser.set_cookie


def test_a_planted_cookie_counts_for_nothing_at_a_secure_address(
    place: Place, browser: Browser
) -> None:
    """Another host of the domain could set a plain one, and have somebody work as somebody else."""
    browser.sign_in(enrolled(place.rig, place.sign_in, "ines"))
    assert 200 == browser.ask("GET", "/api/v1/halts").status_code
    place.mercat.parts = replace(place.mercat.parts, sign_in_address="https://mercat.town.example")
    place.mercat.app = create_app(place.mercat.parts)

    assert browser.cookie.startswith("mercat-session=")
    assert 401 == browser.ask("GET", "/api/v1/halts").status_code
    assert 403 == browser.ask("GET", "/sign-in/me").status_code
    browser.cookie = browser.cookie.replace("mercat-session=", "__Host-mercat=")
    assert 200 == browser.ask("GET", "/api/v1/halts").status_code


def test_where_a_session_is_over_nobody_is_shown_as_signed_in(
    place: Place, browser: Browser
) -> None:
    """The list of where somebody is signed in holds what still could be used."""
    browser.sign_in(enrolled(place.rig, place.sign_in, "ines"))
    before = place.ask("ines", "GET", "/people/ines/sign-in").json()["sessions"]
    place.rig.clock.advance(12 * 3_600)

    after = place.ask("ines", "GET", "/people/ines/sign-in").json()["sessions"]

    assert (1, []) == (len(before), after)


def test_the_page_is_sound(place: Place) -> None:
    """Every tag closed, headings in order, and words for who runs no script."""
    page = place.mercat.ask("GET", "/sign-in", headers=OURS).text
    outline = Outline(page)

    assert (True, "en", 1) == (outline.sound, outline.language, outline.levels[0])
    assert "noscript" in outline.tags


def test_officers_look_after_sign_in_by_the_api(place: Place) -> None:
    """Links, recovery by two, ends; what one may not is refused."""
    enrolled(place.rig, place.sign_in, "ines")
    given = place.ask("greta", "POST", "/people/ivor/sign-in/link", {})
    asked = place.ask("greta", "POST", "/people/ines/sign-in/recovery", {"why": "lost it"})
    shown = place.ask("ines", "GET", "/people/ines/sign-in").json()
    ended = place.ask("ines", "POST", "/sign-in/passkeys/key-of-ines/end", {"why": "lost it"})
    out = place.ask("ines", "POST", "/people/ines/sign-in/end", {"why": "lost it"})

    assert "/sign-in#t0" in given.json()["link"]
    assert ("asked", None) == (asked.json()["state"], asked.json()["link"])
    assert ["key-of-ines"] == [each["id"] for each in shown["passkeys"]]
    assert (200, 200) == (ended.status_code, out.status_code)
    assert 403 == place.ask("ivor", "GET", "/people/ines/sign-in").status_code
    assert 404 == place.ask("greta", "GET", "/people/nobody/sign-in").status_code


def test_where_nobody_speaks_nobody_signs_in() -> None:
    """A Mercat that only listens says so."""
    mercat = FakeMercat(speaks=False)

    assert 503 == mercat.ask("POST", "/sign-in/options", headers=OURS, json={}).status_code
    assert "Nobody signs in" in mercat.ask("GET", "/sign-in", headers=OURS).text
