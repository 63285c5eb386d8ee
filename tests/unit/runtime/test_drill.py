"""Drills: one at a time, for minutes, off when their time is over; and the parts they make fail."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest

from deploy.monitoring.alerts import ALERTS
from schemas.act import ActContent
from services.runtime import machine_metrics
from services.runtime.account_state import AccountState
from services.runtime.clock import ManualClock
from services.runtime.drill import DISK, DRILLS, ENGINE_DOWN, FREE_BYTES_TOLD, Drills
from services.runtime.drilled_parts import DrilledEngine, DrilledPlatform, DrilledReading
from services.runtime.errors import EngineUnavailableError, RejectError
from services.runtime.gauges import Figure
from services.runtime.platform import (
    Deferred,
    OwnAct,
    Performed,
    PlatformFacts,
    PlatformReply,
    PlatformRequest,
)

CONTENT = ActContent(account="town", kind="statement", text="Hello.", language="en")
REQUEST = PlatformRequest("town", CONTENT, "k")
FACTS = PlatformFacts(name="plain", length_kind="characters", length_max=500)


class Switch:
    """A drill that is on or off."""

    def __init__(self) -> None:
        self.on = False

    def __call__(self) -> bool:
        """Return whether it is on."""
        return self.on


class PlainEngine:
    """An engine that always answers."""

    revision = "r1"

    def __init__(self) -> None:
        self.closed = False

    def evaluate(self, facts: Any) -> object:
        """Return the facts."""
        return facts

    def close(self) -> None:
        """Note that it is let go."""
        self.closed = True


class PlainPlatform:
    """A platform that takes everything, and has nothing to show."""

    facts = FACTS

    def perform(
        self, request: PlatformRequest, credential: str, timeout_seconds: float
    ) -> PlatformReply:
        """Take the act."""
        del credential, timeout_seconds
        return Performed(request.key)

    def own_acts(
        self, account: str, credential: str, since: datetime, limit: int
    ) -> Sequence[OwnAct]:
        """Return one act."""
        del account, credential, limit
        return [OwnAct("r1", "statement", "Hello.", None, since)]

    def state_of(self, account: str, credential: str, limit: int) -> AccountState:
        """Return nothing."""
        del credential, limit
        return AccountState(account)


@pytest.fixture
def drills(clock: ManualClock) -> Drills:
    """No drill is on."""
    return Drills(clock.elapsed_seconds)


@pytest.mark.parametrize("name", DRILLS)
def test_each_drill_names_an_alert_and_its_runbook(name: str) -> None:
    """Whoever drills is told of an alert that there is, and of its own document."""
    by_name = {alert.name: alert for alert in ALERTS}

    alert = by_name[DRILLS[name].alert]

    assert alert.slug == DRILLS[name].runbook
    assert alert.for_seconds < DRILLS[name].alert_seconds


def test_a_drill_is_on_until_its_time_is_over(drills: Drills, clock: ManualClock) -> None:
    """It is off by itself, even before anybody took away what it left."""
    drills.begin(ENGINE_DOWN, 2)
    clock.advance(119)
    before = (drills.is_on(ENGINE_DOWN), drills.over)
    clock.advance(1)

    assert (True, False) == before
    assert (False, True) == (drills.is_on(ENGINE_DOWN), drills.over)
    assert (DRILLS[ENGINE_DOWN], None) == (drills.begun, drills.sentence)
    assert drills.end() is DRILLS[ENGINE_DOWN]
    assert (False, None) == (drills.over, drills.end())


def test_a_drill_says_for_how_long_it_is_on(drills: Drills, clock: ManualClock) -> None:
    """People read what is made to fail, and that it is on purpose."""
    drills.begin(DISK, 5)
    clock.advance(61)

    assert DRILLS[DISK] is drills.now_on
    assert 239 == drills.seconds_left
    assert drills.sentence is not None
    assert drills.sentence.startswith("on, and made on purpose. The metric of free space")
    assert "within 4 minutes" in drills.sentence


def test_only_the_drill_that_is_on_is_asked_as_on(drills: Drills) -> None:
    """A part is made to fail by its own drill and by no other."""
    asks = drills.asks(ENGINE_DOWN)
    before = asks()
    drills.begin(DISK, 5)

    assert (False, False, True) == (before, asks(), drills.is_on(DISK))


def test_a_second_drill_is_refused_while_one_is_on(drills: Drills) -> None:
    """Of two faults at once nobody could tell which alert is whose."""
    drills.begin(DISK, 5)

    with pytest.raises(RejectError, match="the drill disk is on"):
        drills.begin(ENGINE_DOWN, 5)

    assert drills.is_on(DISK)


@pytest.mark.parametrize(("name", "minutes"), [("flood", 5), (DISK, 0), (DISK, 31)])
def test_what_is_no_drill_or_too_long_is_refused(drills: Drills, name: str, minutes: int) -> None:
    """A drill lasts from one minute to thirty."""
    with pytest.raises(RejectError):
        drills.begin(name, minutes)

    assert drills.now_on is None


def test_an_engine_is_not_asked_while_its_drill_is_on() -> None:
    """The gate meets what it meets where the rules cannot be asked, and nothing after."""
    switch, plain = Switch(), PlainEngine()
    engine = DrilledEngine(plain, switch)
    before = engine.evaluate({"a": 1})
    switch.on = True
    with pytest.raises(EngineUnavailableError, match="drill"):
        engine.evaluate({"a": 1})
    switch.on = False
    engine.close()

    assert {"a": 1} == before == engine.evaluate({"a": 1})
    assert ("r1", True) == (engine.revision, plain.closed)


def test_rules_that_come_during_a_drill_are_tried_in_earnest() -> None:
    """Else sound rules would be refused, and stay so when the drill is over."""
    switch = Switch()
    switch.on = True
    engine = DrilledEngine(PlainEngine(), switch)

    assert {"probe": 1} == engine.evaluate({"probe": 1})
    with pytest.raises(EngineUnavailableError):
        engine.evaluate({"probe": 1})


def test_a_platform_takes_no_act_while_its_drill_is_on(clock: ManualClock) -> None:
    """The act waits, which is known to have done nothing; what the account shows is read."""
    switch = Switch()
    platform = DrilledPlatform(PlainPlatform(), switch)
    before = platform.perform(REQUEST, "secret", 1.0)
    switch.on = True
    reply = platform.perform(REQUEST, "secret", 1.0)

    assert Performed("k") == before
    assert isinstance(reply, Deferred)
    assert 0 < reply.wait_seconds <= 10
    assert FACTS is platform.facts
    assert ["r1"] == [act.remote_id for act in platform.own_acts("town", "s", clock.now(), 1)]
    assert AccountState("town") == platform.state_of("town", "s", 1)


def test_a_disk_is_told_as_nearly_full_while_its_drill_is_on() -> None:
    """Only what is free is told otherwise, and never as more than there is."""
    switch = Switch()
    figures = [
        Figure(machine_metrics.STORE_BYTES, 7e9, ("database",)),
        Figure(machine_metrics.FOLDER_FREE_BYTES, 5e10),
    ]
    reading = DrilledReading(lambda: figures, switch)
    before = list(reading())
    switch.on = True

    assert figures == before
    assert [7e9, FREE_BYTES_TOLD] == [figure.value for figure in reading()]
    figures[1] = figures[1]._replace(value=5.0)
    assert [7e9, 5.0] == [figure.value for figure in reading()]
