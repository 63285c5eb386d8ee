"""Who is told of each kind of entry, and who is not; what a bell says is no secret of anybody's."""

from collections.abc import Mapping
from typing import Any, Final

import pytest

from services.policy.bell import GROUPS
from services.policy.bell_acts import BECAME, act_occasions, consent_running_out
from services.policy.bell_calls import CALLS, Happened, halt_occasions, occasions_of
from services.policy.bell_people import Directory, Speaker
from services.policy.bell_rows import letters_occasion, register_occasions, slot_occasions
from services.policy.bell_soon import WATCHES, Moment
from services.policy.bell_wishes import Recipient, Wish
from services.runtime.clock import HOUR_MS
from tests.unit.policy.samples import NOW_MS

ROLES: Final = {
    "ines": "team-member",
    "moira": "approver",
    "greta": "governance",
    "gordon": "governance",
    "dora": "duty-officer",
    "omar": "ops",
    "curt": "curator",
    "aude": "auditor",
}
PEOPLE: Final = Directory(
    {
        f"{login}-id": Recipient(f"{login}-id", login, frozenset({role}), Wish(zone="UTC"))
        for login, role in ROLES.items()
    },
    (
        Speaker("ines-id", "town", frozenset({"bins"})),
        Speaker("curt-id", "library", frozenset()),
    ),
)
FACTS: Final = {
    "person": "ines-id",
    "curator": "curt-id",
    "duty_officer": "dora-id",
    "standby": "ines-id",
    "takeover": "t1",
    "change": "c1",
    "incident": "i1",
}
GOVERNANCE: Final = {"greta", "gordon"}
OFFICERS: Final = GOVERNANCE | {"dora", "omar"}
RELEASERS: Final = GOVERNANCE | {"dora"}
SLOT: Final = {"curt", "dora"}
EXPECTED: Final[Mapping[str, set[str]]] = {
    "account.mode-asked": RELEASERS,
    "account.mode-set": OFFICERS,
    "bell.tested": {"aude"},
    "correction.opened": RELEASERS,
    "erasure.asked": GOVERNANCE,
    "glass.agreed": OFFICERS | {"ines"},
    "glass.asked": RELEASERS,
    "glass.drill-agreed": OFFICERS | {"ines"},
    "grant.ended": {"ines"},
    "grant.given": {"ines"},
    "halt.release-asked": RELEASERS,
    "handover.compared": RELEASERS,
    "handover.lost": RELEASERS,
    "handover.override-asked": RELEASERS,
    "incident.added": OFFICERS,
    "incident.closed": OFFICERS,
    "incident.gap": OFFICERS,
    "incident.opened": OFFICERS,
    "person.left": GOVERNANCE,
    "register.stepped-in": GOVERNANCE,
    "report.made": {"ines", "dora"},
    "restore.noted": GOVERNANCE | {"omar"},
    "rules.activated": OFFICERS,
    "rules.approved": GOVERNANCE,
    "rules.proposed": GOVERNANCE,
    "rules.rolled-back": OFFICERS,
    "shift.called-off": {"ines"},
    "shift.deputised": {"ines"},
    "shift.planned": {"ines"},
    "shift.swapped": {"ines"},
    "sign-in.link-issued": {"ines"},
    "sign-in.passkey-added": {"ines"},
    "sign-in.recovered": OFFICERS | {"ines"},
    "sign-in.recovery-asked": GOVERNANCE,
    "swap.agreed": RELEASERS,
    "swap.asked": {"ines"},
    "takeover.accept": {"dora"},
    "takeover.decline": RELEASERS,
    "takeover.invite": {"curt"},
    "takeover.make-ready": SLOT,
    "takeover.no-show": {"dora", "ines"},
    "takeover.pause": SLOT,
    "takeover.resume": SLOT,
    "takeover.run-out": SLOT,
    "takeover.sign-off": {"dora"},
    "takeover.stop": SLOT,
    "takeover.withdraw": SLOT,
    "token.issued": {"ines"},
    "token.revoked": {"ines"},
    "trust.complaint": {"ines"},
    "trust.fell": {"ines"},
    "trust.set": {"ines"},
}
ACT: Final[Mapping[str, Any]] = {
    "account": "town",
    "kind": "reply",
    "state": "held",
    "author_id": "ines-id",
    "digest": "d1",
    "needs": '[{"roles": ["approver", "duty-officer"], "count": 1}]',
    "approved_at_ms": NOW_MS,
    "expires_at_ms": NOW_MS + HOUR_MS,
    "text": "what nobody may read here",
}


def entry(kind: str, actor: str = "mercat", account: str | None = "town", **facts: Any) -> Happened:
    """Return an entry of a kind, that names everybody whom one may name."""
    said = {**FACTS, **facts}
    return Happened("e1", kind, NOW_MS, actor, account, "a1", said, {"facts": said})


def logins(to: frozenset[str]) -> set[str]:
    """Return who is behind some ids."""
    return {PEOPLE.login(each) for each in to}


@pytest.mark.parametrize("kind", sorted({*CALLS} - {"bell.tested"}))
def test_each_kind_rings_whom_it_should_and_nobody_else(kind: str) -> None:
    """The whole list, kind by kind; an auditor is told of none of it."""
    (occasion,) = occasions_of(entry(kind), PEOPLE)

    assert EXPECTED[kind] == logins(occasion.to)
    assert occasion.kind.partition(".")[0] in GROUPS


def test_no_kind_is_listed_that_nobody_expects() -> None:
    """Whoever adds a kind says here whom it rings."""
    assert {*EXPECTED} == {*CALLS}


def test_a_kind_that_is_not_listed_rings_nobody() -> None:
    """Most of what is written down is nobody's errand."""
    assert [] == list(occasions_of(entry("audit.exported"), PEOPLE))


@pytest.mark.parametrize("kind", sorted(CALLS))
def test_whoever_did_it_is_told_of_alarms_and_tests_alone(kind: str) -> None:
    """They know the rest; of an alarm in their name they may not."""
    for actor in ("greta-id", "ines-id", "dora-id", "curt-id"):
        (occasion,) = occasions_of(entry(kind, actor), PEOPLE)
        if not occasion.alarm and kind != "bell.tested":
            assert actor not in occasion.to

    (alarm,) = occasions_of(entry("incident.opened", "omar-id"), PEOPLE)
    assert "omar-id" in alarm.to


def test_a_test_bell_rings_whoever_asked() -> None:
    """Alone."""
    (occasion,) = occasions_of(entry("bell.tested", "aude-id", person="aude-id"), PEOPLE)

    assert {"aude"} == logins(occasion.to)


@pytest.mark.parametrize(
    "kind", ["takeover.pause", "rules.proposed", "handover.compared", "incident.opened"]
)
def test_a_bell_leads_to_what_it_is_about(kind: str) -> None:
    """By its path in the API."""
    (occasion,) = occasions_of(entry(kind), PEOPLE)

    assert occasion.about in ("takeovers/t1", "rules/changes/c1", "incidents/i1")


@pytest.mark.parametrize(
    ("halt", "account", "rows", "stopped"),
    [
        ("account", "town", [], {"ines"}),
        ("everything", None, [], {"ines", "curt"}),
        ("person", None, [("person", "curt")], {"curt"}),
        ("theme", None, [("theme", "bins")], {"ines", "curt"}),
        ("theme", None, [("theme", "trees")], {"curt"}),
        ("rule", None, [("rule", "a/b")], set()),
    ],
)
def test_a_halt_rings_the_officers_and_those_it_stops(
    halt: str, account: str | None, rows: list[tuple[str, str]], stopped: set[str]
) -> None:
    """Who speaks of another theme, or as another account, is not stopped."""
    halts = [
        {"kind": kind, "name": name, "halted_at_ms": NOW_MS, "released_at_ms": None}
        for kind, name in rows
    ]
    told = list(halt_occasions(entry("halt.placed", account=account, halt=halt), PEOPLE, halts))

    assert [OFFICERS | stopped] == [logins(each.to) for each in told]
    assert ["alarm"] == [each.family for each in told]


def test_a_halt_whose_row_says_another_by_now_rings_without_a_name() -> None:
    """Of two that were placed anew since, nobody can tell which it was."""
    halts = [
        {"kind": "person", "name": name, "halted_at_ms": NOW_MS + 1, "released_at_ms": None}
        for name in ("curt", "ines")
    ]
    (told,) = halt_occasions(entry("halt.placed", account=None, halt="person"), PEOPLE, halts)

    assert "Halted: person" == told.subject


@pytest.mark.parametrize(("kind", "count"), [("halt.renewed", 1), ("halt.release-asked", 0)])
def test_whatever_becomes_of_a_halt_rings_but_a_wish_for_release(kind: str, count: int) -> None:
    """A kind that is new rings rather than not; who may release is asked by the list."""
    assert count == len(list(halt_occasions(entry(kind, halt="everything"), PEOPLE, [])))


def test_an_act_that_waits_rings_who_could_consent_and_tells_its_author_later() -> None:
    """By the needs of its own verdict, and without a word of it."""
    said = entry("act.proposed", decision="hold")
    wanted, became = act_occasions(said, ACT, PEOPLE)

    assert {"moira", "dora"} == logins(wanted.to)
    assert ({"ines"}, "low") == (logins(became.to), became.urgency)
    assert all("nobody may read" not in each.body + each.subject for each in (wanted, became))


def test_an_act_proposed_twice_in_the_same_words_asks_once() -> None:
    """The occasion is what is to be agreed to, not how often it was said."""
    one, *_ = act_occasions(entry("act.proposed", decision="hold"), ACT, PEOPLE)
    again, *_ = act_occasions(entry("act.judged", decision="hold"), ACT, PEOPLE)
    other, *_ = act_occasions(
        entry("act.proposed", decision="hold"), {**ACT, "digest": "d2"}, PEOPLE
    )

    assert one.which == again.which
    assert one.which != other.which


@pytest.mark.parametrize("state", ["approved", "withdrawn", "sending"])
def test_an_act_that_waits_no_more_asks_for_no_consent(state: str) -> None:
    """What it is by now counts, not what it was when that was written down."""
    told = act_occasions(entry("act.proposed", decision="allow"), {**ACT, "state": state}, PEOPLE)

    assert [] == list(told)


@pytest.mark.parametrize("kind", sorted(BECAME))
def test_what_becomes_of_an_act_rings_its_author_unless_they_did_it(kind: str) -> None:
    """And nobody else."""
    (told,) = act_occasions(entry(kind), ACT, PEOPLE)
    (own,) = act_occasions(entry(kind, "ines-id"), ACT, PEOPLE)

    assert {"ines"} == logins(told.to)
    assert set() == logins(own.to)


@pytest.mark.parametrize(("minutes", "count"), [(14, 0), (15, 1)])
def test_an_act_that_went_out_late_rings_its_author(minutes: int, count: int) -> None:
    """A quarter of an hour after its consent is late."""
    act = {**ACT, "approved_at_ms": NOW_MS - minutes * 60_000}

    assert count == len(list(act_occasions(entry("sending.sent"), act, PEOPLE)))


def test_an_act_that_is_gone_rings_nobody() -> None:
    """Retention may have taken it."""
    assert [] == list(act_occasions(entry("act.void"), None, PEOPLE))


def test_who_consented_already_is_not_asked_again_as_time_runs_out() -> None:
    """Others are."""
    row = {**ACT, "id": "a1"}
    (told,) = consent_running_out(row, PEOPLE, frozenset({"moira-id"}))

    assert ({"dora"}, "urgent") == (logins(told.to), told.urgency)


@pytest.mark.parametrize(
    ("state", "practised", "expected"),
    [
        ("onboarding", NOW_MS, GOVERNANCE),
        ("onboarding", None, None),
        ("ready", NOW_MS, None),
    ],
)
def test_governance_is_told_once_all_steps_before_a_slot_are_done(
    state: str, practised: int | None, expected: set[str] | None
) -> None:
    """Not while one is left, and not once leave was given."""
    row = {
        "state": state,
        "account": "town",
        "curator_id": "curt-id",
        "consented_at_ms": NOW_MS,
        "practised_at_ms": practised,
    }
    told = [logins(each.to) for each in slot_occasions("t1", row, PEOPLE)]

    assert ([] if expected is None else [expected]) == told


def test_one_letter_is_said_to_be_one() -> None:
    """The sentence counts as people do."""
    told = letters_occasion({"letters": 1, "latest_at_ms": 5}, PEOPLE)

    assert told.body.startswith("1 event was set aside")
    assert {"omar"} == logins(told.to)


@pytest.mark.parametrize(
    ("owner", "second", "expected"),
    [
        (None, None, []),
        ("ines-id", "moira-id", []),
        ("ines-id", None, [GOVERNANCE | {"ines"}]),
    ],
)
def test_an_account_without_a_second_owner_rings(
    owner: str | None, second: str | None, expected: list[set[str]]
) -> None:
    """One that nobody owns yet does not: that is the register's own errand."""
    account = {"id": "town", "owner_id": owner, "second_owner_id": second}

    assert expected == [
        logins(each.to) for each in register_occasions([account], PEOPLE, "2026-11")
    ]


def test_each_watch_has_a_name_of_its_own_and_rings_in_a_group_that_can_be_muted() -> None:
    """Its mark stands under that name: two of one name would skip each other's rows."""
    row: Mapping[str, Any] = {
        **{name: f"{name}-x" for name in ("label", "given_by", "title", "name")},
        "id": "r1",
        "at_ms": NOW_MS,
        "person_id": "ines-id",
        "curator_id": "curt-id",
        "duty_officer_id": "dora-id",
        "kind": "rule",
        **ACT,
    }
    moment = Moment(PEOPLE, "Europe/London", NOW_MS, lambda _act: frozenset())
    told = [each for watch in WATCHES for each in watch.ring(row, moment, watch.lead)]

    assert len(WATCHES) == len({watch.name for watch in WATCHES})
    assert len(WATCHES) == len({(each.kind, each.which) for each in told})
    assert all(each.kind.partition(".")[0] in GROUPS for each in told)
    assert all("nobody may read" not in each.body for each in told)
