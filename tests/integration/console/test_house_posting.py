"""Posting on the house platform: by the form, as JSON, and not from elsewhere or without end."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.console.house_place import ADDRESS_POSTS_A_MINUTE, same_origin
from tests.integration.console.house_parts import HouseUnderTest

POSTS = "/house/api/posts"


@pytest.fixture
def place(tmp_path: Path) -> Iterator[HouseUnderTest]:
    """An open platform."""
    made = HouseUnderTest(tmp_path)
    yield made
    made.house.close()


@pytest.fixture
def shut(tmp_path: Path) -> Iterator[HouseUnderTest]:
    """A platform on which the body alone posts."""
    made = HouseUnderTest(tmp_path, open=False)
    yield made
    made.house.close()


def test_the_form_posts_and_leads_to_the_post(place: HouseUnderTest) -> None:
    """Without JavaScript, by one redirect."""
    answer = place.post_form(name="Cat O'Nine", text="Hello,\r\nworld", language="en")

    assert 303 == answer.status_code
    thread, _, anchor = answer.headers["location"].partition("#")
    page = place.ask("GET", thread).text
    assert f'id="{anchor}"' in page
    assert "Hello,\nworld" in page
    assert "@cat_o_nine@social.example" in page


def test_the_form_answers_the_post_it_stands_under(place: HouseUnderTest) -> None:
    """The page of an answer names whom it goes to, and it lands there."""
    root = place.say("ann", "The lamp is out.")
    other = place.say("bob", "Here too.", root)
    page = place.ask("GET", f"/house/threads/{root}?answer={other}").text

    place.post_form(name="Cat", text="And here.", parent_id=other)

    assert f'name="parent_id" value="{other}"' in page
    thread = place.house.thread(root)
    assert thread is not None
    assert [("And here.", 2)] == [
        (placed.post.text, placed.depth) for placed in thread.placed if placed.depth == 2
    ]


def test_a_form_sent_twice_is_one_post(place: HouseUnderTest) -> None:
    """A second press of the button adds nothing; other words from the same page do."""
    for text in ("Hello.", "Hello.", "Goodbye."):
        place.post_form(name="Cat", text=text, form="f1")

    assert ["Goodbye.", "Hello."] == sorted(place.texts())


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": "Cat", "text": " "}, "the text is empty"),
        ({"name": "", "text": "Hello."}, "a name has 1 to 100"),
        ({"name": "Cat", "text": "x" * 1_001}, "shorten it"),
        ({"name": "Test Council", "text": "Free cake!"}, "own name"),
        ({"name": "tést  COUNCIL!", "text": "Free cake!"}, "own name"),
        ({"name": "Council", "text": "Free cake!"}, "own name"),
        ({"name": "Cat", "text": "Hi", "language": "english"}, "small letters"),
        ({"name": "Cat", "text": "Hi", "parent_id": "none"}, "there is no post"),
    ],
)
def test_a_form_that_is_refused_keeps_its_words(
    place: HouseUnderTest, fields: dict[str, str], said: str
) -> None:
    """The page says why, and what was written is not lost."""
    answer = place.post_form(**fields)

    assert 422 == answer.status_code
    assert said in answer.text
    assert 'role="alert"' in answer.text
    assert f">{fields['text'].strip()}" in answer.text
    assert [] == place.texts()


def test_a_refused_answer_comes_back_on_its_thread(place: HouseUnderTest) -> None:
    """Nobody has to look for the thread again."""
    root = place.say("ann", "The lamp is out.")

    answer = place.post_form(name="Council", text="Mended <now>.", parent_id=root)

    assert "The lamp is out." in answer.text
    assert "Mended &lt;now&gt;.</textarea>" in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site", "origin": "http://mercat"},
    ],
)
def test_a_page_elsewhere_cannot_post(place: HouseUnderTest, headers: dict[str, str]) -> None:
    """A form that does not say it stands here is refused, whoever sends it."""
    answer = place.post_form_with(headers, name="Cat", text="Hello.")

    assert 403 == answer.status_code
    assert [] == place.texts()


@pytest.mark.parametrize(
    "headers", [{"sec-fetch-site": "same-origin"}, {"origin": "http://mercat"}]
)
def test_our_own_page_can_post(place: HouseUnderTest, headers: dict[str, str]) -> None:
    """By either of the headers that browsers send."""
    assert 303 == place.post_form_with(headers, name="Cat", text="Hello.").status_code


def test_where_a_request_comes_from_is_not_guessed() -> None:
    """Silence is told apart from yes and from no."""
    assert same_origin(None, None, "mercat", "http") is None
    assert same_origin(None, "http://mercat", "mercat", "http") is True
    assert same_origin(None, "https://mercat", "mercat", "http") is False


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"x" * 20_000, "application/x-www-form-urlencoded"),
        (b"name=Cat&text=Hello", "text/plain"),
        (b"name=Cat&text=\xff", "application/x-www-form-urlencoded"),
        (b"a=1&" * 50, "application/x-www-form-urlencoded"),
    ],
)
def test_what_is_no_form_of_ours_is_refused(
    place: HouseUnderTest, content: bytes, kind: str
) -> None:
    """Too long, too many fields, of another kind, or no text at all."""
    headers = {"content-type": kind, "sec-fetch-site": "same-origin"}

    answer = place.ask("POST", "/house/posts", content=content, headers=headers)

    assert 403 == answer.status_code
    assert [] == place.texts()


def test_nobody_posts_where_it_is_shut(shut: HouseUnderTest) -> None:
    """A real body's page can be read; neither form nor JSON is taken, and none is shown."""
    root = shut.say("council", "Good morning.")
    new = {"name": "Cat", "text": "Hello."}

    answers = [
        shut.post_form(**new).status_code,
        shut.ask("POST", POSTS, json=new).status_code,
        shut.ask("DELETE", f"{POSTS}/{root}?name=Cat").status_code,
    ]

    assert [422, 403, 403] == answers
    assert ["Good morning."] == shut.texts()
    for path in ("/house", f"/house/threads/{root}"):
        assert "<form" not in shut.ask("GET", path).text


def test_a_program_posts_edits_and_takes_back(place: HouseUnderTest) -> None:
    """What people can do, their programs can do under the same name."""
    root = place.ask("POST", POSTS, json={"name": "Cat", "text": "Firts.", "language": "en"})
    made = root.json()
    answer = {"name": "Bob", "text": "Second.", "parent_id": made["id"]}
    second = place.ask("POST", POSTS, json=answer).json()

    edit = {"name": "Cat", "text": "First."}
    edited = place.ask("PATCH", f"{POSTS}/{made['id']}", json=edit).status_code
    deleted = place.ask("DELETE", f"{POSTS}/{second['id']}?name=Bob").status_code

    assert (201, made["link"]) == (root.status_code, root.headers["location"])
    assert made["id"] == made["thread_id"] == second["thread_id"]
    assert (204, 204) == (edited, deleted)
    assert ["First."] == place.texts()


def test_a_name_changes_its_own_posts_alone(place: HouseUnderTest) -> None:
    """The body's posts and other people's are out of reach, whatever the name."""
    posts = [place.say("council", "Good morning."), place.say("ann", "Morning!")]

    codes = [
        place.ask("PATCH", f"{POSTS}/{post}", json={"name": name, "text": "Ha!"}).status_code
        for post in posts
        for name in ("Cat", "council")
    ]

    assert [403] * 4 == codes
    assert ["Good morning.", "Morning!"] == sorted(place.texts())


def test_a_key_makes_a_repeated_request_one_post(place: HouseUnderTest) -> None:
    """A program that heard nothing asks again with the same key."""
    new = {"name": "Cat", "text": "Hello."}
    headers = {"Idempotency-Key": "k1"}

    answers = [place.ask("POST", POSTS, json=new, headers=headers) for _ in range(2)]
    other = place.ask("POST", POSTS, json={**new, "text": "Ho."}, headers=headers)

    assert answers[0].json() == answers[1].json()
    assert 400 == other.status_code
    assert ["Hello."] == place.texts()


@pytest.mark.parametrize(
    "new",
    [
        {"name": "Cat"},
        {"name": "Cat", "text": "Hi", "handle": "council"},
        {"name": "Cat", "text": 17},
        {"name": "Cat", "text": "x" * 1_001},
        {"name": "x" * 101, "text": "Hi"},
    ],
)
def test_a_body_that_is_none_is_refused(place: HouseUnderTest, new: dict[str, Any]) -> None:
    """Fields are bounded, and no others are taken."""
    assert 422 == place.ask("POST", POSTS, json=new).status_code
    assert [] == place.texts()


def test_a_page_elsewhere_cannot_post_json(place: HouseUnderTest) -> None:
    """Where a browser says that a request is from another site, it is refused."""
    new = {"name": "Cat", "text": "Hello."}

    answer = place.ask("POST", POSTS, json=new, headers={"sec-fetch-site": "cross-site"})

    assert 403 == answer.status_code
    assert [] == place.texts()


def test_nobody_posts_without_end(place: HouseUnderTest) -> None:
    """After a handful a caller has to wait, is told how long, and can go on then."""
    new = {"name": "Cat", "text": "Hello."}
    codes = [place.ask("POST", POSTS, json=new).status_code for _ in range(ADDRESS_POSTS_A_MINUTE)]

    refused = place.ask("POST", POSTS, json=new)
    by_form = place.post_form(**new)
    place.clock.advance(int(refused.headers["retry-after"]))
    later = place.ask("POST", POSTS, json=new)

    assert {201} == set(codes)
    assert (429, 429, 201) == (refused.status_code, by_form.status_code, later.status_code)
    assert "wait" in refused.json()["detail"]


@pytest.mark.parametrize(
    ("name", "handle"),
    [("Ann Smith", "ann_smith"), ("Siân Ó Broin", "sian_o_broin"), ("  Ann  ", "ann")],
)
def test_a_name_has_one_handle(place: HouseUnderTest, name: str, handle: str) -> None:
    """Accents and spaces are put in letters that every reader knows."""
    place.ask("POST", POSTS, json={"name": name, "text": "Hi"})

    assert [handle] == [post.author for post, _ in place.house.latest(5)]


def test_a_name_in_another_script_has_a_handle_of_its_own(place: HouseUnderTest) -> None:
    """Two names without a Latin letter are two people."""
    for name in ("یاسمین", "Олена", "Олена"):
        place.ask("POST", POSTS, json={"name": name, "text": "Hi"})

    handles = {post.author for post, _ in place.house.latest(5)}
    assert 2 == len(handles)
    assert all(handle.startswith("guest_") for handle in handles)
