"""People at the desk: who may do what, tokens that end, and leave that goes with whoever leaves."""

from dataclasses import replace
from typing import Any

import pytest

from services.policy.orders import VERBS
from services.runtime.actor import OPERATOR, PROGRAM, Actor
from services.runtime.errors import (
    NotAllowedError,
    NotFoundError,
    RejectError,
    VersionConflictError,
)
from tests.desk_rig import STAFF, DeskRig

DAY_SECONDS = 86_400.0
ANNA: dict[str, Any] = {
    "login": "anna",
    "name": "Anna Example",
    "address": "anna@town.example",
    "roles": ["team-member"],
}
ORDERS: dict[str, dict[str, Any]] = {
    "add-person": ANNA,
    "change-person": {"login": "curt", "roles": ["ops"], "why": "new work"},
    "person-leaves": {"login": "curt", "why": "moved away"},
    "issue-token": {"login": "curt"},
    "revoke-token": {"token_id": "nothing", "why": "lost"},
    "give-grant": {"login": "curt", "account": "town", "why": "their work"},
    "end-grant": {"grant_id": "nothing", "why": "over"},
    "trust-set": {"login": "curt", "account": "town", "level": "first", "why": "well known"},
    "trust-complaint": {"login": "curt", "account": "town", "why": "rude to somebody"},
    "draft": {"case_id": "case-1", "text": "Soon."},
    "edit": {"act_id": "nothing", "version": 1, "text": "Soon."},
    "propose": {"act_id": "nothing"},
    "answer": {"case_id": "case-1", "text": "Soon."},
    "advise": {"case_id": "case-1", "text": "Soon."},
    "approve": {"act_id": "nothing", "digest": "0" * 64},
    "withdraw": {"act_id": "nothing", "why": "better not"},
    "halt": {"kind": "theme", "name": "trees", "why": "smoke"},
    "release": {"kind": "theme", "name": "floods", "why": "it is out"},
    "set-mode": {"account": "town", "mode": "emergency", "why": "the river rises"},
}
WRITING = {"ines", "ivor", "dora", "curt"}
AGREEING = {"ivor", "moira", "mungo", "greta", "gordon", "dora"}
PEOPLE_CARE = {"greta", "gordon", "operator"}
MAY: dict[str, set[str]] = {
    "add-person": PEOPLE_CARE,
    "change-person": PEOPLE_CARE,
    "person-leaves": PEOPLE_CARE,
    "issue-token": PEOPLE_CARE,
    "revoke-token": PEOPLE_CARE,
    "give-grant": PEOPLE_CARE,
    "end-grant": PEOPLE_CARE | {"dora"},
    "trust-set": {"greta", "gordon", "dora"},
    "trust-complaint": {"greta", "gordon", "dora"},
    "draft": WRITING,
    "edit": WRITING,
    "propose": WRITING,
    "answer": WRITING,
    "advise": WRITING | AGREEING,
    "approve": AGREEING,
    "withdraw": WRITING | AGREEING,
    "halt": WRITING | AGREEING | {"omar", "operator"},
    "release": {"greta", "gordon", "dora"},
    "set-mode": {"greta", "gordon", "dora"},
}


def token_for(rig: DeskRig, login: str, **order: Any) -> dict[str, Any]:
    """Return the answer to who asks for somebody's token."""
    return rig.do("issue-token", "greta", login=login, **order)


def signed_in(rig: DeskRig, token: str) -> Actor:
    """Return who a token lets in."""
    actor = rig.desk.sign_in(token)
    assert actor is not None
    return actor


def test_the_table_of_verbs_names_them_all() -> None:
    """A new verb has to say here whose it is."""
    assert VERBS.keys() == MAY.keys() == ORDERS.keys()


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_is_for_those_who_may_and_for_nobody_else(rig: DeskRig, verb: str) -> None:
    """Roles decide; whoever has the machine looks after people and halts, and never speaks."""
    allowed = set()
    for who in (*STAFF, "operator", "mercat"):
        actor = {"operator": OPERATOR, "mercat": PROGRAM}.get(who) or rig.actor(who)
        try:
            rig.do(verb, actor, **ORDERS[verb])
        except NotAllowedError as error:
            if "needs one of these roles" in str(error):
                continue
        except RejectError:
            pass
        allowed.add(who)

    assert MAY[verb] == allowed


def test_a_token_lets_its_person_in_with_the_roles_they_have_then(rig: DeskRig) -> None:
    """It is shown once, and kept as a digest alone."""
    given = token_for(rig, "moira", label="desk")
    rig.do("change-person", "greta", login="moira", roles=["auditor"], why="new work")

    actor = signed_in(rig, given["token"])

    row = rig.row("tokens", given["token_id"])
    assert ("moira", frozenset({"auditor"}), given["token_id"]) == (
        actor.login,
        actor.roles,
        actor.credential_id,
    )
    assert given["token"] not in str(row)
    assert "digest" not in str(rig.desk.people())


@pytest.mark.parametrize("token", ["", "mercat_", "nobody's", "x" * 10_000, "\ud800"])
def test_a_token_that_is_nobodys_lets_nobody_in(rig: DeskRig, token: str) -> None:
    """Whatever it looks like."""
    assert rig.desk.sign_in(token) is None


def test_a_token_ends_with_its_time(rig: DeskRig) -> None:
    """Up to its last moment it lets in, and from then on not."""
    token = token_for(rig, "moira", days=2)["token"]
    rig.clock.advance(2 * DAY_SECONDS - 1)
    before = rig.desk.sign_in(token)
    rig.clock.advance(1)

    assert before is not None
    assert rig.desk.sign_in(token) is None


def test_a_revoked_token_lets_nobody_in_and_the_others_still_do(rig: DeskRig) -> None:
    """A lost one is ended by itself, once."""
    lost, kept = token_for(rig, "moira"), token_for(rig, "moira")
    rig.do("revoke-token", "gordon", token_id=lost["token_id"], why="lost on a train")

    assert rig.desk.sign_in(lost["token"]) is None
    assert rig.desk.sign_in(kept["token"]) is not None
    with pytest.raises(RejectError, match="ended already"):
        rig.do("revoke-token", "gordon", token_id=lost["token_id"], why="again")


def test_whoever_leaves_takes_tokens_and_grants_with_them(rig: DeskRig) -> None:
    """Nothing lets them in any more, nothing of theirs goes out, and the record stays."""
    token = token_for(rig, "ines")["token"]
    act = rig.approved()
    person = rig.actor("ines").person_id
    rig.do("person-leaves", "greta", login="ines", why="moved away")

    clearance = rig.send(act)

    assert rig.desk.sign_in(token) is None
    assert [] == rig.rows("tokens_of_person", person)
    assert [] == rig.rows("grants_of_person", person)
    assert (False, "denied") == (clearance.cleared, rig.state(act))
    assert ("left", "ines") == (
        rig.row("persons", person)["state"],
        rig.row("persons", person)["login"],
    )


def test_whoever_was_let_in_and_has_left_since_does_nothing(rig: DeskRig) -> None:
    """The desk looks at who somebody is as it carries out, not at who they were."""
    held, moira = rig.held(), rig.actor("moira")
    rig.do("person-leaves", "greta", login="moira", why="moved away")

    with pytest.raises(NotAllowedError, match="work here no more"):
        rig.do("approve", moira, act_id=held["id"], digest=held["digest"])


def test_whoever_lost_a_role_since_they_were_let_in_does_not_use_it(rig: DeskRig) -> None:
    """And what they ask for is noted under the roles they have."""
    held, moira = rig.held(), rig.actor("moira")
    rig.do("change-person", "greta", login="moira", roles=["auditor"], why="new work")

    with pytest.raises(NotAllowedError, match="needs one of these roles"):
        rig.do("approve", moira, act_id=held["id"], digest=held["digest"])


def test_whoever_leaves_while_the_rules_are_asked_does_not_get_through(rig: DeskRig) -> None:
    """What they were about to agree to stays without their consent."""
    held = rig.held()
    rig.gate.meanwhile = lambda: rig.do("person-leaves", "greta", login="moira", why="moved away")

    with pytest.raises(NotAllowedError, match="work here no more"):
        rig.approve(held)

    assert ("held", []) == (rig.state(held), rig.desk.act(held["id"])["approvals"])


def test_nothing_is_kept_of_whoever_leaves_meanwhile(rig: DeskRig) -> None:
    """Not even a draft, which touches nobody's leave."""
    rig.gate.meanwhile = lambda: rig.do("person-leaves", "greta", login="ines", why="moved away")

    with pytest.raises(NotAllowedError, match="work here no more"):
        rig.do("draft", "ines", case_id="case-1", text="Soon.")

    assert [] == rig.desk.acts(state=None, case_id=None, after=None, limit=10)


def test_nobody_gives_themselves_anything(rig: DeskRig) -> None:
    """Roles, leave and tokens come from somebody else."""
    for verb, order in (
        ("change-person", {"roles": ["governance", "ops"], "why": "I would like"}),
        ("give-grant", {"account": "town", "why": "I would like to"}),
        ("issue-token", {}),
    ):
        with pytest.raises(NotAllowedError, match="Nobody"):
            rig.do(verb, "greta", login="greta", **order)
        rig.do(verb, "gordon", login="greta", **order)


@pytest.mark.parametrize("other", ["team-member", "curator", "duty-officer"])
def test_who_looks_after_people_does_not_write(rig: DeskRig, other: str) -> None:
    """They could make up the second person whom their own acts wait for."""
    with pytest.raises(RejectError, match="does not write too"):
        rig.do("add-person", OPERATOR, **(ANNA | {"roles": ["governance", other]}))
    with pytest.raises(RejectError, match="does not write too"):
        rig.do("change-person", OPERATOR, login="greta", roles=["governance", other], why="so few")


def test_the_one_officer_has_every_role(lone_rig: DeskRig) -> None:
    """Where there is one, they look after people and write."""
    roles = ["governance", "team-member", "approver"]

    lone_rig.do("add-person", OPERATOR, **(ANNA | {"roles": roles}))

    assert frozenset(roles) == lone_rig.actor("anna").roles


def test_a_login_is_somebodys_for_ever(rig: DeskRig) -> None:
    """The record names people by it, so nobody gets the one of somebody who left."""
    rig.do("person-leaves", "greta", login="ines", why="moved away")

    with pytest.raises(RejectError, match="is taken"):
        rig.do("add-person", "greta", **(ANNA | {"login": "ines"}))


def test_nothing_is_done_to_whoever_has_left(rig: DeskRig) -> None:
    """They get neither roles nor tokens nor leave, and do not leave twice."""
    rig.do("person-leaves", "greta", login="ines", why="moved away")

    for verb, order in (
        ("change-person", {"roles": ["ops"], "why": "back again"}),
        ("issue-token", {}),
        ("give-grant", {"account": "town", "why": "back again"}),
        ("person-leaves", {"why": "once more"}),
    ):
        with pytest.raises(RejectError, match="works here no more"):
            rig.do(verb, "greta", login="ines", **order)


def test_a_person_is_changed_as_they_were_read(rig: DeskRig) -> None:
    """Two officers at once: the second is told that there was a first."""
    version = rig.row("persons", rig.actor("ines").person_id)["version"]
    order = {"login": "ines", "version": version, "why": "new work"}
    rig.do("change-person", "greta", roles=["ops"], **order)

    with pytest.raises(VersionConflictError, match="read again"):
        rig.do("change-person", "gordon", roles=["auditor"], **order)

    assert frozenset({"ops"}) == rig.actor("ines").roles


def test_what_is_left_out_of_a_change_stays(rig: DeskRig) -> None:
    """Teams may be given without saying the roles again."""
    rig.do("change-person", "greta", login="ines", teams=["waste"], why="one team")

    person = next(each for each in rig.desk.people() if each["login"] == "ines")
    assert (["team-member"], ["waste"]) == (person["roles"], person["teams"])


def test_people_of_a_team_write_for_that_team(rig: DeskRig) -> None:
    """A case of another team is not theirs to answer, by case or by post."""
    rig.do("change-person", "greta", login="ines", teams=["parks"], why="one team")

    with pytest.raises(NotAllowedError, match="a case of waste"):
        rig.held()
    with pytest.raises(NotAllowedError, match="a case of waste"):
        rig.do("draft", "ines", post_id="post-1", text="Soon.")
    assert "held" == rig.held(case_id="case-2")["state"]


def test_what_became_of_people_is_on_record_under_their_own_keys(rig: DeskRig) -> None:
    """Names and addresses can be erased with them; who, what and whose doing stay."""
    rig.do("add-person", "greta", **ANNA)

    added = rig.notes("person.added", "house")[-1]
    person = rig.actor("anna").person_id
    assert f"person:{person}" == added["subject"]
    assert (person, "team-member") == (added["facts"]["person"], added["facts"]["roles"])
    assert rig.actor("greta").person_id == added["actor"]["person_id"]
    assert "Anna" not in str(added["facts"])
    assert "anna@town.example" == added["open"]["address"]


@pytest.mark.parametrize(
    ("verb", "order"),
    [
        ("add-person", ANNA | {"login": "Anna"}),
        ("add-person", ANNA | {"roles": []}),
        ("add-person", ANNA | {"roles": ["mayor"]}),
        ("add-person", ANNA | {"teams": ["a b"]}),
        ("add-person", ANNA | {"name": "Anna\0"}),
        ("give-grant", {"login": "ines", "account": "town", "themes": ["a b"], "why": "so it is"}),
        ("issue-token", {"login": "ines", "days": 1_000}),
        ("issue-token", {"login": "ines", "colour": "red"}),
        ("halt", {"kind": "everything", "why": ""}),
    ],
)
def test_an_order_that_is_none_is_refused_in_words(
    rig: DeskRig, verb: str, order: dict[str, Any]
) -> None:
    """What is out of bounds, unknown, or cannot be kept does not get past the desk."""
    with pytest.raises(RejectError, match=": "):
        rig.do(verb, "greta", **order)


def test_who_is_nobody_is_not_found(rig: DeskRig) -> None:
    """Logins, tokens and grants are asked for by name."""
    with pytest.raises(NotFoundError, match="nobody"):
        token_for(rig, "nobody")
    with pytest.raises(NotFoundError, match="no token"):
        rig.do("revoke-token", "greta", token_id="x", why="lost")
    with pytest.raises(NotFoundError, match="no grant"):
        rig.do("end-grant", "greta", grant_id="x", why="over")
    with pytest.raises(NotAllowedError, match="work here no more"):
        rig.do("draft", replace(rig.actor("ines"), person_id="f" * 32), case_id="case-1")
