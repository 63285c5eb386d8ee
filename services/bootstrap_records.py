"""The records wired for whoever keeps them: legal holds, erasures, retention, and the keys."""

from services.bootstrap_speaking_foundation import SpeakingFoundation, fresh_id
from services.policy.embedded_keys import EmbeddedKeys
from services.policy.embedded_records import EmbeddedRecords, RecordsParts
from services.policy.erasure import ErasureParts


def records_of(speaking: SpeakingFoundation) -> EmbeddedRecords:
    """Return the records' desk."""
    foundation = speaking.foundation
    journal = foundation.journal
    erasure = ErasureParts(
        store=journal.store,
        journal=journal,
        log=journal.log,
        sealer=speaking.sealer,
        clock=foundation.clock,
    )
    return EmbeddedRecords(
        RecordsParts(
            erasure=erasure,
            journal=journal,
            settings=foundation.settings.speaking,
            fresh_id=fresh_id,
        )
    )


def keys_desk_of(speaking: SpeakingFoundation) -> EmbeddedKeys:
    """Return the keys' desk."""
    foundation = speaking.foundation
    return EmbeddedKeys(
        store=foundation.journal.store,
        journal=foundation.journal,
        sealer=speaking.sealer,
        masters=speaking.installation.masters,
        clock=foundation.clock,
    )
