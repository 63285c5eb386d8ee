"""A lived-in folder moved into PostgreSQL: all of it is there, and Mercat works on from there."""

import json
import re
from pathlib import Path

import pytest

from services.policy.audit_verify import Report, verify_audit
from services.policy.file_checkpoints import public_bytes
from services.policy.system_sealer import SubjectSealer
from services.runtime.clock import ManualClock
from services.runtime.ports import Journal, Store
from services.settings import DATABASE_NAME, MOVED_NAME
from services.store.file_installation import open_installation
from services.store.file_keys import KeyFolder
from services.store.file_lock import FolderLock
from services.store.file_restored import MARK_NAME
from services.store.migrations import MIGRATIONS
from services.store.queries import QUERIES
from services.store.sqlite_journal import SqliteJournal
from tests.conftest import START
from tests.integration.move.later_rows import LATER
from tests.integration.move.lived_in import append, in_order_of_keys, waiting_events
from tests.integration.move.mover import Mover
from tests.integration.move.questions import Questions

MADE = re.compile(r"CREATE (TABLE|INDEX) (\w+)")
SEVENTH = 7
"""So few searches may find nothing in rows that are made up: the others are compared by answers."""
FILLED = {
    *("handled_events", "dead_letters", "source_states", "known_posts", "objections"),
    *("webhook_ids", "posts", "conversations", "cases", "persons", "tokens", "grants"),
    *("accounts", "halts", "acts", "approvals", "verdicts", "command_keys", "sendings"),
    *("audit_entries", "audit_payloads", "audit_heads", "audit_checkpoints", "subject_keys"),
    *("installations", "erasures", "restores", "legal_holds", "mode_changes"),
    *("rule_contents", "rule_revisions", "rules_in_force"),
    *("rule_changes", "rule_approvals", "rule_shadows"),
    *("takeovers", "trust_levels", "handovers", "handover_items", "act_outcomes"),
    *LATER,
}


def verified(store: Store, journal: Journal, keys: Path) -> Report:
    """Return what a verification with every payload opened finds, by the keys in a folder."""
    installation = open_installation(store, journal, KeyFolder(keys), 0)
    sealer = SubjectSealer(installation, store, journal)
    return verify_audit(store, public_bytes(installation.checkpoint_key), sealer)


def test_every_row_is_in_the_database_and_the_folder_says_where(mover: Mover) -> None:
    """All columns of all rows are the same, and the mark names the database without a password."""
    told = mover.moved()

    there = mover.there()
    assert FILLED == {table for table, rows in there.items() if rows} - {"vault_secrets"}
    assert mover.here() == there
    assert {table: len(rows) for table, rows in there.items()} == told["rows"]
    mark = json.loads((mover.folder / MOVED_NAME).read_text("utf-8"))
    assert mover.address == mark["to"]


def test_every_query_gives_the_same_answer(mover: Mover) -> None:
    """Whatever Mercat asks of its store, it is answered there as it was here."""
    questions = Questions.about(mover.here())
    journal = SqliteJournal(mover.folder / DATABASE_NAME, ManualClock(START))
    before = {name: questions.answers(journal.store, name) for name in QUERIES}
    journal.close()
    mover.moved()

    with mover.journal() as moved:
        after = {name: questions.answers(moved.store, name) for name in QUERIES}

    assert before == after
    empty = {name for name, answers in before.items() if not any(answers)}
    assert len(empty) < len(QUERIES) // SEVENTH, "; ".join(sorted(empty))


def test_the_audit_verifies_and_opens_with_the_same_keys(mover: Mover) -> None:
    """Each chain is sound up to its head, and every payload that opened here opens there."""
    keys = mover.place / "keys"
    journal = SqliteJournal(mover.folder / DATABASE_NAME, ManualClock(START))
    before = verified(journal.store, journal, keys)
    journal.close()
    told = mover.moved()

    with mover.journal() as moved:
        after = verified(moved.store, moved, keys)

    assert before == after
    assert after.sound
    assert after.payloads_opened > 50
    assert after.checkpoints > 0
    assert {"entries": after.entries, "faults": [], "payloads_opened": after.payloads_opened} == (
        told["audit"]
    )


def test_a_moved_folder_is_not_run_or_restored_over(mover: Mover) -> None:
    """What would work on its old rows is told where to go."""
    mover.moved()

    for arguments in (
        ("run", mover.folder),
        ("restore", mover.folder / "mercat.yaml", mover.folder),
    ):
        ended = mover.call(*arguments)

        assert ended.code == 1, arguments
        assert f"were moved to {mover.address}" in ended.err, arguments
        assert "mercat serve" in ended.err
        assert MOVED_NAME in ended.err


def test_moving_again_only_brings_the_schema_up_to_date(mover: Mover) -> None:
    """On a folder that was moved, what is pending is applied and no row is touched."""
    mover.moved()
    newest = MIGRATIONS[-1]
    with mover.database() as connection:
        for kind, name in MADE.findall(" ".join(newest.statements_for("postgres"))):
            connection.execute(f"DROP {kind} IF EXISTS {name}".encode())
        connection.execute("DELETE FROM schema_versions WHERE number = %s", (newest.number,))
        connection.execute("UPDATE cases SET team = 'lighting'")

    told = mover.moved()

    assert (True, [newest.name]) == (told["moved_before"], told["migrations"])
    assert {"lighting"} == {row[2] for row in mover.there()["cases"].values()}
    assert (True, []) == (mover.moved()["moved_before"], mover.moved()["migrations"])


def test_a_moved_folder_is_not_taken_for_another_databases(
    mover: Mover, postgres_server: str
) -> None:
    """Whoever names another database than the folder went to is told which that was."""
    mover.moved()

    ended = mover.call("migrate", mover.folder, "--to", postgres_server)

    assert ended.code == 1
    assert f"--to {mover.address}" in ended.err


def test_the_schema_alone_is_brought_up_without_moving_anything(fresh: Mover) -> None:
    """A service's database is made ready from a folder that cannot be written; twice is once."""
    verb = ("migrate", fresh.folder, "--schema", "--to", fresh.address, "--json")
    with FolderLock(fresh.folder):
        first, second = fresh.call(*verb), fresh.call(*verb)

    assert (0, 0) == (first.code, second.code)
    assert [each.name for each in MIGRATIONS] == json.loads(first.out)["migrations"]
    assert [] == json.loads(second.out)["migrations"]
    assert "none was pending" in fresh.call(*verb[:-1]).out
    assert not any(fresh.there().values())
    with fresh.journal() as journal:
        journal.check()
    assert fresh.moved()["rows"]["installations"] == 1


def test_a_fresh_folder_is_moved_with_keys_of_its_own(fresh: Mover) -> None:
    """A body that begins scaled begins by moving what `mercat init` made."""
    told = fresh.moved()

    assert {"installations"} == {table for table, count in told["rows"].items() if count}
    assert sorted((fresh.place / "keys").glob("master-*"))
    with fresh.journal() as journal:
        journal.check()
        assert verified(journal.store, journal, fresh.place / "keys").sound


def test_events_that_nobody_handled_wait_for_the_relay_in_order(mover: Mover) -> None:
    """What was handled stays behind; what was not is handed over, each key's in its order."""
    events = waiting_events(700)
    append(mover.folder, events)

    told = mover.moved()

    assert in_order_of_keys(events) == mover.relayed()
    assert {"posts.classified.v1": 700, "posts.received.v1": 700} == told["events"]


def test_a_restored_folder_is_moved_as_one(mover: Mover) -> None:
    """Accounts of a folder out of a backup wait in the database until they are settled."""
    mark = {"made_at_ms": 5, "restored_at_ms": 6}
    (mover.folder / MARK_NAME).write_text(json.dumps(mark), "ascii")

    mover.moved()

    assert {"town", "library"} == mover.there()["restores"].keys()
    assert {"waiting"} == {row[1] for row in mover.there()["restores"].values()}
    assert not (mover.folder / MARK_NAME).exists()


def test_what_was_done_is_told_in_words(mover: Mover) -> None:
    """Counts by table, that every row was compared, that the audit verifies, and what is next."""
    ended = mover.migrate()

    assert ended.code == 0
    assert "persons" in ended.out
    assert "Every row was compared" in ended.out
    assert "The audit verifies there" in ended.out
    assert f"Set scaled.postgres.address to {mover.address} in" in ended.out


def test_a_folder_in_use_is_refused(mover: Mover) -> None:
    """Whoever moves stops Mercat first."""
    with FolderLock(mover.folder):
        ended = mover.migrate()

    assert ended.code == 1
    assert "stop that one first" in ended.err
    assert not mover.is_marked()


@pytest.mark.parametrize("secret", [":hush@db.example", "@db.example?password=hush"])
def test_a_password_on_the_command_line_is_refused_and_not_repeated(
    mover: Mover, secret: str
) -> None:
    """Everybody on the machine reads what is typed there."""
    ended = mover.call("migrate", mover.folder, "--to", f"postgresql://mercat{secret}")

    assert ended.code == 1
    assert "MERCAT_POSTGRES_PASSWORD" in ended.err
    assert "hush" not in ended.err


def test_what_is_no_address_is_refused(mover: Mover) -> None:
    """A typing error is answered with how an address is written."""
    ended = mover.call("migrate", mover.folder, "--to", "db.example/mercat")

    assert ended.code == 1
    assert "postgresql://mercat@db.example:5432/mercat" in ended.err


def test_a_server_that_is_away_may_be_tried_again(mover: Mover) -> None:
    """The command says that it may succeed later, and leaves the folder as it was."""
    ended = mover.call("migrate", mover.folder, "--to", "postgresql://mercat@127.0.0.1:9/mercat")

    assert ended.code == 75
    assert not mover.is_marked()
