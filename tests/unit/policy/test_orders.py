"""Orders: what a verb takes, and what is never taken."""

import pytest
from pydantic import ValidationError

from services.policy.desk_verbs import HANDLERS, KNOWN
from services.policy.orders import (
    APPROVERS,
    VERBS,
    WRITERS,
    AskAdvice,
    DraftAct,
    HaltVoice,
    IssueToken,
)


def test_every_verb_has_a_handler_and_every_handler_a_verb() -> None:
    """Nothing is offered that nobody does."""
    assert KNOWN.keys() == HANDLERS.keys()


def test_whoever_has_the_machine_looks_after_people_and_halts_and_never_speaks() -> None:
    """The operator is in none of the verbs about acts, nor may they release."""
    assert {
        "add-person",
        "change-person",
        "person-leaves",
        "issue-token",
        "revoke-token",
        "give-grant",
        "end-grant",
        "halt",
    } == {name for name, verb in VERBS.items() if verb.operator}


def test_who_only_writes_approves_nothing_and_who_only_approves_writes_nothing() -> None:
    """The roles of both verbs meet in the duty officer alone."""
    assert {"duty-officer"} == WRITERS & APPROVERS
    assert VERBS["approve"].roles == APPROVERS
    assert all(VERBS[verb].roles == WRITERS for verb in ("draft", "edit", "propose", "answer"))


def test_an_auditor_changes_nothing() -> None:
    """No verb is theirs: they read."""
    assert not [name for name, verb in VERBS.items() if "auditor" in verb.roles]


@pytest.mark.parametrize(
    "order",
    [
        lambda: DraftAct(text="a\0b"),
        lambda: DraftAct(case_id="a\0b"),
        lambda: DraftAct(text="\ud800"),
        lambda: DraftAct(media=[{"sha256": "0" * 64, "alt": "a\0b"}]),
        lambda: HaltVoice(kind="theme", name="a\0b", why="smoke"),
        lambda: IssueToken(login="ines", days=0),
        lambda: IssueToken(login="ines", label=""),
        lambda: IssueToken(login="Ines"),
        lambda: DraftAct(colour="red"),  # type: ignore[call-arg]
    ],
)
def test_what_cannot_be_kept_or_is_not_known_is_no_order(order: object) -> None:
    """Half characters, null characters, and arguments that no verb has."""
    with pytest.raises(ValidationError):
        order()  # type: ignore[operator]


def test_advice_is_asked_for_as_a_draft_would_be() -> None:
    """Each of its arguments is one of a draft's."""
    assert AskAdvice.model_fields.keys() <= DraftAct.model_fields.keys()
