"""Signing in by a passkey in a real browser, with its own virtual authenticator and a real desk."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from services.policy.sign_in_desk import SignInDesk
from services.policy.webauthn_passkeys import WebauthnPasskeys
from services.runtime.clock import ManualClock
from tests.browser.conftest import Served
from tests.desk_rig import DeskRig, desk_rig
from tests.integration.console.desk_place import Place
from tests.sign_in_rig import link_for, sign_in_over
from tests.takeover_rig import plan, prepare

DEVICE: dict[str, Any] = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


class Visit:
    """Somebody at the page, with a device that holds passkeys."""

    def __init__(self, page: Page, rig: DeskRig, address: str) -> None:
        self.page = page
        self.rig = rig
        self.address = address
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self._devtools: CDPSession = page.context.new_cdp_session(page)
        self._devtools.send("WebAuthn.enable")
        added = self._devtools.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
        self._device = str(added["authenticatorId"])

    def verifies(self, *, verified: bool) -> None:
        """Have the device know its owner from now on, or not."""
        order = {"authenticatorId": self._device, "isUserVerified": verified}
        self._devtools.send("WebAuthn.setUserVerified", order)

    def said(self, words: str) -> None:
        """Wait until the page says something."""
        expect(self.page.locator("#said")).to_contain_text(words)

    def enrol(self, login: str) -> None:
        """Follow a link, make a passkey, and sign out again."""
        self.page.goto(f"{self.address}/sign-in#{link_for(self.rig, login)}")
        self.said("Your link let you in")
        self.page.get_by_label("Name of a new passkey").fill("my telephone")
        self.page.get_by_role("button", name="Make a passkey").click()
        self.said("The passkey is made")
        self.page.get_by_role("button", name="Sign out").click()
        self.said("You are signed out")

    def sign_in(self) -> None:
        """Press the button."""
        self.page.get_by_role("button", name="Sign in with a passkey").click()


@pytest.fixture
def visit(browser: Browser, sqlite_path: Path, clock: ManualClock) -> Iterator[Visit]:
    """A visitor of a console over a real desk, with the real verification of passkeys."""
    with desk_rig(sqlite_path, clock) as rig:
        place = Place(rig)
        real = SignInDesk(replace(sign_in_over(rig)._parts, passkeys=WebauthnPasskeys()))
        place.mercat.parts = replace(place.mercat.parts, sign_in=real)
        served = Served(place.mercat)
        served.start()
        context = browser.new_context()
        yield Visit(context.new_page(), rig, f"http://localhost:{served.port}")
        context.close()
        served.stop()


def test_somebody_makes_a_passkey_and_signs_in_by_it(visit: Visit) -> None:
    """By a link once, then by the passkey alone; the link's secret is gone from the address."""
    visit.enrol("ines")
    assert "#" not in visit.page.url

    visit.sign_in()

    visit.said("You are signed in")
    expect(visit.page.locator("#who")).to_have_text("As ines.")
    expect(visit.page.get_by_text("Passkey: my telephone")).to_be_visible()
    told = visit.page.evaluate("fetch('/api/v1/halts').then((answer) => answer.status)")
    assert (200, []) == (told, visit.complaints)
    assert "" == visit.page.evaluate("document.cookie")


def test_a_device_that_does_not_know_its_owner_lets_nobody_in(visit: Visit) -> None:
    """Who found the telephone has one factor of two."""
    visit.enrol("ines")
    visit.verifies(verified=False)

    visit.sign_in()

    expect(visit.page.locator("#said")).not_to_be_empty()
    expect(visit.page.locator("#in")).to_be_hidden()
    assert 401 == visit.page.evaluate("fetch('/api/v1/halts').then((answer) => answer.status)")


def test_a_passkey_that_was_ended_lets_nobody_in(visit: Visit) -> None:
    """The page says what to do."""
    visit.enrol("ines")
    (passkey,) = visit.rig.rows("passkeys_of_person", visit.rig.actor("ines").person_id, 10)
    visit.rig.do("sign-in-end-passkey", "ines", passkey_id=str(passkey["id"]), why="sold it")

    visit.sign_in()

    visit.said("Ask for a new link")
    expect(visit.page.locator("#in")).to_be_hidden()


def test_signing_in_makes_the_step_of_a_takeover(visit: Visit) -> None:
    """A curator who signs in by a passkey has shown two factors."""
    takeover_id = plan(visit.rig)
    prepare(visit.rig, takeover_id)
    visit.enrol("curt")

    visit.sign_in()

    visit.said("You are signed in")
    assert visit.rig.row("takeovers", takeover_id)["second_factor_at_ms"]
