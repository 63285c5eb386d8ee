"""The API about trust: who sees it, who changes it, and what is said of it with an act."""

from typing import Any

import pytest

from tests.integration.console.api_calls import ask, problem_of
from tests.integration.console.console_parts import FakeMercat

WHY = {"why": "as agreed"}
SET = {"account": "town", "level": "first", **WHY}
COMPLAINT = {"account": "town", "act_id": "a1", **WHY}


def test_a_curator_sees_where_they_stand_and_why() -> None:
    """Their own, in words."""
    answer = ask(FakeMercat(), "cat", "GET", "/people/cat/trust")

    (item,) = answer.json()["items"]
    assert ("town", "every", "This is the beginning.") == (
        item["account"],
        item["level"],
        item["why"],
    )


@pytest.mark.parametrize("login", ["bob", "gil", "aud", "don", "operator"])
def test_who_approves_or_looks_after_people_sees_how_far_they_are_trusted(login: str) -> None:
    """They decide by it."""
    assert 200 == ask(FakeMercat(), login, "GET", "/people/cat/trust").status_code


def test_nobody_else_sees_how_far_a_colleague_is_trusted() -> None:
    """It is between them and those who decide."""
    status, detail = problem_of(ask(FakeMercat(), "cat", "GET", "/people/ann/trust"))

    assert 403 == status
    assert "needs one of these roles" in detail


@pytest.mark.parametrize(
    ("path", "body"), [("/people/cat/trust", SET), ("/people/cat/complaints", COMPLAINT)]
)
def test_governance_moves_somebody_and_nobody_below(path: str, body: dict[str, Any]) -> None:
    """Not even whoever has the machine, since it is about speaking."""
    mercat = FakeMercat()

    moved = ask(mercat, "gil", "POST", path, body)
    refused = [ask(mercat, login, "POST", path, body) for login in ("ann", "cat", "operator")]

    assert ("cat", "town") == (moved.json()["login"], moved.json()["account"])
    assert [403] * 3 == [problem_of(each)[0] for each in refused]


@pytest.mark.parametrize("body", [{**SET, "level": "most"}, {"account": "town", "level": "first"}])
def test_a_level_that_is_none_or_has_no_reason_is_refused(body: dict[str, Any]) -> None:
    """In words, before anything is changed."""
    answer = ask(FakeMercat(), "gil", "POST", "/people/cat/trust", body)

    assert 422 == problem_of(answer)[0]
