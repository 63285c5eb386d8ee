"""Anything by anybody at the desk, in any order: what is promised of speaking holds after each."""

import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    multiple,
    rule,
)

from services.policy.act import act_of
from services.runtime.clock import ManualClock
from services.runtime.errors import RejectError, StaleStateError
from services.runtime.gate import Clearance
from services.store.chain import GENESIS, entry_hash
from tests.conftest import START
from tests.desk_fakes import FAILURE
from tests.desk_rig import CLEAN, PHONE, STAFF, DeskRig, desk_rig

PEOPLE = st.sampled_from(sorted(STAFF))
WRITERS = st.sampled_from(["ines", "ivor", "dora", "curt"])
OFFICERS = st.sampled_from(["ivor", "moira", "mungo", "greta", "gordon", "dora"])
TEXTS = st.sampled_from([CLEAN, CLEAN, PHONE, "On Monday.", "On Tuesday."])
CASES = st.sampled_from(["case-1", "case-1", "case-2"])
HALTS = st.sampled_from(
    [
        ("everything", ""),
        ("account", "town"),
        ("account", "library"),
        ("person", "ines"),
        ("theme", "bins"),
        ("rule", "authority/four_eyes"),
    ]
)
HOURS = st.sampled_from([0.5, 0.5, 0.5, 7.0, 25.0])
SELDOM = st.sampled_from([False, False, False, True])


class DeskAtRandom(RuleBasedStateMachine):
    """People at work, a sender who asks and sends, and whoever looks after both."""

    acts: Bundle[str] = Bundle("acts")

    def __init__(self) -> None:
        super().__init__()
        self._stack = ExitStack()
        folder = self._stack.enter_context(tempfile.TemporaryDirectory())
        self.clock = ManualClock(START)
        self.rig: DeskRig = self._stack.enter_context(
            desk_rig(Path(folder) / "mercat.sqlite", self.clock)
        )
        self.asked: list[Clearance] = []
        self.digests: dict[str, set[str]] = {}
        self.begun: set[str] = set()

    def teardown(self) -> None:
        """Check the chains and let the database go."""
        try:
            self.check_chains()
        finally:
            self._stack.close()

    def attempt(self, verb: str, who: str, **order: Any) -> Mapping[str, Any] | None:
        """Carry out an order, or be told in words that it cannot be."""
        try:
            return self.rig.do(verb, who, **order)
        except RejectError:
            return None

    # What people do

    @rule(target=acts, who=WRITERS, case=CASES, text=TEXTS, at_once=st.booleans())
    def write(self, who: str, case: str, text: str, *, at_once: bool) -> Any:
        """Somebody drafts an answer, or gives it at once."""
        verb = "answer" if at_once else "draft"
        act = self.attempt(verb, who, case_id=case, text=text)
        return multiple() if act is None else act["id"]

    @rule(
        target=acts,
        who=WRITERS,
        officer=st.sampled_from(["moira", "mungo", "dora"]),
        case=CASES,
        ask=st.booleans(),
    )
    def agree(self, who: str, officer: str, case: str, *, ask: bool) -> Any:
        """Somebody answers and somebody agrees; often the sender asks about it at once."""
        act = self.attempt("answer", who, case_id=case, text=CLEAN)
        if act is None:
            return multiple()
        self.attempt("approve", officer, act_id=act["id"], digest=act["digest"])
        if ask:
            self.asked.append(self.rig.sending.clear(act["id"]))
        return act["id"]

    @rule(act_id=acts, who=st.none() | PEOPLE, text=TEXTS, behind=st.integers(0, 1))
    def edit(self, act_id: str, who: str | None, text: str, behind: int) -> None:
        """Its author, or somebody, writes it anew, on this version or the one before."""
        version = self.rig.row("acts", act_id)["version"] - behind
        who = who or self.author(act_id)
        self.attempt("edit", who, act_id=act_id, version=version, text=text)

    @rule(act_id=acts, who=st.none() | PEOPLE)
    def propose(self, act_id: str, who: str | None) -> None:
        """Its author, or somebody, asks for it to go out."""
        self.attempt("propose", who or self.author(act_id), act_id=act_id)

    @rule(act_id=acts, who=OFFICERS | PEOPLE, choice=st.integers(0, 5))
    def approve(self, act_id: str, who: str, choice: int) -> None:
        """Somebody agrees to what it says, or to what it once said."""
        known = sorted(self.digests.get(act_id, set()))
        digest = self.rig.row("acts", act_id)["digest"]
        if choice == 0 and known:
            digest = known[0]
        self.attempt("approve", who, act_id=act_id, digest=digest)

    @rule(act_id=acts, who=PEOPLE)
    def withdraw(self, act_id: str, who: str) -> None:
        """Somebody takes it back."""
        self.attempt("withdraw", who, act_id=act_id, why="better not")

    @rule(halt=HALTS, who=PEOPLE)
    def halt(self, halt: tuple[str, str], who: str) -> None:
        """Somebody presses halt."""
        self.attempt("halt", who, kind=halt[0], name=halt[1], why="smoke")

    @rule(halt=HALTS, who=OFFICERS)
    def release(self, halt: tuple[str, str], who: str) -> None:
        """Somebody asks for a release, or agrees to it."""
        self.attempt("release", who, kind=halt[0], name=halt[1], why="all is well")

    @rule()
    def release_all(self) -> None:
        """Two people let everything go."""
        for halt in self.rig.desk.halts():
            for who in ("greta", "gordon"):
                order = {"kind": halt["kind"], "name": halt["name"], "why": "all is well"}
                self.attempt("release", who, **order)

    @rule(
        login=st.sampled_from(["mungo", "dora", "aude"]),
        roles=st.sampled_from([["team-member"], ["approver"], ["auditor"]]),
    )
    def change_person(self, login: str, roles: list[str]) -> None:
        """Somebody gets another role."""
        self.attempt("change-person", "gordon", login=login, roles=roles, why="new work")

    @rule(login=st.sampled_from(["curt", "dora"]))
    def leave(self, login: str) -> None:
        """Somebody leaves."""
        self.attempt("person-leaves", "gordon", login=login, why="moved away")

    @rule(login=WRITERS, account=st.sampled_from(["town", "library"]))
    def end_grant(self, login: str, account: str) -> None:
        """Somebody's leave is taken back."""
        person = self.rig.actor(login).person_id
        for row in self.rig.rows("grants_for", person, account):
            self.attempt("end-grant", "gordon", grant_id=row["id"], why="over")

    @rule(login=WRITERS, account=st.sampled_from(["town", "library"]))
    def give_grant(self, login: str, account: str) -> None:
        """Somebody gets leave for a day."""
        order = {"login": login, "account": account, "days": 1, "why": "for today"}
        self.attempt("give-grant", "gordon", **order)

    # What happens around them

    @rule(post=st.sampled_from(["post-1", "post-2"]), revision=st.sampled_from(["1", "2"]))
    def post_changes(self, post: str, revision: str) -> None:
        """Whoever wrote a post writes it anew."""
        self.rig.amend("posts", post, revision=revision)

    @rule(failure=SELDOM, blind=st.booleans())
    def rules_change(self, *, failure: bool, blind: bool) -> None:
        """The engine fails or comes back; rules about halts and leave are taken out or put back."""
        self.rig.gate.failure = FAILURE if failure else None
        rules = {"authority/halted_account", "authority/live_grant", "authority/parent_state"}
        self.rig.gate.without = rules if blind else set()

    @rule(hours=HOURS)
    def time_passes(self, hours: float) -> None:
        """It gets later."""
        self.clock.advance(hours * 3_600)

    # What is sent

    @rule(act_id=acts)
    def ask(self, act_id: str) -> None:
        """The sender asks about an act."""
        self.asked.append(self.rig.sending.clear(act_id))

    @rule()
    def begin_late(self) -> None:
        """The sender carries out what it was told, however long ago it asked."""
        asked, self.asked = self.asked, []
        for clearance in asked:
            self.begin(clearance)

    def begin(self, clearance: Clearance) -> None:
        """Carry out what the last gate wants, unless it was overtaken."""
        act_id = clearance.act_id
        try:
            self.rig.commit(clearance)
        except StaleStateError:
            return
        if clearance.cleared:
            assert act_id not in self.begun, "an act is begun once"
            self.begun.add(act_id)
            self.check_leave(clearance)
            sent = {"account": clearance.account, "state": "sent", "version": 1}
            self.rig.write("sendings", act_id, remote_id=act_id, **sent)

    @rule(act_id=acts)
    def send(self, act_id: str) -> None:
        """The sender asks and begins in one go."""
        clearance = self.rig.sending.clear(act_id)
        if clearance.cleared:
            post = self.rig.row("posts", str(self.rig.row("acts", act_id)["post_id"]))
            assert post["revision"] == clearance.content.parent_revision
        self.begin(clearance)

    @rule(account=st.sampled_from(["town", "town", "library"]))
    def send_what_is_due(self, account: str) -> None:
        """The sender takes up what was approved first."""
        for act_id in self.rig.sending.due(account, 2):
            self.send(act_id)

    def check_leave(self, clearance: Clearance) -> None:
        """Assert all that a sending must rest on, from the rows as they are when it begins."""
        row = self.rig.row("acts", clearance.act_id)
        verdict = self.rig.row("verdicts", clearance.verdict_id)
        assert ("allow", "sending") == (verdict["decision"], verdict["phase"])
        assert clearance.content.digest == verdict["digest"] == row["digest"] == clearance.digest
        grant = self.rig.row("grants", clearance.grant_id)
        judged_at_ms = verdict["judged_at_ms"]
        assert (row["author_id"], row["account"]) == (grant["person_id"], grant["account"])
        assert "live" == grant["state"]
        assert grant["starts_at_ms"] <= judged_at_ms < grant["ends_at_ms"]
        assert row["kind"] in grant["kinds"].split()
        assert "active" == self.rig.row("persons", row["author_id"])["state"]
        assert judged_at_ms < row["expires_at_ms"]
        self.check_consent(clearance, row, judged_at_ms)
        assert not self.halts_on(row)

    def check_consent(self, clearance: Clearance, row: dict[str, Any], judged_at_ms: int) -> None:
        """Assert that somebody else agreed to this very content, and still may."""
        consents = {
            str(each["approver_id"]): each
            for each in self.rig.rows("approvals_of_act", clearance.act_id)
            if each["state"] == "valid"
        }
        assert set(clearance.approvers) - {row["author_id"]}
        for approver in clearance.approvers:
            consent: Mapping[str, Any] = consents[approver]
            assert (row["digest"], row["author_id"]) == (consent["digest"], consent["author_id"])
            assert judged_at_ms < consent["expires_at_ms"]
            person = self.rig.row("persons", approver)
            assert "active" == person["state"]
            assert set(person["roles"].split()) & set(consent["roles"].split())

    def halts_on(self, row: dict[str, Any]) -> list[tuple[str, str]]:
        """Return the halts in force that should stop an act."""
        author = self.rig.row("persons", row["author_id"])["login"]
        theme = self.rig.row("cases", row["case_id"])["theme"]
        stopping = {
            ("everything", ""),
            ("account", row["account"]),
            ("person", author),
            ("theme", theme),
            ("rule", "authority/four_eyes"),
        }
        in_force = {
            (str(halt["kind"]), str(halt["name"]))
            for halt in self.rig.desk.halts()
            if halt["state"] == "halted"
        }
        return sorted(stopping & in_force)

    def author(self, act_id: str) -> str:
        """Return the login of whoever wrote an act."""
        return str(self.rig.row("persons", self.rig.row("acts", act_id)["author_id"])["login"])

    @invariant()
    def consent_is_to_what_is_said_and_never_the_authors(self) -> None:
        """No valid approval is of other words, and none is by who wrote them."""
        for shown in self.rig.rows("acts_after", "", 500):
            act = act_of(str(shown["id"]), shown)
            self.digests.setdefault(act.id, set()).add(act.digest)
            assert act.digest == act.content.digest
            for consent in self.rig.rows("approvals_of_act", act.id):
                assert consent["approver_id"] != act.author_id
                assert consent["state"] == "void" or consent["digest"] == act.digest

    def check_chains(self) -> None:
        """Assert that every chain stands on its own entries from the first to its head."""
        for head in self.rig.rows("audit_heads"):
            chain, previous, place = str(head["id"]), GENESIS, 0
            for row in self.rig.rows("audit_chain_after", chain, 0, 100_000):
                entry: Mapping[str, Any] = row
                place += 1
                assert (place, previous) == (entry["sequence"], entry["previous_hash"])
                previous = entry_hash(chain, place, previous, entry["body"])
                assert previous == entry["hash"]
            assert (place, previous) == (head["sequence"], head["hash"])


TestDeskAtRandom = DeskAtRandom.TestCase
TestDeskAtRandom.settings = settings(
    max_examples=40,
    stateful_step_count=40,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
