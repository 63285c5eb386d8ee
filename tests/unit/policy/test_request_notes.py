"""What the audit is told of a wish for a case, and the sentence that is made of it."""

from dataclasses import replace
from typing import Any

import pytest

from schemas.assignment import RerouteRequest, RerouteRequested
from schemas.case import (
    CaseCloseRequest,
    CaseCloseRequested,
    CaseMergeRequest,
    CaseMergeRequested,
    CaseReopenRequest,
    CaseReopenRequested,
    CaseSplitRequest,
    CaseSplitRequested,
)
from services.policy.audit_sentences import details, told
from services.policy.retention import CLASSES
from services.request_notes import KINDS, TAKES_IN, Wish, request_note
from services.runtime.actor import OPERATOR, Actor
from tests.fakes import MOMENT

ANN = Actor("a" * 32, "ann", frozenset({"team-member"}), "token", credential_id="t1")
SUBJECT = "citizen:" + "0" * 32
ENVELOPE: dict[str, Any] = {"id": "e1", "source": "/console", "subject": "v1", "time": MOMENT}
DATA: dict[str, Any] = {
    "conversation_id": "v1",
    "case_id": "c1",
    "reason": "It is so",
    "requested_by": "ann",
}
CLOSE = CaseCloseRequested(data=CaseCloseRequest(outcome="answered", **DATA), **ENVELOPE)
WISHES: list[tuple[Wish, dict[str, Any], str]] = [
    (CLOSE, {"outcome": "answered"}, "ann asked for the case to be closed: it was answered."),
    (
        CaseReopenRequested(data=CaseReopenRequest(**DATA), **ENVELOPE),
        {},
        "ann asked for the closed case to be opened again.",
    ),
    (
        CaseMergeRequested(data=CaseMergeRequest(into_case_id="c2", **DATA), **ENVELOPE),
        {"into_case_id": "c2"},
        "ann asked for the case to be answered with case c2.",
    ),
    (
        CaseSplitRequested(data=CaseSplitRequest(post_ids=("p1", "p2", "p1"), **DATA), **ENVELOPE),
        {"posts": 2},
        "ann asked for posts of the case to be a case of their own; how many: 2.",
    ),
    (
        RerouteRequested(data=RerouteRequest(post_id="p1", team="roads", **DATA), **ENVELOPE),
        {"team_wanted": "roads", "theme": None, "post_id": "p1", "alone": True},
        "ann asked for the case to go from team waste to roads.",
    ),
]


def noted(wish: Wish, actor: Actor = ANN) -> Any:
    """Return the note of a wish for a case that waste has."""
    return request_note(wish, actor, case_id="c1", team="waste", subject=SUBJECT)


@pytest.mark.parametrize(("wish", "facts", "sentence"), WISHES)
def test_a_wish_is_noted_and_told_in_plain_words(
    wish: Wish, facts: dict[str, Any], sentence: str
) -> None:
    """What is to become of the case stands in the facts, and people read it as a sentence."""
    note = noted(wish)

    assert {"request": "e1", "team": "waste", **facts} == note.facts
    assert sentence == told(note.kind, {"facts": note.facts}, "ann")


@pytest.mark.parametrize("outcome", ["resolved-elsewhere", "not-ours", "no-answer-needed"])
def test_every_outcome_is_told_in_words(outcome: Any) -> None:
    """A reader who was not there need not know our names for them."""
    data = CLOSE.data.model_copy(update={"outcome": outcome})

    sentence = told("case.close-requested", {"facts": noted(_with(data)).facts}, "ann")

    assert outcome not in sentence
    assert "None" not in sentence


def test_who_asked_is_who_signed_in_and_the_reason_is_kept_with_them() -> None:
    """The actor stands as they signed in; nobody's name is written beside it."""
    note = noted(CLOSE)

    assert replace(ANN, why="It is so") == note.actor
    assert ({}, "c1", SUBJECT, "house") == (note.payload, note.case_id, note.subject, note.chain)


def test_whom_the_operator_asks_for_is_named_in_the_payload() -> None:
    """A name that was typed is no proof, and can be erased: it is no part of the chain."""
    note = noted(CLOSE, OPERATOR)

    said = {"facts": note.facts}
    assert {"requested_by": "ann"} == note.payload
    assert ["Reason given: It is so", "In the name of: ann"] == list(
        details(said, {**note.payload, "why": note.actor.why}, {})
    )


@pytest.mark.parametrize("kind", [*KINDS.values(), TAKES_IN])
def test_reasons_are_kept_no_longer_than_the_body_says(kind: str) -> None:
    """Some class of retention holds the payloads of each kind of note."""
    assert [each.name for each in CLASSES if each.kinds and kind.startswith(each.kinds)]


def _with(data: CaseCloseRequest) -> CaseCloseRequested:
    return CaseCloseRequested(data=data, **ENVELOPE)
