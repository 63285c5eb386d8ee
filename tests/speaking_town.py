"""A small town that speaks, on a real folder: people, posts, and the rules asked in place."""

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from schemas.verdict import Role
from services.bootstrap import Embedded
from services.bootstrap_speaking import EmbeddedSpeaking
from services.house.threads import HouseAct
from services.policy.bundle import ENTRYPOINT, Bundle
from services.policy.file_bundle import read_bundle
from services.policy.regopy_child import CompiledRules, Loaded
from services.runtime.actor import OPERATOR, Actor
from services.runtime.clock import Clock, to_epoch_ms
from services.runtime.effects import Key, Row
from services.runtime.errors import EngineUnavailableError
from services.runtime.gate import Engine, Facts
from services.runtime.ports import Commit
from services.runtime.system_clock import SystemClock
from services.settings import EnvironmentSettings, read_body
from services.store.file_keys import KeyFolder
from tests.folders import make_folder
from tests.gate_facts import unhurried

STAFF: Final[Mapping[str, tuple[Role, ...]]] = {
    "ann": ("team-member",),
    "curt": ("curator",),
    "bob": ("approver",),
    "gail": ("governance",),
    "dee": ("duty-officer",),
    "otto": ("ops",),
}
SPEAKERS: Final = ("ann", "dee")
ACCOUNTS: Final = ("town", "library")
THEMES: Final = ("bins", "lamps")
RESIDENT: Final = "resident"
POSTS_COUNT: Final = 12
_ACCOUNTS: Final = """\
accounts:
  - {id: town, platform: house, name: Test Town, handle: town, source: house}
  - {id: library, platform: house, name: Test Library, handle: library}
speaking:
  checkpoint_seconds: 1
  checkpoint_folder: CHECKPOINTS
  approval_hours: 700
  held_hours: 2000
"""
_HOUSE_SOURCE: Final = "{kind: house, name: house}"


class QuickClock:
    """The system's clock, with days that pass a number of times as fast from a moment on."""

    def __init__(self, start: datetime, times: float) -> None:
        self._system = SystemClock()
        self._start = start
        self._times = times

    def now(self) -> datetime:
        """Return the moment it would be."""
        passed = self._system.now() - self._start
        return self._start + timedelta(seconds=passed.total_seconds() * self._times)

    def elapsed_seconds(self) -> float:
        """Return seconds as they pass."""
        return self._system.elapsed_seconds()


class RulesInPlace:
    """The real rules, asked in this process: the child that guards them costs a second a start."""

    def __init__(self, bundle: Bundle) -> None:
        loaded = Loaded(
            modules=dict(bundle.modules),
            documents=dict(bundle.documents),
            entrypoint=ENTRYPOINT,
            memory_bytes_max=0,
            question_seconds_max=0.0,
        )
        self._rules = CompiledRules(loaded)
        self._revision = bundle.revision
        self._turn = threading.Lock()

    @property
    def revision(self) -> str:
        """The revision of what was loaded."""
        return self._revision

    def evaluate(self, facts: Facts) -> object:
        """Return what the rules answer."""
        with self._turn:
            reply = self._rules.reply(json.dumps(facts))
        if "answer" not in reply:
            raise EngineUnavailableError(str(reply))
        return reply["answer"]

    def close(self) -> None:
        """Nothing is held."""


class CountedEngine:
    """An engine with a count beside it of how often each act was judged for its sending."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.asked: Counter[str] = Counter()

    @property
    def revision(self) -> str:
        """The revision of what was loaded."""
        return self._engine.revision

    def evaluate(self, facts: Facts) -> object:
        """Return what the engine answers, as if nobody had said anything lately."""
        answer = self._engine.evaluate(unhurried(facts))
        if facts["phase"] == "sending":
            self.asked[facts["act"]["id"]] += 1
        return answer

    def close(self) -> None:
        """Let the engine go."""
        self._engine.close()


def make_speaking_folder(place: Path) -> Path:
    """Make a body's folder that speaks on its own platform, with keys and checkpoints beside it."""
    folder = make_folder(place / "data", rows=(), sources=(_HOUSE_SOURCE,))
    checkpoints = _ACCOUNTS.replace("CHECKPOINTS", str(place / "checkpoints"))
    with (folder / "mercat.yaml").open("a", encoding="utf-8") as file:
        file.write(checkpoints)
    return folder


class SpeakingTown:
    """Mercat opened on such a folder, without listening; nothing is sent before `start`.

    `faults` are what is found in proposed rules: the real check takes seconds.
    """

    def __init__(
        self, folder: Path, clock: Clock, build: Callable[[Bundle], Engine] = RulesInPlace
    ) -> None:
        self.folder = folder
        self.clock = clock
        settings = read_body(folder, EnvironmentSettings())
        self.embedded = Embedded(folder, settings, clock, with_sources=False)
        self.engine = CountedEngine(build(read_bundle()))
        self.store = self.embedded.journal.store
        self.faults: Sequence[str] = ()
        self.begin_again()

    def begin_again(self) -> None:
        """Put a new speaking half in the place of the old: nothing is left of it but the rows."""
        keys = KeyFolder(self.folder.parent / "keys")
        self.speaking = EmbeddedSpeaking(
            self.embedded, keys, engine=self.engine, faults_of=lambda _files: self.faults
        )

    def set_up(self) -> None:
        """Set people to work and let a resident post, once, however often this is asked."""
        for login, roles in STAFF.items():
            order = {"name": login.title(), "address": f"{login}@town.example", "roles": roles}
            self.do("add-person", "", key=f"add {login}", login=login, **order)
        for login in SPEAKERS:
            for account in ACCOUNTS:
                self.give_grant(login, account, key=f"grant {login} {account}")
        for number in range(POSTS_COUNT):
            self.post(number)

    def give_grant(self, login: str, account: str, key: str) -> str:
        """Give somebody leave to speak as an account for a year; return the grant's id."""
        given = {"kinds": ("reply", "statement"), "days": 365, "why": "their work"}
        reply = self.do("give-grant", "", key=key, login=login, account=account, **given)
        return str(reply["grant_id"])

    def post(self, number: int) -> str:
        """Have a resident post about something; return the id there."""
        assert self.embedded.house is not None, "this town has its platform"
        house = self.embedded.house
        house.welcome(RESIDENT, "A Resident")
        said = HouseAct("statement", text=f"When is bin {number} emptied?", language="en")
        native_id = house.carry_out(RESIDENT, said, key=f"post {number}").remote_id
        if self.row("posts", post_id(number)) is None:
            self.hear(number, native_id, "live", "1")
        return native_id

    def hear(self, number: int, native_id: str, state: str, revision: str) -> None:
        """Keep a resident's post as listening would, as it stands now."""
        case = case_id(number)
        post = {
            "conversation_id": f"conversation-{number}",
            "case_id": case,
            "team": "waste",
            "source": "house",
            "native_id": native_id,
            "author": f"@{RESIDENT}",
            "text": f"When is bin {number} emptied?" if state == "live" else None,
            "language": "en",
            "revision": revision,
            "state": state,
            "posted_at_ms": to_epoch_ms(self.clock.now()),
        }
        opened = {"team": "waste", "theme": THEMES[number % len(THEMES)], "state": "open"}
        writes: dict[Key, Row | None] = {Key("posts", post_id(number)): post}
        writes[Key("cases", case)] = opened
        self.embedded.journal.commit(Commit(writes=writes)).result()

    def do(self, verb: str, who: str, /, key: str | None = None, **order: Any) -> dict[str, Any]:
        """Carry out a verb for somebody; without a name, for whoever has the machine."""
        actor = self.actor(who) if who else OPERATOR
        return dict(self.speaking.desk.carry_out(verb, order, actor, key=key))

    def actor(self, login: str) -> Actor:
        """Return somebody as they are when they have just signed in."""
        (person,) = self.store.select("person_by_login", (login,))
        roles: Any = frozenset(str(person["roles"]).split())
        return Actor(str(person["id"]), login, roles, "token", credential_id=f"token-{login}")

    def row(self, table: str, row_id: str) -> Row | None:
        """Return one row, or None."""
        key = Key(table, row_id)
        return self.store.fetch([key])[key]

    def waiting(self) -> Iterator[str]:
        """Yield the acts that are approved and not begun."""
        for account in ACCOUNTS:
            yield from (str(row["id"]) for row in self.store.select("acts_due", (account, 100_000)))

    def is_settling(self) -> bool:
        """Return whether the program still has something to find out, or to begin again."""
        return any(
            self.store.select(query, (account, 1))
            for account in ACCOUNTS
            for query in ("sendings_open", "sendings_deferred")
        )

    def stop(self) -> None:
        """End cleanly; what was never started is only closed."""
        self.embedded.journal.close()
        if self.embedded.house is not None:
            self.embedded.house.close()
        self.embedded._lock.release()


def post_id(number: int) -> str:
    """Return the id under which the n-th post is kept."""
    return f"post-{number}"


def case_id(number: int) -> str:
    """Return the id of the n-th post's case."""
    return f"case-{number}"
