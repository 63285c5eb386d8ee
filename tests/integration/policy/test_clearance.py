"""The last gate and what changes beside it: nothing goes out on leave that was taken back."""

from collections.abc import Callable, Iterable, Sequence

import pytest

from services.runtime.effects import Key, Row, Value
from services.runtime.errors import StaleStateError
from services.runtime.ports import Store
from tests.desk_fakes import MANIFEST, reason
from tests.desk_rig import DeskRig

Change = Callable[[DeskRig], object]


def grant_of(rig: DeskRig, login: str, account: str = "town") -> str:
    """Return the id of somebody's grant."""
    person = rig.actor(login).person_id
    return str(rig.rows("grants_for", person, account)[0]["id"])


def change_person(rig: DeskRig) -> object:
    """Take a role away."""
    return rig.do("change-person", "greta", login="ines", roles=["auditor"], why="new work")


def end_grant(rig: DeskRig) -> object:
    """Take leave back."""
    return rig.do("end-grant", "greta", grant_id=grant_of(rig, "ines"), why="it is over")


def leave(rig: DeskRig) -> object:
    """Let the author go."""
    return rig.do("person-leaves", "greta", login="ines", why="moved away")


CHANGES: dict[str, Change] = {
    "halt of the account": lambda rig: rig.halt("account", "town"),
    "halt of the person": lambda rig: rig.halt("person", "ines"),
    "halt of the theme": lambda rig: rig.halt("theme", "bins"),
    "halt of a rule": lambda rig: rig.halt("rule", "authority/four_eyes"),
    "halt of everything": lambda rig: rig.halt("everything"),
    "a grant given": lambda rig: rig.give_grant("moira"),
    "a grant ended": end_grant,
    "other roles": change_person,
    "a leaver": leave,
}
STOPPING = (
    "halt of the account",
    "halt of the person",
    "halt of the theme",
    "halt of a rule",
    "halt of everything",
    "a grant ended",
    "a leaver",
)


class Interrupted:
    """A store in which something happens right after one table was read, row by row."""

    def __init__(self, store: Store, table: str, happens: Callable[[], object]) -> None:
        self._store = store
        self._table = table
        self._happens: Callable[[], object] | None = happens
        self.cursor = store.cursor

    def fetch(self, keys: Iterable[Key]) -> dict[Key, Row | None]:
        """Return rows, each read by itself as databases may."""
        rows: dict[Key, Row | None] = {}
        for key in keys:
            rows |= self._store.fetch([key])
            self._read(key.table)
        return rows

    def select(self, query: str, parameters: Sequence[Value] = ()) -> list[Row]:
        """Return what a query finds."""
        rows = self._store.select(query, parameters)
        self._read({"grants_now_for": "grants", "approvals_of_act": "approvals"}.get(query, query))
        return rows

    def _read(self, table: str) -> None:
        happens = self._happens
        if table == self._table and happens is not None:
            self._happens = None
            happens()


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_of_leave_raises_the_accounts_version(rig: DeskRig, change: str) -> None:
    """What a sending is bound to moves on with each of them."""
    before = rig.row("accounts", "town")["version"]

    CHANGES[change](rig)

    assert before < rig.row("accounts", "town")["version"]


def test_a_release_raises_the_accounts_version_and_asking_for_it_does_not(rig: DeskRig) -> None:
    """Only what changes somebody's leave makes a sending look again."""
    rig.halt("account", "town")
    before = rig.row("accounts", "town")["version"]
    rig.do("release", "greta", kind="account", name="town", why="all is well")
    asked = rig.row("accounts", "town")["version"]
    rig.do("release", "dora", kind="account", name="town", why="so it is")

    assert (before, before + 1) == (asked, rig.row("accounts", "town")["version"])


def test_what_changes_nobodys_leave_leaves_the_account_alone(rig: DeskRig) -> None:
    """Drafts, tokens, consent and halts of another account make nothing be asked again."""
    before = rig.row("accounts", "town")["version"]

    rig.do("draft", "ines", case_id="case-1", text="Soon.")
    rig.do("issue-token", "greta", login="ines")
    rig.approved()
    rig.halt("account", "library")

    assert before == rig.row("accounts", "town")["version"]


@pytest.mark.parametrize("change", CHANGES)
def test_a_clearance_overtaken_by_a_change_of_leave_starts_nothing(
    rig: DeskRig, change: str
) -> None:
    """The commit that would begin the sending fails whole, and the act is as it was."""
    act = rig.approved()
    clearance = rig.clear(act)
    CHANGES[change](rig)

    with pytest.raises(StaleStateError):
        rig.commit(clearance)

    assert clearance.cleared
    assert "approved" == rig.state(act)
    assert [] == rig.notes("act.cleared")


@pytest.mark.parametrize("change", STOPPING)
def test_what_is_asked_afresh_after_such_a_change_is_not_cleared(rig: DeskRig, change: str) -> None:
    """A halt, a grant taken back, a leaver: each holds from the next send on."""
    act = rig.approved()
    CHANGES[change](rig)

    assert not rig.clear(act).cleared


@pytest.mark.parametrize("change", STOPPING)
def test_a_halt_or_leave_taken_back_holds_though_the_rules_allow(rig: DeskRig, change: str) -> None:
    """That nothing goes out then is promised, and does not hang on a rule being there."""
    act = rig.approved()
    CHANGES[change](rig)
    rig.gate.without = {"authority/halted_account", "authority/live_grant"}

    clearance = rig.send(act)

    assert not clearance.cleared
    assert clearance.sentence


@pytest.mark.parametrize("change", STOPPING)
def test_a_change_while_the_engine_thinks_is_noticed(rig: DeskRig, change: str) -> None:
    """What was judged on facts of before is not begun after."""
    act = rig.approved()
    rig.gate.meanwhile = lambda: CHANGES[change](rig)

    clearance = rig.clear(act)

    with pytest.raises(StaleStateError):
        rig.commit(clearance)


@pytest.mark.parametrize("table", ["accounts", "persons", "posts", "cases", "grants", "approvals"])
@pytest.mark.parametrize("change", CHANGES)
def test_a_change_between_two_reads_is_seen_or_noticed(
    rig: DeskRig, change: str, table: str
) -> None:
    """Whatever was read first: no sending begins on facts that are older than the account's row."""
    act = rig.approved()
    torn = rig.sending_over(Interrupted(rig.store, table, lambda: CHANGES[change](rig)))
    clearance = torn.clear(act["id"])
    judged = rig.gate.asked[-1]
    rig.clear(act)
    as_they_are = rig.gate.asked[-1]

    if clearance.cleared and judged != as_they_are:
        with pytest.raises(StaleStateError):
            rig.commit(clearance)


@pytest.mark.parametrize("verb", ["edit", "withdraw"])
def test_a_clearance_overtaken_by_its_author_starts_nothing(rig: DeskRig, verb: str) -> None:
    """What was cleared is not what it says now, or was taken back: nothing of it goes out."""
    act = rig.approved()
    clearance = rig.clear(act)
    arguments = {"edit": {"version": act["version"], "text": "Later."}, "withdraw": {"why": "no!"}}
    rig.do(verb, "ines", act_id=act["id"], **arguments[verb])

    with pytest.raises(StaleStateError):
        rig.commit(clearance)


def test_an_act_is_begun_once(rig: DeskRig) -> None:
    """Of two clearances of one act, the second to be committed is overtaken by the first."""
    act = rig.approved()
    first, second = rig.clear(act), rig.clear(act)
    rig.commit(first)

    with pytest.raises(StaleStateError):
        rig.commit(second)


def test_a_grant_that_ends_by_itself_stops_what_is_sent_after(rig: DeskRig) -> None:
    """Nobody has to take it back: its time is over."""
    rig.give_grant("moira", kinds=["reply"], days=0.5)
    rig.do("change-person", "greta", login="moira", roles=["team-member"], why="writes now")
    act = rig.approve(rig.held(who="moira"), "mungo")
    rig.clock.advance(12 * 3_600)

    clearance = rig.send(act)

    assert (False, "denied") == (clearance.cleared, rig.state(act))


@pytest.mark.parametrize("mode", ["halted"])
def test_an_account_whose_mode_is_halted_sends_nothing(rig: DeskRig, mode: str) -> None:
    """The mode alone is a halt, whatever the rules make of it."""
    act = rig.approved()
    rig.amend("accounts", "town", mode=mode)

    clearance = rig.send(act)

    assert (False, "approved") == (clearance.cleared, rig.state(act))


@pytest.mark.parametrize("sending", ["sending", "unknown"])
@pytest.mark.parametrize("trouble", ["late", "parent", "halt", "grant", "rules"])
@pytest.mark.parametrize("blind", [False, True])
def test_what_may_be_out_there_already_is_not_called_anything_else(
    rig: DeskRig, sending: str, trouble: str, *, blind: bool
) -> None:
    """While nobody knows what became of it, an act that is not cleared again stays as it is."""
    act = rig.approved()
    rig.send(act)
    rig.write("sendings", act["id"], account="town", state=sending, version=1)
    if trouble == "late":
        rig.clock.advance(25 * 3_600)
    elif trouble == "parent":
        rig.amend("posts", "post-1", state="removed")
    elif trouble == "halt":
        rig.halt("account", "town")
    elif trouble == "grant":
        end_grant(rig)
    else:
        rig.gate.objecting = [reason("content/new", "deny", "No.")]
    if blind:
        rig.gate.without = set(MANIFEST)

    clearance = rig.send(act)

    assert (False, {}) == (clearance.cleared, clearance.commit.writes)
    assert "sending" == rig.state(act)


@pytest.mark.parametrize(
    "became", [{"state": "sent", "remote_id": "r1"}, {"state": "reconciled", "remote_id": "r1"}]
)
def test_what_was_sent_is_not_cleared_again(rig: DeskRig, became: dict[str, str]) -> None:
    """Whoever asks once more is told so."""
    act = rig.approved()
    rig.send(act)
    rig.write("sendings", act["id"], account="town", version=2, **became)

    clearance = rig.send(act)

    assert (False, "It was sent already.", {}) == (
        clearance.cleared,
        clearance.sentence,
        clearance.commit.writes,
    )


def test_what_a_platform_put_off_is_cleared_again_and_only_in_its_time(rig: DeskRig) -> None:
    """Nothing of it is out there, so lateness makes it void as it does any other."""
    soon, late = rig.approved(), rig.approved()
    for act in (soon, late):
        rig.send(act)
        rig.write("sendings", act["id"], account="town", state="deferred", version=1)

    cleared = rig.send(soon)
    rig.clock.advance(24 * 3_600)
    lapsed = rig.send(late)

    assert (True, "sending") == (cleared.cleared, rig.state(soon))
    assert (False, "void") == (lapsed.cleared, rig.state(late))


def test_what_is_held_back_needs_consent_anew_and_has_time_for_it(rig: DeskRig) -> None:
    """A person decides again: the old consent is void, and the act is not late already."""
    act = rig.approved()
    rig.send(act)
    rig.clock.advance(30 * 3_600)

    rig.journal.commit(rig.sending.hold_back(act["id"], "It was overtaken too often.")).result()
    held = rig.desk.act(act["id"])
    again = rig.approve(held, "mungo")

    assert ("held", "It was overtaken too often.") == (held["state"], held["sentence"])
    assert ["void"] == [each["state"] for each in held["approvals"]]
    assert "approved" == again["state"]


def test_accounts_are_cleared_apart_and_in_the_order_of_approval(rig: DeskRig) -> None:
    """Who was agreed to first goes first, account by account."""
    elsewhere = rig.held(case_id="case-2")
    acts = [rig.held() for _ in range(3)]
    for act in (acts[2], acts[0], elsewhere, acts[1]):
        rig.approve(act)
        rig.clock.advance(1)

    assert [acts[2]["id"], acts[0]["id"], acts[1]["id"]] == rig.sending.due("town", 10)
    assert [acts[2]["id"]] == rig.sending.due("town", 1)
    assert [elsewhere["id"]] == rig.sending.due("library", 10)
