"""What the public sees of a running town: its rules, what they stopped, and word of each change."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from schemas.codec import decode_event
from schemas.policy import PolicyActivated
from services.bootstrap_console import EmbeddedConsole
from services.console.app import create_app
from services.policy.rules_in_public import FRESH_SECONDS
from services.runtime.clock import Clock, ManualClock
from services.runtime.system_clock import SystemClock
from services.store.file_keys import KeyFolder
from tests.speaking_town import SpeakingTown, make_speaking_folder

TOPIC = "policies.activated.v1"
LIMITS = "data/limits.yaml"
PHONE = "Ring Mrs Example on 07700 900123."
WHY = "A secret reason of an officer."


class PublicTown(SpeakingTown):
    """A town that speaks, and its console as anybody meets it."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        super().__init__(folder, clock)
        keys = KeyFolder(self.folder.parent / "keys")
        console = EmbeddedConsole(self.embedded, "a token", keys, self.speaking)
        self.app = create_app(console.parts)

    def ask(self, path: str) -> httpx.Response:
        """Return what whoever has no token is answered."""

        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://town") as client:
                return await client.get(path)

        return asyncio.run(asked())

    def answer(self, text: str, number: int) -> dict[str, Any]:
        """Have ann answer the n-th resident."""
        return self.do("answer", "ann", case_id=f"case-{number}", text=text)

    def change_rules(self) -> None:
        """Have two officers allow no emoji."""
        files = dict(self.speaking.rules.rule_set.files)
        files[LIMITS] = files[LIMITS].replace("emoji_max: 5\n", "emoji_max: 0\n")
        order: dict[str, Any] = {"title": "No emoji", "why": WHY, "files": files}
        change = self.do("propose-rules", "gail", **order)
        self.do("approve-rules", "gus", change_id=change["id"], digest=change["digest"])
        self.do("activate-rules", "gail", change_id=change["id"])

    def told(self) -> list[PolicyActivated]:
        """Return every word of rules that came into force."""
        records = self.embedded.journal.log.read(TOPIC, 0, 10)
        events = [decode_event(TOPIC, record.value) for record in records]
        return [each for each in events if isinstance(each, PolicyActivated)]


@pytest.fixture
def town(tmp_path: Path) -> Iterator[PublicTown]:
    """A town of two governance officers, whose clock stands still."""
    made = PublicTown(make_speaking_folder(tmp_path), ManualClock(SystemClock().now()))
    made.set_up()
    order: dict[str, Any] = {"name": "Gus", "address": "gus@town.example", "roles": ("governance",)}
    made.do("add-person", "", login="gus", **order)
    yield made
    made.speaking.close()
    made.stop()


def test_every_rule_in_force_is_on_the_page_in_words(town: PublicTown) -> None:
    """With what it stops, why, and what happens; nobody is named, and no list is shown."""
    page, told = town.ask("/rules").text, town.ask("/api/v1/rules/public").json()

    rules = [rule for group in told["groups"] for rule in group["rules"]]
    manifest = town.speaking.rules.bundle.manifest
    assert sorted(manifest) == sorted(rule["id"] for rule in rules)
    for rule in rules:
        assert all((rule["title"], rule["stops"], rule["why"], rule["then"])), rule["id"]
        assert rule["title"].replace("'", "&#39;") in page
    assert not {"data/", ".yaml", "threshold", "python", "gail", "gus"} & set(
        page.lower().replace(",", " ").split()
    )
    assert "phrases" not in page


def test_what_became_of_drafts_is_counted(town: PublicTown) -> None:
    """Held by the second pair of eyes, agreed to, refused; each draft once."""
    for number in range(6):
        town.answer(f"Bin {number} will be emptied on Friday.", number)
    for act in town.store.select("acts_after", ("", 100)):
        town.do("approve", "bob", act_id=act["id"], digest=act["digest"])
    town.answer(PHONE, 7)

    month = town.ask("/api/v1/rules/public").json()["months"][0]

    assert (7, 0, 6, 6, None) == tuple(
        month[name] for name in ("proposed", "allowed", "held", "overridden", "denied")
    )
    page = " ".join(town.ask("/rules").text.split()).replace("> <", "><")
    assert "<td>7</td><td>none</td><td>6</td><td>6</td><td>fewer than 5</td>" in page


def test_a_change_and_its_rollback_are_told_and_shown(town: PublicTown) -> None:
    """Number by number: on the topic by the title alone, on the page a minute later at most."""
    assert town.ask("/api/v1/rules/public").json()["number"] == 1
    town.change_rules()
    town.do("roll-back-rules", "gail", why=WHY)
    assert isinstance(town.clock, ManualClock)
    town.clock.advance(FRESH_SECONDS)

    assert town.ask("/api/v1/rules/public").json()["number"] == 3
    first, change, rollback = town.told()
    assert [1, 2, 3] == [each.data.number for each in (first, change, rollback)]
    assert ("No emoji", ()) == (change.data.title, change.data.classes)
    assert change.data.before is not None
    assert first.data.revision == change.data.before.revision == rollback.data.revision
    assert ("rollback", None) == (rollback.data.origin, rollback.data.classes)
    assert WHY not in "".join(each.model_dump_json() for each in (change, rollback))
