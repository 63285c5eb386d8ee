"""What the vault promises, in SQLite and in memory."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from pathlib import Path

import pytest

from services.log.memory_log import MemoryLog
from services.policy.system_sealer import SubjectSealer
from services.publish.system_vault import StoredVault
from services.publish.vault import Secret
from services.runtime.clock import ManualClock
from services.runtime.effects import Key, Row
from services.runtime.errors import (
    InputInvalidError,
    NotFoundError,
    PayloadForgedError,
    StaleStateError,
)
from services.runtime.ports import Commit, Journal, Record, StateReader
from services.store.file_installation import Installation, open_installation
from services.store.file_keys import KeyFolder
from services.store.memory_journal import MemoryJournal
from services.store.sqlite_journal import SqliteJournal
from tests.audit_notes import AT_MS, note

ID = "account:town"
PURPOSE = "platform-credential"
PLACE = Key("vault_secrets", ID)


class Rig:
    """A vault with what it stands on; `between` is done once, before the next commit."""

    def __init__(
        self, store: StateReader, journal: Journal, keys: Path, clock: ManualClock
    ) -> None:
        self.store = store
        self.journal = journal
        self.installation: Installation = open_installation(store, journal, KeyFolder(keys), AT_MS)
        self.between: list[Callable[[], object]] = []
        self.vault = StoredVault(self.installation.masters, store, self, clock)

    def commit(self, commit: Commit) -> "Future[Sequence[Record]]":
        """Do what was asked for between, then pass a commit on."""
        while self.between:
            self.between.pop()()
        return self.journal.commit(commit)

    def row(self, place: Key = PLACE) -> Row:
        """Return a secret's row."""
        row = self.store.fetch([place])[place]
        assert row is not None
        return row

    def write(self, place: Key, row: Row) -> None:
        """Set a row as somebody with the file could."""
        self.journal.commit(Commit(writes={place: row})).result()


@pytest.fixture(params=["sqlite", "memory"])
def rig(
    request: pytest.FixtureRequest, sqlite_path: Path, clock: ManualClock, tmp_path: Path
) -> Iterator[Rig]:
    """A vault over each kind of journal."""
    if request.param == "memory":
        memory = MemoryJournal(MemoryLog())
        yield Rig(memory, memory, tmp_path / "keys", clock)
        return
    journal = SqliteJournal(sqlite_path, clock)
    yield Rig(journal.store, journal, tmp_path / "keys", clock)
    journal.close()


def test_a_secret_is_kept_encrypted_and_opened_again(rig: Rig) -> None:
    """The row holds no byte run of it."""
    rig.vault.put(ID, PURPOSE, Secret("s3cret-marker"))

    assert Secret("s3cret-marker") == rig.vault.open(ID, PURPOSE)
    assert "s3cret" not in repr(rig.row())


def test_a_later_secret_replaces_the_earlier_under_a_new_key(rig: Rig) -> None:
    """What was there before is gone with its data key."""
    rig.vault.put(ID, PURPOSE, Secret("one"))
    before = rig.row()

    rig.vault.put(ID, PURPOSE, Secret("two"))

    assert Secret("two") == rig.vault.open(ID, PURPOSE)
    assert (2, False) == (rig.row()["version"], before["wrapped_key"] == rig.row()["wrapped_key"])


def test_a_removed_secret_is_gone(rig: Rig) -> None:
    """The sentence says how to bring one back, and a second removal says it is not there."""
    rig.vault.put(ID, PURPOSE, Secret("one"))

    rig.vault.remove(ID)

    with pytest.raises(NotFoundError, match="mercat vault put account:town"):
        rig.vault.open(ID, PURPOSE)
    with pytest.raises(NotFoundError):
        rig.vault.remove(ID)


def test_a_secret_serves_its_own_id_and_purpose_alone(rig: Rig) -> None:
    """A row copied to another account's place, or asked for to another end, opens nothing."""
    rig.vault.put(ID, PURPOSE, Secret("one"))
    rig.write(Key("vault_secrets", "account:other"), rig.row())

    with pytest.raises(PayloadForgedError):
        rig.vault.open("account:other", PURPOSE)
    with pytest.raises(PayloadForgedError):
        rig.vault.open(ID, "webhook")


def test_a_change_is_on_record_with_it(rig: Rig) -> None:
    """The entry is linked in the commit that sets the secret, and holds nothing of it."""
    sealer = SubjectSealer(rig.installation, rig.store, rig.journal)
    entry = sealer.seal(note(kind="secret-stored", payload={}), AT_MS)

    rig.vault.put(ID, PURPOSE, Secret("s3cret-marker"), (entry,))

    place = Key("audit_entries", "house:000000000001")
    kept = rig.store.fetch([place])[place]
    assert kept is not None
    assert "secret-stored" == kept["kind"]
    assert "s3cret" not in repr(kept)


def test_a_rotation_that_comes_between_is_overtaken(rig: Rig) -> None:
    """A row that changed since it was read is read again, and the later secret stands."""
    rig.vault.put(ID, PURPOSE, Secret("one"))
    rig.between.append(lambda: rig.write(PLACE, {**rig.row(), "version": 7}))

    rig.vault.put(ID, PURPOSE, Secret("two"))

    assert (8, Secret("two")) == (rig.row()["version"], rig.vault.open(ID, PURPOSE))


def test_a_row_that_never_holds_still_is_given_up(rig: Rig) -> None:
    """Tries are bounded."""
    rig.vault.put(ID, PURPOSE, Secret("one"))

    class Restless(Rig):
        """Changes the row before every commit."""

        def commit(self, commit: Commit) -> "Future[Sequence[Record]]":
            """Change the row, then pass the commit on."""
            version = self.row()["version"]
            assert isinstance(version, int)
            self.write(PLACE, {**self.row(), "version": version + 1})
            return self.journal.commit(commit)

    rig.__class__ = Restless
    with pytest.raises(StaleStateError, match="keeps changing"):
        rig.vault.put(ID, PURPOSE, Secret("two"))


@pytest.mark.parametrize(("secret_id", "purpose"), [("", "p"), ("x" * 129, "p"), ("a", "")])
def test_a_bad_name_is_refused(rig: Rig, secret_id: str, purpose: str) -> None:
    """Ids and purposes are bounded."""
    with pytest.raises(InputInvalidError, match="1 to 128"):
        rig.vault.put(secret_id, purpose, Secret("one"))
