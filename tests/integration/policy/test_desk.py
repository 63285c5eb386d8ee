"""The desk over a real database: from a draft to what is cleared, and what makes it void."""

import json

import pytest

from services.policy.desk import PAGE_MAX
from services.runtime.errors import (
    NotAllowedError,
    NotFoundError,
    RejectError,
    VersionConflictError,
)
from tests.desk_fakes import FAILURE, reason
from tests.desk_rig import CLEAN, PHONE, DeskRig

HOUR_SECONDS = 3_600.0


def test_a_reply_goes_from_draft_to_cleared(rig: DeskRig) -> None:
    """Refused for a telephone number, mended, held, agreed to by another, cleared once."""
    drafted = rig.do("draft", "ines", case_id="case-1", text=PHONE)
    refused = rig.do("propose", "ines", act_id=drafted["id"])
    mended = rig.do("edit", "ines", act_id=drafted["id"], version=refused["version"], text=CLEAN)
    held = rig.do("propose", "ines", act_id=drafted["id"])
    approved = rig.approve(held)
    due = rig.sending.due("town", 10)
    cleared = rig.send(approved)

    assert ("draft", "deny", "The draft is kept.") == (
        drafted["state"],
        drafted["advice"]["decision"],
        drafted["sentence"],
    )
    assert ("denied", "It holds a telephone number.") == (
        refused["state"],
        refused["reasons"][0]["sentence"],
    )
    assert ("draft", [], None) == (mended["state"], mended["reasons"], mended["decision"])
    assert ("held", 1) == (held["state"], len(held["needs"]))
    assert "approved" == approved["state"]
    assert [drafted["id"]] == due
    assert (True, CLEAN, mended["digest"]) == (
        cleared.cleared,
        cleared.content.text,
        cleared.digest,
    )
    assert [rig.actor("moira").person_id] == cleared.approvers
    assert ("sending", []) == (rig.state(approved), rig.sending.due("town", 10))


def test_every_step_is_on_record_in_its_order(rig: DeskRig) -> None:
    """The account's chain tells the whole way, each by whom, and the verdict it rests on."""
    approved = rig.approved()
    rig.send(approved)

    chain = [row["kind"] for row in rig.rows("audit_of_act", approved["id"], 0, 0, "", 50)]
    cleared = rig.notes("act.cleared")[0]
    verdict = rig.row("verdicts", cleared["facts"]["verdict"])
    assert sorted(
        ["act.drafted", "act.proposed", "act.approved", "act.judged", "act.cleared"]
    ) == sorted(str(kind) for kind in chain)
    assert ("allow", "sending", approved["digest"]) == (
        verdict["decision"],
        verdict["phase"],
        verdict["digest"],
    )
    assert (rig.actor("moira").person_id, cleared["facts"]["grant"]) == (
        verdict["approvers"],
        verdict["grant_id"],
    )
    assert CLEAN == cleared["open"]["text"]
    assert "citizen:town-house:@someone@social.example" == cleared["subject"]


def test_what_policy_said_is_told_on_its_topic_without_words(rig: DeskRig) -> None:
    """Each verdict on a proposal and on a sending is an event; the text is in none."""
    rig.send(rig.approved())

    records = rig.journal.log.read("acts.judged.v1", 0, 10)
    assert ["town"] * 3 == [record.key for record in records]
    assert not any(CLEAN.encode() in record.value for record in records)
    assert [b'"hold"', b'"allow"', b'"allow"'] == [
        next(word for word in (b'"hold"', b'"allow"') if b'"decision":' + word in record.value)
        for record in records
    ]


def test_an_edit_makes_consent_void(rig: DeskRig) -> None:
    """What was agreed to is not what it says now: it has to be proposed and agreed to again."""
    approved = rig.approved()

    edited = rig.do(
        "edit", "ines", act_id=approved["id"], version=approved["version"], text="On Monday."
    )
    again = rig.do("propose", "ines", act_id=approved["id"])

    assert ("draft", "held") == (edited["state"], again["state"])
    assert ["void"] == [each["state"] for each in rig.desk.act(approved["id"])["approvals"]]
    assert not rig.clear(approved).cleared


def test_consent_that_an_edit_made_void_stays_so_when_the_words_come_back(rig: DeskRig) -> None:
    """The same words have the same digest, and still need consent anew."""
    approved = rig.approved()
    version = approved["version"]
    for text in ("On Monday.", CLEAN):
        version = rig.do("edit", "ines", act_id=approved["id"], version=version, text=text)[
            "version"
        ]

    again = rig.do("propose", "ines", act_id=approved["id"])

    assert (approved["digest"], "held") == (again["digest"], again["state"])


@pytest.mark.parametrize(
    ("change", "said"),
    [({"revision": "2"}, "was changed"), ({"state": "removed"}, "is gone")],
)
@pytest.mark.parametrize("gate_knows", [True, False])
def test_a_changed_or_vanished_parent_makes_an_approved_act_void(
    rig: DeskRig, change: dict[str, str], said: str, *, gate_knows: bool
) -> None:
    """At the last gate the post answered is looked at once more, whatever the rules say of it."""
    approved = rig.approved()
    rig.amend("posts", "post-1", **change)
    if not gate_knows:
        rig.gate.without = {"authority/parent_state"}

    clearance = rig.send(approved)

    act = rig.desk.act(approved["id"])
    assert not clearance.cleared
    assert ("void", ["void"]) == (act["state"], [each["state"] for each in act["approvals"]])
    assert said in act["sentence"]


@pytest.mark.parametrize("change", [{"revision": "2"}, {"state": "removed"}])
def test_a_changed_or_vanished_parent_is_found_as_consent_is_given(
    rig: DeskRig, change: dict[str, str]
) -> None:
    """Nobody agrees to an answer to what is no longer there."""
    held = rig.held()
    rig.amend("posts", "post-1", **change)

    reply = rig.approve(held)

    assert "void" == reply["state"]
    assert [] == rig.desk.act(held["id"])["approvals"]


def test_an_act_void_for_a_changed_parent_lives_on_once_it_is_written_anew(rig: DeskRig) -> None:
    """The new wording answers the post as it stands now, and says that it changed."""
    approved = rig.approved()
    rig.amend("posts", "post-1", revision="2")
    rig.send(approved)
    void = rig.desk.act(approved["id"])
    unread = rig.do("propose", "ines", act_id=void["id"])

    edited = rig.do("edit", "ines", act_id=void["id"], version=unread["version"], text=CLEAN)
    sent = rig.send(rig.approve(rig.do("propose", "ines", act_id=void["id"])))

    assert "denied" == unread["state"]
    assert "was changed" in edited["sentence"]
    assert (True, "2") == (sent.cleared, sent.content.parent_revision)


def test_an_approved_act_that_is_late_is_void(rig: DeskRig) -> None:
    """What was agreed for today does not go out the day after tomorrow."""
    approved = rig.approved()
    rig.clock.advance(24 * HOUR_SECONDS)

    clearance = rig.send(approved)

    act = rig.desk.act(approved["id"])
    assert not clearance.cleared
    assert ("void", ["void"]) == (act["state"], [each["state"] for each in act["approvals"]])
    assert "in time" in act["sentence"]


def test_an_approved_act_goes_out_until_its_last_moment(rig: DeskRig) -> None:
    """A second before it is late it is not."""
    approved = rig.approved()
    rig.clock.advance(24 * HOUR_SECONDS - 1)

    assert rig.send(approved).cleared


@pytest.mark.parametrize("verb", ["approve", "propose"])
def test_a_held_act_that_is_late_is_void(rig: DeskRig, verb: str) -> None:
    """Consent that comes after its time is not taken, nor is the old proposal taken up again."""
    held = rig.held()
    rig.clock.advance(72 * HOUR_SECONDS)

    orders = {"approve": ("moira", {"digest": held["digest"]}), "propose": ("ines", {})}
    who, arguments = orders[verb]
    late = rig.do(verb, who, act_id=held["id"], **arguments)
    again = rig.do("propose", "ines", act_id=held["id"])

    assert ("void", "held") == (late["state"], again["state"])


def test_consent_that_ran_out_holds_an_act_at_the_last_gate(rig: DeskRig) -> None:
    """Two consented, the first so long ago that only one still counts: it waits for another."""
    rig.gate.approvers_needed = 2
    held = rig.held()
    half = rig.approve(held)
    rig.clock.advance(20 * HOUR_SECONDS)
    approved = rig.approve(half, "mungo")
    rig.clock.advance(5 * HOUR_SECONDS)

    clearance = rig.send(approved)

    act = rig.desk.act(approved["id"])
    assert ("held", "approved") == (half["state"], approved["state"])
    assert (False, "held", None) == (clearance.cleared, act["state"], act["approved_at"])


def test_the_author_never_approves(rig: DeskRig) -> None:
    """The rule refuses it, the attempt is on record, and nothing of it counts."""
    held = rig.held(who="ivor")

    with pytest.raises(NotAllowedError, match="Nobody approves their own act"):
        rig.approve(held, "ivor")

    assert ("held", []) == (rig.state(held), rig.desk.act(held["id"])["approvals"])
    assert [rig.actor("ivor").person_id] == [
        each["actor"]["person_id"] for each in rig.notes("approval.refused")
    ]


@pytest.mark.parametrize("blind", ["failure", "without"])
def test_the_author_never_approves_though_the_rules_say_nothing(rig: DeskRig, blind: str) -> None:
    """The engine may be away or the rule taken out: the desk itself refuses."""
    held = rig.held(who="ivor")
    if blind == "failure":
        rig.gate.failure = FAILURE
    else:
        rig.gate.without = {"authority/four_eyes"}

    with pytest.raises(NotAllowedError, match="nobody approves their own act"):
        rig.approve(held, "ivor")

    assert 1 == len(rig.notes("approval.refused"))


def test_consent_is_to_a_digest_and_to_no_other(rig: DeskRig) -> None:
    """Who read another wording than there is now is told so."""
    held = rig.held()

    with pytest.raises(VersionConflictError, match="read it again"):
        rig.approve(held, digest="0" * 64)

    assert "held" == rig.state(held)


def test_nobody_agrees_twice(rig: DeskRig) -> None:
    """One person is one, however often they agree."""
    rig.gate.approvers_needed = 2
    half = rig.approve(rig.held())

    with pytest.raises(RejectError, match="agreed to this already"):
        rig.approve(half)

    assert "held" == rig.state(half)


def test_consent_counts_while_its_giver_works_here_in_that_role(rig: DeskRig) -> None:
    """Whoever left, or lost the role, has no say in what goes out from then on."""
    first, second = rig.approved(), rig.approve(rig.held(), "mungo")
    rig.do("person-leaves", "greta", login="moira", why="moved away")
    rig.do("change-person", "greta", login="mungo", roles=["auditor"], why="new work")

    for act in (first, second):
        assert not rig.send(act).cleared
        assert "held" == rig.state(act)


def test_one_officer_agrees_to_their_own_act_and_the_record_says_so(lone_rig: DeskRig) -> None:
    """It takes an express consent, and each step that rests on it is marked."""
    held = lone_rig.held(who="ivor")
    approved = lone_rig.approve(held, "ivor")
    cleared = lone_rig.send(approved)

    marked = {
        kind: [(each["one_officer"], each["facts"].get("one_officer")) for each in found]
        for kind in ("act.proposed", "act.approved", "act.cleared")
        if (found := lone_rig.notes(kind))
    }
    assert ("held", "approved", True) == (held["state"], approved["state"], cleared.cleared)
    assert [True] == [each["one_officer"] for each in lone_rig.desk.act(held["id"])["approvals"]]
    assert {
        "act.proposed": [(False, False)],
        "act.approved": [(True, True)],
        "act.cleared": [(True, True)],
    } == marked


def test_anothers_consent_is_not_marked_where_there_is_one_officer(lone_rig: DeskRig) -> None:
    """The mark is for acts that one person alone decided."""
    lone_rig.send(lone_rig.approved())

    assert [False] == [each["one_officer"] for each in lone_rig.notes("act.approved")]
    assert [False] == [each["one_officer"] for each in lone_rig.notes("act.cleared")]


def test_a_body_without_four_eyes_sends_what_nothing_stands_against(rig: DeskRig) -> None:
    """Where no rule holds an act, it is approved as it is proposed."""
    rig.gate.without = {"authority/four_eyes"}

    act = rig.held()

    assert ("approved", "allow") == (act["state"], act["decision"])
    assert rig.send(act).cleared


def test_a_withdrawn_act_does_not_go_out(rig: DeskRig) -> None:
    """Its author, or who may approve, takes it back until it is on its way."""
    own, others = rig.approved(), rig.approved()
    rig.do("withdraw", "ines", act_id=own["id"], why="written in haste")
    rig.do("withdraw", "mungo", act_id=others["id"], why="better not")

    for act in (own, others):
        assert "withdrawn" == rig.state(act)
        assert not rig.clear(act).cleared
    assert [] == rig.sending.due("town", 10)


def test_another_writer_takes_nothing_back(rig: DeskRig) -> None:
    """Neither may they write in another's name: who wrote it would not be who is asked."""
    act = rig.approved()

    with pytest.raises(NotAllowedError, match="Only its author"):
        rig.do("withdraw", "curt", act_id=act["id"], why="as I like")
    with pytest.raises(NotAllowedError, match="Only its author"):
        rig.do("edit", "curt", act_id=act["id"], version=act["version"], text="Ours.")
    with pytest.raises(NotAllowedError, match="Only its author"):
        rig.do("propose", "curt", act_id=act["id"])


def test_what_is_on_its_way_is_left_alone(rig: DeskRig) -> None:
    """No edit, proposal, consent or withdrawal touches an act that was begun."""
    act = rig.approved()
    rig.send(act)
    version = rig.row("acts", act["id"])["version"]

    for verb, arguments in (
        ("edit", {"version": version, "text": "Other words."}),
        ("propose", {}),
        ("withdraw", {"why": "too late"}),
    ):
        with pytest.raises(RejectError, match="on its way or sent"):
            rig.do(verb, "ines", act_id=act["id"], **arguments)
    with pytest.raises(RejectError, match="on its way or sent"):
        rig.approve(act, "mungo")


@pytest.mark.parametrize("verb", ["edit", "propose", "withdraw", "approve"])
def test_an_order_on_a_version_that_is_past_is_refused(rig: DeskRig, verb: str) -> None:
    """Two people never overwrite each other: the second is told that there was a first."""
    held = rig.held()
    rig.do("edit", "ines", act_id=held["id"], version=held["version"], text="On Monday.")
    arguments = {
        "edit": {"text": "On Tuesday."},
        "propose": {},
        "withdraw": {"why": "stale"},
        "approve": {"digest": held["digest"]},
    }[verb]
    who = "moira" if verb == "approve" else "ines"

    with pytest.raises(VersionConflictError, match="since you read it"):
        rig.do(verb, who, act_id=held["id"], version=held["version"], **arguments)

    assert "On Monday." == rig.row("acts", held["id"])["text"]


def test_advice_keeps_nothing(rig: DeskRig) -> None:
    """To ask is free: no act, no verdict, no entry."""
    before = (
        rig.row("audit_heads", "house"),
        rig.desk.acts(state=None, case_id=None, after=None, limit=10),
    )

    advice = rig.do("advise", "ines", case_id="case-1", text=PHONE)

    assert ("deny", "It holds a telephone number.") == (
        advice["verdict"]["decision"],
        advice["verdict"]["reasons"][0]["sentence"],
    )
    assert before == (
        rig.row("audit_heads", "house"),
        rig.desk.acts(state=None, case_id=None, after=None, limit=10),
    )


def test_of_an_erased_subject_the_bare_facts_are_kept(rig: DeskRig) -> None:
    """An answer to somebody who was erased still goes on record, without a word of it."""
    rig.sealer.erased.add("citizen:town-house:@someone@social.example")

    rig.send(rig.approved())

    cleared = rig.notes("act.cleared")[0]
    assert (None, "withheld", "allow") == (
        cleared["open"],
        cleared["payload"],
        cleared["facts"]["decision"],
    )


def test_a_verdict_too_long_for_the_record_is_noted_as_far_as_it_goes(rig: DeskRig) -> None:
    """However much the rules say of however long a text, it can be sent, and its row has it all."""
    rig.gate.objecting = [
        reason(f"content/rule_{number}", "advice", "\u4e2d" * 400) for number in range(60)
    ]

    sent = rig.send(rig.approved(text="\U0001f986" * 4_000))

    noted = rig.notes("act.cleared")[0]["open"]
    assert sent.cleared
    assert 61 == len(noted["verdict"]["reasons"]) + noted["verdict"]["reasons_left_out"]
    assert ("text" in noted, 4_000) == (False, noted["facts"]["act"]["length"])
    assert 61 == len(json.loads(rig.row("verdicts", sent.verdict_id)["reasons"]))
    assert 4_000 == len(rig.notes("act.drafted")[0]["open"]["text"])


def test_acts_are_listed_in_full_pages_whatever_is_asked_for(rig: DeskRig) -> None:
    """A page is short only where there is no more, by case and state together too."""
    acts = [rig.held() for _ in range(5)]
    for act in acts[:3]:
        rig.approve(act)

    def ids(state: str | None, case: str | None, after: str | None = None) -> list[str]:
        found = rig.desk.acts(state=state, case_id=case, after=after, limit=2)
        return [each["id"] for each in found]

    known = [act["id"] for act in acts]
    assert known[3:5] == ids("held", "case-1")
    assert known[0:2] == ids("approved", "case-1")
    assert known[2:3] == ids("approved", "case-1", known[1])
    assert known[0:2] == ids(None, "case-1")
    assert known[2:4] == ids(None, None, known[1])
    assert [] == ids("held", "case-2")
    assert 5 == len(rig.desk.acts(state=None, case_id=None, after=None, limit=PAGE_MAX * 100))


def test_what_is_not_there_is_not_found(rig: DeskRig) -> None:
    """Acts, verbs, accounts, cases and posts are asked for by name."""
    with pytest.raises(NotFoundError, match="no act"):
        rig.desk.act("nothing")
    with pytest.raises(NotFoundError, match="no verb"):
        rig.do("sing", "ines")
    with pytest.raises(NotFoundError, match="no account"):
        rig.do("draft", "ines", kind="statement", account="parks", text="Hello.")
    with pytest.raises(NotFoundError, match="no case"):
        rig.held(case_id="case-9")
    with pytest.raises(NotFoundError, match="no post"):
        rig.do("draft", "ines", post_id="post-9", text="Hello.")


def test_a_note_left_with_any_order_is_kept_on_record(rig: DeskRig) -> None:
    """Whoever drafts may say why, and the record holds it as it holds who and how."""
    order = {"case_id": "case-1", "text": CLEAN, "why": "She asked twice."}
    rig.do("draft", "ines", **order)

    (note,) = rig.notes("act.drafted")

    assert ("She asked twice.", "token") == (note["open"]["why"], note["actor"]["signed_in_by"])
