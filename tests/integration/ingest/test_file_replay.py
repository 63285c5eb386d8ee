"""Playing a recording back: in order, at its pace, and on from where it stopped."""

import gzip
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from services.ingest.configuration import ReplaySettings
from services.ingest.file_replay import WAIT_SECONDS_MAX, FileReplay
from services.ingest.sighting import Sighting
from services.ingest.source import ITEMS_COUNT_MAX, Poll
from services.runtime.clock import ManualClock
from services.runtime.errors import SettingsError, SourceUnavailableError
from tests.unit.ingest.samples import NOW, refusal, seen


def line(number: int, **changes: Any) -> str:
    """Return one line of a recording in which someone speaks every ten seconds."""
    posted_at = NOW + timedelta(seconds=10 * number)
    post = {"id": str(number), "text": f"Post {number}", "posted_at": posted_at.isoformat()}
    return json.dumps(post | changes) + "\n"


def written(path: Path, count: int) -> Path:
    """Write a recording of `count` posts, packed where its name says so."""
    content = "".join(line(number) for number in range(count)).encode()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


class Player:
    """Makes sources over files, flat out unless told otherwise, and closes them all."""

    def __init__(self, clock: ManualClock) -> None:
        self._clock = clock
        self._sources: list[FileReplay] = []

    def __call__(self, path: Path, **changes: Any) -> FileReplay:
        """Return a new source over a file."""
        settings = {"name": "town", "path": str(path), "pace": "flat-out"} | changes
        source = FileReplay(ReplaySettings.model_validate(settings), self._clock)
        self._sources.append(source)
        return source

    def close(self) -> None:
        """Close what was opened."""
        for source in self._sources:
            source.close()


@pytest.fixture
def replay(clock: ManualClock) -> Iterator[Player]:
    """Return a maker of sources that lets go of their files."""
    player = Player(clock)
    yield player
    player.close()


def ids(poll: Poll) -> list[int]:
    """Return the numbers of the posts that a poll gave."""
    return [int(seen(item).native_id) for item in poll.items]


@pytest.mark.parametrize("name", ["week.jsonl", "week.jsonl.gz"])
def test_a_file_is_read_in_bounded_parts_to_its_end(
    tmp_path: Path, replay: Player, name: str
) -> None:
    """Five hundred at a time; the last poll says that nothing follows."""
    source = replay(written(tmp_path / name, ITEMS_COUNT_MAX + 20))

    first = source.poll({})
    second = source.poll(first.state)

    assert list(range(ITEMS_COUNT_MAX)) == ids(first)
    assert not first.finished
    assert 0 < (first.progress or 0) <= 1
    assert list(range(ITEMS_COUNT_MAX, ITEMS_COUNT_MAX + 20)) == ids(second)
    assert second.finished
    assert second.progress == 1.0


@pytest.mark.parametrize("name", ["week.jsonl", "week.jsonl.gz"])
def test_a_new_process_goes_on_where_the_state_says(
    tmp_path: Path, replay: Player, name: str
) -> None:
    """The state survives as JSON; nothing is repeated and nothing is left out."""
    path = written(tmp_path / name, ITEMS_COUNT_MAX + 20)
    state = json.loads(json.dumps(replay(path).poll({}).state))

    rest = replay(path).poll(state)
    after = replay(path).poll(json.loads(json.dumps(rest.state)))

    assert list(range(ITEMS_COUNT_MAX, ITEMS_COUNT_MAX + 20)) == ids(rest)
    assert rest.finished
    assert (ids(after), after.finished) == ([], True)


def test_a_poll_whose_commit_failed_is_repeated(tmp_path: Path, replay: Player) -> None:
    """Asked again with the state before, the source gives the same again."""
    source = replay(written(tmp_path / "week.jsonl", ITEMS_COUNT_MAX + 20))
    first = source.poll({})
    second = source.poll(first.state)

    assert ids(second) == ids(source.poll(first.state))
    assert ids(first) == ids(source.poll({}))


def test_another_file_under_the_same_path_starts_anew(tmp_path: Path, replay: Player) -> None:
    """The place in one recording means nothing in another."""
    path = written(tmp_path / "week.jsonl", 5)
    state = replay(path).poll({}).state
    path.write_text(line(77))

    assert ids(replay(path).poll(state)) == [77]


def test_recorded_pace_waits_for_each_moment(
    tmp_path: Path, clock: ManualClock, replay: Player
) -> None:
    """The first post is due at once, each other when its time has come, ten seconds apart."""
    source = replay(written(tmp_path / "week.jsonl", 3), pace="recorded")
    first = source.poll({})
    clock.advance(4)
    early = source.poll(first.state)
    clock.advance(6)
    second = source.poll(early.state)
    clock.advance(10)
    third = source.poll(second.state)

    assert [ids(poll) for poll in (first, early, second, third)] == [[0], [], [1], [2]]
    assert [poll.wait_seconds for poll in (first, early, second, third)] == [10.0, 6.0, 10.0, None]
    assert third.finished


def test_faster_than_life_shortens_the_waits(tmp_path: Path, replay: Player) -> None:
    """At ten times the pace ten seconds take one."""
    source = replay(written(tmp_path / "week.jsonl", 3), pace="recorded", times_faster=10)

    assert source.poll({}).wait_seconds == 1.0


def test_a_long_silence_is_waited_out_in_parts(tmp_path: Path, replay: Player) -> None:
    """A source that waits for hours is still seen to be alive."""
    path = tmp_path / "week.jsonl"
    path.write_text(line(0) + line(1_000))

    assert replay(path, pace="recorded").poll({}).wait_seconds == WAIT_SECONDS_MAX


def test_the_pace_is_taken_up_after_a_stop(
    tmp_path: Path, clock: ManualClock, replay: Player
) -> None:
    """A restart neither skips a silence nor waits for the time it was down."""
    path = written(tmp_path / "week.jsonl", 3)
    state = replay(path, pace="recorded").poll({}).state
    clock.advance(3_600)

    resumed = replay(path, pace="recorded").poll(state)

    assert ids(resumed) == []
    assert resumed.wait_seconds == 10.0


def test_csv_is_replayed_by_its_column_map(tmp_path: Path, replay: Player) -> None:
    """Edits come by revision, removals by a column, records of several lines are one post."""
    path = tmp_path / "week.csv"
    path.write_text(
        'no;words;stamp;fate;when\n1;"Bins\nagain";r1;;2026-03-02 09:00\n'
        "1;Bins, please;r2;;2026-03-02 09:05\n1;;;removed;2026-03-02 09:10\n"
    )
    columns = {
        "id": "no",
        "text": "words",
        "revision": "stamp",
        "kind": "fate",
        "posted_at": "when",
    }
    source = replay(path, format="csv", delimiter=";", columns=columns, zone="Europe/London")

    posts = [seen(item) for item in source.poll({}).items]

    assert [(post.kind, post.text) for post in posts] == [
        ("received", "Bins\nagain"),
        ("received", "Bins, please"),
        ("removed", ""),
    ]
    assert [post.revision for post in posts] == ["r1", "r2", ""]
    assert posts[1].place_in_source == "week.csv, line 4"


def test_csv_goes_on_below_its_header(tmp_path: Path, replay: Player) -> None:
    """A new process reads the header again and no row twice."""
    path = tmp_path / "week.csv"
    path.write_text("id,text\n" + "".join(f"{n},Post {n}\n" for n in range(ITEMS_COUNT_MAX + 2)))
    state = replay(path, format="csv").poll({}).state

    rest = replay(path, format="csv").poll(state)

    assert ids(rest) == [ITEMS_COUNT_MAX, ITEMS_COUNT_MAX + 1]


def test_a_column_that_is_not_there_stops_the_source(tmp_path: Path, replay: Player) -> None:
    """Every row would be refused: the settings have to change."""
    path = tmp_path / "week.csv"
    path.write_text("no,words\n1,Bins\n")

    with pytest.raises(SettingsError, match=r"no column id, text; its columns are no, words"):
        replay(path, format="csv", columns={"text": "text"}).poll({})


def test_poison_is_refused_line_by_line(tmp_path: Path, replay: Player) -> None:
    """Whatever stands in a line, the lines around it are read."""
    path = tmp_path / "week.jsonl"
    poison = [
        b'{"id": "2"',
        b'{"id": "2", "text": "' + b"x" * 1_000_000 + b'"}',
        b"[" * 2_000,
        b'{"id": "2", "text": "\\ud83d"}',
        b'{"id": 2, "text": []}',
        b'{"id": "2", "text": "x", "posted_at": "9999-01-01T00:00:00Z"}',
    ]
    good = [line(number).strip().encode() for number in range(len(poison) + 1)]
    lines = [one for pair in zip(good, [*poison, b""], strict=True) for one in pair]
    path.write_bytes(b"\n".join(lines))

    items = replay(path).poll({}).items

    sightings = [item for item in items if isinstance(item, Sighting)]
    assert len(sightings) == len(poison) + 1
    assert [refusal(item).cause for item in items[1::2]] == [
        "not JSON",
        "too long",
        "too deep",
        "not Unicode",
        "wrong type",
        "bad date",
    ]
    assert [f"week.jsonl, line {number}" for number in range(2, 14, 2)] == [
        refusal(item).place for item in items[1::2]
    ]


def test_an_absent_file_is_trouble_that_may_pass(tmp_path: Path, replay: Player) -> None:
    """It may still be on its way; once there, it is read."""
    path = tmp_path / "week.jsonl"
    source = replay(path)
    with pytest.raises(SourceUnavailableError, match="No such file"):
        source.poll({})

    written(path, 1)

    assert ids(source.poll({})) == [0]


def test_an_empty_file_is_finished(tmp_path: Path, replay: Player) -> None:
    """Nothing to say is an end as well, in either format."""
    (tmp_path / "week.jsonl").touch()

    assert replay(tmp_path / "week.jsonl").poll({}).finished


def test_a_closed_source_opens_again(tmp_path: Path, replay: Player) -> None:
    """Closing lets go of the file and of nothing else."""
    source = replay(written(tmp_path / "week.jsonl", ITEMS_COUNT_MAX + 1))
    state = source.poll({}).state
    source.close()

    assert ids(source.poll(state)) == [ITEMS_COUNT_MAX]
