"""The records wired for whoever keeps them: legal holds, erasures, retention, and the keys."""

from services.bootstrap_foundation import Foundation
from services.bootstrap_speaking import EmbeddedSpeaking, fresh_id
from services.policy.embedded_keys import EmbeddedKeys
from services.policy.embedded_records import EmbeddedRecords, RecordsParts
from services.policy.erasure import ErasureParts


def records_of(foundation: Foundation, speaking: EmbeddedSpeaking) -> EmbeddedRecords:
    """Return the records' desk of a Mercat in one process."""
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


def keys_desk_of(foundation: Foundation, speaking: EmbeddedSpeaking) -> EmbeddedKeys:
    """Return the keys' desk of a Mercat in one process."""
    return EmbeddedKeys(
        store=foundation.journal.store,
        journal=foundation.journal,
        sealer=speaking.sealer,
        masters=speaking.installation.masters,
        clock=foundation.clock,
    )
