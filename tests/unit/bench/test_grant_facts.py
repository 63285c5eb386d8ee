"""The acts that facts about grants are measured with: under every limit, and within it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bench.grant_facts import LIMITS, NOW_MS, an_act, asked_of
from services.runtime.clock import DAY_MS, ManualClock
from services.runtime.effects import Key
from services.runtime.ports import Commit
from services.store.sqlite_journal import SqliteJournal
from tests.authority import authority_data


@pytest.fixture
def journal(sqlite_path: Path, clock: ManualClock) -> Iterator[SqliteJournal]:
    """An empty store."""
    made = SqliteJournal(sqlite_path, clock)
    yield made
    made.close()


def facts(journal: SqliteJournal, limits: dict[str, Any]) -> Any:
    """Return the facts of an act under one grant."""
    row = {"person_id": "ines-id", "account": "town", "kinds": "reply", "themes": "", **limits}
    row |= {"state": "live", "starts_at_ms": NOW_MS - DAY_MS, "ends_at_ms": NOW_MS + DAY_MS}
    journal.commit(Commit(writes={Key("grants", "g1"): row})).result()
    return asked_of(journal.store, an_act(1), authority_data())


def test_the_act_that_is_measured_is_within_every_limit(journal: SqliteJournal) -> None:
    """So that none of them is passed over, and the ladder of trust is asked too."""
    grant, trust = facts(journal, LIMITS)

    assert ([], "rota", "every") == (grant["out_of"], grant["origin"], trust["level"])


def test_a_plain_grant_asks_nothing_more(journal: SqliteJournal) -> None:
    """As grants were before there were limits."""
    grant, trust = facts(journal, {})

    assert ([], None) == (grant["out_of"], trust)
