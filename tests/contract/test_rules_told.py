"""On every journal: word that rules came into force is written with them, or neither is."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import psycopg
import pytest

from schemas.codec import decode_event
from schemas.policy import PolicyActivated
from services.policy.decided import Decided
from services.policy.decided_commit import commit_of
from services.policy.delivered_rules import first_in_force, followed
from services.policy.file_rule_set import read_rule_set
from services.policy.rule_changes import Present, rolled_back
from services.policy.rule_orders import RollBackRules
from services.policy.rule_set import RuleSet, rule_set_of_files
from services.policy.signed_rules import IN_FORCE, revision_key
from services.runtime.actor import OPERATOR
from services.runtime.clock import ManualClock
from services.runtime.effects import Key, Row
from services.runtime.errors import StaleStateError
from services.store.postgres_journal import PostgresJournal
from services.store.sqlite_journal import SqliteJournal
from tests.postgres_stores import emptied_database
from tests.rules_keys import RULES_KEY

TOPIC = "policies.activated.v1"
NOW_MS = 1_790_000_000_000


KeptJournal = SqliteJournal | PostgresJournal[None]


class Kept:
    """A journal, and what it holds for the topic."""

    def __init__(self, journal: KeptJournal, told: Callable[[], Sequence[bytes]]) -> None:
        self.journal, self._told = journal, told

    def commit(self, decided: Decided) -> None:
        """Carry out what was decided; its notes are another test's."""
        self.journal.commit(commit_of(decided, [])).result()

    def row(self, key: Key) -> Row:
        """Return a row that is there."""
        found = self.journal.store.fetch([key])[key]
        assert found is not None, key
        return found

    def told(self) -> list[PolicyActivated]:
        """Return the events written so far, in order."""
        events = [decode_event(TOPIC, value) for value in self._told()]
        assert all(isinstance(each, PolicyActivated) for each in events)
        return [each for each in events if isinstance(each, PolicyActivated)]

    def present(self) -> Present:
        """Return what is in force."""
        row = self.row(IN_FORCE)
        return Present(row=row, change=None, accounts=(), key=RULES_KEY, now_ms=NOW_MS)


@pytest.fixture(params=["sqlite", "postgres"])
def kept(request: pytest.FixtureRequest, sqlite_path: Path, clock: ManualClock) -> Iterator[Kept]:
    """An empty journal of each kind; one writes to its log, the other leaves that to a relay."""
    if request.param == "sqlite":
        journal = SqliteJournal(sqlite_path, clock)
        yield Kept(journal, lambda: [each.value for each in journal.log.read(TOPIC, 0, 10)])
        journal.close()
        return
    address = emptied_database(request.getfixturevalue("postgres_server"))
    waiting: PostgresJournal[None] = PostgresJournal(address, clock, connections_max=4)
    yield Kept(waiting, lambda: waiting_at(address))
    waiting.close()


def waiting_at(address: str) -> list[bytes]:
    """Return what a relay would send to the topic, in order."""
    text = b"SELECT value FROM relay_rows WHERE topic = %s ORDER BY key, sequence"
    with psycopg.connect(address) as connection:
        return [bytes(value) for (value,) in connection.execute(text, (TOPIC,)).fetchall()]


@pytest.fixture(scope="module")
def delivered() -> RuleSet:
    """The rules that come with the program."""
    return read_rule_set()


def stricter(rule_set: RuleSet) -> RuleSet:
    """Return a set that lets no emoji through."""
    old, limits = "emoji_max: 5\n", rule_set.files["data/limits.yaml"]
    assert old in limits, "the limit stands on a line of its own"
    changed = limits.replace(old, "emoji_max: 0\n")
    return rule_set_of_files({**rule_set.files, "data/limits.yaml": changed})


def test_the_first_rules_of_a_body_are_told(kept: Kept, delivered: RuleSet) -> None:
    """They have none before them, and nobody worked out what they newly allow."""
    kept.commit(first_in_force(delivered, RULES_KEY, NOW_MS, kept=False))

    (event,) = kept.told()
    assert ("mercat", 1, "delivered") == (event.subject, event.data.number, event.data.origin)
    assert delivered.bundle.revision == event.data.revision
    assert (None, None) == (event.data.before, event.data.classes)


def test_a_rollback_is_told_with_what_was_before(kept: Kept, delivered: RuleSet) -> None:
    """Its number is a new one, its revision an old one; each activation has an id of its own."""
    kept.commit(first_in_force(delivered, RULES_KEY, NOW_MS, kept=False))
    kept.commit(followed(stricter(delivered), kept.present(), kept=False))
    earlier = kept.row(revision_key(1))
    order = RollBackRules(why="The note was wrong.")
    kept.commit(rolled_back(order, earlier, kept.present(), OPERATOR, "As delivered"))

    first, second, third = kept.told()
    assert [(1, "delivered"), (2, "delivered"), (3, "rollback")] == [
        (each.data.number, each.data.origin) for each in (first, second, third)
    ]
    assert third.data.before is not None
    assert (2, second.data.revision) == (third.data.before.number, third.data.before.revision)
    assert (first.data.revision, "As delivered") == (third.data.revision, third.data.title)
    assert 3 == len({first.id, second.id, third.id})
    assert "wrong" not in third.model_dump_json(), "whoever did it said why to colleagues alone"


def test_rules_that_did_not_come_into_force_are_not_told(kept: Kept, delivered: RuleSet) -> None:
    """Of two processes that bring the first rules one is told no, and no word of it goes out."""
    kept.commit(first_in_force(delivered, RULES_KEY, NOW_MS, kept=False))

    with pytest.raises(StaleStateError):
        kept.commit(first_in_force(stricter(delivered), RULES_KEY, NOW_MS, kept=False))

    assert [1] == [event.data.number for event in kept.told()]
