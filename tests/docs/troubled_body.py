"""A body in which all went wrong that runbooks speak of, so that what they say to type has work."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from services.bootstrap_timelines import timeline_turns_of
from services.house.threads import HouseAct
from services.policy.file_rule_set import read_rule_set, write_rule_set
from services.publish.house_platform import FAULTS_VARIABLE
from services.runtime.effects import Key
from services.runtime.ports import Commit
from services.runtime.system_clock import SystemClock
from tests.dead_letters import set_aside
from tests.folders import make_folder
from tests.mercat_process import Ended, call, environment, run
from tests.speaking_town import ACCOUNTS, SpeakingTown, make_speaking_folder

ANSWER: Final = "Our office opens at nine tomorrow."
STOLEN: Final = "Free coins for everybody."
WHY: Final = "We looked at it together."
ASKED_BACK: Final = (WHY, WHY)
SIGNED_IN: Final = ("ann", "bob", "dee", "gail")
LETTERS: Final = ("a" * 32, "b" * 32, "c" * 32)


class SpeakingBody:
    """A body whose acts are in doubt and held, whose accounts were stolen, and whose rules changed.

    Nobody runs it: what is in doubt would be settled by itself, since its platform answers again.
    """

    def __init__(self, place: Path) -> None:
        faults = place / "faults.json"
        faults.write_text(json.dumps({"plan": ["time-out-after"] * len(ACCOUNTS)}), "utf-8")
        folder = make_speaking_folder(place)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(FAULTS_VARIABLE, str(faults))
            self._town = SpeakingTown(folder, SystemClock())
        self._town.set_up()
        self._detector = timeline_turns_of(self._town.speaking)
        self._detector.turn()
        self.in_doubt = [self._doubted(account) for account in ACCOUNTS]
        self.held = [str(self._proposed("town")["id"]) for _ in range(2)]
        self.incidents = self._stolen()
        self.glass = self._broken()
        self.change = self._changed()
        self.work = str(place / "work")
        write_rule_set(Path(self.work), read_rule_set())
        self._env = {
            login: environment(place / "keys", MERCAT_TOKEN=self._token(login))
            for login in SIGNED_IN
        }
        self._folder = folder
        self._town.stop()

    def ask(self, login: str, *words: str) -> Ended:
        """Type a command as somebody who has signed in, who answers what it asks back."""
        env = {**self._env[login], "MERCAT_FOLDER": str(self._folder)}
        return call(*words, env=env, answers=ASKED_BACK)

    def _token(self, login: str) -> str:
        return str(self._town.do("issue-token", "", login=login, label="on call")["token"])

    def _proposed(self, account: str) -> dict[str, Any]:
        order: dict[str, Any] = {"kind": "statement", "account": account, "text": ANSWER}
        drafted = self._town.do("draft", "ann", **order)
        return self._town.do("propose", "ann", act_id=drafted["id"])

    def _doubted(self, account: str) -> str:
        proposed = self._proposed(account)
        act = str(proposed["id"])
        self._town.do("approve", "bob", act_id=act, digest=proposed["digest"])
        for sender in self._town.speaking.senders:
            sender.turn()
        row = self._town.row("sendings", act)
        assert row is not None, "it was begun"
        assert row["state"] == "unknown", row
        # As where the platform neither takes keys nor lists what an account did: no more is tried.
        given_up = Commit(writes={Key("sendings", act): {**row, "not_before_ms": None}})
        self._town.embedded.journal.commit(given_up).result()
        return act

    def _stolen(self) -> list[str]:
        house = self._town.embedded.house
        assert house is not None, "this town has its platform"
        for account in ACCOUNTS:
            act = HouseAct("statement", text=STOLEN, language="en")
            house.carry_out(account, act, self._town.speaking.credential(account))
        self._detector.turn()
        found = [
            str(row["id"]) for row in self._town.store.select("incidents_in_state", ("open", 9))
        ]
        assert len(found) == len(ACCOUNTS)
        return found

    def _broken(self) -> str:
        asked: dict[str, Any] = {
            "account": "town",
            "login": "bob",
            "kinds": ["statement"],
            "hours": 2,
            "why": WHY,
        }
        glass = str(self._town.do("glass-ask", "ann", **asked)["glass_id"])
        self._town.do("glass-agree", "dee", glass_id=glass, why=WHY)
        self._town.do("glass-end", "ann", glass_id=glass, why=WHY)
        return glass

    def _changed(self) -> str:
        """Put rules in force, and have others agreed to that are not; return those."""
        order: dict[str, Any] = {
            "name": "Gus",
            "address": "gus@town.example",
            "roles": ["governance"],
        }
        self._town.do("add-person", "", login="gus", **order)
        change = self._agreed_rules(1)
        self._town.do("activate-rules", "gail", change_id=change)
        self._town.speaking.rules.look()
        return self._agreed_rules(0)

    def _agreed_rules(self, emoji_max: int) -> str:
        rules = read_rule_set()
        old = f"emoji_max: {rules.data['limits']['emoji_max']}\n"
        path = "data/limits.yaml"
        files = {**rules.files, path: rules.files[path].replace(old, f"emoji_max: {emoji_max}\n")}
        order: dict[str, Any] = {"title": f"{emoji_max} emoji", "why": WHY, "files": files}
        change = self._town.do("propose-rules", "gail", **order)
        digest = change["digest"]
        self._town.do("approve-rules", "gus", change_id=change["id"], digest=digest)
        return str(change["id"])


class ListeningBody:
    """A body that took in posts, some of which were set aside on their way."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self._folder = make_folder(place / "body")
        self._env = environment(place / "keys", MERCAT_FOLDER=str(self._folder))
        ended = run("run", self._folder, "--until-idle", env=self._env)
        assert ended.code == 0, ended.err
        set_aside(self._folder, "posts.received.v1", *LETTERS)
        teams = ("waste", "lighting", "contact")
        cases = [case for team in teams for case in self._inbox(team)]
        self.cases = [str(case["id"]) for case in cases]
        self.posts = [str(case["first_post_id"]) for case in cases]
        self.letters = LETTERS

    def ask(self, *words: str) -> Ended:
        """Type a command as whoever has the machine, who answers what it asks back."""
        return call(*words, env=self._env, answers=ASKED_BACK)

    def _inbox(self, team: str) -> list[Mapping[str, Any]]:
        cases: list[Mapping[str, Any]] = json.loads(self.ask("inbox", team, "--json").out)
        return cases
