"""Decisions on record, as many as wanted, in a folder of their own, sealed as the desk seals."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from bench.errors import MeasurementError
from bench.verdicts import question
from schemas.act import ActContent
from schemas.verdict import Verdict
from services.policy.act import new_act
from services.policy.bundle import Bundle
from services.policy.configuration import OwnContacts
from services.policy.decided_commit import sealed
from services.policy.draft_reader import DraftReader
from services.policy.file_bundle import read_bundle
from services.policy.gate import EngineGate
from services.policy.judging import PLATFORMS
from services.policy.proposals import Judgement, judged_note
from services.policy.regopy_engine import RegopyEngine
from services.policy.system_sealer import SubjectSealer
from services.reading.worded import DraftSetting
from services.runtime.actor import PROGRAM
from services.runtime.audit_entry import AuditNote
from services.runtime.clock import to_epoch_ms
from services.runtime.gate import Facts
from services.runtime.ports import Commit
from services.runtime.system_clock import SystemClock
from services.store.file_installation import open_installation
from services.store.file_keys import KeyFolder
from services.store.sqlite_journal import SqliteJournal

START: Final = datetime(2026, 3, 1, tzinfo=UTC)
SPACING_SECONDS: Final = 25
KINDS: Final = 30
"""So many decisions differ in more than their words and their number."""

SUBJECTS: Final = 2_000
_A_COMMIT: Final = 200
_NUMBER: Final = "Ring 07700 900123."


@contextmanager
def recorded(place: Path, count: int) -> Iterator[tuple[SqliteJournal, SubjectSealer]]:
    """Lend a database with so many decisions, the last of them just before `end_of(count)`."""
    journal = SqliteJournal(place / "mercat.sqlite", SystemClock())
    try:
        keys = KeyFolder(place / "keys")
        installation = open_installation(journal.store, journal, keys, to_epoch_ms(START))
        sealer = SubjectSealer(installation, journal.store, journal)
        _record(journal, sealer, count)
        yield journal, sealer
    finally:
        journal.close()


def end_of(count: int) -> datetime:
    """Return the moment up to which so many decisions reach."""
    return START + timedelta(seconds=SPACING_SECONDS * count)


def _record(journal: SqliteJournal, sealer: SubjectSealer, count: int) -> None:
    bundle = read_bundle()
    verdicts = _verdicts(bundle)
    reader = DraftReader(OwnContacts(), ("en",), PLATFORMS, bundle.lists)
    for first in range(0, count, _A_COMMIT):
        entries = []
        for number in range(first, min(first + _A_COMMIT, count)):
            at_ms = to_epoch_ms(end_of(number))
            facts = _read(question(number), reader)
            entries += sealed(
                sealer, [_note(number, facts, verdicts[number % KINDS], at_ms)], at_ms
            )
        journal.commit(Commit(entries=entries)).result()


def _read(facts: Facts, reader: DraftReader) -> Facts:
    """Return facts with what is really found in their words, as it was when they were judged."""
    setting = DraftSetting(kind="reply")
    text = facts["act"]["text"] + (_NUMBER if facts["findings"]["personal_data"] else "")
    findings = reader.findings_of(text, (), "house", setting)
    return {**facts, "act": {**facts["act"], "text": text}, "findings": findings}


def _note(number: int, facts: Facts, verdict: Verdict, at_ms: int) -> AuditNote:
    content = ActContent(
        kind="reply", account="town", text=facts["act"]["text"], target=f"post-{number}"
    )
    act = new_act(
        content,
        id=facts["act"]["id"],
        author_id="rowan",
        subject=f"citizen:{number % SUBJECTS}",
        drafted_at_ms=at_ms,
    )
    judgement = Judgement(
        verdict=verdict, verdict_id=f"{number:032x}", phase="sending", facts=facts, now_ms=at_ms
    )
    kind = "act.cleared" if verdict.decision == "allow" else "act.stopped"
    return judged_note(kind, PROGRAM, act, judgement)


def _verdicts(bundle: Bundle) -> list[Verdict]:
    """Return what the rules say of each kind of question."""
    engine = RegopyEngine(bundle, seconds_max=30.0)
    try:
        gate = EngineGate(engine, bundle)
        found = [gate.judge(question(number)) for number in range(KINDS)]
    finally:
        engine.close()
    failures = [verdict.failure for verdict in found if verdict.failure is not None]
    if failures:
        raise MeasurementError(f"the rules could not be asked: {failures[0]}")
    return found
