"""What people do in a running sample town, so that everything that is counted counts something."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import httpx

from tests.mercat_process import call

CURATOR: Final = "cory"
OFFICER: Final = "hugh"
SLIP: Final = "Please ring me on 07700 900123 and I will tell you."
PROMISE: Final = "We guarantee that this will be mended by tomorrow at nine."
ANSWER: Final = "The office on the square is open from nine to five. All times stand on our site."
CHEERFUL: Final = "The office is open from nine. \N{SMILING FACE WITH SMILING EYES}"
STATEMENT: Final = "Hello, I am Cory. Today I show you our allotments."
TEAMS: Final = ("schools", "waste", "roads", "parks", "transport", "libraries-leisure", "housing")


class BusyTown:
    """A running town and the people in it, who work by the command line.

    Each deed raises AssertionError with the command's own words where it could not be done.
    """

    def __init__(self, folder: Path, env: Mapping[str, str], address: str) -> None:
        self._env = {**env, "MERCAT_FOLDER": str(folder)}
        self._address = address

    def done(self, *words: str | Path, by: str) -> Any:
        """Do something as somebody; return what the command says of it."""
        ended = call(*words, "--as", by, "--json", env=self._env)
        assert ended.code in (0, 1), f"{words}: {ended.err}"
        assert ended.out, f"{words}: {ended.err}"
        return json.loads(ended.out)

    def cases(self) -> Sequence[str]:
        """Return the open cases that the town's account can answer."""
        found: list[str] = []
        for team in TEAMS:
            ended = call("inbox", team, "--account", "town", "--json", env=self._env)
            assert ended.code == 0, ended.err
            found += [case["id"] for case in json.loads(ended.out)]
        return found

    def ask(self, name: str, text: str) -> None:
        """Have a resident ask something on the town's own platform."""
        post = {"name": name, "text": text, "language": "en"}
        address = f"{self._address}/house/api/posts"
        httpx.post(address, json=post, trust_env=False).raise_for_status()

    def reply(self, case: str, text: str = ANSWER) -> dict[str, Any]:
        """Answer a case as ann; return the act as it was judged."""
        act: dict[str, Any] = self.done("reply", case, "--text", text, by="ann")
        return act

    def agree(self, act: Mapping[str, Any]) -> dict[str, Any]:
        """Have bob agree to an act that is held."""
        digest = act["digest"][:12]
        agreed: dict[str, Any] = self.done("approve", act["id"], "--digest", digest, by="bob")
        return agreed

    def close(self, case: str) -> None:
        """Close a case that was answered."""
        self.done("close", case, "--outcome", "answered", "--reason", "Answered there", by="ann")

    def halt(self, name: str = "town") -> None:
        """Halt an account, until two let it go again."""
        self.done("halt", "account", name, "--why", "Something is wrong", by="omar")

    def release(self, name: str = "town") -> None:
        """Let an account go again."""
        for officer in ("dee", "gail"):
            self.done("release", "account", name, "--why", "I looked", by=officer)

    def change_rules(self, work: Path) -> None:
        """Put rules in force that let nobody use an emoji; `work` is where they are written."""
        address = f"{OFFICER}@mercatburgh.example"
        told = ("--name", "Hugh Example", "--address", address, "--role", "governance")
        self.done("people", "add", OFFICER, *told, by="gail")
        self.done("people", "token", OFFICER, "--save", by="gail")
        assert call("policy", "edit", work, env=self._env).code == 0
        limits = work / "data" / "limits.yaml"
        text = limits.read_text("utf-8")
        limits.write_text(text.replace("emoji_max: 5", "emoji_max: 0"), "utf-8")
        why = "Screen readers say each by its name"
        change = self.done("policy", "propose", work, "--title", "None", "--why", why, by="gail")
        digest = change["digest"]
        self.done("policy", "approve", change["id"], "--digest", digest, by=OFFICER)
        self.done("policy", "activate", change["id"], by="gail")

    def hand_over(self) -> str:
        """Let the curator speak from now on, for an hour; return the takeover's id."""
        slot = ("--duty-officer", "dee", "--standby", "ann", "--from", "now", "--hours", "1")
        plan = self.done("takeover", "plan", "town", "A day outdoors", *slot, by="gail")
        takeover = str(plan["takeover_id"])
        self.done("takeover", "invite", takeover, CURATOR, by="gail")
        self.done("takeover", "accept", takeover, by=CURATOR)
        terms = self.done("takeover", "terms", by=CURATOR)
        self.done("takeover", "consent", takeover, "--terms", terms["version"], by=CURATOR)
        self.done("takeover", "practise", takeover, "--text", STATEMENT, by=CURATOR)
        self.done("takeover", "make-ready", takeover, by="dee")
        self.done("takeover", "sign-on", takeover, by=CURATOR)
        return takeover

    def state(self, text: str = STATEMENT) -> dict[str, Any]:
        """Have the curator propose a statement."""
        words = ("--kind", "statement", "--account", "town", "--text", text)
        act = self.done("draft", *words, by=CURATOR)
        proposed: dict[str, Any] = self.done("propose", act["id"], by=CURATOR)
        return proposed
