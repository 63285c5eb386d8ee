"""The records wired for whoever keeps them: legal holds, erasures, retention, and the keys."""

from typing import Protocol

from services.bootstrap_speaking_foundation import SpeakingFoundation, fresh_id
from services.policy.erasure import ErasableJournal, ErasableLog, ErasureParts
from services.policy.kept_in_topics import stays_with_topics
from services.policy.keys_desk import StoredKeys
from services.policy.records_desk import RecordsParts, StoredRecords


class WaitingLog(ErasableJournal, ErasableLog, Protocol):
    """What waits for the relay; see `services/store/postgres_waiting.py`."""


def records_of(speaking: SpeakingFoundation) -> StoredRecords:
    """Return the records' desk of a Mercat whose state and log are in one file."""
    foundation, journal = speaking.foundation, speaking.foundation.journal
    return _records(
        journal,
        speaking,
        ErasureParts(
            store=journal.store,
            journal=journal,
            log=journal.log,
            sealer=speaking.sealer,
            clock=foundation.clock,
        ),
    )


def records_with_topics(speaking: SpeakingFoundation, waiting: WaitingLog) -> StoredRecords:
    """Return the records' desk of the scaled way, where `waiting` is on its way to Kafka."""
    foundation = speaking.foundation
    return _records(
        foundation.journal,
        speaking,
        ErasureParts(
            store=foundation.journal.store,
            journal=waiting,
            log=waiting,
            sealer=speaking.sealer,
            clock=foundation.clock,
            stays=stays_with_topics,
        ),
    )


def _records(
    journal: ErasableJournal, speaking: SpeakingFoundation, erasure: ErasureParts
) -> StoredRecords:
    return StoredRecords(
        RecordsParts(
            erasure=erasure,
            journal=journal,
            settings=speaking.settings,
            fresh_id=fresh_id,
        )
    )


def keys_desk_of(speaking: SpeakingFoundation) -> StoredKeys:
    """Return the keys' desk."""
    foundation = speaking.foundation
    return StoredKeys(
        store=foundation.journal.store,
        journal=foundation.journal,
        sealer=speaking.sealer,
        masters=speaking.installation.masters,
        clock=foundation.clock,
    )
