"""The public page of accounts and its twin for programs: who is really the council."""

import html

import pytest

from tests.integration.console.api_calls import ask, problem_of
from tests.integration.console.console_parts import FakeMercat
from tests.integration.console.fake_register import ACCOUNT


def page_of(mercat: FakeMercat, **query: str) -> str:
    """Return the page's words, once it is served."""
    answer = mercat.ask("GET", "/accounts", params=query)
    assert 200 == answer.status_code
    return html.unescape(answer.text)


def test_the_page_tells_what_is_ours_and_who_speaks() -> None:
    """Handle, link, purpose, mode and guest, each in plain words, and names are escaped."""
    mercat = FakeMercat()

    raw = mercat.ask("GET", "/accounts").text

    told = html.unescape(raw)
    assert "<Council>" not in raw.split("<main", 1)[1].replace("&lt;Council&gt;", "")
    for said in ("@testtown@social.town.example", "We answer you here.", "Posting as usual."):
        assert said in told
    assert "A guest of the town, in “A day on the allotments”, until " in told
    assert 'href="/rules"' in raw
    assert "How to tell a false account" in told


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("@testtown@social.town.example", "Yes. This is ours"),
        ("testt0wn", "No. This one only looks like ours."),
        ("gardening", "We do not know this account"),
    ],
)
def test_whoever_asks_is_answered_in_plain_words(asked: str, said: str) -> None:
    """By a form that needs no script, and keeps what was asked in its box."""
    told = page_of(FakeMercat(), **{"is": asked})

    assert said in told
    assert f'value="{asked}"' in told


def test_what_is_pasted_is_shown_as_words_and_cut() -> None:
    """A link with a script in it does nothing but look odd, however long it is."""
    answer = FakeMercat().ask("GET", "/accounts", params={"is": "<script>" + "x" * 3_000})

    assert 200 == answer.status_code
    assert "<script>x" not in answer.text
    assert "x" * 301 not in answer.text


def test_programs_read_the_same_without_a_token() -> None:
    """The list, and the answer to one look-up, as JSON."""
    mercat = FakeMercat()

    told = mercat.ask("GET", "/api/v1/accounts/public").json()
    found = mercat.ask("GET", "/api/v1/accounts/public/lookup", params={"is": "testt0wn"}).json()

    (item,) = told["items"]
    assert ("Test <Council>", ACCOUNT["full_handle"]) == (told["body"], item["full_handle"])
    assert "a guest of the town" == item["speaking"]["who"]
    assert ("no", "town") == (found["answer"], found["account"])


def test_the_list_for_those_at_work_shows_owners_and_faults() -> None:
    """With the mode beside it, as before; the public's list has neither."""
    mercat = FakeMercat()

    (item,) = ask(mercat, "ann", "GET", "/accounts").json()["items"]

    assert ("don", None, 12, "normal") == (
        item["owner"],
        item["second_owner"],
        item["quota_hour"],
        item["mode"],
    )
    assert ["it has no second owner; no account is one person's alone"] == item["faults"]
    assert "owner" not in mercat.ask("GET", "/api/v1/accounts/public").json()["items"][0]


def test_where_nobody_speaks_the_page_says_so() -> None:
    """A Mercat that only listens has no accounts, and says when to come back."""
    mercat = FakeMercat(speaks=False)

    answer = mercat.ask("GET", "/accounts")

    assert (503, True) == (answer.status_code, "no accounts to speak as" in answer.text)
    assert 503 == problem_of(mercat.ask("GET", "/api/v1/accounts/public"))[0]


def test_an_empty_list_is_said() -> None:
    """No account is listed: the page still answers, and knows nothing."""
    mercat = FakeMercat()
    mercat.register.items = []

    assert "There is none that is listed." in page_of(mercat, **{"is": "testtown"})


def test_an_account_is_described_and_stepped_in_for() -> None:
    """What is not said is not in the order, and who may is the desk's to say."""
    mercat = FakeMercat()
    body = {"purpose": "push", "second_owner": "ann", "listed": False, "why": "It is so"}

    described = ask(mercat, "gil", "PATCH", "/accounts/town", body)
    stepped = ask(mercat, "ann", "POST", "/accounts/town/step-in", {"why": "She left"})
    named = ask(mercat, "cat", "POST", "/takeovers/takeover-1/public-name", {"name": "Cat"})

    assert [200, 200, 200] == [each.status_code for each in (described, stepped, named)]
    assert body | {"account": "town"} == mercat.desk.asked[0][1]
    assert {"takeover_id": "takeover-1", "name": "Cat"} == mercat.desk.asked[2][1]
    assert 403 == problem_of(ask(mercat, "ann", "PATCH", "/accounts/town", body))[0]
    assert 422 == problem_of(ask(mercat, "gil", "PATCH", "/accounts/town", {"purpose": "push"}))[0]
    wrong = {"link": "javascript:alert(1)", "why": "It is so"}
    assert 422 == problem_of(ask(mercat, "gil", "PATCH", "/accounts/town", wrong))[0]
