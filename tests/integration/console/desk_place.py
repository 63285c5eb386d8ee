"""A console over a real desk, asked as people with tokens of their own, or as the public."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx

from services.console.app import create_app
from services.policy.break_glass_reading import BreakGlassReading
from services.policy.correction_reading import CorrectionReading
from services.policy.incident_reading import IncidentReading
from services.policy.nomination_reading import NominationReading
from services.policy.sign_in_desk import SignInDesk
from services.policy.takeover_reading import TakeoverReading
from services.policy.tokens import token_digest
from services.runtime.clock import ManualClock
from tests.desk_rig import TAKEOVERS, DeskRig, desk_rig
from tests.integration.console.console_parts import FakeMercat
from tests.sign_in_rig import sign_in_over

OURS = {"Sec-Fetch-Site": "same-origin"}


class Place:
    """A console over a real desk."""

    def __init__(self, rig: DeskRig) -> None:
        self.rig = rig
        self.mercat = FakeMercat()
        self.sign_in: SignInDesk = sign_in_over(rig)
        self.mercat.parts = replace(
            self.mercat.parts,
            desk=rig.desk,
            store=rig.store,
            takeovers=TakeoverReading(rig.store, rig.clock, TAKEOVERS),
            nominations=NominationReading(rig.store, rig.clock),
            corrections=CorrectionReading(rig.store),
            incidents=IncidentReading(rig.store),
            break_glass=BreakGlassReading(rig.store, rig.clock.now),
            sign_in=self.sign_in,
            now=rig.clock.now,
        )
        self.mercat.app = create_app(self.mercat.parts)

    def ask(self, login: str, method: str, path: str, body: Any = None) -> httpx.Response:
        """Ask the API as somebody with a token of their own."""
        person = self.rig.actor(login).person_id
        token = f"token of {login}"
        ends_at_ms = self.rig.now_ms + 3_600_000
        row: dict[str, Any] = {"person_id": person, "digest": token_digest(token), "state": "live"}
        self.rig.write("tokens", login, **row, expires_at_ms=ends_at_ms, version=1)
        given: dict[str, Any] = {"headers": {"Authorization": f"Bearer {token}"}}
        if body is not None:
            given["json"] = body
        return self.mercat.ask(method, f"/api/v1{path}", **given)

    def form(self, path: str, headers: dict[str, str] | None = None, **form: str) -> httpx.Response:
        """Send a form as a browser on our page does."""
        return self.mercat.ask(
            "POST", path, data=form, headers=OURS if headers is None else headers
        )


@contextmanager
def desk_place(path: Path, clock: ManualClock) -> Iterator[Place]:
    """Yield a console over a desk over a new database."""
    with desk_rig(path, clock) as rig:
        yield Place(rig)
