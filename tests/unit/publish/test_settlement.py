"""A person's word on a sending of which nothing else tells."""

import json
from typing import Any

import pytest

from services.runtime.actor import Actor
from services.runtime.errors import (
    NotAllowedError,
    NotFoundError,
    RejectError,
    VersionConflictError,
)
from tests.unit.publish.stand import Stand

OFFICER = Actor("person-9", "officer", frozenset({"governance"}), "token")
AUTHOR = Actor("person-1", "author", frozenset({"team-member"}), "token")
SENT = {
    "outcome": "sent",
    "remote_id": "r-7",
    "link": "https://town.example/r-7",
    "why": "I saw it.",
}
NOT_SENT = {"outcome": "not-sent", "why": "It is not there."}


def waiting(**values: Any) -> Stand:
    """Return an account of which one act waits for a person."""
    stand = Stand({"takes_keys": False, "reads_back": False, **values})
    stand.platform.faults.append("lost before")
    stand.gate.approve("act-1")
    stand.run(seconds=60)
    return stand


def test_what_a_person_found_is_told_and_noted_with_whose_word_it_is() -> None:
    """It counts as sent, others hear of it, and the audit names the person and their reason."""
    stand = waiting()

    reply = stand.settle("act-1", SENT, OFFICER)

    settled = stand.sending()
    entry = stand.memory.table("audit_entries")[-1]
    payload = json.loads(stand.memory.table("audit_payloads")[-1]["ciphertext"])
    assert ("reconciled", "r-7", "person-9") == (
        settled.state,
        settled.remote_id,
        settled.settled_by,
    )
    assert ("sending.reconciled", "person-9") == (entry["kind"], entry["actor_id"])
    assert "I saw it." == payload["why"]
    assert 1 == stand.memory.log.end_offset("acts.performed.v1")
    assert "Settled: it was sent." == reply["sentence"]
    assert [("town", "reconciled")] == [(each.account, each.state) for each in stand.settled]


def test_what_was_not_sent_is_held_and_goes_out_once_approved_afresh() -> None:
    """Nothing is sent on a person's finding alone: it takes an approval."""
    stand = waiting()
    stand.settle("act-1", NOT_SENT, OFFICER)
    stand.run(seconds=60)
    before = len(stand.platform.effects)
    held = stand.gate.state("act-1")
    stand.gate.approve("act-1")
    stand.run()

    assert ("held", 0) == (held, before)
    assert ("sent", 2) == (stand.sending().state, stand.sending().attempt)


@pytest.mark.parametrize(
    "arguments",
    [
        {"outcome": "perhaps", "why": "I looked."},
        {"why": "I looked."},
        {"outcome": "sent", "why": "I looked."},
        {"outcome": "sent", "remote_id": "r" * 513, "why": "I looked."},
        {"outcome": "sent", "remote_id": 7, "why": "I looked."},
        {"outcome": "not-sent", "why": " "},
        {"outcome": "not-sent"},
        {"outcome": "not-sent", "why": "x" * 501},
    ],
)
def test_a_word_that_says_too_little_or_too_much_is_refused(arguments: dict[str, Any]) -> None:
    """Outcome, reason and, for what was sent, its id are needed, each within bounds."""
    stand = waiting()

    with pytest.raises(RejectError):
        stand.settle("act-1", arguments, OFFICER)

    assert stand.sending().awaits_person


def test_not_everybody_may_settle() -> None:
    """It takes a role that answers for what goes out."""
    with pytest.raises(NotAllowedError):
        waiting().settle("act-1", NOT_SENT, AUTHOR)


def test_what_was_never_begun_cannot_be_settled() -> None:
    """An id that no sending has is not found."""
    with pytest.raises(NotFoundError):
        waiting().settle("act-2", NOT_SENT, OFFICER)


def test_what_the_program_is_still_finding_out_is_left_to_it() -> None:
    """A person decides only where neither key nor reading back tells."""
    stand = Stand()
    stand.platform.faults.append("lost before")
    stand.gate.approve("act-1")
    stand.turn()

    with pytest.raises(RejectError, match="finding out"):
        stand.settle("act-1", NOT_SENT, OFFICER)


def test_what_has_ended_is_settled_once() -> None:
    """A second word on the same sending changes nothing."""
    stand = waiting()
    stand.settle("act-1", SENT, OFFICER)

    with pytest.raises(RejectError, match="reconciled"):
        stand.settle("act-1", NOT_SENT, OFFICER)

    assert "r-7" == stand.sending().remote_id


def test_an_id_that_is_another_acts_is_refused() -> None:
    """One act on the platform cannot be two of ours."""
    stand = waiting()
    stand.gate.approve("act-2")
    stand.run()
    taken = stand.sending("act-2").remote_id

    with pytest.raises(RejectError, match="another act"):
        stand.settle("act-1", {**SENT, "remote_id": taken}, OFFICER)


def test_of_two_who_settle_at_once_one_is_told_so() -> None:
    """Whoever comes second reads again, and nothing is written twice."""
    stand = waiting()
    stand.gate.memory.rows = _changing_when_read(stand)

    with pytest.raises(VersionConflictError):
        stand.settle("act-1", SENT, OFFICER)

    assert 0 == stand.memory.log.end_offset("acts.performed.v1")


def _changing_when_read(stand: Stand) -> Any:
    """Return the store's rows, in which the sending moves on each time its id is looked up."""

    class Moving(dict[Any, Any]):
        def get(self, key: Any, default: Any = None) -> Any:
            row = super().get(key, default)
            if row is not None and key.table == "sendings":
                self[key] = {**row, "version": row["version"] + 1}
            return row

    return Moving(stand.memory.rows)
