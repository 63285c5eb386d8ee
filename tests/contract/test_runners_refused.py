"""What every runner does where the store refuses a commit for good: one suite.

A row that breaks a rule of the database would be refused however often it were given again.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from datetime import datetime
from hashlib import shake_256
from typing import Any, Final

import psycopg
import pytest

from schemas.codec import decode_event
from schemas.dead_letter import DeadLetterWritten
from schemas.envelope import Event
from schemas.topics import DEAD_LETTERS
from services.runtime.clock import ManualClock
from services.runtime.effects import Effect, Key, Remember, Row
from services.runtime.errors import RuleBrokenError
from services.runtime.ports import Commit
from services.runtime.view import View
from tests.contract.runner_stands import (
    CONVERSATIONS,
    TOPIC,
    GroupStand,
    KafkaStand,
    Stand,
    embedded_stand,
    real_parts,
)
from tests.contract.test_runners import counted, rejected
from tests.fakes import CountingStage, text_of, wait_until

FORBIDDEN: Final = "forbidden, says Jo Example of 020 7946 0123"
OUT_OF_BOUNDS: Final = 2**63
COMMITS_MAX: Final = 40
INCOMPRESSIBLE: Final = shake_256(b"unusual").hexdigest(4_000)
"""Longer than PostgreSQL's index takes a text to be."""


class BreakingStage(CountingStage):
    """Counts, and keeps what is `forbidden` or `unusual` with the words of whoever wrote it.

    What is forbidden comes with a number that no store has room for, what is unusual breaks no rule
    but those that a test adds.
    """

    def handle(self, event: Event, features: Any, view: View, now: datetime) -> Iterable[Effect]:
        """Return a count one higher and a copy of the event."""
        yield from super().handle(event, features, view, now)
        text = text_of(event)
        if text.startswith(("forbidden", "unusual")):
            number = OUT_OF_BOUNDS if text.startswith("forbidden") else 0
            source = None if "unsigned" in text else "nobody"
            row: Row = {"source": source, "reason": text, "added_at_ms": number}
            yield Remember(Key("objections", event.id), row)


class Commits:
    """Counts commits; none that sets something aside is kept, once told so."""

    def __init__(self, *, refuses_letters: bool) -> None:
        self.count = 0
        self._refuses_letters = refuses_letters

    def __call__(self, commit: Commit) -> None:
        """Count a commit, and refuse it as ordered."""
        self.count += 1
        if self._refuses_letters and any(key.table == "dead_letters" for key in commit.writes):
            raise RuleBrokenError("CheckViolation, constraint dead_letters_state_check")


@pytest.fixture(
    params=["memory", "sqlite", "group", pytest.param("kafka", marks=pytest.mark.scaled)]
)
def stand(request: pytest.FixtureRequest, clock: ManualClock) -> Iterator[Stand]:
    """An empty topic and store under each runner."""
    with ExitStack() as ending:
        stand: Stand
        if request.param == "kafka":
            stand = KafkaStand(BreakingStage, *real_parts(request, ending, TOPIC))
        elif request.param == "group":
            stand = GroupStand(BreakingStage, clock)
        else:
            stand = embedded_stand(request, BreakingStage, clock, ending)
        ending.callback(stand.close)
        yield stand


def test_a_row_that_the_store_forbids_costs_its_event_alone(stand: Stand) -> None:
    """Its neighbours of the batch are kept, once and in order, those of its conversation too."""
    texts = [f"post {i}" for i in range(30)]
    texts[3] = texts[17] = FORBIDDEN
    commits = Commits(refuses_letters=False)
    stand.put(texts)

    runner = stand.start(commits)
    wait_until(lambda: not runner.running or (counted(stand) == 28 and rejected(stand) == 2))

    assert runner.running
    expected = {
        each: [text for text in texts[place::4] if text != FORBIDDEN]
        for place, each in enumerate(CONVERSATIONS)
    }
    assert expected == stand.texts_told()
    assert commits.count < COMMITS_MAX


def test_its_letter_names_the_rule_and_nothing_of_the_row(stand: Stand) -> None:
    """What the database says in detail quotes the row, and stays out of letter and reason."""
    stand.put(["a", "b", FORBIDDEN, "c"])

    runner = stand.start()
    wait_until(lambda: not runner.running or rejected(stand) == 1)

    (letter,) = letters(stand)
    assert "cannot be kept" == letter["cause"]
    assert "breaks a rule of the database" in str(letter["detail"])
    assert "Example" not in str(letter["detail"])
    assert FORBIDDEN.encode() in bytes(letter["value"])


def test_what_cannot_even_be_set_aside_stops_the_stage_and_says_why(stand: Stand) -> None:
    """The place and the rule are told after a bounded number of tries; what was before is kept."""
    commits = Commits(refuses_letters=True)
    stand.put(["a", "b", "c", FORBIDDEN, "d"])

    runner = stand.start(commits)
    wait_until(lambda: not runner.running)

    assert runner.crashed_with is None
    assert "nor set it aside" in (runner.stopped_because or "")
    assert "dead_letters_state_check" in (runner.stopped_because or "")
    assert 0 == rejected(stand)
    assert commits.count < COMMITS_MAX


def test_after_its_cause_was_mended_it_goes_on_where_it_stopped(stand: Stand) -> None:
    """Nothing was passed over by the runner that stopped."""
    stand.put(["a", "b", "c", FORBIDDEN, "d"])
    first = stand.start(Commits(refuses_letters=True))
    wait_until(lambda: not first.running)

    stand.start()
    wait_until(lambda: counted(stand) == 4 and rejected(stand) == 1)

    assert {"one": ["a", "d"], "two": ["b"], "three": ["c"]} == stand.texts_told()


@pytest.mark.scaled
@pytest.mark.parametrize("stand", ["kafka"], indirect=True)
@pytest.mark.parametrize(
    ("rule", "text", "named"),
    [
        ("ADD CONSTRAINT short CHECK (length(reason) < 9)", "", "CheckViolation, constraint short"),
        ("ALTER COLUMN source SET NOT NULL", "unsigned", "NotNullViolation, column source"),
        ("ALTER COLUMN reason TYPE varchar(9)", "", "StringDataRightTruncation"),
        (
            "ADD CONSTRAINT known FOREIGN KEY (source) REFERENCES known_posts (id)",
            "",
            "ForeignKeyViolation, constraint known",
        ),
        ("ADD CONSTRAINT one UNIQUE (reason)", INCOMPRESSIBLE, "ProgramLimitExceeded"),
    ],
)
def test_each_rule_of_postgresql_is_named(stand: Stand, rule: str, text: str, named: str) -> None:
    """Rules that somebody added to the database are told by the names they were given."""
    assert isinstance(stand, KafkaStand)
    with psycopg.connect(stand.address) as connection:
        connection.execute(f"ALTER TABLE objections {rule}".encode())
    stand.put(["a", f"unusual, says Jo Example, {text}", "b"])

    stand.start()
    wait_until(lambda: counted(stand) == 2 and rejected(stand) == 1)

    (letter,) = letters(stand)
    assert named in str(letter["detail"])
    assert "Example" not in str(letter["detail"])


def letters(stand: Stand) -> list[Mapping[str, Any]]:
    """Return the row of each dead letter that was announced."""
    events = [decode_event(DEAD_LETTERS.name, value) for value in stand.announced()]
    keys = [
        Key("dead_letters", event.data.dead_letter_id)
        for event in events
        if isinstance(event, DeadLetterWritten)
    ]
    return [row for row in stand.store.fetch(keys).values() if row is not None]
