"""Has the sample town's people speak for a month in a moment: the real desk, a clock set by hand.

What they write is proposed, judged, agreed to and sent as on any day, and all of it is on record.
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from services.bootstrap import Embedded
from services.bootstrap_speaking import EmbeddedSpeaking
from services.house.threads import HouseAct
from services.runtime.actor import Actor
from services.runtime.clock import ManualClock
from services.runtime.errors import FolderError, StopError
from services.runtime.gate import Engine
from services.settings import BodySettings
from services.store.file_keys import KeyFolder
from services.store.file_tokens import SavedTokens
from services.town.month import Spoken, month
from services.town.people import ACCOUNT

RESIDENT: Final = "a-resident"
APPROVER: Final = "bob"
THINKING_SECONDS: Final = 240.0
TURNS_MAX: Final = 50
RULES_SECONDS_MAX: Final = 60.0
_STEP_SECONDS: Final = 0.05

Show = Callable[[int, int], None]


class Month:
    """The town with its month ahead; `engine` takes the place of regopy's.

    Raises FolderError where the folder is a real body's, or somebody works in it already.
    """

    def __init__(
        self,
        folder: Path,
        settings: BodySettings,
        keys: KeyFolder,
        end: datetime,
        days: int,
        engine: Engine | None = None,
    ) -> None:
        if settings.kind != "demonstration":
            raise FolderError(f"{folder} is a real body's folder; only the sample town speaks so")
        self._end, self._days = end, days
        self._zone = ZoneInfo(settings.body.zone)
        self._clock = ManualClock(end - timedelta(days=days + 1))
        # Nothing is listened to, so no classifier has to be started.
        listening = settings.listening.model_copy(update={"classify_in_child": False})
        settings = settings.model_copy(update={"listening": listening})
        self._embedded = Embedded(folder, settings, self._clock, with_sources=False)
        try:
            self._refuse_people()
            tokens = SavedTokens(keys, folder)
            self._speaking = EmbeddedSpeaking(
                self._embedded, keys, save_token=tokens.save, engine=engine
            )
        except BaseException:
            self._let_go()
            raise

    def speak(self, seed: int, show: Show = lambda _done, _whole: None) -> int:
        """Have everything written, and return how many drafts there were."""
        try:
            self._wait_for_rules()
            drafts = list(month(seed, self._end, self._days, self._zone))
            for done, spoken in enumerate(drafts, start=1):
                self._say(spoken, done)
                show(done, len(drafts))
        finally:
            self._speaking.close()
            self._let_go()
        return len(drafts)

    def _refuse_people(self) -> None:
        if self._embedded.journal.store.select("person_by_login", (APPROVER,)):
            raise FolderError(f"people work in {self._embedded.folder} already; name a new folder")

    def _say(self, spoken: Spoken, number: int) -> None:
        self._clock.advance(max(0.0, (spoken.at - self._clock.now()).total_seconds()))
        order: dict[str, Any] = {"kind": "statement", "account": ACCOUNT, "text": spoken.text}
        if spoken.asked is not None:
            order |= {"kind": "reply", "target": self._ask(spoken.asked, number)}
        said = self._do("answer", spoken.login, {**order, "language": "en"})
        if said["state"] == "held" and spoken.is_agreed_to:
            self._clock.advance(THINKING_SECONDS)
            self._do("approve", APPROVER, {"act_id": said["id"], "digest": said["digest"]})
        self._send()

    def _ask(self, text: str, number: int) -> str:
        """Have a resident post, and return the post's id there."""
        house = self._embedded.house
        assert house is not None, "the town has its platform"
        house.welcome(RESIDENT, "A Resident")
        said = HouseAct(kind="statement", text=text, language="en")
        return house.carry_out(RESIDENT, said, key=f"month {number}").remote_id

    def _do(self, verb: str, login: str, order: dict[str, Any]) -> dict[str, Any]:
        return dict(self._speaking.desk.carry_out(verb, order, self._actor(login)))

    def _actor(self, login: str) -> Actor:
        (person,) = self._embedded.journal.store.select("person_by_login", (login,))
        roles: Any = frozenset(str(person["roles"]).split())
        return Actor(str(person["id"]), login, roles, "token", credential_id="month")

    def _send(self) -> None:
        for sender in self._speaking.senders:
            for _ in range(TURNS_MAX):
                if sender.turn() > 0:
                    break

    def _wait_for_rules(self) -> None:
        """Wait until the engine, which has just been started, answers."""
        order = {"kind": "statement", "account": ACCOUNT, "text": "Good morning."}
        until = time.monotonic() + RULES_SECONDS_MAX
        while time.monotonic() < until:
            advice = self._do("advise", "ann", order)
            if advice["verdict"]["failure"] is None:
                return
            time.sleep(_STEP_SECONDS)
        raise StopError(f"the rules cannot be asked: {advice['sentence']}")

    def _let_go(self) -> None:
        embedded = self._embedded
        if embedded.house is not None:
            embedded.house.close()
        embedded.journal.close()
        embedded._lock.release()  # noqa: SLF001 - nothing of it was started that `stop` would end
