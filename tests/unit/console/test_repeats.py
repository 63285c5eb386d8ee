"""Requests sent twice under one key are carried out once."""

from collections.abc import Mapping
from typing import Any

import pytest

from services.console.repeats import Repeats
from services.runtime.errors import RejectError, VersionConflictError

REQUEST = {"verb": "close", "case": "c1"}


class Counting:
    """Counts how often it is carried out."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> Mapping[str, Any]:
        """Answer with how often that was."""
        self.count += 1
        return {"count": self.count}


def test_a_repeat_gets_the_first_answer() -> None:
    """The second request changes nothing and reads the same."""
    repeats, work = Repeats(), Counting()

    answers = [repeats.once("ann", "k1", REQUEST, work) for _ in range(2)]

    assert [{"count": 1}, {"count": 1}] == answers


@pytest.mark.parametrize(("person", "key"), [("bob", "k1"), ("ann", "k2"), ("ann", None)])
def test_another_person_or_key_is_another_request(person: str, key: str | None) -> None:
    """Keys are each person's own, and a request without one is always new."""
    repeats, work = Repeats(), Counting()
    repeats.once("ann", "k1", REQUEST, work)

    assert {"count": 2} == repeats.once(person, key, REQUEST, work)


def test_a_key_used_for_something_else_is_refused() -> None:
    """A slip in a program must not be answered as if all was well."""
    repeats, work = Repeats(), Counting()
    repeats.once("ann", "k1", REQUEST, work)

    with pytest.raises(RejectError, match="used for another request"):
        repeats.once("ann", "k1", {"verb": "reopen"}, work)


def test_a_repeat_while_the_first_is_in_hand_is_told_to_wait() -> None:
    """Two that cross do not both take effect."""
    repeats = Repeats()

    def asks_again() -> Mapping[str, Any]:
        with pytest.raises(VersionConflictError, match="still being carried out"):
            repeats.once("ann", "k1", REQUEST, Counting())
        return {}

    assert {} == repeats.once("ann", "k1", REQUEST, asks_again)


def test_a_request_that_failed_may_be_sent_again() -> None:
    """Nothing came of it, so there is nothing to repeat."""
    repeats, work = Repeats(), Counting()

    def fails() -> Mapping[str, Any]:
        raise RejectError("not now")

    with pytest.raises(RejectError, match="not now"):
        repeats.once("ann", "k1", REQUEST, fails)

    assert {"count": 1} == repeats.once("ann", "k1", REQUEST, work)


def test_only_so_many_answers_are_kept() -> None:
    """The oldest goes; its repeat is a new request."""
    repeats, work = Repeats(answers_max=2), Counting()
    for key in ("k1", "k2", "k3"):
        repeats.once("ann", key, REQUEST, work)

    assert {"count": 3} == repeats.once("ann", "k3", REQUEST, work)
    assert {"count": 4} == repeats.once("ann", "k1", REQUEST, work)
