"""The sample town's speaking half, with an author and an approver at work, for measurements."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from bench.embedded_town import town_settings
from bench.errors import MeasurementError
from services.bootstrap import Embedded
from services.bootstrap_speaking import EmbeddedSpeaking
from services.house.threads import HouseAct
from services.policy.bundle import Bundle
from services.policy.file_bundle import read_bundle
from services.policy.regopy_engine import RegopyEngine
from services.runtime.actor import OPERATOR, Actor
from services.runtime.gate import Facts
from services.runtime.system_clock import SystemClock
from services.store.file_keys import KeyFolder
from services.town.people import ACCOUNT
from tests.gate_facts import unhurried

STEP_SECONDS: Final = 0.005
READY_SECONDS_MAX: Final = 60.0
CITIZEN: Final = "bench-resident"
ENDED: Final = ("sent", "refused", "reconciled")


class Unhurried:
    """The engine of the embedded way, asked as if nobody had said anything lately.

    Two people who say twenty things a second are far beyond every quota.
    """

    def __init__(self, bundle: Bundle, seconds_max: float) -> None:
        self._engine = RegopyEngine(bundle, seconds_max=seconds_max)

    @property
    def revision(self) -> str:
        """The revision of what was loaded."""
        return self._engine.revision

    def evaluate(self, facts: Facts) -> object:
        """Return what the rules answer."""
        conversation = {**facts["conversation"], "same_said": 0, "others_answering": 0}
        return self._engine.evaluate({**unhurried(facts), "conversation": conversation})

    def close(self) -> None:
        """End the engine."""
        self._engine.close()


class Speakers:
    """Two people and the running speaking half between them."""

    def __init__(self, embedded: Embedded, speaking: EmbeddedSpeaking) -> None:
        self.embedded = embedded
        self.speaking = speaking
        self.store = embedded.journal.store
        self._tokens = {login: self._token(login) for login in ("ann", "bob", "gail", "dee")}
        self._wait_for_rules()

    def person(self, login: str) -> Actor:
        """Return a person signed in."""
        actor = self.speaking.desk.sign_in(self._tokens[login])
        assert actor is not None, "the town's people have tokens"
        return actor

    def said(self, count: int) -> list[str]:
        """Have a citizen post so often on the house platform; return the posts' ids there."""
        house = self.embedded.house
        assert house is not None, "the town has a house platform"
        house.welcome(CITIZEN, "A Resident")
        return [
            house.carry_out(
                CITIZEN, HouseAct(kind="statement", text=f"When is bin {number} emptied?")
            ).remote_id
            for number in range(count)
        ]

    def propose(self, target: str, number: int) -> str:
        """Have Ann propose a reply; return the act's id."""
        order = {
            "kind": "reply",
            "account": ACCOUNT,
            "target": target,
            "text": f"The crew empties bin {number} by Friday. Sorry for the wait.",
            "language": "en",
        }
        reply = self.speaking.desk.carry_out("answer", order, self.person("ann"))
        if reply["state"] != "held":
            raise MeasurementError(f"an act was {reply['state']}: {reply['sentence']}")
        return str(reply["id"])

    def approve(self, act_id: str) -> None:
        """Have Bob agree to it."""
        digest = self.speaking.desk.act(act_id)["digest"]
        order = {"act_id": act_id, "digest": digest}
        reply = self.speaking.desk.carry_out("approve", order, self.person("bob"))
        if reply["state"] != "approved":
            raise MeasurementError(f"an act was {reply['state']}: {reply['sentence']}")

    def sent_count(self) -> int:
        """Return how many acts have ended on the platform."""
        rows = self.store.select("sendings_states", (ACCOUNT,))
        return sum(int(str(row["sendings"])) for row in rows if row["state"] in ENDED)

    def _token(self, login: str) -> str:
        order = {"login": login, "label": "bench"}
        return str(self.speaking.desk.carry_out("issue-token", order, OPERATOR)["token"])

    def _wait_for_rules(self) -> None:
        until = time.perf_counter() + READY_SECONDS_MAX
        order = {"kind": "statement", "account": ACCOUNT, "text": "Good morning."}
        while time.perf_counter() < until:
            advice = self.speaking.desk.carry_out("advise", order, self.person("ann"))
            if advice["verdict"]["failure"] is None:
                return
            time.sleep(STEP_SECONDS)
        raise MeasurementError(f"the rules could not be checked: {advice['sentence']}")


@contextmanager
def running_speakers(folder: Path) -> Iterator[Speakers]:
    """Run the town's speaking half on a folder, its keys beside it; ends cleanly."""
    settings = town_settings(folder)
    listening = settings.listening.model_copy(update={"classify_in_child": False})
    settings = settings.model_copy(update={"listening": listening})
    embedded = Embedded(folder, settings, SystemClock(), with_sources=False)
    keys = KeyFolder(folder.parent / "keys")
    speaking = EmbeddedSpeaking(
        embedded,
        keys,
        save_token=lambda _login, _token: None,
        engine=Unhurried(read_bundle(), settings.speaking.gate_seconds_max),
    )
    embedded.start()
    speaking.start()
    try:
        yield Speakers(embedded, speaking)
    finally:
        speaking.stop()
        embedded.stop()
