"""`mercat takeover handover` on a folder whose slot has ended: shown, decided, agreed, let go."""

import json
from pathlib import Path
from typing import Any

import pytest

from services.runtime.system_clock import SystemClock
from tests.handover_town import HandoverTown
from tests.mercat_process import Ended, call, environment


class Ending:
    """A folder on which a curator blocked two people, and who may decide on it."""

    def __init__(self, place: Path) -> None:
        # The commands look at the system's clock: tokens must be good by it.
        town = HandoverTown(place, SystemClock().now())
        town.welcome("ann", "bea")
        self.takeover_id = town.live_slot("block")
        for name in ("ann", "bea"):
            town.done("curt", "block", name)
        town.end(self.takeover_id)
        self.ids = {item.target: item.id for item in town.items(self.takeover_id)}
        self._tokens = {
            login: str(town.do("issue-token", "", login=login, label="test")["token"])
            for login in ("dee", "bob", "gail")
        }
        self._folder = town.town.folder
        self._env = environment(place / "keys")
        town.town.stop()

    def ask(self, verb: str, who: str, *arguments: str) -> Ended:
        """Give a command about the handover, as somebody."""
        env = {**self._env, "MERCAT_TOKEN": self._tokens[who]}
        named = ("takeover", "handover", verb, self.takeover_id, *arguments)
        return call(*named, "--folder", self._folder, env=env)

    def shown(self) -> dict[str, Any]:
        """Return the handover as JSON."""
        told: dict[str, Any] = json.loads(self.ask("show", "bob", "--json").out)
        return told


@pytest.fixture
def ending(tmp_path: Path) -> Ending:
    """Such a folder."""
    return Ending(tmp_path)


def test_a_handover_is_shown_decided_and_agreed_to(ending: Ending) -> None:
    """Each command says what is to be typed next, and the record holds who decided what."""
    listed = ending.ask("show", "bob").out
    kept = ending.ask(
        "decide", "dee", "keep", "--change", ending.ids["ann"], "--why", "abusive to staff"
    )
    reverted = ending.ask("decide", "dee", "revert", "--kind", "block", "--why", "no ground given")
    digest = ending.shown()["digest"]
    agreed = ending.ask("agree", "bob", "--digest", digest)

    assert "added block  ann  (undecided)" in listed
    assert "to be decided on, keep or revert: 2." in listed
    assert "Kept as they are: 1 changes." in kept.out
    assert f"agree {ending.takeover_id} --digest {digest}" in reverted.out
    assert "You agreed to 1 reverts" in agreed.out
    items = {item["target"]: item for item in ending.shown()["items"]}
    assert [("keep", "dee", "abusive to staff"), ("revert", "dee", "no ground given")] == [
        (items[name]["decision"], items[name]["decided_by"], items[name]["reason"])
        for name in ("ann", "bea")
    ]


def test_a_handover_is_let_go_by_two_commands(ending: Ending) -> None:
    """The first asks, the second agrees, and nobody else's word is needed."""
    first = ending.ask("override", "dee", "--why", "the next one waits")
    refused = ending.ask("decide", "bob", "keep", "--why", "it is fine")
    second = ending.ask("override", "gail", "--why", "looked at by hand")

    assert "until a second person agrees" in first.out
    assert 1 == refused.code
    assert "needs one of these roles" in refused.err
    assert "can be closed" in second.out
    assert ("overridden", True) == tuple(ending.shown()[name] for name in ("state", "is_settled"))
