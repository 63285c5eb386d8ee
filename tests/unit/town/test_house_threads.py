"""The town's threads: whole, invented, from the last two days, and none of them the council's."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.house.names import handle_of_name, looks_like
from services.house.sqlite_house import House
from services.runtime.clock import ManualClock
from services.runtime.errors import InputInvalidError
from services.town.file_texts import read_threads
from services.town.house_threads import ThreadPost, parse_threads, settle_threads

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
GIVEN = {
    "id": "t01-0",
    "parent": None,
    "minutes_ago": 60,
    "name": "Ann",
    "language": "en",
    "text": "When?",
}


def line(**values: Any) -> str:
    """Return a post's line, with something else in it."""
    return json.dumps(GIVEN | values)


@pytest.fixture(scope="module")
def posts() -> tuple[ThreadPost, ...]:
    """Return the posts that come with the program."""
    return read_threads()


def test_there_is_something_to_answer_in_several_languages(posts: tuple[ThreadPost, ...]) -> None:
    """Some 25 threads, most of them with answers by neighbours, not all in English."""
    roots = [post for post in posts if post.parent is None]

    assert 25 <= len(roots) <= 30
    assert len(posts) > 2 * len(roots)
    assert {"en", "cy", "gd", "pl", "ur", "ar", "uk", "es"} <= {post.language for post in posts}


def test_nobody_in_them_speaks_as_the_council(posts: tuple[ThreadPost, ...]) -> None:
    """What the council says there goes through Mercat from the first day on."""
    own = ("Mercatburgh Council", "mercatburgh", "The Mercat Cross")

    assert not [post.name for post in posts if any(looks_like(post.name, name) for name in own)]


def test_everybody_in_them_has_a_handle_of_their_own(posts: tuple[ThreadPost, ...]) -> None:
    """Two names are never one account."""
    names = {post.name for post in posts}

    assert len(names) == len({handle_of_name(name) for name in names})


def test_they_stand_on_the_platform_as_they_were_written(
    tmp_path: Path, posts: tuple[ThreadPost, ...]
) -> None:
    """Each at its time, each answer under what it answers, as if it had just happened."""
    settle_threads(tmp_path / "house.sqlite", posts, NOW)

    house = House(tmp_path / "house.sqlite", ManualClock(NOW))
    stored = [post for post, _ in reversed(house.latest(200))]
    texts = {post.id: post.text for post in stored}
    said = {post.id: post.text for post in posts}
    house.close()

    assert sorted(post.text for post in posts) == sorted(post.text for post in stored)
    assert {
        (post.text, said.get(post.parent or ""), NOW - timedelta(minutes=post.minutes_ago))
        for post in posts
    } == {(post.text, texts.get(post.parent_id or ""), post.created_at) for post in stored}


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([line(parent="t09-0")], "t01-0 answers t09-0"),
        ([line(), line(id="t01-1", parent="t01-0", minutes_ago=61)], "no older post"),
        (["", line(minutes_ago=3_000)], "line 2: minutes_ago"),
        ([line(text="x" * 1_001)], "line 1: text"),
        ([line(handle="ann")], "line 1: handle"),
        (["{"], "line 1: the line"),
    ],
)
def test_a_slip_in_the_texts_is_told_with_its_line(lines: list[str], said: str) -> None:
    """Whoever adds a thread learns what is wrong with it."""
    with pytest.raises(InputInvalidError, match=said):
        parse_threads(lines, "threads.jsonl")
