"""Verifies the audit from its files or its database alone: no Mercat has to run or is asked."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

from services.cli_options import keys_of
from services.cli_store import store_of
from services.runtime.errors import FolderError, SettingsError, StopError
from services.settings import DATABASE_NAME, EnvironmentSettings, read_body

if TYPE_CHECKING:
    from services.policy.audit_checkpoints import Exported
    from services.runtime.ports import Commit, Store

CHECKPOINTS: Final = "checkpoints"
SPEAKING_SCHEMA: Final = 3
CLOSED: Final = (
    " The keys are not here, so the words beside the entries were not opened: that they are there, "
    "and what the chains say, was checked."
)


class Unwritten:
    """A journal for a database that is only read."""

    def commit(self, commit: "Commit") -> NoReturn:
        """Refuse."""
        del commit
        raise StopError("this database is only read here")


def verified_files(
    folder: Path, environment: EnvironmentSettings, exported_file: Path | None
) -> Mapping[str, Any]:
    """Return a report on a body's audit, held against a file of exported checkpoints if any.

    Without the keys it goes by the public key of the exported file. Raises FolderError,
    SettingsError where there is neither, or StorageRefusedError where PostgreSQL is away.
    """
    with store_of(folder, environment) as store:
        _require_audit(folder, store)
        return _verified(folder, environment, store, exported_file)


def _verified(
    folder: Path, environment: EnvironmentSettings, store: "Store", exported_file: Path | None
) -> Mapping[str, Any]:
    from services.policy.audit_report import report_told
    from services.policy.audit_verify import verify_audit
    from services.policy.file_checkpoints import public_bytes, read_exported
    from services.policy.system_sealer import SubjectSealer
    from services.store.file_installation import read_installation

    sealer: SubjectSealer | None = None
    exported: Exported | None = None
    if exported_file is not None:
        exported = read_exported(exported_file)
    try:
        installation = read_installation(store, keys_of(environment))
    except SettingsError:
        if exported is None:
            raise
        public_key = exported.public_key
    else:
        public_key = public_bytes(installation.checkpoint_key)
        sealer = SubjectSealer(installation, store, Unwritten())
        exported = exported or _exported(folder, environment, installation.id)
    told = report_told(verify_audit(store, public_key, sealer, exported), exported)
    return told if sealer else {**told, "sentence": f"{told['sentence']}{CLOSED}"}


def _require_audit(folder: Path, store: "Store") -> None:
    from services.store.sqlite_connection import open_reader
    from services.store.sqlite_schema import schema_version
    from services.store.sqlite_store import SqliteStore

    # A folder may be from before there was an audit; a database in PostgreSQL never is.
    if not isinstance(store, SqliteStore):
        return
    reader = open_reader(folder / DATABASE_NAME)
    try:
        version = schema_version(reader)
    finally:
        reader.close()
    if version < SPEAKING_SCHEMA:
        raise FolderError("there is no audit yet: it comes with the first `mercat run`")


def _exported(
    folder: Path, environment: EnvironmentSettings, installation: str
) -> "Exported | None":
    """Return what lies where the settings say that checkpoints are exported to."""
    from services.policy.file_checkpoints import exported_files, read_exported

    settings = read_body(folder, environment)
    named = settings.speaking.checkpoint_folder
    place = folder / CHECKPOINTS if named is None else Path(named)
    files = exported_files(place, installation)
    return read_exported(*files) if files else None
