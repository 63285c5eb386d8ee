"""The audit wired for whoever may ask of it: entries, verification, packages."""

from pathlib import Path
from typing import Final

from services.bootstrap_foundation import Foundation
from services.bootstrap_speaking_foundation import SpeakingFoundation
from services.policy.audit_checkpoints import Exported
from services.policy.file_audit_desk import StoredAudit
from services.policy.file_audit_export import ExportParts
from services.policy.file_checkpoints import exported_files, read_exported

CHECKPOINTS: Final = "checkpoints"


def audit_of(speaking: SpeakingFoundation) -> StoredAudit:
    """Return the audit."""
    foundation = speaking.foundation
    settings = foundation.settings
    installation = speaking.installation
    folder = _exported_to(foundation)

    def exported() -> Exported | None:
        files = [] if folder is None else exported_files(folder, installation.id)
        return read_exported(*files) if files else None

    parts = ExportParts(
        store=foundation.journal.store,
        sealer=speaking.sealer,
        signing_key=installation.checkpoint_key,
        clock=foundation.clock,
        body_name=settings.body.name,
        zone=settings.body.zone,
        own=settings.speaking.own,
    )
    return StoredAudit(
        parts, foundation.journal, exported, speaking.sealer.citizen_subject, foundation.folder
    )


def _exported_to(foundation: Foundation) -> Path | None:
    """Return where checkpoints are exported to, if anywhere."""
    named = foundation.settings.speaking.checkpoint_folder
    if named is not None:
        return Path(named)
    return foundation.folder / CHECKPOINTS if foundation.settings.kind == "demonstration" else None
