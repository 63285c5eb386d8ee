"""Legal holds, erasures, retention and keys by the API."""

from typing import Any

import pytest

from services.runtime.effects import Key
from tests.integration.console.api_calls import ask, problem_of
from tests.integration.console.console_parts import FakeMercat

WHY = {"why": "So it was asked."}
HOLD = {"kind": "case", "name": "c1", "review_on": "2027-03-01", **WHY}
SOMEBODY = {"source": "rows", "author": "@ann@social.example"}


def test_holds_are_listed_with_the_login_of_their_owner() -> None:
    """Nobody has to know an id by heart."""
    mercat = FakeMercat()
    mercat.store.rows[Key("persons", "p1")] = {"login": "gil"}

    (hold,) = ask(mercat, "aud", "GET", "/records/holds").json()["items"]

    assert ("gil", "2027-03-01", False) == (hold["owner"], hold["review_on"], hold["due"])


STEPS: list[tuple[str, Any, int]] = [
    ("/records/holds", HOLD, 201),
    ("/records/holds/h1/lift", WHY, 200),
    ("/records/erasures/preview", SOMEBODY, 200),
    ("/records/erasures", {**SOMEBODY, **WHY}, 200),
    ("/records/retention", WHY, 200),
]


@pytest.mark.parametrize(("path", "body", "status"), STEPS)
def test_governance_keeps_the_records(path: str, body: Any, status: int) -> None:
    """Each order reaches its desk; an auditor's and a writer's do not."""
    mercat = FakeMercat()

    answers = [ask(mercat, login, "POST", path, body) for login in ("gil", "aud", "ann")]

    assert [status, 403, 403] == [answer.status_code for answer in answers]
    assert ["gil"] == [login for _, login, _ in mercat.records.asked]


@pytest.mark.parametrize(("path", "body"), [step[:2] for step in STEPS if step[1] != SOMEBODY])
def test_an_order_sent_twice_under_a_key_is_carried_out_once(path: str, body: Any) -> None:
    """The second answer is the first."""
    mercat = FakeMercat()

    answers = [ask(mercat, "gil", "POST", path, body, key="k1").json() for _ in range(2)]

    assert answers[0] == answers[1]
    assert 1 == len(mercat.records.asked)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/records/holds", {**HOLD, "kind": "conversation"}),
        ("/records/holds", {**HOLD, "review_on": "2027-13-01"}),
        ("/records/holds", {**HOLD, "why": "x"}),
        ("/records/erasures", SOMEBODY),
        ("/records/erasures", {**SOMEBODY, **WHY, "yes": True}),
        ("/keys/rotate", {**WHY, "retire": "perhaps"}),
    ],
)
def test_a_body_that_is_wrong_is_refused_with_its_place(path: str, body: Any) -> None:
    """What was sent is not repeated in the answer."""
    mercat = FakeMercat()
    answer = ask(mercat, "gil", "POST", path, body)

    assert 422 == problem_of(answer)[0]
    assert "social.example" not in answer.text
    assert [] == mercat.records.asked


def test_a_hold_that_is_not_there_is_said() -> None:
    """With the id that was asked for."""
    status, detail = problem_of(ask(FakeMercat(), "gil", "POST", "/records/holds/h9/lift", WHY))

    assert (404, True) == (status, "h9" in detail)


def test_only_whoever_has_the_machine_rotates_keys() -> None:
    """Others may look; governance may not even do that which it orders elsewhere."""
    mercat = FakeMercat()

    answers = [
        ask(mercat, login, "POST", "/keys/rotate", WHY).status_code
        for login in ("operator", "gil", "aud", "ann")
    ]
    listed = {
        login: ask(mercat, login, "GET", "/keys").status_code
        for login in ("operator", "aud", "ann")
    }

    assert [200, 403, 403, 403] == answers
    assert {"operator": 200, "aud": 200, "ann": 403} == listed
    assert 1 == mercat.keys.rotated


def test_no_path_shows_a_key() -> None:
    """Ids, and how much each opens."""
    items = ask(FakeMercat(), "operator", "GET", "/keys").json()["items"]

    assert [("k-1", False, 0), ("k-2", True, 9)] == [
        (item["id"], item["in_use"], item["wraps"]) for item in items
    ]


@pytest.mark.parametrize("path", ["/records/holds", "/records/retention", "/keys"])
def test_without_a_desk_there_are_no_records(path: str) -> None:
    """Where nothing speaks, that is said."""
    answer = ask(FakeMercat(speaks=False), "operator", "GET", path)

    assert 503 == problem_of(answer)[0]
