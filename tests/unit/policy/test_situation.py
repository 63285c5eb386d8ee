"""What policy is told of an act: exactly the facts it goes by, as they stand."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.policy.configuration import OwnContacts, SpeakingSettings
from services.policy.draft_reader import DraftReader
from services.policy.fact_shape import checked_facts
from services.policy.grants import Asked, grant_fact
from services.policy.situation import Situation, facts_of, halt_key, situation_of
from services.reading.lists import WordLists
from services.runtime.effects import Key, Row
from services.runtime.errors import NotFoundError
from tests.authority import authority_data
from tests.desk_rig import HOUSE
from tests.unit.policy.samples import (
    HOUR_MS,
    NOW_MS,
    account,
    act,
    approval,
    grant,
    person,
    situation,
)

DATA = authority_data()
READER = DraftReader(OwnContacts(), ("en",), {"house": HOUSE}, WordLists(), DATA)
BINS = Asked(kind="reply", theme="bins")
UNTOLD = Asked(kind="reply")
FACTS = {
    "phase",
    "now",
    "act",
    "actor",
    "account",
    "conversation",
    "findings",
    "approvals",
    "settings",
    "evidence",
}


def told(around: Situation, now_ms: int = NOW_MS, **values: Any) -> dict[str, Any]:
    """Return the facts of a question about a proposal."""
    facts = facts_of(around, "proposal", now_ms, SpeakingSettings(), READER, **values)
    return dict(facts)


def test_the_facts_are_those_that_policy_goes_by() -> None:
    """Every part is there, and nothing that nobody declared."""
    facts = told(situation())

    assert FACTS == facts.keys()
    assert ("proposal", NOW_MS // 1_000) == (facts["phase"], facts["now"])
    assert {
        "id": "act-1",
        "kind": "reply",
        "account": "town",
        "digest": act().digest,
        "length": 10,
        "language": None,
        "theme": "bins",
        "target": "n1",
        "media": [],
        "text": "On Friday.",
    } == facts["act"]
    assert {
        "id": "ines-id",
        "roles": ["team-member"],
        "active": True,
        "grant": {
            "id": "grant-1",
            "live": True,
            "in_scope": True,
            "out_of": [],
            "origin": "standing",
            "ends_at": (NOW_MS + HOUR_MS) // 1_000,
        },
        "trust": None,
        "pace": {"last_hour": 0, "last_day": 0, "seconds_since_last": 86_400},
    } == facts["actor"]
    assert {
        "id": "town",
        "platform": "house",
        "mode": "normal",
        "halts": [],
        "limits": {"kind": "graphemes", "limit": 500},
        "pace": {"last_hour": 0, "last_day": 0, "seconds_since_last": 86_400},
        "same_said": 0,
    } == facts["account"]
    assert {
        "parent": "live",
        "language": "en",
        "theme": "bins",
        "team": "waste",
        "same_said": 0,
        "others_answering": 0,
    } == facts["conversation"]
    assert {"one_officer": False, "four_eyes": True, "in_hours": True} == facts["settings"]
    assert {"closed_cases": 0, "closed_days_p80": 0} == facts["evidence"]


@pytest.mark.parametrize("text", ["On Friday.", "Ring 07700 900123; we will look into it.", ""])
@pytest.mark.parametrize("author", [None, person(), person(state="left")])
def test_the_gate_takes_the_facts_as_they_are(text: str, author: Row | None) -> None:
    """None is missing and none is of another type than it should be."""
    given_to = act(text=text)
    row = {**approval(given_to).row(), "id": "approval-1"}
    halts = [{"kind": "theme", "name": "bins"}]
    around = situation(given_to, author=author, approvals=[row], halts=halts)

    plain, shape = checked_facts(told(around))

    assert (text, given_to.digest) == (plain["act"]["text"], shape.act.digest)


@pytest.mark.parametrize(
    ("text", "is_told"),
    [
        ("a" * 2_048, True),
        ("a" * 2_049, False),
        ("é" * 1_024, True),
        ("é" * 1_025, False),
        ("\x01" * 400, False),
    ],
)
def test_a_long_text_is_told_by_its_digest_and_findings(text: str, *, is_told: bool) -> None:
    """The bound is on bytes, and the length is told all the same."""
    fact = told(situation(act(text=text)))["act"]

    assert (is_told, len(text)) == ("text" in fact, fact["length"])


@pytest.mark.parametrize("author", [None, person(state="left")])
def test_an_author_who_is_not_here_is_not_active(author: Row | None) -> None:
    """Unknown or gone, they have no say."""
    assert told(situation(author=author))["actor"]["active"] is False


@pytest.mark.parametrize(
    ("post", "expected"),
    [
        ({"state": "live", "revision": "1", "language": "en", "text": "?"}, "live"),
        ({"state": "live", "revision": "2", "language": "en", "text": "?"}, "changed"),
        ({"state": "removed", "revision": "1", "language": "en", "text": "?"}, "gone"),
        (None, "gone"),
    ],
)
def test_what_became_of_the_post_answered_is_told(post: Row | None, expected: str) -> None:
    """By its wording when this was written, and by its being there."""
    assert expected == told(situation(post=post))["conversation"]["parent"]


def test_what_answers_no_post_has_no_parent() -> None:
    """A statement stands by itself."""
    assert "none" == told(situation(act(post_id=None), post=None))["conversation"]["parent"]


@pytest.mark.parametrize(
    ("changes", "author", "post", "expected"),
    [
        ({}, person(), {"state": "live", "text": "When?"}, ("reply", "staff", "When?")),
        ({}, person(roles="curator"), {"state": "live", "text": "?"}, ("reply", "curator", "?")),
        ({}, None, {"state": "removed", "text": "When?"}, ("reply", "staff", None)),
        ({"post_id": None}, person(), None, ("post", "staff", None)),
    ],
)
def test_a_draft_is_read_for_what_it_is(
    changes: dict[str, Any], author: Row | None, post: Row | None, expected: tuple[str, ...]
) -> None:
    """A reply or a post of its own, by staff or a curator, with the words it answers if any."""
    row = None if post is None else {"revision": "1", "language": "en", **post}

    setting = situation(act(**changes), author=author, post=row).setting

    assert expected == (setting.kind, setting.author, setting.parent)


@pytest.mark.parametrize(
    ("now_ms", "state", "roles_now", "roles_told"),
    [
        (NOW_MS, "active", "approver", ["approver"]),
        (NOW_MS + 24 * HOUR_MS - 1, "active", "approver", ["approver"]),
        (NOW_MS + 24 * HOUR_MS, "active", "approver", None),
        (NOW_MS, "left", "approver", None),
        (NOW_MS, "active", "auditor", None),
        (NOW_MS, "active", "approver governance", ["approver"]),
    ],
)
def test_consent_is_told_while_it_counts(
    now_ms: int, state: str, roles_now: str, roles_told: list[str] | None
) -> None:
    """In its time, and in the roles its giver had and still has."""
    given_to = act()
    row = {**approval(given_to).row(), "id": "approval-1"}
    giver = person(id="moira-id", state=state, roles=roles_now)
    around = situation(given_to, approvals=[row], approvers={"moira-id": giver})

    expected = [] if roles_told is None else [roles_told]
    assert expected == [each["roles"] for each in told(around, now_ms)["approvals"]]


def test_void_consent_and_consent_to_other_words_is_not_told() -> None:
    """Whatever its digest or its time."""
    given_to = act()
    row = {**approval(given_to).row(), "id": "approval-1"}

    assert [] == told(situation(given_to, approvals=[{**row, "state": "void"}]))["approvals"]
    assert [] == told(situation(act(text="On Monday."), approvals=[row]))["approvals"]


def test_consent_just_being_given_is_told_first() -> None:
    """However many there are, it is not the one that is left out."""
    given_to = act()
    rows = [{**approval(given_to).row(), "id": f"a{number}"} for number in range(9)]
    new = dict(approval(given_to).fact(frozenset({"approver"}))) | {"approver": "new"}

    approvals = told(situation(given_to, approvals=rows), added=[new])["approvals"]

    assert (8, "new") == (len(approvals), approvals[0]["approver"])


@pytest.mark.parametrize(
    ("values", "live", "in_scope"),
    [
        ({}, True, True),
        ({"state": "ended"}, False, True),
        ({"starts_at_ms": NOW_MS + 1}, False, True),
        ({"starts_at_ms": NOW_MS}, True, True),
        ({"ends_at_ms": NOW_MS}, False, True),
        ({"ends_at_ms": NOW_MS + 1}, True, True),
        ({"kinds": "statement"}, True, False),
        ({"themes": "trees"}, True, False),
        ({"themes": "trees bins"}, True, True),
    ],
)
def test_a_grant_is_told_as_it_stands(
    values: dict[str, Any], *, live: bool, in_scope: bool
) -> None:
    """Live from its first moment to the one before its last, for its kinds and themes."""
    fact = grant_fact([grant(**values)], BINS, NOW_MS)

    assert fact is not None
    assert (live, in_scope) == (fact["live"], fact["in_scope"])


def test_a_grant_for_some_themes_is_none_for_what_has_no_theme() -> None:
    """What nobody knows the theme of is in nobody's narrow leave."""
    fact = grant_fact([grant(themes="bins")], UNTOLD, NOW_MS)

    assert fact is not None
    assert not fact["in_scope"]


def test_the_best_grant_is_the_one_it_goes_under() -> None:
    """Live and in scope before live, live before ended; and none is none."""
    rows = [
        grant(id="ended", state="ended"),
        grant(id="narrow", kinds="statement"),
        grant(id="good"),
    ]

    best = grant_fact(rows, BINS, NOW_MS)
    next_best = grant_fact(rows[:2], BINS, NOW_MS)

    assert ("good", "narrow") == ((best or {})["id"], (next_best or {})["id"])
    assert grant_fact([], BINS, NOW_MS) is None


class Rows:
    """A store of a few rows; what was asked for by a query has names of its own."""

    def __init__(self, *halts: tuple[str, str, str]) -> None:
        self.rows: dict[Key, Row] = {
            Key("accounts", "town"): account(),
            Key("persons", "ines-id"): person(),
            Key("cases", "case-1"): {"theme": "bins", "team": "waste"},
        }
        for kind, name, state in halts:
            self.rows[halt_key(kind, name)] = {"kind": kind, "name": name, "state": state}

    def fetch(self, keys: Any) -> dict[Key, Row | None]:
        """Return rows by key."""
        return {key: self.rows.get(key) for key in keys}

    def select(self, query: str, parameters: Any = ()) -> list[Row]:
        """Return that nothing was said or is being said."""
        del parameters
        if query.startswith("pace_of"):
            return [{"last_hour": 0, "last_day": 0, "latest_at_ms": None}]
        return [{"others": 0}] if query == "others_answering" else []

    def cursor(self, consumer: str, topic: str, *, partition: int = 0) -> int:
        """Return the beginning."""
        del consumer, topic, partition
        return 0


RULE = '[{"rule": "content/promise"}]'


@pytest.mark.parametrize(
    ("halt", "stops"),
    [
        (("everything", "", "halted"), True),
        (("account", "town", "halted"), True),
        (("person", "ines", "halted"), True),
        (("theme", "bins", "halted"), True),
        (("rule", "content/promise", "halted"), True),
        (("everything", "", "released"), False),
        (("account", "library", "halted"), False),
        (("person", "curt", "halted"), False),
        (("person", "ines-id", "halted"), False),
        (("theme", "trees", "halted"), False),
        (("rule", "content/length", "halted"), False),
    ],
)
def test_a_halt_is_told_where_it_stops_this_act(halt: tuple[str, str, str], *, stops: bool) -> None:
    """The account, its author, the theme of its case, a rule that objected, or everything."""
    around = situation_of(Rows(halt), act(reasons=RULE), NOW_MS, DATA)

    halts = facts_of(around, "sending", NOW_MS, SpeakingSettings(), READER)["account"]["halts"]
    assert ([{"kind": halt[0], "name": halt[1]}] if stops else []) == halts


def test_an_act_of_an_account_there_is_not_cannot_be_judged() -> None:
    """Rather than be judged by what is not known."""
    rows = Rows()
    del rows.rows[Key("accounts", "town")]

    with pytest.raises(NotFoundError, match="no account 'town'"):
        situation_of(rows, act(), NOW_MS, DATA)


@given(
    now_ms=st.integers(NOW_MS, NOW_MS + 10**10),
    starts=st.integers(NOW_MS, NOW_MS + 10**10),
    ends=st.integers(NOW_MS, NOW_MS + 10**10),
)
def test_a_grant_is_live_between_its_ends_and_at_no_other_moment(
    now_ms: int, starts: int, ends: int
) -> None:
    """Whatever the moments are."""
    fact = grant_fact([grant(starts_at_ms=starts, ends_at_ms=ends)], UNTOLD, now_ms)

    assert fact is not None
    assert (starts <= now_ms < ends) == fact["live"]


@pytest.mark.parametrize("alt", ["a" * 1_500, "\U0001f600" * 700, "\x01" * 1_500])
def test_the_longest_descriptions_leave_room_for_the_rest(alt: str) -> None:
    """Of four pictures as much is told as fits, whatever it is made of."""
    media = json.dumps([{"kind": "image", "sha256": "0" * 64, "alt": alt}] * 4)

    plain, _ = checked_facts(told(situation(act(text="é" * 1_024, media=media))))

    assert [True] * 4 == [each["alt"] != "" for each in plain["act"]["media"]]
