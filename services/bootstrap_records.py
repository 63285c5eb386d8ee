"""The records wired for whoever keeps them: legal holds, erasures, retention, and the keys."""

from services.bootstrap import Embedded
from services.bootstrap_speaking import EmbeddedSpeaking, fresh_id
from services.policy.embedded_keys import EmbeddedKeys
from services.policy.embedded_records import EmbeddedRecords, RecordsParts
from services.policy.erasure import ErasureParts


def records_of(embedded: Embedded, speaking: EmbeddedSpeaking) -> EmbeddedRecords:
    """Return the records' desk of a Mercat in one process."""
    journal = embedded.journal
    erasure = ErasureParts(
        store=journal.store,
        journal=journal,
        log=journal.log,
        sealer=speaking.sealer,
        clock=embedded.clock,
    )
    return EmbeddedRecords(
        RecordsParts(
            erasure=erasure,
            journal=journal,
            settings=embedded.settings.speaking,
            fresh_id=fresh_id,
        )
    )


def keys_desk_of(embedded: Embedded, speaking: EmbeddedSpeaking) -> EmbeddedKeys:
    """Return the keys' desk of a Mercat in one process."""
    return EmbeddedKeys(
        store=embedded.journal.store,
        journal=embedded.journal,
        sealer=speaking.sealer,
        masters=speaking.installation.masters,
        clock=embedded.clock,
    )
