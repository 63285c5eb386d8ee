"""A sending as a value: to its row and back, begun, begun again, and settled by a person."""

import pytest

from services.publish.sending import (
    DETAIL_LENGTH_MAX,
    Sending,
    begun,
    request_key,
    sending_of,
    settled_by_person,
)
from services.runtime.actor import Actor
from services.runtime.errors import StateConflictError
from services.store.statements import row_values
from tests.fakes import MOMENT
from tests.unit.publish.samples import ACCOUNT, NOW_MS, clearance, content, sending, unknown

MORAG = Actor("person-1", "morag", frozenset({"approver"}), "token")


def test_a_row_holds_all_of_a_sending() -> None:
    """What was written is read back as it was, and the table has a column for each of it."""
    whole = unknown(
        remote_id="r-1", link="https://town.example/r-1", detail="timed out", settled_by="gate"
    )

    read = sending_of("act-1", {"id": "act-1", **whole.row()})

    assert whole == read
    assert row_values("sendings", "act-1", whole.row())


def test_a_platforms_long_words_are_cut() -> None:
    """A row keeps the beginning of whatever a platform said."""
    row = sending(detail="x" * 10_000).row()

    assert "x" * DETAIL_LENGTH_MAX == row["detail"]


def test_a_key_is_that_of_one_content_of_one_act_as_one_account() -> None:
    """The same request has the same key at every try, and no other request has it."""
    keys = {
        request_key("act-1", ACCOUNT, content().digest),
        request_key("act-2", ACCOUNT, content().digest),
        request_key("act-1", "other", content().digest),
        request_key("act-1", ACCOUNT, content("Another wording.").digest),
    }

    assert 4 == len(keys)
    assert request_key("act-1", ACCOUNT, content().digest) in keys


def test_the_first_sending_holds_what_it_rests_on() -> None:
    """Digest, verdict, grant, revision and approvers stand in the row before anything is sent."""
    first = begun(clearance(), None, NOW_MS)

    assert sending() == first


@pytest.mark.parametrize(
    "before",
    [
        sending("deferred", attempt=3, version=5),
        sending("refused", attempt=3, version=5, settled_by="gate"),
        sending("reconciled", attempt=3, version=5, settled_by="person-1"),
    ],
    ids=lambda before: before.state,
)
def test_what_was_not_carried_out_may_begin_again(before: Sending) -> None:
    """A new approval starts the next attempt, without any doubt left."""
    again = begun(clearance(), before, NOW_MS + 1)

    assert ("sending", 4, 6) == (again.state, again.attempt, again.version)
    assert again.doubt_since_ms is None


def test_a_try_with_the_key_keeps_the_doubt() -> None:
    """A request given again is the same request, in doubt since its first try."""
    before = unknown(attempt=2, version=4)

    again = begun(clearance(), before, NOW_MS + 9_000)

    assert before.request_key == again.request_key
    assert (NOW_MS, NOW_MS + 9_000) == (again.doubt_since_ms, again.begun_at_ms)


@pytest.mark.parametrize(
    "before",
    [
        sending(),
        sending("sent", remote_id="r-1"),
        sending("reconciled", remote_id="r-1"),
        unknown(request_key="of another wording"),
    ],
    ids=["sending", "sent", "reconciled", "unknown, other wording"],
)
def test_what_may_be_on_the_platform_is_never_begun_anew(before: Sending) -> None:
    """Whatever says that it may go, an act that may be out there is not sent again."""
    with pytest.raises(StateConflictError, match="act-1"):
        begun(clearance(), before, NOW_MS)


def test_a_person_settles_that_it_was_sent() -> None:
    """What they found is kept with who found it."""
    settled = settled_by_person(
        unknown(not_before_ms=None),
        "sent",
        remote_id="r-1",
        link="https://town.example/r-1",
        actor=MORAG,
        now=MOMENT,
    )

    assert ("reconciled", "r-1", "person-1") == (
        settled.state,
        settled.remote_id,
        settled.settled_by,
    )
    assert not settled.may_begin_again


def test_a_person_settles_that_it_was_not_sent() -> None:
    """It may then be approved and sent afresh."""
    settled = settled_by_person(
        unknown(not_before_ms=None), "not-sent", remote_id=None, link=None, actor=MORAG, now=MOMENT
    )

    assert settled.may_begin_again
    assert settled.doubt_since_ms is None
