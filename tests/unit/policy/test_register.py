"""What the register says of accounts: two owners, lower limits, and a name only by consent."""

from typing import Any

import pytest

from services.policy.authority_data import Quota
from services.policy.circumstances import own_quota
from services.policy.decided import Decided
from services.policy.register import (
    described,
    name_shown,
    owned_by,
    public_name_key,
    register_faults,
    stepped_in,
    with_owned,
)
from services.policy.register_orders import DescribeAccount, ShowName, StepIn
from services.runtime.effects import Key, Row
from services.runtime.errors import NotAllowedError, RejectError
from services.runtime.ports import Guard
from tests.unit.policy.samples import NOW_MS
from tests.unit.policy.takeover_samples import CURT, DORA, GRETA, INES, people, takeover

TOWN = Key("accounts", "town")
QUOTA = Quota(hour=120, day=1_000, pause_seconds=0)
NOTHING: Row = dict.fromkeys(
    ("purpose", "audience", "about", "link", "owner_team", "owner_id", "second_owner_id")
)


def registered(**values: Any) -> dict[str, Any]:
    """Return an account's row as the register knows it, its id in it."""
    plain: dict[str, Any] = {"id": "town", "platform": "house", "name": "Town", "mode": "emergency"}
    plain |= {**NOTHING, "listed": None, "quota_hour": None, "quota_day": None}
    plain |= {"registered_at_ms": 1, "reviewed_at_ms": None, "version": 7, "changed_at_ms": 1}
    return plain | values


def describe(account: dict[str, Any] | None = None, **values: Any) -> Decided:
    """Describe an account in governance's name."""
    order = DescribeAccount(account="town", why="it is so", **values)
    by_login = {str(row["login"]): row for row in people().values()}
    named = {login: by_login[login] for login in (order.owner, order.second_owner) if login}
    return described(order, GRETA, account or registered(), named, QUOTA, NOW_MS)


def test_what_is_left_out_stays_as_it_was() -> None:
    """The row is written whole: mode, name and owners survive a change of purpose."""
    before = registered(owner_id="dora-id", about="Ask us.", quota_hour=5)

    after = describe(before, purpose="service").writes[TOWN]

    assert after is not None
    assert {**before, "purpose": "service", "version": 8, "changed_at_ms": NOW_MS} == {
        **after,
        "id": "town",
    }


def test_two_people_own_an_account() -> None:
    """One person twice is one person."""
    after = describe(owner="dora", second_owner="ines").writes[TOWN]

    assert after is not None
    assert ("dora-id", "ines-id") == (after["owner_id"], after["second_owner_id"])
    with pytest.raises(RejectError, match="another person"):
        describe(owner="dora", second_owner="dora")
    with pytest.raises(RejectError, match="another person"):
        describe(registered(owner_id="dora-id"), second_owner="dora")


def test_whoever_is_named_must_still_be_there_at_the_commit() -> None:
    """A person who leaves at that moment becomes no owner."""
    decided = describe(owner="dora")

    assert Guard(Key("persons", "dora-id"), 4) in decided.guards
    assert Guard(TOWN, 7) in decided.guards


def test_its_own_limit_is_lower_than_the_rules_or_none() -> None:
    """The register can be stricter than the rules, never laxer; 0 takes a limit away."""
    after = describe(registered(quota_day=9), quota_hour=12, quota_day=0).writes[TOWN]

    assert after is not None
    assert (12, None) == (after["quota_hour"], after["quota_day"])
    with pytest.raises(RejectError, match="say 120 in the hour"):
        describe(quota_hour=121)


def test_the_gate_is_told_of_own_limits_alone() -> None:
    """Without one, the facts are as they were before there was a register."""
    assert {} == own_quota(registered())
    assert {"quota": {"hour": 12}} == own_quota(registered(quota_hour=12))


def test_saying_nothing_is_refused() -> None:
    """A note in the audit that nothing changed helps nobody."""
    with pytest.raises(RejectError, match="Nothing is to be changed"):
        describe()


def test_the_note_says_what_changed_and_who_owns_it() -> None:
    """By ids, so that nothing has to be taken out of the chain later."""
    (note,) = describe(owner="dora", listed=False, reviewed=True).notes

    assert "register.described" == note.kind
    assert "listed owner_id reviewed_at_ms" == note.facts["changed"]
    assert ("dora-id", False) == (note.facts["owner"], note.facts["listed"])


@pytest.mark.parametrize(
    ("owner", "second", "said"),
    [
        (None, None, ["nobody owns it; name two owners"]),
        ("dora-id", None, ["it has no second owner; no account is one person's alone"]),
        (None, "dora-id", ["it has no owner; no account is one person's alone"]),
        ("gone-id", "dora-id", ["its owner works here no more; the second owner can step in"]),
        (
            "dora-id",
            "gone-id",
            ["its second owner works here no more; governance names another"],
        ),
        ("dora-id", "ines-id", []),
    ],
)
def test_an_account_with_fewer_than_two_owners_is_a_fault(
    owner: str | None, second: str | None, said: list[str]
) -> None:
    """Whoever left is no owner any more, and is told as such."""
    known = {**people(), "gone-id": {"state": "left"}}
    account = registered(owner_id=owner, second_owner_id=second)

    assert said == list(register_faults(account, known))


def test_the_second_owner_steps_in_where_the_owner_has_left() -> None:
    """At once and alone; the place of a second owner is then free, which is told."""
    account = registered(owner_id="dora-id", second_owner_id="ines-id")
    order = StepIn(account="town", why="she was dismissed")

    after = stepped_in(order, INES, account, {"state": "left", "name": "Dora"}, NOW_MS)

    row = after.writes[TOWN]
    assert row is not None
    assert ("ines-id", None, 8) == (row["owner_id"], row["second_owner_id"], row["version"])
    assert ["register.stepped-in"] == [note.kind for note in after.notes]


def test_nobody_else_steps_in_and_nobody_while_the_owner_is_there() -> None:
    """It is a way out of a hole, not a way to take an account."""
    account = registered(owner_id="dora-id", second_owner_id="ines-id")
    order = StepIn(account="town", why="I would like it")
    there = {"state": "active", "name": "Dora"}

    with pytest.raises(RejectError, match="still works here"):
        stepped_in(order, INES, account, there, NOW_MS)
    with pytest.raises(NotAllowedError, match="Only the second owner"):
        stepped_in(order, CURT, account, None, NOW_MS)


def test_whoever_leaves_with_an_account_is_told_of() -> None:
    """Never silently: the answer to their leaving names the account."""
    accounts = [registered(owner_id="dora-id"), registered(id="library")]
    left = Decided(reply={"sentence": "Dora works here no more."})

    told = with_owned(left, accounts, "dora-id").reply["sentence"]

    assert ["town"] == owned_by(accounts, "dora-id")
    assert "need another owner: town;" in told
    assert left is with_owned(left, accounts, "ines-id")


def shown(name: str, kept: Row | None = None, who: Any = CURT) -> Decided:
    """Have a curator say under which name they are shown."""
    order = ShowName(takeover_id="takeover-1", name=name)
    person = {"id": "curt-id", "name": "Curt von Example", "version": 4}
    slot = takeover("live", curator_id="curt-id")
    return name_shown(order, who, slot, person, kept, NOW_MS)


@pytest.mark.parametrize("name", ["Curt von Example", "curt", "Curt  Example"])
def test_a_curator_is_shown_under_their_own_name_or_part_of_it(name: str) -> None:
    """As they are known here; blanks do not count."""
    row = shown(name).writes[public_name_key("takeover-1")]

    assert row is not None
    assert (" ".join(name.split()), 1) == (row["name"], row["version"])


def test_a_name_is_taken_back_by_naming_none() -> None:
    """The row stays, with the moment at which they said so."""
    row = shown("", {"version": 3}).writes[public_name_key("takeover-1")]

    assert row is not None
    assert (None, 4) == (row["name"], row["version"])


def test_nobody_is_shown_as_somebody_else_or_by_somebody_else() -> None:
    """The Lord Provost is not impersonated, and an officer does not consent for a guest."""
    with pytest.raises(RejectError, match="Curt von Example"):
        shown("Lord Provost")
    with pytest.raises(NotAllowedError, match="curator alone"):
        shown("Curt", who=DORA)
