"""An act on paper: whom it answers, what became of it in one line, and whole commands to type."""

from datetime import timedelta, timezone
from typing import Any

import pytest

from services.cli_act_text import Reading, act_text

ACT = "a" * 32
HOLD = {"rule": "authority/four_eyes", "severity": "hold", "sentence": "It waits.", "need": None}
SENT = {
    "state": "sent",
    "link": "/house/threads/t1#post-p1",
    "detail": None,
    "begun_at": "2026-03-02T09:00:00Z",
    "ended_at": "2026-03-02T09:01:00Z",
}


def act(**changes: Any) -> dict[str, Any]:
    """Return an act as the API tells it."""
    plain: dict[str, Any] = {
        "id": ACT,
        "version": 3,
        "state": "draft",
        "sentence": "The draft is kept.",
        "account": "town",
        "kind": "reply",
        "author": "ann",
        "text": "It was emptied today.",
        "digest": "d" * 64,
        "reasons": [],
        "needs": [],
        "approvals": [],
        "sending": None,
    }
    return {**plain, **changes}


def next_lines(text: str) -> list[str]:
    """Return the commands that a text ends with."""
    lines = text.splitlines()
    first = next(n for n, line in enumerate(lines) if line.startswith("  Next: "))
    return [line.strip() for line in lines[first:]]


def test_a_draft_is_proposed_next_or_edited_on_the_version_read() -> None:
    """Both commands can be typed as they stand, by whoever typed the one before."""
    text = act_text(act(), Reading(login="ann"))

    assert [
        f"Next: mercat propose {ACT} --as ann",
        f'or, to change it: mercat edit {ACT} --version 3 --text "NEW WORDS" --as ann',
    ] == next_lines(text)


@pytest.mark.parametrize("state", ["denied", "void"])
def test_what_cannot_go_out_is_edited_first(state: str) -> None:
    """Where nobody was named with `--as`, the commands name nobody either."""
    assert [
        f'Next: mercat edit {ACT} --version 3 --text "NEW WORDS"',
        f"then: mercat propose {ACT}",
    ] == next_lines(act_text(act(state=state)))


def test_what_a_draft_would_meet_stands_before_the_next_command() -> None:
    """The last line is what to type, whatever the rules advise."""
    text = act_text(act(advice={"reasons": [HOLD]}))

    assert text.index("HELD by authority/four_eyes") < text.index("Next: ")


def test_a_sent_act_says_when_and_where_in_one_line() -> None:
    """The link leads to Mercat's own address, in the reader's time; nothing is on its way."""
    reading = Reading(address="http://localhost:8484", zone=timezone(timedelta(hours=1), "BST"))

    text = act_text(act(state="sending", sentence="On its way.", sending=SENT), reading)

    link = "http://localhost:8484/house/threads/t1#post-p1"
    assert f"  Sent Mon 02 Mar 2026 10:01 BST: {link}" == text.splitlines()[-1]
    assert "On its way" not in text


def test_an_act_on_its_way_says_since_when() -> None:
    """Until it is there, the link is promised and not shown."""
    sending = {**SENT, "state": "sending", "link": None, "ended_at": None}

    lines = act_text(act(state="sending", sending=sending)).splitlines()

    assert "  On its way Mon 02 Mar 2026 09:00 UTC." in lines
    assert f"  Next, for its link once it is sent: mercat act {ACT}" == lines[-1]


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("deferred", "  The platform asked Mercat to wait; it tries again by itself."),
        ("refused", "  Too long."),
        ("unknown", f"  Next: mercat settle {ACT} --outcome sent|not-sent --as LOGIN"),
    ],
)
def test_each_other_end_is_told(state: str, expected: str) -> None:
    """What the platform said is shown, and what a person has to do."""
    sending = {**SENT, "state": state, "link": None, "detail": "Too long."}

    assert expected in act_text(act(state="sending", sending=sending)).splitlines()


def test_a_held_act_names_its_digest_and_who_can_agree() -> None:
    """Whoever agrees types the command as it stands, with their own login."""
    needs = [{"roles": ["approver", "governance"], "count": 1}]

    lines = act_text(act(state="held", needs=needs)).splitlines()

    assert "  Digest: dddddddddddd" in lines
    assert "  Waits for: one approver or governance" in lines
    assert (
        f"  Next, by somebody else: mercat approve {ACT} --digest dddddddddddd --as LOGIN"
        == lines[-1]
    )


UNASKED = "The rules could not be checked just now (away); nothing is sent until they can."


@pytest.mark.parametrize(
    ("login", "typed_as"), [("ann", " --as ann"), ("bob", " --as LOGIN"), (None, "")]
)
def test_what_the_rules_were_not_asked_about_is_proposed_again_by_its_author(
    login: str | None, typed_as: str
) -> None:
    """Nobody knows yet whose consent it needs, so nobody is sent to approve it."""
    held = act(state="held", decision="hold", sentence=UNASKED)

    text = act_text(held, Reading(login=login))

    assert f"Act {ACT}, version 3: held until the rules can be asked" == text.splitlines()[0]
    assert [
        "Next: mercat doctor",
        f"then, by its author, once the rules can be asked: mercat propose {ACT}{typed_as}",
    ] == next_lines(text)
    assert "approve" not in text
    assert "  The rules could not be checked just now (away); nothing is sent until they" in text


@pytest.mark.parametrize("reasons", [[], [HOLD]])
def test_what_was_held_back_after_it_was_allowed_is_approved_again(
    reasons: list[dict[str, Any]],
) -> None:
    """The rules said that it may go, so that consent is what it waits for."""
    held = act(state="held", decision="allow", reasons=reasons, sentence="Look at it again.")

    lines = act_text(held).splitlines()

    assert lines[0].endswith("held until somebody agrees")
    assert "mercat approve" in lines[-1]


def test_a_draft_says_that_nothing_could_be_advised() -> None:
    """Silence would be taken for the rules' consent."""
    text = act_text(act(advice={"reasons": [], "failure": UNASKED}))

    assert "  The rules could not be checked just now (away)" in text


@pytest.mark.parametrize(
    ("answered", "expected"),
    [
        (
            {"author": "@mum", "words": "Is it open?\x1b[2J"},
            "  It answers @mum: “Is it open? [2J”",
        ),
        ({"author": None, "words": None}, "  It answers somebody, whose words were removed since."),
    ],
)
def test_an_act_shows_whom_it_answers(answered: dict[str, Any], expected: str) -> None:
    """Who agrees to an answer reads the question, and no question steers their terminal."""
    assert expected in act_text(act(answers=answered)).splitlines()


def test_consent_is_shown_with_its_time_and_its_end() -> None:
    """A consent that holds no more says why, and one by the only officer says so."""
    consent = {"approver": "bob", "approved_at": "2026-03-02T09:00:00Z", "one_officer": False}
    held = {**consent, "state": "valid", "one_officer": True}
    void = {**consent, "state": "void", "void_reason": "edited"}

    lines = act_text(act(approvals=[held, void])).splitlines()

    assert "  Agreed: Mon 02 Mar 2026 09:00 UTC, bob, as the one officer" in lines
    assert "  Agreed: Mon 02 Mar 2026 09:00 UTC, bob; it holds no more: edited" in lines
