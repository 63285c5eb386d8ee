"""Reads a team's topic and keeps its posts in a SQLite file: a program to begin your own with.

    python team_consumer.py --topic teams.waste.posts.v1 --group waste.inbox --database posts.sqlite

It needs `confluent-kafka` and nothing of Mercat. At least once: what an event changes is on disk,
in one transaction with the event's id, before its offset is committed. Wherever the program ends,
nothing is lost; what then comes again is known by its id, and has no second effect. Several
instances of one group may share the file.
"""

import argparse
import json
import logging
import os
import re
import signal
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

from confluent_kafka import Consumer, KafkaError, KafkaException, Message

BATCH_MAX: Final = 500
POLL_SECONDS: Final = 1.0
HANDLED_DAYS: Final = 8
"""Longer than the topic keeps events: no repeat can come later."""
DAY_SECONDS: Final = 86_400
TEAM_TOPIC: Final = re.compile(r"(?:.+\.)?teams\.([a-z0-9-]+)\.posts\.v1")
TABLES: Final = """
CREATE TABLE IF NOT EXISTS handled (id TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS handled_at ON handled (at);
CREATE TABLE IF NOT EXISTS posts (id TEXT PRIMARY KEY, conversation_id TEXT NOT NULL,
  case_id TEXT, text TEXT NOT NULL, author TEXT, deadline TEXT);
CREATE INDEX IF NOT EXISTS posts_of_conversation ON posts (conversation_id);
CREATE TABLE IF NOT EXISTS cases (id TEXT PRIMARY KEY, state TEXT NOT NULL);
"""
PASSING: Final = frozenset(
    {
        KafkaError._TRANSPORT,
        KafkaError._ALL_BROKERS_DOWN,
        KafkaError._TIMED_OUT,
        KafkaError._MAX_POLL_EXCEEDED,
    }
)

Data = Mapping[str, Any]
log = logging.getLogger("team-consumer")


class NotAnEventError(ValueError):
    """A value that this program cannot read: it is logged with its place and passed over."""


class Inbox:
    """A team's posts and cases, as the events told of them. Everything happens in transactions."""

    def __init__(self, path: Path, team: str) -> None:
        self._team = team
        self._unknown: set[str] = set()
        self._database = sqlite3.connect(path, timeout=30.0, isolation_level=None)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = FULL")
        # What is deleted is overwritten: a removal leaves nothing in the file.
        self._database.execute("PRAGMA secure_delete = ON")
        self._database.executescript(TABLES)
        self._handlers: Mapping[str, Callable[[Data], None]] = {
            "mercat.posts.routed.v1": self._routed,
            "mercat.posts.removed.v1": self._removed,
            "mercat.posts.rerouted.v1": self._rerouted,
            "mercat.cases.closed.v1": lambda data: self._case(data["case_id"], "closed"),
            "mercat.cases.reopened.v1": lambda data: self._case(data["case_id"], "open"),
            "mercat.cases.merged.v1": lambda data: self._case(data["case_id"], "merged"),
            "mercat.cases.split.v1": self._split,
        }

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep all that is taken inside, or nothing of it."""
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")

    def take(self, value: bytes) -> None:
        """Handle one event, once. Raises NotAnEventError; nothing of that event is kept then."""
        try:
            event = json.loads(value)
            event_id, event_type, data = str(event["id"]), str(event["type"]), event["data"]
        except (ValueError, KeyError, TypeError) as error:
            raise NotAnEventError(f"not an event: {error!r}") from error
        handler = self._handlers.get(event_type)
        if handler is None:
            # A newer Mercat tells of more than this program knows: that is no fault of either.
            if event_type not in self._unknown:
                self._unknown.add(event_type)
                log.info("passing over events of type %s", event_type)
            return
        self._database.execute("SAVEPOINT one")
        try:
            if self._is_new(event_id):
                handler(data)
        except (KeyError, TypeError, sqlite3.IntegrityError, sqlite3.InterfaceError) as error:
            self._database.execute("ROLLBACK TO one")
            raise NotAnEventError(f"{event_type} {event_id}: {error!r}") from error
        finally:
            self._database.execute("RELEASE one")

    def forget_handled(self, now: float) -> None:
        """Forget the ids of events that cannot come again."""
        oldest = now - HANDLED_DAYS * DAY_SECONDS
        self._database.execute("DELETE FROM handled WHERE at < ?", (oldest,))

    def _is_new(self, event_id: str) -> bool:
        """Note an event's id; return whether it was not known."""
        noted = self._database.execute(
            "INSERT OR IGNORE INTO handled (id, at) VALUES (?, ?)", (event_id, int(time.time()))
        )
        return noted.rowcount == 1

    def _routed(self, data: Data) -> None:
        """Keep a post, or its newer words; let one go that another team has now."""
        post, assignment = data["post"], data["assignment"]
        if assignment["team"] != self._team:
            self._removed(post)
            return
        case_id = assignment.get("case_id")
        self._database.execute(
            "INSERT OR REPLACE INTO posts (id, conversation_id, case_id, text, author, deadline) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            (
                post["post_id"],
                post["conversation_id"],
                case_id,
                post["text"],
                post.get("author"),
                assignment.get("deadline"),
            ),
        )
        if case_id is not None:
            self._database.execute(
                "INSERT OR IGNORE INTO cases (id, state) VALUES (?, 'open')", (case_id,)
            )

    def _removed(self, data: Data) -> None:
        """Forget a post: its author or its platform took it away, and that holds here, too."""
        self._database.execute("DELETE FROM posts WHERE id = ?", (data["post_id"],))

    def _rerouted(self, data: Data) -> None:
        """Forget what another team has now: the case where one is named, else the conversation."""
        if data["team"] != self._team:
            self._database.execute(
                "DELETE FROM posts WHERE conversation_id = ? AND (? IS NULL OR case_id = ?)",
                (data["conversation_id"], data.get("case_id"), data.get("case_id")),
            )

    def _split(self, data: Data) -> None:
        """Give posts the case that they have from now on."""
        for post_id in data["post_ids"]:
            self._database.execute(
                "UPDATE posts SET case_id = ? WHERE id = ?", (data["new_case_id"], post_id)
            )
        self._case(data["new_case_id"], "open")

    def _case(self, case_id: str, state: str) -> None:
        self._database.execute(
            "INSERT INTO cases (id, state) VALUES (?, ?) "
            "ON CONFLICT (id) DO UPDATE SET state = excluded.state",
            (case_id, state),
        )


def client_options(servers: str, group: str, session_seconds: float) -> dict[str, Any]:
    """Return the settings of the client.

    By TLS and SCRAM where the environment names a user: a password in the arguments could be read
    by everybody on the machine.
    """
    options: dict[str, Any] = {
        "bootstrap.servers": servers,
        "group.id": group,
        # A new group begins with the oldest event that is left, not with the next to come.
        "auto.offset.reset": "earliest",
        "session.timeout.ms": int(session_seconds * 1_000),
        "heartbeat.interval.ms": int(session_seconds * 1_000 / 15),
        "enable.auto.commit": False,
        "enable.auto.offset.store": False,
        "partition.assignment.strategy": "cooperative-sticky",
    }
    if os.environ.get("KAFKA_USERNAME"):
        options |= {
            "security.protocol": "SASL_SSL",
            "sasl.mechanism": "SCRAM-SHA-512",
            "sasl.username": os.environ["KAFKA_USERNAME"],
            "sasl.password": os.environ["KAFKA_PASSWORD"],
        }
    if os.environ.get("KAFKA_CA_FILE"):
        options["ssl.ca.location"] = os.environ["KAFKA_CA_FILE"]
    return options


def consume(consumer: Consumer, topic: str, inbox: Inbox, stopping: Callable[[], bool]) -> None:
    """Take events until told to stop. Raises KafkaException for what no waiting mends."""
    consumer.subscribe([topic], on_lost=lambda *_: log.warning("other members go on from here"))
    while not stopping():
        messages = _sound(consumer.consume(BATCH_MAX, timeout=POLL_SECONDS))
        if not messages:
            continue
        with inbox.transaction():
            for message in messages:
                try:
                    inbox.take(message.value() or b"")
                except NotAnEventError as error:
                    place = f"{message.topic()}/{message.partition()} at {message.offset()}"
                    log.warning("passed over %s: %s", place, error)
            inbox.forget_handled(time.time())
        # Only now: the work is on disk.
        _commit(consumer, messages)


def _sound(messages: Sequence[Message]) -> list[Message]:
    """Return the messages that are events; what passes by itself is logged."""
    sound = []
    for message in messages:
        error = message.error()
        if error is None:
            sound.append(message)
        elif error.retriable() or error.code() in PASSING:
            log.warning("%s", error.str())
        else:
            raise KafkaException(error)
    return sound


def _commit(consumer: Consumer, messages: Sequence[Message]) -> None:
    """Commit where this member is; where it lost its partitions, others do the rest again."""
    try:
        for message in messages:
            consumer.store_offsets(message)
        consumer.commit(asynchronous=False)
    except KafkaException as error:
        log.warning("not committed, so it comes again: %s", error.args[0].str())


def main(arguments: Sequence[str]) -> int:
    """Run until SIGTERM or Ctrl-C; return 0 after a clean stop, 1 where it could not go on."""
    parser = argparse.ArgumentParser(prog="team_consumer", description="Keeps a team's posts.")
    parser.add_argument("--servers", default="127.0.0.1:9092", help="HOST:PORT,HOST:PORT")
    parser.add_argument("--topic", required=True, help="such as teams.waste.posts.v1")
    parser.add_argument("--group", required=True, help="this program's own, such as waste.inbox")
    parser.add_argument(
        "--session-seconds", type=float, default=45.0, help="then others go on for a silent one"
    )
    parser.add_argument("--database", type=Path, default=Path("posts.sqlite"))
    chosen = parser.parse_args(arguments)
    found = TEAM_TOPIC.fullmatch(chosen.topic)
    if found is None:
        parser.error("--topic is no team's topic; write it like teams.waste.posts.v1")
    logging.basicConfig(level="INFO", format="%(asctime)s %(levelname)s %(message)s")
    stops: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda received, _: stops.append(received))
    consumer = Consumer(client_options(chosen.servers, chosen.group, chosen.session_seconds))
    with closing(Inbox(chosen.database, found[1])) as inbox, closing(consumer):
        try:
            consume(consumer, chosen.topic, inbox, lambda: bool(stops))
        except KafkaException as error:
            log.error("cannot go on: %s", error.args[0].str())
            return 1
    log.info("stopped cleanly")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
