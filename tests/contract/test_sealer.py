"""What a sealer promises, with its keys kept in SQLite and in memory."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from services.log.memory_log import MemoryLog
from services.policy.sealing import read_body, sealed_or_facts
from services.policy.system_sealer import KEYS_AT_HAND_MAX, SubjectSealer
from services.runtime.clock import ManualClock
from services.runtime.effects import Key, Row
from services.runtime.errors import ErasedSubjectError, PayloadForgedError, SettingsError
from services.runtime.ports import Commit, Journal, StateReader
from services.store.file_installation import Installation, open_installation
from services.store.file_keys import KeyFolder
from services.store.memory_journal import MemoryJournal
from services.store.sqlite_journal import SqliteJournal
from tests.audit_notes import AT_MS, OFFICER, note

SUBJECT = "citizen:" + "0" * 32
PLACE = Key("subject_keys", SUBJECT)


@dataclass
class Rig:
    """A journal of one kind with what the sealer stands on."""

    store: StateReader
    journal: Journal
    folder: KeyFolder
    installation: Installation
    sealer: SubjectSealer

    def again(self) -> SubjectSealer:
        """Return the sealer of the next start: nothing at hand."""
        return SubjectSealer(self.installation, self.store, self.journal)

    def erase(self, subject: str) -> None:
        """Take a subject's key away, as erasure does."""
        gone: Row = {"state": "erased", "erased_at_ms": AT_MS, "version": 2}
        self.journal.commit(Commit(writes={Key("subject_keys", subject): gone})).result()
        self.sealer.forget(subject)


@pytest.fixture(params=["sqlite", "memory"])
def rig(
    request: pytest.FixtureRequest, sqlite_path: Path, clock: ManualClock, tmp_path: Path
) -> Iterator[Rig]:
    """A sealer over each kind of journal."""
    journal: SqliteJournal | MemoryJournal
    if request.param == "sqlite":
        journal = SqliteJournal(sqlite_path, clock)
        store: StateReader = journal.store
    else:
        journal = MemoryJournal(MemoryLog())
        store = journal
    folder = KeyFolder(tmp_path / "keys")
    installation = open_installation(store, journal, folder, AT_MS)
    yield Rig(store, journal, folder, installation, SubjectSealer(installation, store, journal))
    if isinstance(journal, SqliteJournal):
        journal.close()


def test_a_payload_is_opened_after_a_new_start(rig: Rig) -> None:
    """The key was on disk before the entry was there to be written."""
    entry = rig.sealer.seal(note(1), AT_MS)

    opened = rig.again().open(entry.subject, entry.body, entry.salt, entry.ciphertext)

    assert b'{"text":"Draft number 1"}' == opened


def test_a_subject_has_one_key_and_every_entry_a_salt_of_its_own(rig: Rig) -> None:
    """Two equal notes give different salts, commitments and ciphertexts under one key."""
    one = rig.sealer.seal(note(1), AT_MS)
    row = rig.store.fetch([PLACE])[PLACE]
    two = rig.again().seal(note(1), AT_MS)

    assert row == rig.store.fetch([PLACE])[PLACE]
    assert one.salt != two.salt
    assert one.ciphertext != two.ciphertext
    assert read_body(one.body)["commitment"] != read_body(two.body)["commitment"]


def test_threads_that_meet_a_subject_at_once_agree_on_its_key(rig: Rig) -> None:
    """Whoever comes second uses the key that is on disk."""
    entries = []

    def seal() -> None:
        entries.append(rig.again().seal(note(1), AT_MS))

    threads = [threading.Thread(target=seal) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    sealer = rig.again()
    assert 8 == len(entries)
    assert all(sealer.open(e.subject, e.body, e.salt, e.ciphertext) for e in entries)


def test_what_was_erased_is_none_and_takes_no_more(rig: Rig) -> None:
    """Without its key a payload is gone, and a new one of that subject is refused."""
    entry = rig.sealer.seal(note(1), AT_MS)

    rig.erase(SUBJECT)

    assert rig.sealer.open(SUBJECT, entry.body, entry.salt, entry.ciphertext) is None
    with pytest.raises(ErasedSubjectError, match="bare facts"):
        rig.sealer.seal(note(2), AT_MS)


def test_facts_about_an_erased_subject_are_still_noted(rig: Rig) -> None:
    """An entry without payload needs no key, and one that had a payload says it was withheld."""
    rig.sealer.seal(note(1), AT_MS)
    rig.erase(SUBJECT)

    silent = rig.sealer.seal(note(2, payload={}), AT_MS)
    withheld = sealed_or_facts(rig.sealer, note(3), AT_MS)

    assert "none" == read_body(silent.body)["payload"]
    assert ("withheld", 3) == (
        read_body(withheld.body)["payload"],
        read_body(withheld.body)["facts"]["number"],
    )
    assert (b"", b"") == (withheld.salt, withheld.ciphertext)


def test_a_live_subject_is_sealed_whichever_way_is_asked(rig: Rig) -> None:
    """Withholding is for those who were erased alone."""
    entry = sealed_or_facts(rig.sealer, note(1), AT_MS)

    assert "sealed" == read_body(entry.body)["payload"]


def test_a_payload_exchanged_for_another_is_forged(rig: Rig) -> None:
    """Bytes of the same subject, laid beside another entry, are found out."""
    one, two = (rig.sealer.seal(note(number), AT_MS) for number in (1, 2))

    with pytest.raises(PayloadForgedError):
        rig.sealer.open(SUBJECT, two.body, one.salt, one.ciphertext)
    with pytest.raises(PayloadForgedError):
        rig.sealer.open(SUBJECT, one.body, two.salt, one.ciphertext)
    with pytest.raises(PayloadForgedError, match="no key"):
        rig.sealer.open("person:nobody", one.body, one.salt, one.ciphertext)


def test_keys_at_hand_are_bounded(rig: Rig) -> None:
    """However many people are told of, memory holds the keys of the latest."""
    for number in range(KEYS_AT_HAND_MAX + 10):
        rig.sealer._keep(f"citizen:{number}", b"k" * 32)

    assert KEYS_AT_HAND_MAX == len(rig.sealer._at_hand)
    assert "citizen:0" not in rig.sealer._at_hand


def test_a_key_wrapped_by_an_older_master_still_opens(rig: Rig) -> None:
    """After a new master is in use, what stands under the old one is read as before."""
    entry = rig.sealer.seal(note(1), AT_MS)
    rig.installation.masters.make_next()

    other = rig.again().seal(note(2, subject="person:p"), AT_MS)
    opened = rig.again().open(SUBJECT, entry.body, entry.salt, entry.ciphertext)

    made = Key("subject_keys", other.subject)
    row = rig.store.fetch([made])[made]
    assert row is not None
    assert rig.installation.masters.active == row["key_id"]
    assert b"number 1" in (opened or b"")


def test_a_second_opening_finds_the_same_keys(rig: Rig) -> None:
    """The installation's id stands in the database, and its files carry it."""
    again = open_installation(rig.store, rig.journal, rig.folder, AT_MS)

    assert rig.installation.id == again.id
    assert rig.installation.pseudonym_key == again.pseudonym_key
    assert rig.installation.masters.ids() == again.masters.ids()


def test_a_database_whose_keys_are_away_is_not_given_new_ones(rig: Rig, tmp_path: Path) -> None:
    """New keys would open nothing of it, so the sentence asks for the old ones."""
    rig.sealer.seal(note(1, actor=OFFICER), AT_MS)

    with pytest.raises(SettingsError, match="MERCAT_KEYS"):
        open_installation(rig.store, rig.journal, KeyFolder(tmp_path / "elsewhere"), AT_MS)
