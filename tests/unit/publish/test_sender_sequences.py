"""Whatever fails, whenever: no act goes out twice, without leave, out of order or under a halt."""

from collections.abc import Callable

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from services.publish.sending import Sending, request_key, sending_of
from services.runtime.actor import Actor
from services.runtime.errors import RetryLaterError
from services.runtime.failpoints import SPEAKING_FAILPOINTS, forget_orders, order_at_failpoints
from tests.unit.publish.platform_double import Fault
from tests.unit.publish.samples import ACCOUNT, content
from tests.unit.publish.stand import Stand

PLACES = [name for name in SPEAKING_FAILPOINTS if name.startswith("sending.")]
BEGUN_ALREADY = ("sending.begin.after", "sending.perform.before")
FAULTS: list[Fault] = ["refused", "deferred", "lost before", "lost after", "late", "hidden"]
OFFICER = Actor("person-9", "officer", frozenset({"governance"}), "token")
ACTS_MAX = 6


class Crash(BaseException):
    """The process ends here."""


class SendingMachine(RuleBasedStateMachine):
    """Acts are approved, halted and sent; the platform, the store and the process fail at will."""

    takes_keys = True
    reads_back = True
    key_seconds: float | None = None

    def __init__(self) -> None:
        super().__init__()
        self.stand = Stand(
            {
                "takes_keys": self.takes_keys,
                "reads_back": self.reads_back,
                "key_seconds": self.key_seconds,
            }
        )
        self.stand.platform.meanwhile = self._asked
        self.acts: list[str] = []
        self.asked_under_halt = 0
        self.order: list[int] = []

    # What people and the world do

    @precondition(lambda self: len(self.acts) < ACTS_MAX)
    @rule(alike=st.booleans(), fault=st.none() | st.sampled_from(FAULTS))
    def approve(self, alike: bool, fault: Fault | None) -> None:  # noqa: FBT001 - a drawn value
        """Approve another act, which may say the same as others and meet trouble."""
        if fault:
            self.stand.platform.faults.append(fault)
        act_id = f"act-{len(self.acts) + 1}"
        self.acts.append(act_id)
        self.stand.gate.approve(act_id, content("Thank you." if alike else f"Answer of {act_id}."))

    @rule()
    def approve_again(self) -> None:
        """Approve what was held, as it stands."""
        for act_id in self.acts:
            if self.stand.gate.state(act_id) == "held":
                self.stand.gate.approve(act_id, self.stand.gate.content_of(act_id))

    @rule(fault=st.sampled_from(FAULTS))
    def order_fault(self, fault: Fault) -> None:
        """Let the platform fail once more."""
        self.stand.platform.faults.append(fault)

    @rule(readable=st.booleans(), refusals=st.integers(0, 3), overtaken=st.integers(0, 3))
    def trouble(self, readable: bool, refusals: int, overtaken: int) -> None:  # noqa: FBT001 - a drawn value
        """Let reading back, the store or the leave give trouble."""
        self.stand.platform.readable = readable
        self.stand.refusals = refusals
        self.stand.gate.overtaken = overtaken

    @rule(halted=st.booleans(), judging=st.booleans())
    def lead(self, halted: bool, judging: bool) -> None:  # noqa: FBT001 - a drawn value
        """Halt or release the account; let the engine be there or not."""
        self.stand.gate.judging = judging
        if halted:
            self.stand.gate.halt()
        else:
            self.stand.gate.release()

    @rule(number=st.integers(1, ACTS_MAX), denied=st.booleans())
    def judge(self, number: int, denied: bool) -> None:  # noqa: FBT001 - a drawn value
        """Let policy change its mind about an act."""
        if denied:
            self.stand.gate.denied.add(f"act-{number}")
        else:
            self.stand.gate.denied.discard(f"act-{number}")

    @rule(seconds=st.sampled_from([1.0, 12.0, 35.0, 500.0, 4_000.0]))
    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.stand.clock.advance(seconds)

    @rule()
    def settle(self) -> None:
        """Let a person look at the platform and say what is so."""
        for sending in self._sendings():
            if sending.awaits_person and self._would_show(sending):
                self._settled(sending)

    # What the program does

    @rule(times=st.integers(1, 6), waiting=st.booleans())
    def turn(self, times: int, waiting: bool) -> None:  # noqa: FBT001 - a drawn value
        """Let the runner go on, at once or with a second's wait whenever it wants one."""
        for _ in range(times):
            wait_seconds = self.stand.turn()
            self.stand.clock.advance(min(wait_seconds, 1.0) if waiting else 0.0)
        self._check_halt(0)

    @rule(place=st.sampled_from(PLACES), hit=st.integers(1, 2))
    def crash(self, place: str, hit: int) -> None:
        """Let the process end at a place, and another begin with what is in the store."""
        self._at(place, hit, self._end)
        try:
            self.stand.turn(4)
        except Crash:
            pass
        finally:
            forget_orders()
        self.stand.start_again()
        self._check_halt(0)

    @precondition(lambda self: not self.stand.gate.halted)
    @rule(place=st.sampled_from(PLACES))
    def halt_at(self, place: str) -> None:
        """Let a halt be committed just when the runner is at a place."""
        self._at(place, 1, self.stand.gate.halt)
        try:
            self.stand.turn(4)
        finally:
            forget_orders()
        self._check_halt(1 if place in BEGUN_ALREADY else 0)

    # What must hold

    @invariant()
    def no_act_is_done_twice(self) -> None:
        """At most one act on the platform for each act that was approved."""
        for act_id in self.acts:
            assert len(self.stand.platform.of(self._key(act_id))) <= 1

    @invariant()
    def nothing_is_done_without_leave(self) -> None:
        """Each act on the platform has an allow that names exactly its content."""
        verdicts = self.stand.memory.table("verdicts")
        allowed = {row["digest"] for row in verdicts if row["decision"] == "allow"}
        done = {effect.request.content.digest for effect in self.stand.platform.effects}
        assert done <= allowed

    @invariant()
    def order_is_kept(self) -> None:
        """Acts come to the platform in the order in which they were last approved."""
        by_key = {self._key(act_id): act_id for act_id in self.acts}
        for effect in self.stand.platform.effects[len(self.order) :]:
            self.order.append(self.stand.gate.approvals[by_key[effect.request.key]])
        assert self.order == sorted(self.order)

    @invariant()
    def rows_tell_the_truth(self) -> None:
        """What a row says for certain is so on the platform."""
        for sending in self._sendings():
            done = self.stand.platform.of(sending.request_key)
            if sending.remote_id is not None:
                assert [sending.remote_id] == [effect.act.remote_id for effect in done]
            elif sending.may_begin_again:
                assert [] == done

    def teardown(self) -> None:
        """Once nothing fails any more, everything comes to an end by itself or by a person."""
        self.stand.platform.faults.clear()
        self.trouble(readable=True, refusals=0, overtaken=0)
        self.stand.gate.denied.clear()
        self.lead(halted=False, judging=True)
        for _ in range(3):
            for _ in range(120):
                self.stand.clock.advance(self.stand.turn())
            self.stand.clock.advance(60.0)
            self.settle()
        self.no_act_is_done_twice()
        self.order_is_kept()
        self.rows_tell_the_truth()
        self._check_ends()

    def _check_ends(self) -> None:
        open_states = {"sending", "unknown", "deferred"}
        sendings = self._sendings()
        assert not open_states & {sending.state for sending in sendings}
        on_platform = {sending.act_id for sending in sendings if sending.remote_id is not None}
        assert len(on_platform) == len(self.stand.platform.effects)
        told = self.stand.memory.log.read("acts.performed.v1", 0, 100)
        assert len(on_platform) == len(told)
        assert not self.stand.gate.due(ACCOUNT, 1)

    def _sendings(self) -> list[Sending]:
        return [sending_of(row["id"], row) for row in self.stand.memory.table("sendings")]

    def _key(self, act_id: str) -> str:
        digest = self.stand.gate.content_of(act_id).digest
        return request_key(act_id, ACCOUNT, digest)

    def _would_show(self, sending: Sending) -> bool:
        assert sending.ended_at_ms is not None
        now_ms = round(self.stand.clock.now().timestamp() * 1_000)
        return now_ms - sending.ended_at_ms > 30_000

    def _settled(self, sending: Sending) -> None:
        done = self.stand.platform.of(sending.request_key)
        try:
            self.stand.settle(
                sending.act_id,
                {
                    "outcome": "sent" if done else "not-sent",
                    "remote_id": done[0].act.remote_id if done else None,
                    "why": "I looked.",
                },
                OFFICER,
            )
        except RetryLaterError:
            return

    def _asked(self) -> None:
        self.asked_under_halt += self.stand.gate.halted

    def _check_halt(self, allowed: int) -> None:
        assert self.asked_under_halt <= allowed
        self.asked_under_halt = 0

    def _at(self, place: str, hit: int, order: Callable[[], None]) -> None:
        hits = 0

        def at(name: str) -> None:
            nonlocal hits
            hits += name == place
            if hits == hit and name == place:
                order()

        order_at_failpoints(at)

    def _end(self) -> None:
        raise Crash


@pytest.mark.parametrize(
    ("takes_keys", "reads_back", "key_seconds"),
    [
        (True, True, None),
        (True, True, 300.0),
        (True, False, None),
        (True, False, 300.0),
        (False, True, None),
        (False, False, None),
    ],
)
def test_no_sequence_of_faults_breaks_a_promise(
    takes_keys: bool,  # noqa: FBT001 - a parameter of the table
    reads_back: bool,  # noqa: FBT001 - a parameter of the table
    key_seconds: float | None,
) -> None:
    """With or without keys, with or without reading back, the promises hold at every step."""
    machine = type(
        "Machine",
        (SendingMachine,),
        {"takes_keys": takes_keys, "reads_back": reads_back, "key_seconds": key_seconds},
    )

    run_state_machine_as_test(
        machine, settings=settings(max_examples=60, stateful_step_count=30, deadline=None)
    )
