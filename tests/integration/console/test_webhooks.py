"""Signed deliveries over HTTP: each answer says what the sender may do next."""

import pytest

from services.ingest.webhook import BODY_BYTES_MAX
from services.runtime.effects import Reject
from services.runtime.errors import OverloadedError, StorageRefusedError
from tests.integration.console.console_parts import FakeMercat, signed

POST = {"id": "17", "text": "The bins."}


@pytest.fixture
def mercat() -> FakeMercat:
    """A console with one webhook source, `form`."""
    return FakeMercat()


def test_a_signed_delivery_is_taken_in(mercat: FakeMercat) -> None:
    """The answer comes after the door has it, and counts what was refused."""
    answer = mercat.ask("POST", "/webhooks/form", **signed({"posts": [POST, {"id": "18"}]}))

    assert (202, {"accepted": 1, "refused": 1}) == (answer.status_code, answer.json())
    assert [False, True] == [isinstance(each.content, Reject) for each in mercat.door.taken]
    assert {"source:form"} == {each.origin for each in mercat.door.taken}


def test_a_bad_signature_has_no_effect(mercat: FakeMercat) -> None:
    """Signed with another secret, or changed on its way, a call is refused."""
    other = signed(POST, secret="whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD")
    changed = signed(POST) | {"content": b'{"id": "17", "text": "The bin."}'}

    for call in (other, changed):
        answer = mercat.ask("POST", "/webhooks/form", **call)
        assert answer.status_code == 401
        assert "no signature matches" in answer.json()["detail"]
    assert mercat.door.taken == []


def test_a_call_without_its_headers_is_refused(mercat: FakeMercat) -> None:
    """The three headers are named."""
    answer = mercat.ask("POST", "/webhooks/form", json=POST)

    assert answer.status_code == 400
    assert "webhook-signature" in answer.json()["detail"]


def test_a_repeated_call_has_no_second_effect(mercat: FakeMercat) -> None:
    """The same id again is answered as taken in, and nothing more comes of it."""
    first = mercat.ask("POST", "/webhooks/form", **signed(POST))
    again = mercat.ask("POST", "/webhooks/form", **signed(POST))

    assert [202, 202] == [first.status_code, again.status_code]
    assert again.json() == {"accepted": 0, "repeat": True}
    assert len(mercat.door.taken) == 1


def test_two_calls_that_cross_have_one_effect(mercat: FakeMercat) -> None:
    """Sent twice at the same moment, a delivery comes in once."""
    call = ("POST", "/webhooks/form", signed(POST))
    mercat.door.late_seconds = 0.05

    answers = mercat.ask_at_once(call, call, call)

    assert [202, 202, 202] == [answer.status_code for answer in answers]
    assert len(mercat.door.taken) == 1


def test_of_calls_that_cross_a_failure_one_has_the_effect(mercat: FakeMercat) -> None:
    """Where the first cannot be taken in, those that waited for it go one after another."""
    call = ("POST", "/webhooks/form", signed(POST))
    mercat.door.late_seconds = 0.05
    mercat.door.fails_once = StorageRefusedError("disk full")

    answers = mercat.ask_at_once(call, call, call)

    assert [202, 202, 503] == sorted(answer.status_code for answer in answers)
    assert len(mercat.door.taken) == 1


def test_a_body_that_is_too_large_is_refused(mercat: FakeMercat) -> None:
    """It is not even read to its end."""
    call = signed(POST) | {"content": b" " * (BODY_BYTES_MAX + 1)}

    answer = mercat.ask("POST", "/webhooks/form", **call)

    assert (413, []) == (answer.status_code, mercat.door.taken)


def test_too_many_posts_in_one_call_are_refused(mercat: FakeMercat) -> None:
    """More than a call may have are sent in parts."""
    answer = mercat.ask("POST", "/webhooks/form", **signed({"posts": [POST] * 501}))

    assert answer.status_code == 413
    assert "send them in parts" in answer.json()["detail"]


@pytest.mark.parametrize("when", ["refuses", "fails"])
def test_a_door_that_cannot_take_it_asks_for_patience(mercat: FakeMercat, when: str) -> None:
    """Too much waiting and a full disk are 503 with a wait; the same call then comes in."""
    error = OverloadedError("full") if when == "refuses" else StorageRefusedError("disk full")
    setattr(mercat.door, when, error)

    answer = mercat.ask("POST", "/webhooks/form", **signed(POST))
    setattr(mercat.door, when, None)
    again = mercat.ask("POST", "/webhooks/form", **signed(POST))

    assert (503, "5") == (answer.status_code, answer.headers["retry-after"])
    assert "send the same call again" in answer.json()["detail"]
    assert (202, 1) == (again.status_code, len(mercat.door.taken))


def test_a_source_that_is_not_in_the_settings_is_not_there(mercat: FakeMercat) -> None:
    """A name that is none is told, before anything is read."""
    answer = mercat.ask("POST", "/webhooks/other", **signed(POST))

    assert answer.status_code == 404
    assert "'other'" in answer.json()["detail"]


def test_a_body_that_cannot_be_read_is_refused(mercat: FakeMercat) -> None:
    """Well signed or not, what is no post stays out."""
    answer = mercat.ask("POST", "/webhooks/form", **signed([POST]))

    assert answer.status_code == 400
    assert mercat.door.taken == []
