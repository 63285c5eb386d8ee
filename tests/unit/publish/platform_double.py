"""A platform in memory that fails to order: what it was asked, what it did, what it shows."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from services.runtime.account_state import AccountState
from services.runtime.clock import ManualClock
from services.runtime.errors import PlatformUnavailableError
from services.runtime.platform import (
    Deferred,
    OwnAct,
    Performed,
    PlatformFacts,
    PlatformReply,
    PlatformRequest,
    Refused,
    Unclear,
)

Fault = Literal["refused", "deferred", "lost before", "lost after", "late", "hidden"]
LATE_SECONDS = 10.0
"""How long a late act takes to be carried out, and a hidden one to be listed."""


@dataclass
class Effect:
    """Something that was really done there, with the request it came of."""

    act: OwnAct
    request: PlatformRequest
    listed_from: datetime


class PlatformDouble:
    """Carries acts out at once, but for the faults ordered, one for each request.

    It dates what it did by a clock that is `behind`; with None it tells no date.
    """

    def __init__(self, clock: ManualClock, facts: PlatformFacts) -> None:
        self.facts = facts
        self.effects: list[Effect] = []
        self.asked: list[PlatformRequest] = []
        self.patience_seconds: list[float] = []
        self.faults: deque[Fault] = deque()
        self.readable = True
        self.state = AccountState()
        self.answered_id: str | None = None
        self.behind: timedelta | None = timedelta()
        self.meanwhile: Callable[[], None] | None = None
        self._clock = clock
        self._late: list[tuple[datetime, PlatformRequest]] = []

    def perform(
        self,
        request: PlatformRequest,
        credential: str,
        timeout_seconds: float,
    ) -> PlatformReply:
        """Carry an act out, or do what was ordered instead."""
        assert credential == "the credential of town"
        self.asked.append(request)
        self.patience_seconds.append(timeout_seconds)
        if self.meanwhile:
            self.meanwhile()
        self._catch_up()
        fault = self.faults.popleft() if self.faults else None
        if fault == "refused":
            return Refused("not here")
        if fault == "deferred":
            return Deferred(30.0, "too many requests")
        if fault == "lost before":
            return Unclear("timed out")
        if fault == "late":
            moment = self._clock.now() + timedelta(seconds=LATE_SECONDS)
            self._late.append((moment, request))
            return Unclear("timed out")
        hidden_seconds = LATE_SECONDS if fault == "hidden" else 0.0
        effect = self._done(request, self._clock.now(), hidden_seconds)
        if fault in ("lost after", "hidden"):
            return Unclear("timed out")
        remote_id = effect.act.remote_id if self.answered_id is None else self.answered_id
        at = None if self.behind is None else effect.act.at - self.behind
        return Performed(remote_id, effect.act.link, at)

    def own_acts(
        self,
        account: str,
        credential: str,
        since: datetime,
        limit: int,
    ) -> Sequence[OwnAct]:
        """Return what is listed by now, newest first."""
        assert (account, credential) == ("town", "the credential of town")
        if not self.readable:
            raise PlatformUnavailableError("it is down")
        self._catch_up()
        now = self._clock.now()
        listed = [
            each.act for each in self.effects if each.act.at >= since and each.listed_from <= now
        ]
        return listed[::-1][:limit]

    def state_of(self, account: str, credential: str, limit: int) -> AccountState:
        """Return how the account was said to stand."""
        assert (account, credential) == ("town", "the credential of town")
        assert len(self.state.listed) <= limit
        if not self.readable:
            raise PlatformUnavailableError("it is down")
        return self.state

    def of(self, key: str) -> list[Effect]:
        """Return what came of a key, whether the platform itself keeps keys or not."""
        self._catch_up()
        return [each for each in self.effects if each.request.key == key]

    def _catch_up(self) -> None:
        """Carry out what was only late."""
        now = self._clock.now()
        due = [each for each in self._late if each[0] <= now]
        self._late = [each for each in self._late if each[0] > now]
        for moment, request in due:
            self._done(request, moment)

    def _keeps_key_of(self, effect: Effect, now: datetime) -> bool:
        life_seconds = self.facts.key_seconds
        return life_seconds is None or now - effect.act.at < timedelta(seconds=life_seconds)

    def _done(self, request: PlatformRequest, now: datetime, hidden_seconds: float = 0.0) -> Effect:
        known = [each for each in self.effects if each.request.key == request.key]
        if known and self.facts.takes_keys and self._keeps_key_of(known[0], now):
            return known[0]
        act = OwnAct(
            remote_id=f"r-{len(self.effects) + 1}",
            kind=request.content.kind,
            text=request.content.text,
            target=request.content.target,
            at=now,
            key=request.key if self.facts.takes_keys else None,
            link=f"https://town.example/r-{len(self.effects) + 1}",
        )
        effect = Effect(act, request, now + timedelta(seconds=hidden_seconds))
        self.effects.append(effect)
        return effect
