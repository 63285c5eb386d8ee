"""What the API tells of whom an act answers, and of the account that answers a post."""

from typing import Any

import pytest

from services.runtime.effects import Key
from tests.integration.console.api_calls import ask
from tests.integration.console.api_cases_rows import fill, post_row
from tests.integration.console.console_parts import FakeMercat


@pytest.fixture
def mercat() -> FakeMercat:
    """A console whose store has three cases with a post each."""
    fake = FakeMercat()
    fill(fake.store)
    return fake


def answers_of(mercat: FakeMercat, **changes: Any) -> Any:
    """Have a post answered that is as told, and return what the act says of it."""
    mercat.store.rows[Key("posts", "p1")] = {**post_row(1), **changes}
    body = {"text": "It was emptied.", "case_id": "c1", "post_id": "p1"}
    act = ask(mercat, "ann", "POST", "/acts", body).json()
    shown = ask(mercat, "bob", "GET", f"/acts/{act['id']}").json()

    assert act["answers"] == shown["answers"]
    return shown["answers"]


def test_an_act_tells_whom_it_answers_and_in_which_words(mercat: FakeMercat) -> None:
    """Who agrees to an answer reads the question beside it."""
    expected = {
        "post_id": "p1",
        "author": "@ann@social.example",
        "words": "The bins were not emptied.",
        "state": "live",
    }
    assert expected == answers_of(mercat)


def test_only_the_first_words_are_told(mercat: FakeMercat) -> None:
    """A long question is cut, on one line."""
    words = answers_of(mercat, text="Again!\n" + "the bins " * 100)["words"]

    assert words.startswith("Again! the bins")
    assert words.endswith("…")
    assert 160 >= len(words)


def test_removed_words_are_not_told(mercat: FakeMercat) -> None:
    """What its author took back is in no answer of the API."""
    answered = answers_of(mercat, text=None, author=None, state="removed")

    assert (None, None, "removed") == tuple(answered[name] for name in ("words", "author", "state"))


def test_an_act_on_nothing_that_was_said_answers_nobody(mercat: FakeMercat) -> None:
    """A statement stands alone, and so does an act on a post that Mercat does not have."""
    alone = {"text": "Open on Monday.", "kind": "statement", "account": "town"}
    astray = {"text": "Thank you.", "post_id": "p9"}

    for body in (alone, astray):
        assert ask(mercat, "ann", "POST", "/acts", body).json()["answers"] is None


@pytest.mark.parametrize(("source", "account"), [("house", "town"), ("rows", None)])
def test_posts_and_cases_name_the_account_that_answers(
    mercat: FakeMercat, source: str, account: str | None
) -> None:
    """Where none of the body's accounts speaks, that is said as well."""
    post = {**post_row(1), "source": source}
    mercat.store.answers["case_posts"] = lambda _: [post]
    inbox = mercat.store.answers["inbox_after"]
    mercat.store.answers["inbox_after"] = lambda given: [
        {**row, "source": source} for row in inbox(given)
    ]

    item = ask(mercat, "ann", "GET", "/inbox/waste").json()["items"][0]
    shown = ask(mercat, "ann", "GET", "/cases/c1").json()["posts"][0]

    assert (source, account) == (item["source"], item["answers_as"])
    assert (source, account) == (shown["source"], shown["answers_as"])
