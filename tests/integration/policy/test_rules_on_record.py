"""The rules that are kept on record, as a rehearsal compares with them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from services.policy.file_rule_set import read_rule_set
from services.policy.rule_set import (
    RuleSet,
    content_digest,
    rule_set_bytes,
    rule_set_of_files,
)
from services.policy.rules_on_record import known_rules
from services.runtime.clock import ManualClock
from services.runtime.effects import Key, Row
from services.runtime.ports import Commit
from services.store.sqlite_journal import SqliteJournal

LIMITS: Final = "data/limits.yaml"
SHIPPED: Final = read_rule_set()


@pytest.fixture
def journal(sqlite_path: Path, clock: ManualClock) -> Iterator[SqliteJournal]:
    """An empty database."""
    made = SqliteJournal(sqlite_path, clock, synchronous="OFF")
    yield made
    made.close()


def stricter(emoji_max: int) -> RuleSet:
    """Return the rules with fewer emoji."""
    text = SHIPPED.files[LIMITS].replace("emoji_max: 5", f"emoji_max: {emoji_max}")
    return rule_set_of_files({**SHIPPED.files, LIMITS: text})


def keep(journal: SqliteJournal, number: int, rule_set: RuleSet) -> None:
    """Put a set of rules on record under a number, and in force."""
    content = rule_set_bytes(rule_set)
    content_id, revision = content_digest(content), rule_set.bundle.revision
    signed: Row = {"signature": "s", "key_id": "k", "change_id": None, "origin": "change"}
    row: Row = {"number": number, "revision": revision, "content_id": content_id, "made_at_ms": 1}
    writes: dict[Key, Row | None] = {
        Key("rule_contents", content_id): {"content": content, "kept_at_ms": 1},
        Key("rule_revisions", f"{number:012d}"): {**row, **signed},
        Key("rules_in_force", "rules"): {
            "number": number,
            "revision": revision,
            "change_id": None,
            "shadow_change_id": None,
            "since_ms": 1,
            "version": number,
        },
    }
    journal.commit(Commit(writes=writes)).result()


def test_where_nothing_was_put_in_force_yet_the_delivered_rules_are(journal: SqliteJournal) -> None:
    """A folder from before rules had a life has those that come with Mercat."""
    known = known_rules(journal.store, SHIPPED.bundle, SHIPPED.data_texts)

    assert SHIPPED.bundle.revision == known.in_force.revision
    assert {SHIPPED.bundle.revision} == set(known.earlier)


def test_the_latest_rules_are_in_force_and_those_before_are_known(journal: SqliteJournal) -> None:
    """A decision of last month is compared with the rules that it was made by."""
    first, second = stricter(3), stricter(1)
    keep(journal, 1, first)
    keep(journal, 2, second)

    known = known_rules(journal.store, SHIPPED.bundle, SHIPPED.data_texts)

    assert second.bundle == known.in_force
    assert first.bundle == known.earlier[first.bundle.revision]
    assert SHIPPED.bundle.revision in known.earlier


def test_rules_that_came_back_are_in_force_again(journal: SqliteJournal) -> None:
    """A rollback has a higher number and the earlier rules."""
    for number, emoji_max in ((1, 3), (2, 1), (3, 3)):
        keep(journal, number, stricter(emoji_max))

    known = known_rules(journal.store, SHIPPED.bundle, SHIPPED.data_texts)

    assert stricter(3).bundle.revision == known.in_force.revision
