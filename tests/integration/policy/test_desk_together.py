"""Orders given twice, and people at the desk at the same moment: nothing is lost or done again."""

import json
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from threading import Barrier, Thread
from typing import Any

import pytest

from services.runtime.actor import OPERATOR
from services.runtime.errors import (
    MercatError,
    RejectError,
    RetryLaterError,
    StateConflictError,
    VersionConflictError,
)
from services.runtime.ports import Commit, Record
from services.store.chain import GENESIS, entry_hash
from tests.desk_fakes import reason
from tests.desk_rig import CLEAN, DeskRig

ANNA: dict[str, Any] = {
    "login": "anna",
    "name": "Anna Example",
    "address": "anna@town.example",
    "roles": ["team-member"],
}


def together(*jobs: Callable[[], object]) -> list[object]:
    """Do things at once, each in a thread of its own; return what each gave or failed with."""
    barrier = Barrier(len(jobs))
    outcomes: list[object] = [None] * len(jobs)

    def run(number: int) -> None:
        barrier.wait()
        try:
            outcomes[number] = jobs[number]()
        except MercatError as error:
            outcomes[number] = error

    threads = [Thread(target=run, args=(number,)) for number in range(len(jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def assert_chains_hold(rig: DeskRig) -> None:
    """Every chain's hashes stand on one another without a gap."""
    for chain in ("house", "account:town", "account:library"):
        previous = GENESIS
        for place, row in enumerate(rig.rows("audit_chain_after", chain, 0, 10_000), 1):
            body = row["body"]
            assert isinstance(body, bytes)
            assert (place, previous) == (row["sequence"], row["previous_hash"])
            previous = entry_hash(chain, place, previous, body)
            assert previous == row["hash"]


def test_an_order_given_twice_under_one_key_is_carried_out_once(rig: DeskRig) -> None:
    """The second time it gets the first answer, though things have moved on since."""
    order = {"case_id": "case-1", "text": CLEAN}
    first = rig.do("answer", "ines", key="k-1", **order)
    rig.approve(first)

    second = rig.do("answer", "ines", key="k-1", **order)

    assert first == second
    assert 1 == len(rig.desk.acts(state=None, case_id=None, after=None, limit=10))


def test_another_order_under_a_key_that_was_used_is_refused(rig: DeskRig) -> None:
    """Nobody gets the answer to what they did not ask."""
    rig.do("answer", "ines", key="k-1", case_id="case-1", text=CLEAN)

    with pytest.raises(RejectError, match="used for another order"):
        rig.do("answer", "ines", key="k-1", case_id="case-1", text="On Monday.")
    with pytest.raises(RejectError, match="used for another order"):
        rig.do("draft", "ines", key="k-1", case_id="case-1", text=CLEAN)


def test_keys_are_each_persons_own(rig: DeskRig) -> None:
    """Two who happen to pick one key are two."""
    order = {"key": "k-1", "case_id": "case-1", "text": CLEAN}

    first, second = rig.do("answer", "ines", **order), rig.do("answer", "curt", **order)

    assert first["id"] != second["id"]


def test_two_threads_with_one_key_carry_an_order_out_once(rig: DeskRig) -> None:
    """Whoever comes second, be it by a hair, gets the answer of the first."""
    actor = rig.actor("ines")

    def answer() -> object:
        return rig.do("answer", actor, key="k-1", case_id="case-1", text=CLEAN)

    outcomes = together(*[answer] * 6)

    acts = rig.desk.acts(state=None, case_id=None, after=None, limit=10)
    assert [acts[0]["id"]] * 6 == [dict(each)["id"] for each in outcomes]  # type: ignore[call-overload]
    assert 1 == len(acts)


def test_an_order_that_was_refused_may_be_given_again_under_its_key(rig: DeskRig) -> None:
    """Only what was carried out is kept; a refusal may be put right."""
    order = {"key": "k-1", "case_id": "case-1", "text": CLEAN}
    rig.do("change-person", "greta", login="ines", teams=["parks"], why="one team")
    with pytest.raises(RejectError):
        rig.do("answer", "ines", **order)
    rig.do("change-person", "greta", login="ines", teams=["waste"], why="the other")

    assert "held" == rig.do("answer", "ines", **order)["state"]


def test_a_refused_consent_is_refused_again_under_its_key(rig: DeskRig) -> None:
    """And each attempt is on record."""
    held = rig.held(who="ivor")

    for _ in range(2):
        with pytest.raises(RejectError, match="own act"):
            rig.do("approve", "ivor", key="k-1", act_id=held["id"], digest=held["digest"])

    assert 2 == len(rig.notes("approval.refused"))


def test_a_token_is_not_in_the_answer_that_is_kept(rig: DeskRig) -> None:
    """It is shown once: a repeat learns that it was issued, and the secret lies nowhere."""
    first = rig.do("issue-token", "greta", key="k-1", login="ines")
    again = rig.do("issue-token", "greta", key="k-1", login="ines")

    assert rig.desk.sign_in(first["token"]) is not None
    assert (first["token_id"], None) == (again["token_id"], again["token"])
    assert 1 == len(rig.rows("tokens_of_person", rig.actor("ines").person_id))
    assert not [
        row for row in rig.rows("audit_replies", "", 10) if first["token"] in str(row["reply"])
    ]


def test_an_answer_too_long_to_be_kept_is_kept_in_short(rig: DeskRig) -> None:
    """It is still JSON, says what became of the order, and the order is not carried out again."""
    rig.gate.objecting = [
        reason(f"content/rule_{number}", "hold", "\u4e2d" * 400) for number in range(60)
    ]
    order = {"key": "k-1", "case_id": "case-1", "text": "\U0001f986" * 4_000}
    first = rig.do("answer", "ines", **order)

    again = rig.do("answer", "ines", **order)

    kept = str(rig.rows("audit_replies", "", 10)[0]["reply"])
    assert 60 < len(first["reasons"])
    assert [] == again["reasons"]
    for name in ("id", "version", "state", "digest", "sentence", "text"):
        assert first[name] == again[name]
    assert again == json.loads(kept)


def test_two_who_edit_at_once_do_not_overwrite_each_other(rig: DeskRig) -> None:
    """One wording is kept, and every other of that moment is told so."""
    act = rig.held()
    actor = rig.actor("ines")

    def edit(text: str) -> Callable[[], object]:
        return lambda: rig.do("edit", actor, act_id=act["id"], version=act["version"], text=text)

    outcomes = together(*[edit(f"Wording {number}.") for number in range(5)])

    kept = [each for each in outcomes if isinstance(each, dict)]
    assert [rig.row("acts", act["id"])["text"]] == [each["text"] for each in kept]
    assert {VersionConflictError} == {type(each) for each in outcomes if not isinstance(each, dict)}


def test_two_whose_consent_comes_at_once_both_count(rig: DeskRig) -> None:
    """Where two are needed, neither consent is lost and the act is approved."""
    rig.gate.approvers_needed = 2
    held = rig.held()
    officers = [rig.actor("moira"), rig.actor("mungo")]

    def approve(number: int) -> Callable[[], object]:
        return lambda: rig.do("approve", officers[number], act_id=held["id"], digest=held["digest"])

    together(approve(0), approve(1))

    act = rig.desk.act(held["id"])
    assert ("approved", {"moira", "mungo"}) == (
        act["state"],
        {each["approver"] for each in act["approvals"]},
    )


def test_an_edit_and_a_consent_at_once_leave_no_consent_to_other_words(rig: DeskRig) -> None:
    """Whichever came first, what is approved is what was agreed to."""
    for round_number in range(5):
        held = rig.held(text=f"Draft {round_number}.")
        ines, moira = rig.actor("ines"), rig.actor("moira")
        edit = {"act_id": held["id"], "version": held["version"], "text": "Other words."}
        consent = {"act_id": held["id"], "digest": held["digest"]}

        together(
            lambda edit=edit, ines=ines: rig.do("edit", ines, **edit),  # type: ignore[misc]
            lambda consent=consent, moira=moira: rig.do("approve", moira, **consent),  # type: ignore[misc]
        )

        act = rig.desk.act(held["id"])
        valid = [each["digest"] for each in act["approvals"] if each["state"] == "valid"]
        assert (act["state"], valid) in (("approved", [held["digest"]]), ("draft", []))
        assert ("Other words." == act["text"]) == ("draft" == act["state"])


def test_a_halt_gets_through_a_crowd(rig: DeskRig) -> None:
    """One press is enough, however many others change the same account at that moment."""
    held = [rig.held() for _ in range(12)]
    moira, omar = rig.actor("moira"), rig.actor("omar")

    def approve(act: dict[str, Any]) -> Callable[[], object]:
        return lambda: rig.do("approve", moira, act_id=act["id"], digest=act["digest"])

    outcomes = together(
        *[approve(act) for act in held],
        lambda: rig.do("halt", omar, kind="everything", why="smoke"),
    )

    placed = outcomes[-1]
    assert isinstance(placed, dict)
    assert "halted" == placed["state"]
    assert {dict, RetryLaterError} >= {type(each) for each in outcomes[:-1]}
    assert not any(rig.send(act).cleared for act in held)
    assert_chains_hold(rig)


class Crowd:
    """A journal in whose way others are: each of the first commits is overtaken by a change."""

    def __init__(self, rig: DeskRig, times: int) -> None:
        self._rig = rig
        self._times = times

    def commit(self, commit: Commit) -> "Future[Sequence[Record]]":
        """Let somebody be quicker, then commit."""
        if self._times:
            self._times -= 1
            version = self._rig.row("accounts", "town")["version"]
            self._rig.amend("accounts", "town", version=version + 1)
        return self._rig.journal.commit(commit)


@pytest.mark.parametrize(
    ("times", "halts", "others"), [(7, True, True), (8, True, False), (60, True, False)]
)
def test_a_halt_is_tried_for_longer_than_anything_else(
    rig: DeskRig, times: int, *, halts: bool, others: bool
) -> None:
    """Others are asked to come back; whoever presses halt is not."""

    def gets_through(verb: str, **order: Any) -> bool:
        desk = rig.desk_over(rig.store, Crowd(rig, times))
        try:
            return bool(desk.carry_out(verb, order, rig.actor("greta")))
        except RetryLaterError:
            return False

    assert halts == gets_through("halt", kind="account", name="town", why="smoke")
    assert others == gets_through("give-grant", login="ines", account="town", why="their work")


def test_halts_and_releases_at_once_leave_a_halt_that_says_what_it_is(rig: DeskRig) -> None:
    """A release is by two people even where three ask at the same moment."""
    rig.halt("account", "town")
    people = [rig.actor(login) for login in ("greta", "gordon", "dora")]
    order = {"kind": "account", "name": "town", "why": "all is well"}

    together(*[lambda who=who: rig.do("release", who, **order) for who in people])

    row = rig.row("halts", "account:town")
    assert "released" == row["state"]
    assert row["release_asked_by"] != row["released_by"]
    assert_chains_hold(rig)


def test_one_login_given_at_once_is_one_persons(rig: DeskRig) -> None:
    """The other is told in words that it is taken, and the database's rule is no crash."""
    outcomes = together(*[lambda: rig.do("add-person", OPERATOR, **ANNA)] * 4)

    refused = [each for each in outcomes if not isinstance(each, dict)]
    assert 3 == len(refused)
    assert all(isinstance(each, RejectError) and "is taken" in str(each) for each in refused)
    assert 1 == len(rig.rows("person_by_login", "anna"))


def test_a_rule_of_the_database_that_stands_twice_is_a_fault(rig: DeskRig) -> None:
    """What reading afresh does not explain is not tried for ever."""
    moira = rig.actor("moira").person_id
    rig.write("persons", "f" * 32, login="anna", name="A", roles="", state="active", version=1)
    seen = rig.store

    class Blind:
        fetch, cursor = seen.fetch, seen.cursor

        @staticmethod
        def select(query: str, parameters: Any = ()) -> list[Any]:
            return [] if query == "person_by_login" else seen.select(query, parameters)

    desk = rig.desk_over(Blind, rig.journal)

    with pytest.raises(StateConflictError, match="own rules forbid it"):
        desk.carry_out("add-person", ANNA, OPERATOR)

    assert moira


def test_drafts_by_many_at_once_are_all_kept_and_all_on_record(rig: DeskRig) -> None:
    """Nobody waits for anybody who does something else, and the chains hold."""
    actors = [rig.actor(login) for login in ("ines", "ivor", "dora", "curt")]

    def drafts(number: int) -> Callable[[], object]:
        case = {"case_id": f"case-{number % 2 + 1}"}
        return lambda: [
            rig.do("draft", actors[number], text=f"Draft {each}.", **case) for each in range(5)
        ]

    outcomes = together(*[drafts(number) for number in range(4)])

    assert [5] * 4 == [len(each) for each in outcomes if isinstance(each, list)]
    assert 20 == len(rig.desk.acts(state="draft", case_id=None, after=None, limit=50))
    assert_chains_hold(rig)
