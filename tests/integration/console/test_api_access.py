"""Who is let in to the API, how often, with what; and how every refusal reads."""

import asyncio
from typing import Any

import httpx
import pytest

from services.console.api_guard import BODY_BYTES_MAX
from services.console.sign_in import FAILURES_AT_ONCE, HALTS_AT_ONCE, REQUESTS_AT_ONCE
from services.runtime.errors import (
    MercatError,
    NotAllowedError,
    NotFoundError,
    OverloadedError,
    RejectError,
    StateConflictError,
    VersionConflictError,
)
from tests.integration.console.api_calls import ask, headers_of, problem_of
from tests.integration.console.console_parts import TOKEN, FakeMercat

JSON = {"Content-Type": "application/json"}


def test_a_personal_token_says_who_asks() -> None:
    """Whoever signs in reads back who they are and in what roles."""
    answer = ask(FakeMercat(), "don", "GET", "/me")

    expected = {
        "person_id": "don-id",
        "login": "don",
        "roles": ["duty-officer", "governance"],
        "signed_in_by": "token",
    }
    assert expected == answer.json()


def test_the_control_token_is_the_operator() -> None:
    """Whoever can read the data folder's token has the machine, and no role."""
    answer = ask(FakeMercat(), "operator", "GET", "/me").json()

    assert ("operator", [], "machine") == (
        answer["login"],
        answer["roles"],
        answer["signed_in_by"],
    )


@pytest.mark.parametrize(
    "header",
    [None, "", "Bearer", "Bearer ", f"Basic {TOKEN}", "Bearer eve token", "Bearer " + "x" * 9_000],
)
def test_nobody_is_let_in_without_a_good_token(header: str | None) -> None:
    """Each wrong way to sign in is answered alike, with how to do it."""
    headers = {} if header is None else {"Authorization": header}

    answer = FakeMercat().ask("GET", "/api/v1/me", headers=headers)

    assert 401 == problem_of(answer)[0]
    assert "Bearer" == answer.headers["www-authenticate"]


def test_the_scheme_may_be_written_small() -> None:
    """HTTP does not tell `bearer` from `Bearer`."""
    answer = FakeMercat().ask("GET", "/api/v1/me", headers={"Authorization": "bearer ann token"})

    assert "ann" == answer.json()["login"]


def test_wrong_tokens_from_one_address_are_soon_told_to_wait() -> None:
    """After so many failures the answer is 429, until time has passed."""
    mercat = FakeMercat()
    for _ in range(FAILURES_AT_ONCE):
        assert 401 == ask(mercat, "eve", "GET", "/me").status_code

    answer = ask(mercat, "eve", "GET", "/me")
    mercat.elapsed_seconds += int(answer.headers["retry-after"])

    assert 429 == problem_of(answer)[0]
    assert 401 == ask(mercat, "eve", "GET", "/me").status_code


def test_a_good_token_is_let_in_however_many_bad_ones_came_from_there() -> None:
    """A wrong token in an office does not keep its duty officer from pressing halt."""
    mercat = FakeMercat()
    for _ in range(FAILURES_AT_ONCE + 1):
        ask(mercat, "eve", "GET", "/me")

    assert 200 == ask(mercat, "don", "GET", "/me").status_code


def test_who_asks_too_often_waits_and_others_do_not() -> None:
    """Each token has its own limit; halts have one of their own beside it."""
    mercat = FakeMercat()
    for _ in range(REQUESTS_AT_ONCE):
        ask(mercat, "don", "GET", "/me")

    answer = ask(mercat, "don", "GET", "/me")
    halted = ask(mercat, "don", "POST", "/halts", {"kind": "everything", "why": "A wrong post"})

    assert 429 == problem_of(answer)[0]
    assert "1" == answer.headers["retry-after"]
    assert 201 == halted.status_code
    assert 200 == ask(mercat, "ann", "GET", "/me").status_code


def test_halts_are_limited_too() -> None:
    """A program gone wild cannot press halt for ever."""
    mercat = FakeMercat()
    body = {"kind": "everything", "why": "A wrong post"}
    for _ in range(HALTS_AT_ONCE):
        ask(mercat, "don", "POST", "/halts", body)

    assert 429 == problem_of(ask(mercat, "don", "POST", "/halts", body))[0]


@pytest.mark.parametrize("length", [None, str(BODY_BYTES_MAX + 1)])
def test_a_body_that_is_too_long_is_not_read_to_its_end(length: str | None) -> None:
    """Whether it says its length or not, it is refused."""
    headers = headers_of("ann", **JSON)
    if length:
        headers["Content-Length"] = length

    answer = FakeMercat().ask(
        "POST", "/api/v1/acts", headers=headers, content=b" " * (BODY_BYTES_MAX + 1)
    )

    assert 413 == problem_of(answer)[0]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_a_body_that_is_no_json_by_its_own_word_is_refused(kind: str) -> None:
    """A form on a page elsewhere cannot make a browser speak for us."""
    answer = FakeMercat().ask(
        "POST", "/api/v1/acts", headers=headers_of("ann", **{"Content-Type": kind}), content="{}"
    )

    assert 415 == problem_of(answer)[0]


@pytest.mark.parametrize("content", [b"{", b"\xff", b"[" * 100_000, b'{"text": 1' + b"0" * 5_000])
def test_a_body_that_cannot_be_read_is_refused(content: bytes) -> None:
    """Broken, badly coded, endlessly nested and endlessly long JSON are all the caller's slip."""
    answer = FakeMercat().ask(
        "POST", "/api/v1/acts", headers=headers_of("ann", **JSON), content=content
    )

    assert 400 == problem_of(answer)[0]


def test_each_wrong_place_is_named_and_nothing_is_repeated() -> None:
    """The caller learns where and how, and what was sent there does not come back."""
    answer = ask(FakeMercat(), "gil", "POST", "/grants", {"login": "MY SECRET", "days": 0})

    places = {fault["where"] for fault in answer.json()["errors"]}
    assert 422 == problem_of(answer)[0]
    assert {"body.login", "body.account", "body.days", "body.why"} == places
    assert "SECRET" not in answer.text


@pytest.mark.parametrize("text", ["nul \0 in it", "half \ud800 a letter"])
def test_text_that_no_store_can_keep_is_refused(text: str) -> None:
    """A null character and half a character are told apart from good text at the door."""
    content = '{"text": "' + text.encode("unicode_escape").decode().replace("\\x", "\\u00") + '"}'

    answer = FakeMercat().ask(
        "POST", "/api/v1/acts", headers=headers_of("ann", **JSON), content=content
    )

    assert 422 == problem_of(answer)[0]


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/v2/me", "/api/v1", "/api/v1%0a/me"])
def test_another_api_is_not_there(path: str) -> None:
    """Programs that ask for what there is not are told so in the form of all errors."""
    assert 404 == problem_of(FakeMercat().ask("GET", path))[0]


def test_what_only_looks_like_the_api_is_a_page_that_is_not_there() -> None:
    """Other paths are no concern of programs."""
    answer = FakeMercat().ask("GET", "/apiary")

    assert (404, "application/json") == (answer.status_code, answer.headers["content-type"])


def test_a_path_that_is_not_there_is_told_to_whoever_signed_in() -> None:
    """The answer says where all paths are listed."""
    status, detail = problem_of(ask(FakeMercat(), "ann", "GET", "/nothing"))

    assert 404 == status
    assert "openapi.json" in detail


def test_another_method_is_answered_with_those_there_are() -> None:
    """All of them, not only the first."""
    answer = ask(FakeMercat(), "ann", "DELETE", "/acts/a1")

    assert 405 == problem_of(answer)[0]
    assert "GET, PUT" == answer.headers["allow"]


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NotAllowedError("You may not."), 403),
        (NotFoundError("There is none."), 404),
        (VersionConflictError("It changed."), 409),
        (RejectError("It cannot be."), 422),
        (OverloadedError("Too many wait.", wait_seconds=2.5), 503),
        (StateConflictError("A bug."), 500),
    ],
)
def test_each_error_of_the_desk_is_told_as_what_it_is(error: MercatError, status: int) -> None:
    """The caller reads the sentence as it was said, under the status that fits."""
    mercat = FakeMercat()
    mercat.desk.fails = error

    answer = ask(mercat, "ann", "POST", "/acts", {"text": "Hello"})

    assert (status, str(error)) == problem_of(answer)
    assert ("3" if status == 503 else None) == answer.headers.get("retry-after")


def test_a_bug_is_told_without_its_insides() -> None:
    """What went wrong is for the log, which the server writes."""
    mercat = FakeMercat()
    mercat.store.answers["case"] = _broken

    answer = asyncio.run(_asked_as_a_server_does(mercat, "/api/v1/cases/c1"))

    assert 500 == problem_of(answer)[0]
    assert "zero" not in answer.text


async def _asked_as_a_server_does(mercat: FakeMercat, path: str) -> httpx.Response:
    transport = httpx.ASGITransport(app=mercat.app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://mercat") as client:
        return await client.get(path, headers=headers_of("ann"))


def _broken(given: Any) -> Any:
    del given
    return 1 // 0


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/inbox/waste", {"ann", "bob", "gil", "aud", "don", "operator"}),
        ("/acts", {"ann", "bob", "gil", "aud", "cat", "don", "operator"}),
        ("/people", {"gil", "aud", "don", "operator"}),
        ("/halts", {"ann", "bob", "gil", "aud", "cat", "don", "operator"}),
        ("/accounts", {"ann", "bob", "gil", "aud", "cat", "don", "operator"}),
        ("/audit/entries", {"gil", "aud", "don", "operator"}),
        ("/audit/verify", {"gil", "aud", "don", "operator"}),
    ],
)
def test_each_reads_what_their_roles_let_them(path: str, allowed: set[str]) -> None:
    """The others are told which role it takes."""
    mercat = FakeMercat()
    mercat.store.answers["inbox_after"] = lambda _: []
    everybody = ("ann", "bob", "gil", "aud", "cat", "don", "operator")

    answers = {login: ask(mercat, login, "GET", path) for login in everybody}

    assert allowed == {login for login, answer in answers.items() if answer.status_code == 200}
    for login in set(everybody) - allowed:
        status, detail = problem_of(answers[login])
        assert 403 == status
        assert "needs one of these roles" in detail


def test_what_the_api_answers_is_kept_by_no_cache() -> None:
    """Answers hold what people wrote; no proxy is to have them."""
    assert "no-store" == ask(FakeMercat(), "ann", "GET", "/me").headers["cache-control"]


def test_an_installation_without_a_desk_says_so() -> None:
    """Listening goes on where nothing speaks, and the operator still gets in."""
    mercat = FakeMercat(speaks=False)

    assert 200 == ask(mercat, "operator", "GET", "/me").status_code
    for path in ("/acts", "/people", "/halts", "/accounts", "/audit/entries", "/audit/verify"):
        assert 503 == problem_of(ask(mercat, "operator", "GET", path))[0]
    assert 401 == problem_of(ask(mercat, "ann", "GET", "/me"))[0]
