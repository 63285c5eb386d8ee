"""The ordinary stream: any post without the others, in the shares that life has."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from services.ingest.post_row import Origin
from services.ingest.replay_rows import json_sighting
from services.ingest.sighting import Refused
from services.town.generator import Kind, PostStream, TownGenerator
from services.town.labelled_texts import LabelledText
from services.town.rows import Row, row_line
from services.town.week import Town

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
COUNT = 12_000
ORIGIN = Origin("sample-week", "platform", rows_name_source=True)


@pytest.fixture(scope="module")
def stream(town: Town) -> PostStream:
    """Return a week of ordinary posts."""
    return town.generator.stream(MONDAY, timedelta(days=7), COUNT)


@pytest.fixture(scope="module")
def rows(stream: PostStream) -> list[Row]:
    """Return all rows of that week, in order."""
    return list(stream.rows(0, COUNT))


def first_sightings(stream: PostStream, rows: list[Row]) -> list[Row]:
    """Return the rows at places that hold posts."""
    return [row for number, row in enumerate(rows) if stream.kind(number) is Kind.POST]


def test_same_seed_same_rows(texts: tuple[LabelledText, ...], rows: list[Row]) -> None:
    """Two machines that measure measure the same posts."""
    again = TownGenerator(texts, 7).stream(MONDAY, timedelta(days=7), COUNT)

    assert rows[:500] == list(again.rows(0, 500))


def test_another_seed_gives_another_town(texts: tuple[LabelledText, ...], rows: list[Row]) -> None:
    """Other people say other things at other moments."""
    other = TownGenerator(texts, 8).stream(MONDAY, timedelta(days=7), COUNT)

    same = [a == b for a, b in zip(rows, other.rows(0, 500), strict=False)]

    assert not any(same)


def test_a_row_alone_is_the_row_in_its_sequence(stream: PostStream, rows: list[Row]) -> None:
    """Asked for backwards and out of turn, each row is what the sequence gave."""
    numbers = [*range(COUNT - 1, COUNT - 200, -1), 5, 3_000, 0]

    assert [rows[number] for number in numbers] == [stream.row(number) for number in numbers]


def test_the_last_of_ten_million_needs_none_before_it(town: Town) -> None:
    """A year of ten million posts costs nothing until a post is asked for."""
    year = town.generator.stream(MONDAY, timedelta(days=365), 10_000_000)

    found = list(year.rows(9_999_990, 10_000_000))

    assert len(found) == 10
    assert all(row["posted_at"].startswith("2027-03-0") for row in found)


def test_ids_of_posts_are_all_distinct(stream: PostStream, rows: list[Row]) -> None:
    """However often a text is said, each saying is a post of its own."""
    ids = [row["id"] for row in first_sightings(stream, rows)]

    assert len(set(ids)) == len(ids)


def test_every_row_becomes_a_sighting(rows: list[Row]) -> None:
    """Ingest refuses none of them."""
    read = [json_sighting(row_line(row), {}, ORIGIN, "town") for row in rows[:4_000]]

    assert [each for each in read if isinstance(each, Refused)] == []


def test_edits_removals_and_repeats_have_their_shares(stream: PostStream) -> None:
    """About two, one and three in a hundred."""
    kinds = Counter(stream.kind(number) for number in range(COUNT))

    assert 0.015 < kinds[Kind.EDIT] / COUNT < 0.025
    assert 0.007 < kinds[Kind.REMOVAL] / COUNT < 0.013
    assert 0.025 < kinds[Kind.REPEAT] / COUNT < 0.035


def test_a_repeat_is_the_same_row_once_more(stream: PostStream, rows: list[Row]) -> None:
    """A platform that delivers twice delivers the same bytes."""
    lines = [row_line(row) for row in rows]
    repeats = [number for number in range(COUNT) if stream.kind(number) is Kind.REPEAT]

    assert all(lines[number] in lines[max(0, number - 500) : number] for number in repeats[:100])


def test_an_edit_says_something_else_under_the_same_id(stream: PostStream, rows: list[Row]) -> None:
    """Id, author and moment stay; the words and the edit stamp are new."""
    by_id = {row["id"]: row for row in first_sightings(stream, rows)}
    edits = [row for row in rows if "revision" in row]

    assert edits
    for edit in edits:
        before = by_id[edit["id"]]
        assert (before["author"], before["posted_at"]) == (edit["author"], edit["posted_at"])
        assert edit["text"].startswith(before["text"])
        assert edit["revision"] > before["posted_at"]


def test_a_removal_repeats_nothing_of_what_was_said(stream: PostStream, rows: list[Row]) -> None:
    """It names the post and the moment, and that is all."""
    ids = {row["id"] for row in first_sightings(stream, rows)}
    removals = [row for row in rows if row.get("kind") == "removed"]

    assert removals
    assert all({"kind", "id", "posted_at"} == set(row) and row["id"] in ids for row in removals)


def test_answers_name_a_root_that_was_there_before_and_is_no_answer(
    stream: PostStream, rows: list[Row]
) -> None:
    """About one post in eight answers another; a thread has one beginning."""
    posts = first_sightings(stream, rows)
    place = {row["id"]: number for number, row in enumerate(posts)}
    answers = [row for row in posts if "parent_id" in row]

    assert 0.1 < len(answers) / len(posts) < 0.14
    for row in answers:
        assert place[row["parent_id"]] < place[row["id"]]
        assert "parent_id" not in posts[place[row["root_id"]]]


def test_an_answer_is_about_what_its_root_is_about(stream: PostStream, rows: list[Row]) -> None:
    """A thread on bins stays with the bins."""
    answers = [number for number, row in enumerate(rows) if "parent_id" in row]
    number_of = re.compile(r"post-0*(\d+)")

    for number in answers[:200]:
        match = number_of.fullmatch(rows[number]["root_id"])
        assert match is not None
        assert stream.source_text(int(match[1])).team == stream.source_text(number).team


def test_rows_arrive_in_order_and_a_few_are_late(stream: PostStream, rows: list[Row]) -> None:
    """Most say the moment they arrived; some were held up on the way."""
    arrivals = [stream.arrived_ms(number) for number in range(COUNT)]
    moments = [row["posted_at"] for row in first_sightings(stream, rows)]
    backwards = sum(later < earlier for earlier, later in pairwise(moments))

    assert sorted(arrivals) == arrivals
    assert 20 < backwards < 0.02 * COUNT


def test_few_say_much_and_many_say_little(rows: list[Row]) -> None:
    """Thousands of authors, and some whom everybody knows."""
    voices = Counter(row["author"] for row in rows if "author" in row)

    assert len(voices) > 4_000
    assert voices.most_common(1)[0][1] > 20


def test_everybody_speaks_from_an_invented_address(rows: list[Row]) -> None:
    """A handle is two words and two figures at social.example."""
    handle = re.compile(r"@[a-z]+_[a-z]+_\d\d@social\.example")

    assert all(handle.fullmatch(row["author"]) for row in rows if "author" in row)


def test_all_teams_are_heard_and_emergencies_are_rare(stream: PostStream) -> None:
    """Bins above all; danger to life in about one post of two hundred."""
    sources = [stream.source_text(number) for number in range(0, COUNT, 3)]
    teams = Counter(source.team for source in sources)

    assert len(teams) == 17
    assert teams.most_common(1)[0][0] == "waste"
    assert sum(source.urgency == "emergency" for source in sources) / len(sources) < 0.01


def test_some_words_repeat_and_most_do_not(stream: PostStream, rows: list[Row]) -> None:
    """Twelve thousand posts from a thousand texts: hardly any is said a hundred times."""
    said = Counter(row["text"] for row in first_sightings(stream, rows))

    assert 3 < said.most_common(1)[0][1] < 100
    assert len(said) / said.total() > 0.5
