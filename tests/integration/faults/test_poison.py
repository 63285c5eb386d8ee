"""Poison, from a file and straight in a topic: one dead letter each, and its neighbours go on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from schemas.codec import encode_event
from services.ingest.configuration import ReplaySettings
from services.ingest.embedded_source import SourceRunner
from services.ingest.file_replay import FileReplay
from services.runtime.clock import ManualClock
from services.runtime.ports import Append, Commit
from services.runtime.step import DEAD_LETTER_VALUE_BYTES_MAX
from tests.fakes import received, wait_until
from tests.integration.faults.numbered import START
from tests.integration.faults.poison import poison_in_topics
from tests.integration.faults.rig import Rig
from tests.simulation.checkers import unended, unstored
from tests.simulation.remains import Remains, remains_in_file
from tests.simulation.stages import DEADLY_WORDS

GOOD = b'{"id": "good-%d", "text": "The lamp is out"}'
REFUSED_LINES = {
    "not JSON": b'{"id": "broken", ',
    "too long": b'{"id": "long", "text": "' + b"a" * 1_000_000 + b'"}',
    "too deep": b'{"id": "deep", "text": ' + b"[" * 2_000 + b"]" * 2_000 + b"}",
    "not Unicode": b'{"id": "half", "text": "half a pair \\ud800"}',
    "wrong type": b'{"id": 7, "text": ["a", "list"]}',
    "bad date": b'{"id": "late", "text": "x", "posted_at": "9999-12-31T23:59:59Z"}',
}
CLEANED_LINES = {
    "nul": b'{"id": "nul", "text": "be\\u0000fore"}',
    "overrides": '{"id": "overrides", "text": "\u202etuo si pmal\u202c"}'.encode(),
}
"""By their ids: what is wrong with them can be taken away, so they come in without it."""

SENTENCE_LENGTH_MAX = 400


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    """Mercat at work on an empty file."""
    made = Rig(tmp_path, ManualClock(START))
    made.start()
    yield made
    made.stop()


def replayed(rig: Rig, path: Path) -> Remains:
    """Return what is left once a file was played back and everything handled."""
    runner = SourceRunner(
        FileReplay(ReplaySettings(name="file", path=str(path), pace="flat-out"), rig.clock),
        door=rig.door,
        store=rig.journal.store,
        clock=rig.clock,
        metrics=rig.metrics,
        draw=lambda: 0.5,
    )
    runner.start()
    wait_until(lambda: runner.finished or runner.crashed_with is not None)
    runner.stop()
    assert runner.crashed_with is None
    rig.drain()
    return remains_in_file(rig.journal.path)


def test_each_bad_line_of_a_file_is_one_dead_letter_and_its_neighbours_come_in(
    tmp_path: Path, rig: Rig
) -> None:
    """Cause and place of each are named in a sentence; the lines around it reach their teams."""
    bad = [*REFUSED_LINES.values(), b'{"id": "bytes", "text": "\xff\xfe"}']
    lines = [line for n, poison in enumerate(bad) for line in (GOOD % n, poison)]
    (tmp_path / "poison.jsonl").write_bytes(b"\n".join([*lines, GOOD % len(bad)]) + b"\n")

    remains = replayed(rig, tmp_path / "poison.jsonl")

    letters = sorted(remains.rows["dead_letters"].values(), key=lambda row: str(row["place"]))
    assert sorted([*REFUSED_LINES, "not Unicode"]) == sorted(str(row["cause"]) for row in letters)
    places = {f"poison.jsonl, line {2 * n}" for n in range(1, len(bad) + 1)}
    assert places == {row["place"] for row in letters}
    for row in letters:
        assert str(row["detail"]).startswith(str(row["place"]))
        assert len(str(row["detail"])) < SENTENCE_LENGTH_MAX
    routed = {row["native_id"] for row in remains.rows["posts"].values()}
    assert {f"good-{n}" for n in range(len(bad) + 1)} == routed
    assert [] == [*unended(remains), *unstored(remains)]


def test_what_can_be_cleaned_comes_in_without_it(tmp_path: Path, rig: Rig) -> None:
    """Signs that are unseen, or that show other words than there are, do not reach a desk."""
    (tmp_path / "odd.jsonl").write_bytes(b"\n".join(CLEANED_LINES.values()) + b"\n")

    remains = replayed(rig, tmp_path / "odd.jsonl")

    texts = {row["native_id"]: row["text"] for row in remains.rows["posts"].values()}
    assert texts == {"nul": "before", "overrides": "tuo si pmal"}
    assert remains.rows["dead_letters"] == {}


@pytest.mark.parametrize("topic", ["posts.received.v1", "posts.classified.v1"])
def test_bytes_that_are_no_event_are_set_aside_one_by_one(rig: Rig, topic: str) -> None:
    """Whoever put them into a topic, the stage that reads it goes on behind them."""
    poison = poison_in_topics()
    good = [Append("posts.received.v1", "k", encode_event(received(n))) for n in (50, 51)]
    bad = [Append(topic, "k", value) for value in poison.values()]

    rig.journal.commit(Commit([good[0], *bad, good[1]])).result()
    rig.drain()

    remains = remains_in_file(rig.journal.path)
    letters = [*remains.rows["dead_letters"].values()]
    assert len(letters) == len(poison)
    assert {"not an event"} == {row["cause"] for row in letters}
    assert {topic} == {row["origin"] for row in letters}
    for row in letters:
        assert isinstance(row["value"], bytes)
        assert len(row["value"]) <= DEAD_LETTER_VALUE_BYTES_MAX
        assert 0 < len(str(row["detail"])) < SENTENCE_LENGTH_MAX
    assert {"n50", "n51"} == {row["native_id"] for row in remains.rows["posts"].values()}
    assert [] == [*unended(remains), *unstored(remains)]


def test_a_post_that_breaks_the_classifier_is_set_aside_alone(rig: Rig) -> None:
    """The batch it came in is prepared again, one by one."""
    texts = ["The lamp is out", DEADLY_WORDS, "A pothole"]
    appends = [
        Append("posts.received.v1", "k", encode_event(received(n, text)))
        for n, text in enumerate(texts)
    ]

    rig.journal.commit(Commit(appends)).result()
    rig.drain()

    remains = remains_in_file(rig.journal.path)
    (letter,) = remains.rows["dead_letters"].values()
    assert ("handler failed", "1") == (letter["cause"], letter["place"])
    assert {"n0", "n2"} == {row["native_id"] for row in remains.rows["posts"].values()}
