"""Two workers that have one case each and merge both, at once: PostgreSQL lets one of them."""

from collections.abc import Iterator

import pytest

from schemas.topics import POSTS_CLASSIFIED
from services.route.stage import RouteStage
from services.runtime.clock import ManualClock
from services.runtime.effects import Key, Row
from services.runtime.errors import StaleStateError
from services.runtime.ports import Commit
from services.runtime.step import Outcome, intake_of, step
from services.store.postgres_journal import PostgresJournal
from tests.contract.test_journal import Blocked
from tests.fakes import MOMENT, record_of, wait_until
from tests.integration.postgres.test_sessions import is_waiting
from tests.unit.route.samples import RULES, SETTINGS, Driver, classified, merge, post

SECONDS = 60
ROUNDS = 20
STAGE = RouteStage(SETTINGS, RULES)
Journal = PostgresJournal[None]


@pytest.fixture
def other(address: str, clock: ManualClock) -> Iterator[Journal]:
    """A second worker's journal over the database of the first."""
    journal = PostgresJournal(address, clock, connections_max=4)
    yield journal
    journal.close()


def begun(journal: Journal, number: int) -> tuple[Row, Row]:
    """Put two open cases of two conversations into the database and return them."""
    driver = Driver()
    places = [(f"post-{number}-{each}", f"{number}-{each}") for each in ("one", "other")]
    driver.give(
        *(classified(post(post_id=post_id, conversation_id=place)) for post_id, place in places)
    )
    journal.commit(Commit(writes=driver.rows)).result(SECONDS)
    first, second = driver.cases()
    return first, second


def worked_out(journal: Journal, case: Row, into: Row) -> Outcome:
    """Return what a wish to merge comes to, by what the database says at this moment."""
    record = record_of(merge(case, into, str(case["conversation_id"])), 0, POSTS_CLASSIFIED.name)
    return step(STAGE, [intake_of(record)], journal.store.fetch, MOMENT)


def commit_of(outcome: Outcome) -> Commit:
    """Return an outcome as a runner commits it."""
    return Commit(outcome.appends, outcome.writes, guards=tuple(outcome.guards))


def states_of(journal: Journal, *cases: Row) -> list[str]:
    """Return what the database says of cases, in alphabetical order."""
    rows = journal.store.fetch([Key("cases", str(case["id"])) for case in cases])
    return sorted(str((row or {})["state"]) for row in rows.values())


def test_of_two_merges_that_cross_one_is_kept(journal: Journal, other: Journal) -> None:
    """Both were found possible; who comes second is told to decide afresh, and then is refused."""
    for number in range(ROUNDS):
        one, two = begun(journal, number)
        outcomes = worked_out(journal, one, two), worked_out(other, two, one)

        futures = [
            worker.commit(commit_of(outcome))
            for worker, outcome in zip((journal, other), outcomes, strict=True)
        ]
        failures = [future.exception(SECONDS) for future in futures]

        (failure,) = filter(None, failures)
        assert isinstance(failure, StaleStateError)
        assert "has changed since it was read (its state)" in str(failure)
        assert ["closed", "open"] == states_of(journal, one, two)
        case, into = (one, two) if failures[0] is failure else (two, one)
        again = worked_out(journal, case, into)
        (letter,) = [row for key, row in again.writes.items() if key.table == "dead_letters"]
        assert letter is not None
        assert "merged the other way" == letter["cause"]
        assert {} == again.guards


def test_a_merge_waits_for_one_that_crosses_and_commits(journal: Journal, other: Journal) -> None:
    """The look at a case that another worker is closing ends when that one's commit does."""
    one, two = begun(journal, 0)
    outcomes = worked_out(journal, one, two), worked_out(other, two, one)
    blocked = Blocked()
    first = journal.commit(commit_of(outcomes[0]))
    assert blocked.reached.wait(SECONDS)

    second = other.commit(commit_of(outcomes[1]))
    wait_until(lambda: is_waiting(journal.pool))
    blocked.go_on()

    assert None is first.exception(SECONDS)
    assert isinstance(second.exception(SECONDS), StaleStateError)
    assert ["closed", "open"] == states_of(journal, one, two)


def test_without_the_guards_both_would_be_kept(journal: Journal, other: Journal) -> None:
    """No other rule of the database keeps two cases from being answered with one another."""
    one, two = begun(journal, 0)
    outcomes = worked_out(journal, one, two), worked_out(other, two, one)

    for worker, outcome in zip((journal, other), outcomes, strict=True):
        worker.commit(Commit(outcome.appends, outcome.writes)).result(SECONDS)

    assert ["closed", "closed"] == states_of(journal, one, two)
