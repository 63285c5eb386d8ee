"""The audit wired for whoever may ask of it: entries, verification, packages."""

from pathlib import Path
from typing import Final

from services.bootstrap import Embedded
from services.bootstrap_speaking import EmbeddedSpeaking
from services.policy.audit_checkpoints import Exported
from services.policy.embedded_checkpoints import exported_files, read_exported
from services.policy.file_audit_desk import StoredAudit
from services.policy.file_audit_export import ExportParts

CHECKPOINTS: Final = "checkpoints"


def audit_of(embedded: Embedded, speaking: EmbeddedSpeaking) -> StoredAudit:
    """Return the audit of a Mercat in one process."""
    settings = embedded.settings
    installation = speaking.installation
    bundle = speaking.bundle
    folder = _exported_to(embedded)

    def exported() -> Exported | None:
        files = [] if folder is None else exported_files(folder, installation.id)
        return read_exported(*files) if files else None

    parts = ExportParts(
        store=embedded.journal.store,
        sealer=speaking.sealer,
        signing_key=installation.checkpoint_key,
        clock=embedded.clock,
        body_name=settings.body.name,
        zone=settings.body.zone,
        own=settings.speaking.own,
        policies={bundle.revision: bundle.modules},
    )
    return StoredAudit(
        parts, embedded.journal, exported, speaking.sealer.citizen_subject, embedded.folder
    )


def _exported_to(embedded: Embedded) -> Path | None:
    """Return where checkpoints are exported to, if anywhere."""
    named = embedded.settings.speaking.checkpoint_folder
    if named is not None:
        return Path(named)
    return embedded.folder / CHECKPOINTS if embedded.settings.kind == "demonstration" else None
