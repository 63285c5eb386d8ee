"""The sample week and longer runs: every story told, in order, before now."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest

from services.ingest.post_row import Origin
from services.ingest.replay_rows import json_sighting
from services.ingest.sighting import Refused
from services.town.file_texts import read_texts
from services.town.labelled_texts import LabelledText, StoryPost
from services.town.rows import Row, row_line
from services.town.stories import StoryTeller
from services.town.week import POSTS_PER_WEEK, Town

LONDON = ZoneInfo("Europe/London")
ORIGIN = Origin("sample-week", "platform", rows_name_source=True)
NOWS = (
    datetime(2026, 11, 22, 20, 40, tzinfo=UTC),
    datetime(2026, 11, 25, 13, 0, tzinfo=UTC),
    datetime(2026, 10, 24, 12, 15, tzinfo=UTC),
    datetime(2026, 3, 31, 9, 0, tzinfo=UTC),
)
"""A Sunday, a Wednesday in the midst of things, and days about the changes of the clocks."""


@pytest.fixture(scope="module", params=NOWS, ids=lambda now: f"{now:%a %d %b}")
def now(request: pytest.FixtureRequest) -> datetime:
    """Return a moment at which somebody starts the town."""
    moment: datetime = request.param
    return moment


@pytest.fixture(scope="module")
def week(town: Town, now: datetime) -> list[Row]:
    """Return the sample week before that moment."""
    return list(town.sample_week(now))


def at(row: Row) -> datetime:
    """Return when a row says it was said, by the town's clock."""
    return datetime.fromisoformat(row["posted_at"]).astimezone(LONDON)


def first(week: list[Row], native_id: str) -> Row:
    """Return the first row of a post."""
    return next(row for row in week if row["id"] == native_id)


def test_the_week_ends_just_before_now(week: list[Row], now: datetime) -> None:
    """Nothing comes from the future, and the page looks alive."""
    last = max(at(row) for row in week)

    assert now - timedelta(hours=1) < last <= now
    assert now - timedelta(days=11) < min(at(row) for row in week) <= now - timedelta(days=6.9)


def test_ordinary_posts_come_at_their_usual_rate(week: list[Row], now: datetime) -> None:
    """About 1,200 a week, beside the stories."""
    ordinary = [row for row in week if row["id"].startswith("post-")]
    weeks = (now - min(map(at, ordinary))) / timedelta(days=7)

    assert 0.95 < len(ordinary) / (POSTS_PER_WEEK * weeks) < 1.05


def test_every_row_becomes_a_sighting(week: list[Row]) -> None:
    """Ingest refuses none of them."""
    read = [json_sighting(row_line(row), {}, ORIGIN, "town") for row in week]

    assert [each for each in read if isinstance(each, Refused)] == []


def test_every_story_is_told_to_its_end(week: list[Row], stories: tuple[StoryPost, ...]) -> None:
    """Each story post is there, and so is what became of it."""
    received = {row["id"] for row in week if row.get("kind") != "removed"}
    removed = {row["id"] for row in week if row.get("kind") == "removed"}
    edited = {row["id"]: row["text"] for row in week if "revision" in row}

    assert {f"week-{post.ref}" for post in stories} <= received
    assert {f"week-{post.ref}" for post in stories if post.removed} <= removed
    for post in stories:
        if post.edited_text is not None:
            assert post.edited_text == edited[f"week-{post.ref}"]


@pytest.mark.parametrize(
    ("native_id", "weekday", "hour"),
    [("week-storm-01", 1, 20), ("week-grievance-01", 2, 12), ("week-rumour-01", 3, 16)],
)
def test_a_story_begins_on_its_day_by_the_towns_clock(
    week: list[Row], native_id: str, weekday: int, hour: int
) -> None:
    """The storm on Tuesday night, the grievance from Wednesday, the rumour on Thursday."""
    begins = at(first(week, native_id))

    assert (weekday, hour) == (begins.weekday(), begins.hour)


def test_hundreds_of_people_echo_the_grievance_from_wednesday_to_saturday(
    week: list[Row],
) -> None:
    """At least 300 voices, nearly all of them other people, most in answer to somebody."""
    echoes = [row for row in week if "-echo-" in row["id"]]
    answers = [row for row in echoes if "parent_id" in row]

    assert len(echoes) >= 300
    assert len({row["author"] for row in echoes}) > 300
    assert {2, 3, 4, 5} == {at(row).weekday() for row in echoes}
    assert 0.6 < len(answers) / len(echoes) < 0.85
    assert all(at(first(week, row["parent_id"])) < at(row) for row in answers)


def test_an_answer_in_a_story_names_the_root_of_its_thread(week: list[Row]) -> None:
    """The answer to an answer belongs to the conversation that the first post began."""
    moomin = first(week, "week-storm-50")

    assert (moomin["root_id"], moomin["parent_id"]) == ("week-storm-48", "week-storm-49")


def test_edits_and_removals_arrive_after_their_post(week: list[Row]) -> None:
    """Whatever is late, nothing is undone before it was done."""
    seen: set[str] = set()
    for row in week:
        if row.get("kind") == "removed" or "revision" in row:
            assert row["id"] in seen
        seen.add(row["id"])


def test_who_owns_up_to_the_rumour_is_who_started_it(week: list[Row]) -> None:
    """The last post of the rumour says: I started that."""
    assert first(week, "week-rumour-01")["author"] == first(week, "week-rumour-20")["author"]


def test_same_moment_and_seed_same_week(
    town: Town, texts: tuple[LabelledText, ...], stories: tuple[StoryPost, ...]
) -> None:
    """And another seed another."""
    again, other = Town(texts, stories, 7), Town(texts, stories, 8)

    week = list(town.sample_week(NOWS[0]))

    assert week == list(again.sample_week(NOWS[0]))
    assert week != list(other.sample_week(NOWS[0]))


def test_a_long_run_holds_its_count_of_ordinary_posts_and_stories_every_week(town: Town) -> None:
    """The first week has all stories, later ones threads and spam; none goes on past the end."""
    start = datetime(2026, 3, 2, tzinfo=UTC)

    rows = list(town.posts(start, timedelta(days=24), 2_000))

    labels = Counter(row["id"].split("-")[0] for row in rows)
    assert sum(row["id"].startswith("post-") for row in rows) == 2_000
    assert {"post", "week0", "week1", "week2", "week3"} == set(labels)
    assert sum(row["id"].startswith("week0-echo-") for row in rows) == 320
    assert max(map(at, rows)) <= start + timedelta(days=24)


def test_a_long_run_begins_without_being_made_whole(town: Town) -> None:
    """The first rows of ten million come at once: no list of them is ever made."""
    rows = town.posts(datetime(2026, 3, 2, tzinfo=UTC), timedelta(days=365), 10_000_000)

    assert len(list(islice(rows, 100))) == 100


def test_a_town_without_stories_has_ordinary_posts_alone() -> None:
    """For measurements that want an exact count."""
    rows = Town(read_texts(), (), 7).posts(datetime(2026, 3, 2, tzinfo=UTC), timedelta(days=7), 300)

    assert {"post"} == {row["id"].split("-")[0] for row in rows}


@pytest.mark.parametrize("story", ["storm", "rumour", "grievance", "thread", "spam"])
@pytest.mark.parametrize("hours", range(0, 168, 7))
def test_the_latest_start_is_the_last_that_leaves_time_for_the_whole(
    stories: tuple[StoryPost, ...], town: Town, story: str, hours: int
) -> None:
    """At any hour of the week; one opening later would run past the end."""
    teller = StoryTeller(stories, town.generator.draws)
    name = next(post.story for post in stories if post.story == story)
    end = datetime(2026, 10, 20, tzinfo=UTC) + timedelta(hours=hours)

    start = teller.latest_start(name, end)

    assert start + teller.length(name) <= end
    assert end < teller.next_start(name, start + timedelta(hours=1)) + teller.length(name)
