"""The door for the command line: nothing without the token, and each failure as what it is."""

from typing import Any

import pytest

from services.runtime.actor import OPERATOR
from services.runtime.errors import (
    MercatError,
    OverloadedError,
    RejectError,
    StateConflictError,
)
from tests.integration.console.console_parts import TOKEN, FakeMercat

ORDER = {"verb": "object", "arguments": {"author": "ann"}}


def order(mercat: FakeMercat, token: str | None = TOKEN, body: Any = None) -> Any:
    """Give an order with a token."""
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    return mercat.ask("POST", "/control", json=body or ORDER, headers=headers)


def test_an_order_with_the_token_is_carried_out() -> None:
    """The verb and its arguments reach the commands, and their sentence comes back."""
    mercat = FakeMercat()

    answer = order(mercat)

    assert (200, "object done.") == (answer.status_code, answer.json()["sentence"])
    assert mercat.commands.ordered == [("object", {"author": "ann"})]
    assert [OPERATOR] == mercat.commands.actors


@pytest.mark.parametrize("token", [None, "", "another", TOKEN + " ", "tokén"])
def test_an_order_without_the_token_is_refused(token: str | None) -> None:
    """Nothing is carried out for who cannot read the folder."""
    mercat = FakeMercat()
    headers = {} if token is None else {"Authorization": f"Bearer {token}".encode()}

    answer = mercat.ask("POST", "/control", json=ORDER, headers=headers)

    assert answer.status_code == 401
    assert mercat.commands.ordered == []


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (RejectError("no such team"), 422),
        (OverloadedError("too many wait"), 503),
        (StateConflictError("a bug"), 500),
    ],
)
def test_a_failure_says_what_the_caller_may_do(error: MercatError, status: int) -> None:
    """Refused, later and broken are told apart, each with its sentence."""
    mercat = FakeMercat()
    mercat.commands.fails = error

    answer = order(mercat)

    assert (status, str(error)) == (answer.status_code, answer.json()["detail"])
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("body", [{"verb": "object"}, {"verb": "v" * 65, "arguments": {}}, [1]])
def test_what_is_no_order_is_refused(body: Any) -> None:
    """A body of another shape is the caller's mistake."""
    mercat = FakeMercat()

    assert order(mercat, body=body).status_code == 422
    assert mercat.commands.ordered == []


def test_an_order_cannot_be_given_by_a_link() -> None:
    """A page elsewhere that makes a browser ask gets nothing."""
    assert FakeMercat().ask("GET", "/control").status_code == 405
