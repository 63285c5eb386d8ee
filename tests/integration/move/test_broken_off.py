"""A move that ends at any moment goes on where it was; what changed behind its back is found."""

from collections.abc import Iterator
from random import Random
from signal import SIGKILL

import pytest

from services.bootstrap import Embedded
from services.runtime.errors import FolderError
from services.runtime.failpoints import MOVING_FAILPOINTS, forget_orders, order_at_failpoints
from services.runtime.system_clock import SystemClock
from services.settings import EnvironmentSettings, read_body
from services.store.file_moved import MOVING_NAME
from tests.fakes import wait_until
from tests.integration.move.driver import migrate_deadly
from tests.integration.move.lived_in import append, in_order_of_keys, waiting_events
from tests.integration.move.mover import Mover
from tests.simulation.seeds import seed_of_run

BATCHES = 110
EVENTS = 12
FIRST = {"move.batch.before": 2, "move.batch.after": 2, "move.events.after": 2}


@pytest.fixture(autouse=True)
def _no_order_left() -> Iterator[None]:
    yield
    forget_orders()


@pytest.mark.parametrize("place", MOVING_FAILPOINTS)
def test_a_move_killed_at_a_place_goes_on_and_ends_the_same(mover: Mover, place: str) -> None:
    """Every row and every event is there once, wherever the process was killed."""
    events = waiting_events(EVENTS)
    append(mover.folder, events)
    assert -SIGKILL == migrate_deadly(mover, place, FIRST.get(place, 1))

    told = mover.moved()

    assert mover.here() == mover.there()
    assert in_order_of_keys(events) == mover.relayed()
    assert (place == "move.mark.after") is told["moved_before"]
    with mover.journal() as journal:
        journal.check()


def test_a_move_killed_again_and_again_ends_the_same(
    mover: Mover, request: pytest.FixtureRequest
) -> None:
    """Each run goes on from the last, until one comes through."""
    random = Random(seed_of_run(request))
    append(mover.folder, waiting_events(EVENTS))
    copied = [0]
    for _ in range(3):
        hit = random.randint(1, BATCHES // 4)
        assert -SIGKILL == migrate_deadly(mover, "move.batch.after", hit)
        with mover.database() as connection:
            rows = connection.execute("SELECT sum(copied) FROM migration_progress").fetchall()
        copied.append(int(rows[0][0]))

    mover.moved()

    assert sorted(set(copied)) == copied, "each run adds to what the last had copied"
    assert mover.here() == mover.there()
    assert 2 * EVENTS == len(mover.relayed())


def test_an_unfinished_database_is_worked_on_by_nobody(mover: Mover) -> None:
    """A service that is started too early says what is to be done first."""
    migrate_deadly(mover, "move.compare.before", 1)

    with mover.journal() as journal, pytest.raises(FolderError, match="mercat migrate"):
        journal.check()


def test_a_folder_that_was_worked_on_meanwhile_is_copied_anew(mover: Mover) -> None:
    """What was copied before it went to work again is not taken for what it has now."""
    append(mover.folder, waiting_events(2 * EVENTS))
    migrate_deadly(mover, "move.compare.before", 1)
    assert 4 * EVENTS == len(mover.relayed())
    assert (mover.folder / MOVING_NAME).exists()
    settings = read_body(mover.folder, EnvironmentSettings())
    embedded = Embedded(mover.folder, settings, SystemClock(), with_sources=False)
    embedded.start()
    wait_until(lambda: not embedded.lag())
    embedded.stop()
    ended = mover.call("objections", "add", "@dan@social.example", "--folder", mover.folder)
    assert ended.code == 0, ended
    assert not (mover.folder / MOVING_NAME).exists()
    events = waiting_events(EVENTS)
    append(mover.folder, events)

    mover.moved()

    assert mover.here() == mover.there()
    assert in_order_of_keys(events) == mover.relayed()


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE posts SET text = 'other' WHERE id = 'post-3'", "posts post-3: text is not what"),
        ("DELETE FROM persons WHERE login = 'ann'", "is missing in the database"),
        ("INSERT INTO objections (id) VALUES ('planted')", "objections planted: is in the"),
        ("UPDATE acts SET version = version + 1, sentence = NULL", "sentence, version is not"),
        ("UPDATE audit_entries SET body = '\\x00' WHERE sequence = 1", "audit_entries house:"),
        ("UPDATE relay_rows SET value = '\\x00' WHERE sequence = 1", "relay_rows posts.classified"),
        ("DELETE FROM relay_rows WHERE key = 'conversation-2'", "its events are not the folder's"),
    ],
)
def test_what_was_changed_behind_our_back_is_found_and_named(
    mover: Mover, statement: str, what: str
) -> None:
    """The folder stays as it was, and the place is told with what to do."""
    append(mover.folder, waiting_events(EVENTS))

    def change(place: str) -> None:
        if place == "move.compare.before":
            with mover.database() as connection:
                connection.execute(statement.encode())

    order_at_failpoints(change)

    ended = mover.migrate()

    assert ended.code == 1
    assert what in ended.err
    assert "The folder is as it was: make a new database" in ended.err
    assert not mover.is_marked()
