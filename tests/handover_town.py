"""A small town whose account a curator has for an hour: slots, handovers and sendings by turns."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, cast

from schemas.act import ACT_KINDS
from services.bootstrap_handovers import handover_turns_of
from services.bootstrap_speaking import EmbeddedSpeaking
from services.policy.file_takeover_terms import TERMS_NAME
from services.policy.handover_reading import HandoverReading, items_of
from services.policy.handover_rows import Item
from services.policy.handover_turns import HandoverTurns
from services.policy.takeover_terms import terms_of
from services.policy.takeover_turns import TakeoverTurns
from services.runtime.account_state import AccountState
from services.runtime.clock import ManualClock
from services.store.file_keys import KeyFolder
from tests.simulation.checkers_speaking import speaking_breaches
from tests.simulation.speaking_remains import speaking_remains
from tests.speaking_town import SpeakingTown, make_speaking_folder

START: Final = datetime(2026, 3, 2, 9, tzinfo=UTC)
TERMS: Final = "Be kind. Introduce yourself, and say goodbye.\n"
ACCOUNT: Final = "town"
HOUR_SECONDS: Final = 3_600
TURNS_MAX: Final = 400


class _TownByQuotas(SpeakingTown):
    """A town whose rules are told how much was said lately."""

    def begin_again(self) -> None:
        """Put a new speaking half in the place of the old: nothing is left of it but the rows."""
        self.speaking = EmbeddedSpeaking(
            self.embedded,
            KeyFolder(self.folder.parent / "keys"),
            engine=self.engine._engine,
            faults_of=lambda _files: (),
        )


class HandoverTown:
    """The town with its takeovers; nothing happens but by `turn`. The rules are the real ones."""

    def __init__(self, place: Path, start: datetime = START) -> None:
        self.clock = ManualClock(start)
        folder = make_speaking_folder(place)
        (folder / TERMS_NAME).write_text(TERMS, encoding="utf-8")
        self.town = _TownByQuotas(folder, self.clock)
        self._open = True
        self.wire()
        self.town.set_up()
        given = {"kinds": ACT_KINDS, "days": 300, "why": "whoever answers for the account"}
        self.do("give-grant", "gail", login="dee", account=ACCOUNT, **given)

    def begin_again(self) -> None:
        """Put new parts in the place of the old ones: nothing is left but the rows."""
        self.town.begin_again()
        self.wire()

    def stop(self) -> None:
        """End cleanly, once however often this is asked."""
        if self._open:
            self.town.stop()
        self._open = False

    def breaches(self) -> list[str]:
        """Return every promise that was broken, once the town has ended."""
        self.stop()
        return speaking_breaches(speaking_remains(self.town.folder))

    def wire(self) -> None:
        """Give the present parts their work."""
        speaking, foundation = self.town.speaking, self.town.embedded
        self.handovers = handover_turns_of(speaking, speaking.desk)
        self.slots = TakeoverTurns(
            foundation.journal,
            self.town.store,
            speaking.sealer,
            self.clock,
            foundation.settings.takeovers,
        )

    def platform_is(self, state_of: Callable[[str, int], AccountState]) -> None:
        """Have accounts read so from now on, until `wire`."""
        self.handovers = HandoverTurns(replace(self.handovers._parts, state_of=state_of))

    def person_id(self, login: str) -> str:
        """Return somebody's id."""
        return self.town.actor(login).person_id

    def do(self, verb: str, who: str, **order: Any) -> dict[str, Any]:
        """Carry out a verb for somebody."""
        return self.town.do(verb, who, **order)

    def slot(self, *kinds: str, begins_seconds: int = 120, title: str = "Week one") -> str:
        """Have curt made ready for an hour; return the takeover's id."""
        starts_at_ms = self.now_ms + begins_seconds * 1_000
        planned = self.do(
            "takeover-plan",
            "gail",
            account=ACCOUNT,
            title=title,
            duty_officer="dee",
            starts_at_ms=starts_at_ms,
            ends_at_ms=starts_at_ms + HOUR_SECONDS * 1_000,
            kinds=("reply", "statement", *kinds),
            why="a citizen speaks for a while",
        )
        takeover_id = str(planned["takeover_id"])
        self.do("takeover-invite", "gail", takeover_id=takeover_id, login="curt")
        self.do("takeover-accept", "curt", takeover_id=takeover_id)
        version = terms_of(TERMS).version
        self.do("takeover-consent", "curt", takeover_id=takeover_id, terms_version=version)
        self.do("takeover-practise", "curt", takeover_id=takeover_id, text="Good morning.")
        self.do("takeover-make-ready", "gail", takeover_id=takeover_id)
        return takeover_id

    def live_slot(self, *kinds: str) -> str:
        """Have curt signed on in a slot that has begun; return the takeover's id."""
        takeover_id = self.slot(*kinds)
        self.clock.advance(100)
        self.turn()
        self.clock.advance(30)
        self.turn()
        self.do("takeover-sign-on", "curt", takeover_id=takeover_id)
        return takeover_id

    def end(self, takeover_id: str) -> None:
        """Have curt say goodbye, and the account compared."""
        self.do("takeover-sign-off", "curt", takeover_id=takeover_id)
        self.turn()

    def turn(self) -> None:
        """Let slots, sendings and handovers each do what is due, until nothing is."""
        for _ in range(TURNS_MAX):
            self.clock.advance(0.01)
            moved = self.slots.turn()
            waits = [sender.turn() for sender in self.town.speaking.senders]
            if not (moved + self.handovers.turn()) and all(waits):
                return
        raise AssertionError("it never comes to rest")

    def act(self, who: str, kind: str, target: str | None = None, text: str = "") -> dict[str, Any]:
        """Have somebody ask for an act as the account."""
        order = {"kind": kind, "account": ACCOUNT, "target": target, "text": text}
        return self.do("answer", who, **order)

    def agree(self, act: dict[str, Any], *logins: str) -> dict[str, Any]:
        """Have people consent to an act."""
        for login in logins:
            act = self.do("approve", login, act_id=act["id"], digest=act["digest"])
        return act

    def done(self, who: str, kind: str, target: str | None = None, text: str = "") -> None:
        """Have an act go out, with everybody's consent that it takes."""
        act = self.act(who, kind, target, text)
        for login in ("bob", "gail", "dee"):
            if act["state"] == "held" and login != who:
                act = self.agree(act, login)
        assert act["state"] == "approved", act["sentence"]
        self.turn()

    def welcome(self, *names: str) -> None:
        """Have people take part on the platform."""
        house = self.town.embedded.house
        assert house is not None, "this town has its platform"
        for name in names:
            house.welcome(name, name.title())

    def own_post(self, text: str = "We open at nine.") -> str:
        """Have the duty officer post something as the account; return the id there."""
        self.done("dee", "statement", text=text)
        (row,) = self.town.store.select("acts_after", ("", 500))[-1:]
        sending = self.town.row("sendings", str(row["id"]))
        assert sending is not None, "it was sent"
        return str(sending["remote_id"])

    def stands(self) -> AccountState:
        """Return how the account stands on its platform."""
        platform = self.town.speaking.platforms[ACCOUNT]
        return platform.state_of(ACCOUNT, self.town.speaking.credential(ACCOUNT), 1_000)

    def shown(self, takeover_id: str) -> dict[str, Any]:
        """Return a handover as people see it."""
        return dict(HandoverReading(self.town.store).handover(takeover_id, limit=500))

    def items(self, takeover_id: str) -> Sequence[Item]:
        """Return the changes of a takeover."""
        return items_of(self.town.store, takeover_id)

    def state_of(self, takeover_id: str) -> str:
        """Return the state of a takeover."""
        row = self.town.row("takeovers", takeover_id)
        assert row is not None, takeover_id
        return str(row["state"])

    def audited(self, kind: str, **facts: str | int) -> int:
        """Return how many entries of a kind the account's chain has, with some facts."""
        rows = self.town.store.select("audit_chain_after", (f"account:{ACCOUNT}", 0, 10_000))
        bodies = [json.loads(cast("bytes", row["body"])) for row in rows if row["kind"] == kind]
        return sum(all(body["facts"][name] == facts[name] for name in facts) for body in bodies)

    @property
    def now_ms(self) -> int:
        """The moment it is."""
        return round(self.clock.now().timestamp() * 1_000)
