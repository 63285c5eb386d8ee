"""The sample week in one process and over Kafka: the same teams, cases, conversations, events."""

import gzip
import re
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from schemas.assignment import RerouteRequest, RerouteRequested
from schemas.codec import decode_event, encode_event
from schemas.dead_letter import DeadLetterWritten
from schemas.envelope import Event, digest_id
from schemas.topics import POSTS_CLASSIFIED, POSTS_RECEIVED, POSTS_ROUTED
from services.bootstrap import Embedded
from services.bootstrap_foundation import Foundation
from services.bootstrap_relay_service import topics_of
from services.bootstrap_scaled import Scaled
from services.bootstrap_services import Service, build
from services.commands import ListeningCommands
from services.runtime.actor import OPERATOR
from services.runtime.errors import RejectError
from services.runtime.scaled_settings import KafkaSettings
from services.runtime.system_clock import SystemClock
from services.settings import DATABASE_NAME, EnvironmentSettings, read_body
from services.store.sqlite_connection import open_reader
from services.store.tables import TABLES
from services.town.file_folder import WEEK_PATH, make_town_folder
from services.turns import Turns
from tests.fakes import wait_until
from tests.integration.kafka.scaled_body import ROUTED_TRIES_MAX, ScaledBody
from tests.postgres_server import fresh_database

pytestmark = pytest.mark.scaled

NOW: Final = datetime(2026, 3, 9, 12, tzinfo=UTC)
POISON: Final = (b'{"id": "broken", \n', b'{"id": 7, "text": "a number for an id"}\n')
COMPARED: Final = {
    "posts": (),
    "cases": (),
    "conversations": (),
    # Where an event lies differs: in one log by its number, in Kafka by partition and number.
    "dead_letters": ("place",),
    "known_posts": (),
    "handled_events": (),
    "source_states": (),
    "objections": (),
}
"""The tables of listening, each with the columns that may differ."""

EVENTS_MAX: Final = 100_000
ENDS: Final = (
    "SELECT (SELECT count(*) FROM handled_events), (SELECT count(*) FROM dead_letters), "
    "(SELECT count(*) FROM source_states)"
)
"""How many events came to an end, one way or the other."""

Rows = Sequence[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Answers:
    """What a way came to: what people were told, rows by table, events by topic and key.

    `ends` is how many events had come to an end after the week, and after the orders.
    """

    said: Sequence[str]
    rows: Mapping[str, Rows]
    events: Mapping[str, Mapping[str, Sequence[bytes]]]
    ends: Sequence[Rows]


class StillClock(SystemClock):
    """The system's clock, but for the moment on record, which is always the same."""

    def now(self) -> datetime:
        """Return the moment after the week's last post."""
        return NOW + timedelta(minutes=1)


@pytest.fixture(scope="module")
def town_made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The town with its week to be read at once, poison in it, and its calls."""
    folder = tmp_path_factory.mktemp("made") / "town"
    make_town_folder(folder, NOW)
    week = folder / WEEK_PATH
    lines = gzip.decompress(week.read_bytes()).splitlines(keepends=True)
    lines[100:100] = POISON
    week.write_bytes(gzip.compress(b"".join(lines)))
    path = folder / "mercat.yaml"
    text = re.sub(r"pace: recorded\n +times_faster: \d+", "pace: flat-out", path.read_text("utf-8"))
    text = text.replace("port: 8484", "port: 0")
    text = text.replace("kind: contact-log", "kind: contact-log\n    poll_seconds: 1")
    path.write_text(f"{text}\nlistening: {{classify_in_child: false}}\n", "utf-8")
    return folder


@pytest.fixture(scope="module")
def expected(town_made: Path, tmp_path_factory: pytest.TempPathFactory) -> "Answers":
    """What the week comes to in one process."""
    folder = tmp_path_factory.mktemp("expected") / "town"
    shutil.copytree(town_made, folder)
    embedded = Embedded(folder, read_body(folder, EnvironmentSettings()), StillClock())
    embedded.start()
    try:
        return answers_of_embedded(embedded)
    finally:
        embedded.stop()


def work_on_cases(foundation: Foundation, select: Callable[[str], Rows]) -> list[str]:
    """Do with cases what people do, some of it impossible; return each answer in words."""
    commands = ListeningCommands(foundation)
    said = []

    def order(verb: str, **arguments: object) -> None:
        given = {"reason": "Told at the counter", "requested_by": "morag", **arguments}
        try:
            said.append(str(commands.carry_out(verb, given, OPERATOR)))
        except RejectError as error:
            said.append(f"refused: {error}")

    cases = [str(row[0]) for row in select("SELECT id FROM cases ORDER BY id")]
    crowded = [
        (str(row[0]), str(row[1]))
        for row in select(
            "SELECT case_id, max(id) FROM posts WHERE state = 'live' AND case_id IS NOT NULL "
            "GROUP BY case_id HAVING count(*) > 2 ORDER BY case_id"
        )
    ]
    for case in cases[::60]:
        order("close", case=case, outcome="answered")
        order("close", case=case, outcome="duplicate")
    for case in cases[::120]:
        order("reopen", case=case)
    for one, other in zip(cases[3::150], cases[4::150], strict=False):
        order("merge", case=one, into=other)
        order("merge", case=other, into=one)
    for case, post in crowded[:3]:
        order("split", case=case, posts=[post])
        order("reroute", post=post, team="parks")
    for case in cases[7::150]:
        order("reroute", post=case, team="contact")
    return said


def lost_order(foundation: Foundation) -> str:
    """Give route an order about a post that nobody knows; return what it says of it."""
    nobody = digest_id("nobody's")
    wish = RerouteRequested(
        id=digest_id("reroute", nobody),
        source="/console",
        subject=nobody,
        time=foundation.clock.now(),
        data=RerouteRequest(
            post_id=nobody,
            conversation_id=nobody,
            team="parks",
            reason="Told at the counter",
            requested_by="morag",
        ),
    )
    with pytest.raises(RejectError) as refusal:
        Turns(foundation).take(wish)
    return str(refusal.value)


def listed(rows: Iterable[tuple[Any, ...]]) -> Rows:
    """Return rows in an order that does not depend on the database."""
    return sorted((tuple(map(_plain, row)) for row in rows), key=repr)


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview | bytearray) else value


def queries() -> Mapping[str, str]:
    """Return a query for each table that is compared."""
    return {
        name: "SELECT "
        + ", ".join(
            ["id", *(each.name for each in TABLES[name].columns if each.name not in differing)]
        )
        + f" FROM {name}"
        for name, differing in COMPARED.items()
    }


def by_key(events: Iterable[Event]) -> Mapping[str, Sequence[bytes]]:
    """Return events' bytes by key, in order; one that came again at once counts once."""
    found: defaultdict[str, list[bytes]] = defaultdict(list)
    for each in events:
        event = each
        if isinstance(event, DeadLetterWritten):
            event = event.model_copy(update={"data": event.data.model_copy(update={"place": ""})})
        value = encode_event(event)
        if value not in found[event.subject]:
            found[event.subject].append(value)
    return found


def answers_of_embedded(embedded: Embedded) -> Answers:
    """Let the week pass in one process, and then what people do with its cases."""
    wait_until(lambda: all(source.idle for source in embedded.sources), ROUTED_TRIES_MAX)
    wait_until(lambda: not embedded.lag(), ROUTED_TRIES_MAX)
    with closing(open_reader(embedded.folder / DATABASE_NAME)) as reader:

        def select(text: str) -> Rows:
            return list(reader.execute(text))

        ends = [select(ENDS)]
        said = [*work_on_cases(embedded, select), lost_order(embedded)]
        wait_until(lambda: not embedded.lag(), ROUTED_TRIES_MAX)
        ends.append(select(ENDS))
        rows = {name: listed(select(text)) for name, text in queries().items()}
    log = embedded.journal.log
    events = {
        topic: by_key(
            decode_event(topic, record.value) for record in log.read(topic, 0, EVENTS_MAX)
        )
        for topic in topics_of(embedded.settings)
    }
    return Answers(said, rows, events, ends)


def answers_of_scaled(body: ScaledBody, runner: str, ends: Sequence[Rows]) -> Answers:
    """Let the week pass through the services, until as many events as told came to an end."""
    order = body.order(runner, StillClock())
    with ExitStack() as stack:
        for name in ("relay", "classify", "route", "ingest"):
            service: Service = build(name, order)
            stack.callback(service.stop)
            service.start()
        foundation = Scaled.of(order, "console")
        stack.callback(foundation.close)
        wait_until(lambda: body.rows(ENDS) == ends[0], ROUTED_TRIES_MAX)
        said = [*work_on_cases(foundation, body.rows), lost_order(foundation)]
        wait_until(lambda: body.rows(ENDS) == ends[1], ROUTED_TRIES_MAX)
        wait_until(lambda: not body.rows("SELECT FROM relay_rows"), ROUTED_TRIES_MAX)
        rows = {name: listed(body.rows(text)) for name, text in queries().items()}
    return Answers(said, rows, {each: by_key(body.events(each)) for each in body.topics}, ends)


@pytest.mark.parametrize("runner", ["kafka", "faust"])
def test_both_ways_give_the_same_answers(
    expected: Answers,
    town_made: Path,
    tmp_path: Path,
    kafka: KafkaSettings,
    postgres_server: str,
    runner: str,
) -> None:
    """Rows of every table, column by column, and the events of every key, in order and bytes."""
    shutil.copytree(town_made, tmp_path / "town")
    address = fresh_database(postgres_server)
    with ScaledBody(tmp_path, kafka, address, folder=tmp_path / "town") as body:
        found = answers_of_scaled(body, runner, expected.ends)

    assert expected.said == found.said
    for name in COMPARED:
        assert expected.rows[name] == found.rows[name], name
    for topic in body.topics:
        assert expected.events[topic] == found.events[topic], topic


def test_the_week_is_worth_comparing(expected: Answers) -> None:
    """It holds posts by the thousand, orders met and refused, and letters of both kinds."""
    refused = sum(said.startswith("refused") for said in expected.said)

    assert 1_000 < len(expected.rows["posts"])
    assert len(POISON) + 1 <= len(expected.rows["dead_letters"])
    assert 5 < refused < len(expected.said) - 10
    for topic in (POSTS_RECEIVED, POSTS_CLASSIFIED, POSTS_ROUTED):
        assert 500 < len(expected.events[topic.name])
