"""What becomes of an act: each verdict, consent, edit and withdrawal, decided on values alone."""

import pytest

from schemas.act import ActMedia
from schemas.verdict import Reason
from services.policy.act import act_of, require_state
from services.policy.act_view import act_dict
from services.policy.approvals import approval_of, in_force, voided
from services.policy.orders import EditAct, WithdrawAct
from services.policy.proposals import (
    approved,
    drafted,
    edited,
    judged,
    lapsed,
    only_halted,
    withdrawn,
)
from services.runtime.effects import Key, Row
from services.runtime.errors import NotAllowedError, RejectError
from services.runtime.ports import Guard
from tests.unit.policy.samples import (
    DENY,
    HALT,
    HOLD,
    HOUR_MS,
    HOURS,
    NEED,
    NOW_MS,
    account,
    act,
    actor,
    approval,
    judgement,
    situation,
    verdict,
)

ADVICE = HOLD.model_copy(update={"severity": "advice"})
ACT = Key("acts", "act-1")
TOWN = Key("accounts", "town")


def test_an_act_is_the_same_after_it_was_kept() -> None:
    """A row holds all there is of it."""
    before = act(text="Say it with a picture.")

    assert before == act_of(before.id, before.row())


def test_every_change_is_a_version_and_only_other_content_another_digest() -> None:
    """Two who read at different moments never mean the same version."""
    before = act()
    proposed, worded = before.changed(state="held"), before.changed(text="On Monday.")

    assert (before.version + 1, before.digest) == (proposed.version, proposed.digest)
    assert before.digest != worded.digest


@pytest.mark.parametrize(
    "values",
    [
        {"text": "On Monday."},
        {"language": "fr"},
        {"target": "n2"},
        {"parent_revision": "2"},
        {"account": "library"},
        {"kind": "statement"},
        {"media": '[{"kind":"image","sha256":"' + "a" * 64 + '","alt":null}]'},
    ],
)
def test_anything_that_reaches_a_platform_is_in_the_digest(values: dict[str, str]) -> None:
    """Consent to one is no consent to the other."""
    assert act().digest != act(**values).digest


def test_a_state_that_does_not_allow_it_is_said_in_words() -> None:
    """Somebody reads why."""
    require_state(act(state="held"), ("held",), "approved")

    with pytest.raises(RejectError, match="This act is withdrawn, so it cannot be approved"):
        require_state(act(state="withdrawn"), ("held",), "approved")


def test_a_draft_is_kept_where_there_is_none_of_its_id() -> None:
    """And its words are noted under the key of whom it tells."""
    decided = drafted(act(), actor())

    assert [Guard(ACT, None)] == decided.guards
    assert ("The draft is kept.", "draft") == (decided.reply["sentence"], decided.reply["state"])
    assert ("account:town", "citizen:1", "On Friday.") == (
        decided.notes[0].chain,
        decided.notes[0].subject,
        decided.notes[0].payload["text"],
    )


@pytest.mark.parametrize(
    ("reasons", "failure", "state", "wait_ms"),
    [
        ((), None, "approved", 24 * HOUR_MS),
        ((ADVICE,), None, "approved", 24 * HOUR_MS),
        ((HOLD,), None, "held", 72 * HOUR_MS),
        ((HALT,), None, "approved", 24 * HOUR_MS),
        ((HALT, ADVICE), None, "approved", 24 * HOUR_MS),
        ((HALT, HOLD), None, "held", 72 * HOUR_MS),
        ((DENY,), None, "denied", None),
        ((DENY, HOLD, HALT), None, "denied", None),
        ((), "The rules could not be checked.", "held", 72 * HOUR_MS),
    ],
)
def test_a_verdict_on_a_proposal_says_what_it_becomes(
    reasons: tuple[Reason, ...], failure: str | None, state: str, wait_ms: int | None
) -> None:
    """Allowed goes out, held waits for people, a halt alone waits for its end, denied goes back."""
    decided = judged(situation(), judgement(*reasons, failure=failure), actor(), HOURS)

    row = decided.writes[ACT]
    assert row is not None
    assert (state, None if wait_ms is None else NOW_MS + wait_ms) == (
        row["state"],
        row["expires_at_ms"],
    )
    assert (row["approved_at_ms"] is not None) == (state == "approved")
    assert {Guard(ACT, 2), Guard(TOWN, 7)} == set(decided.guards)


def test_what_a_verdict_rests_on_is_kept_with_it() -> None:
    """Which content, rules, grant and consent, at which version of the account."""
    before = situation()
    facts = {"actor": {"grant": {"id": "grant-1"}}, "approvals": [{"approver": "moira-id"}]}

    decided = judged(before, judgement(HOLD, facts=facts), actor(), HOURS)

    row = decided.writes[Key("verdicts", "verdict-1")]
    assert row is not None
    assert (before.act.digest, "r" * 64, "grant-1", "moira-id", 7) == (
        row["digest"],
        row["revision"],
        row["grant_id"],
        row["approvers"],
        row["account_version"],
    )
    assert facts == decided.notes[0].payload["facts"]
    assert ["acts.judged.v1"] == [topic for topic, _ in decided.events]


@pytest.mark.parametrize(
    ("reasons", "expected"),
    [
        ((HALT,), True),
        ((HALT, HALT), True),
        ((HALT, ADVICE), True),
        ((), False),
        ((ADVICE,), False),
        ((HALT, HOLD), False),
        ((HALT, DENY), False),
        ((HOLD,), False),
    ],
)
def test_a_halt_is_told_apart_from_all_else(reasons: tuple[Reason, ...], expected: bool) -> None:  # noqa: FBT001 - the expectation itself
    """What waits for a release alone is not held for people."""
    assert expected == only_halted(verdict(*reasons))


def test_a_failure_is_no_halt() -> None:
    """Nothing is approved on the word of an engine that gave none."""
    assert not only_halted(verdict(failure="The rules could not be checked."))


def test_consent_that_meets_every_need_approves() -> None:
    """It is kept with its giver's roles and time, and every account's sending looks again."""
    before = situation(act(state="held"))
    given = approval(before.act)

    decided = approved(before, given, judgement(ADVICE), actor("moira-id", "approver"), HOURS)

    row, kept = decided.writes[ACT], decided.writes[given.key]
    assert row is not None
    assert kept is not None
    assert ("approved", NOW_MS, NOW_MS + 24 * HOUR_MS) == (
        row["state"],
        row["approved_at_ms"],
        row["expires_at_ms"],
    )
    assert ("valid", "approver", before.act.digest, 0) == (
        kept["state"],
        kept["roles"],
        kept["digest"],
        kept["one_officer"],
    )
    assert TOWN not in decided.writes
    assert {Guard(ACT, 2), Guard(TOWN, 7), Guard(given.key, None)} == set(decided.guards)


@pytest.mark.parametrize(
    ("reasons", "failure"), [((HOLD,), None), ((), "The rules could not be checked.")]
)
def test_consent_that_does_not_suffice_is_kept_for_later(
    reasons: tuple[Reason, ...], failure: str | None
) -> None:
    """The act stays held as long as it would have, and is not due."""
    before = situation(act(state="held", expires_at_ms=NOW_MS + HOUR_MS))
    given = approval(before.act)

    decided = approved(
        before, given, judgement(*reasons, failure=failure), actor("moira-id"), HOURS
    )

    row = decided.writes[ACT]
    assert row is not None
    assert ("held", None, NOW_MS + HOUR_MS) == (
        row["state"],
        row["approved_at_ms"],
        row["expires_at_ms"],
    )
    assert given.key in decided.writes


@pytest.mark.parametrize(
    "judged_so",
    [
        judgement(DENY.model_copy(update={"rule": "authority/four_eyes"})),
        judgement(),
        judgement(failure="The rules could not be checked."),
    ],
)
def test_the_authors_own_consent_is_refused_whatever_the_rules_say(judged_so: object) -> None:
    """Nothing is written but that it was tried."""
    before = situation(act(state="held"))
    author = actor("ines-id", "team-member", "approver")

    decided = approved(before, approval(before.act, author), judged_so, author, HOURS)  # type: ignore[arg-type]

    assert isinstance(decided.refusal, NotAllowedError)
    assert {} == decided.writes
    assert ["approval.refused"] == [note.kind for note in decided.notes]


def test_the_one_officers_own_consent_is_taken_and_marked() -> None:
    """In the row and in the record."""
    before = situation(act(state="held"))
    author = actor("ines-id", "team-member", "approver")
    given = approval(before.act, author, one_officer=True)
    facts = {"actor": {"grant": None}, "approvals": [{"approver": "ines-id"}]}

    decided = approved(before, given, judgement(ADVICE, facts=facts), author, HOURS)

    assert decided.refusal is None
    assert 1 == (decided.writes[given.key] or {})["one_officer"]
    assert [True, True] == [note.one_officer for note in decided.notes]


def test_one_officer_mode_does_not_mark_the_consent_of_another() -> None:
    """Who is not the author agrees as anywhere."""
    assert not approval(act(), one_officer=True).one_officer


def test_an_edit_voids_consent_and_starts_over() -> None:
    """Nothing of the old verdict stays, and the post is taken as it is now."""
    before = act(
        state="approved",
        reasons=f"[{HOLD.model_dump_json()}]",
        revision="r",
        approved_at_ms=1,
        decision="allow",
    )
    rows = [{**approval(before).row(), "id": "approval-1"}]
    order = EditAct(
        act_id="act-1", version=2, text="On Monday.", media=(ActMedia(sha256="a" * 64),)
    )

    decided = edited(order, before, actor(), rows, "2")

    row = decided.writes[ACT]
    assert row is not None
    assert ("draft", "On Monday.", "2", None, "[]", None, None) == tuple(
        row[name]
        for name in (
            "state",
            "text",
            "parent_revision",
            "decision",
            "reasons",
            "revision",
            "approved_at_ms",
        )
    )
    assert ("void", "edited") == tuple(
        (decided.writes[Key("approvals", "approval-1")] or {})[name]
        for name in ("state", "void_reason")
    )
    assert "was changed" in decided.reply["sentence"]


@pytest.mark.parametrize("state", ["sending", "withdrawn"])
def test_what_is_on_its_way_or_taken_back_is_not_edited(state: str) -> None:
    """It is too late for other words."""
    order = EditAct(act_id="act-1", version=2, text="On Monday.")

    with pytest.raises(RejectError, match="cannot be edited"):
        edited(order, act(state=state), actor(), [], "1")


def test_what_lapses_takes_its_consent_with_it() -> None:
    """And says why to whoever reads it."""
    before = act(state="approved", approved_at_ms=1)
    rows = [{**approval(before).row(), "id": "approval-1"}]

    decided = lapsed(before, rows, actor(), "Void: it was late.")

    assert ("void", None) == tuple(
        (decided.writes[ACT] or {})[name] for name in ("state", "approved_at_ms")
    )
    assert "void" == (decided.writes[Key("approvals", "approval-1")] or {})["state"]
    assert "Void: it was late." == decided.reply["sentence"]


@pytest.mark.parametrize(
    ("who", "allowed"),
    [
        (actor("ines-id", "team-member"), True),
        (actor("moira-id", "approver"), True),
        (actor("dora-id", "duty-officer"), True),
        (actor("curt-id", "curator"), False),
        (actor("else-id", "team-member"), False),
    ],
)
def test_an_act_is_taken_back_by_its_author_or_who_may_approve(
    who: object, *, allowed: bool
) -> None:
    """Nobody else's change of mind counts."""
    order = WithdrawAct(act_id="act-1", why="better not")

    if allowed:
        decided = withdrawn(order, act(), who, [])  # type: ignore[arg-type]
        assert "withdrawn" == (decided.writes[ACT] or {})["state"]
        return
    with pytest.raises(NotAllowedError, match="Only its author"):
        withdrawn(order, act(), who, [])  # type: ignore[arg-type]


def test_consent_is_the_same_after_it_was_kept() -> None:
    """A row holds all there is of it; its needs are those that its giver's roles meet."""
    before = act(reasons=f"[{HOLD.model_dump_json()}, {DENY.model_dump_json()}]")
    given = approval(before, actor("moira-id", "approver", why="I read it"))

    assert (NEED,) == given.needs
    assert given == approval_of({**given.row(), "id": given.id})
    assert () == approval(before, actor("omar-id", "ops")).needs


@pytest.mark.parametrize(
    ("words", "later_ms", "counts"),
    [
        ("On Friday.", 0, True),
        ("On Friday.", 24 * HOUR_MS - 1, True),
        ("On Friday.", 24 * HOUR_MS, False),
        ("On Monday.", 0, False),
    ],
)
def test_consent_is_in_force_for_its_words_and_its_time(
    words: str,
    later_ms: int,
    counts: bool,  # noqa: FBT001 - the expectation itself
) -> None:
    """Of other words, or run out, it is none."""
    given = approval(act())

    assert counts == bool(in_force([given], act(text=words), NOW_MS + later_ms))


def test_only_valid_consent_becomes_void_and_once() -> None:
    """What was void already keeps its own reason."""
    row = {**approval(act()).row(), "id": "approval-1"}

    writes = voided([row, {**row, "id": "old", "state": "void"}], "edited")

    assert [Key("approvals", "approval-1")] == list(writes)
    assert 2 == (writes[Key("approvals", "approval-1")] or {})["version"]


def test_an_act_is_shown_with_its_consent_its_sending_and_peoples_logins() -> None:
    """Ids stand for whoever is not known by a login."""
    before = act(state="sending", approved_at_ms=NOW_MS)
    row = {**approval(before).row(), "id": "approval-1"}
    sending: Row = {
        "state": "sent",
        "attempt": 1,
        "remote_id": "r1",
        "link": None,
        "detail": None,
        "settled_by": None,
        "begun_at_ms": NOW_MS,
        "ended_at_ms": None,
    }

    shown = act_dict(before, sending, [row], {"ines-id": "ines"})

    assert ("ines", "moira-id", "sent") == (
        shown["author"],
        shown["approvals"][0]["approver"],
        shown["sending"]["state"],
    )
    assert ("2026-03-02T09:00:00+00:00", None) == (shown["approved_at"], shown["expires_at"])


def test_the_account_is_locked_as_it_was_judged() -> None:
    """A verdict made at one version of the account is not kept at another."""
    decided = judged(situation(account=account(version=11)), judgement(), actor(), HOURS)

    assert Guard(TOWN, 11) in decided.guards
