"""One body's folder in one file, and back: settings, rules and databases, never keys."""

import io
import json
import tarfile
import tempfile
from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import file_digest
from pathlib import Path
from typing import Any, Final

from services.runtime.errors import FolderError
from services.store.file_restored import MARK_NAME, write_mark
from services.store.migrations import VERSION
from services.store.sqlite_backup import copy_database
from services.store.sqlite_connection import open_reader, quick_check
from services.store.sqlite_schema import schema_version

MANIFEST: Final = "manifest.json"
FORMAT: Final = 1
DATABASE_SUFFIX: Final = ".sqlite"
KEPT_SUFFIXES: Final = frozenset({".yaml", ".model", ".md"})
MEMBERS_MAX: Final = 64
MEMBER_BYTES_MAX: Final = 1 << 40


def write_backup(
    folder: Path, database: str, destination: Path, made_at: str, step: Callable[[float], None]
) -> Mapping[str, Any]:
    """Write a folder's backup into a new file; return its manifest.

    Raises FolderError where the destination exists or the folder holds no database yet.
    """
    if destination.exists():
        raise FolderError(f"{destination} exists already; name a new file")
    if not (folder / database).is_file():
        raise FolderError(f"{folder} holds no data yet, so there is nothing to back up")
    with tempfile.TemporaryDirectory(dir=destination.parent) as beside:
        copy = Path(beside) / database
        copy_database(folder / database, copy, step)
        files = {path.name: path for path in sorted(folder.iterdir()) if _kept(path)}
        files[database] = copy
        files |= _other_databases(folder, database, Path(beside))
        manifest = {
            "format": FORMAT,
            "made_at": made_at,
            "schema": VERSION,
            "database": database,
            "sha256": {name: _sha256(path) for name, path in sorted(files.items())},
        }
        unfinished = Path(beside) / "backup.tar"
        with tarfile.open(unfinished, "w") as archive:
            content = json.dumps(manifest, indent=1, sort_keys=True).encode()
            entry = tarfile.TarInfo(MANIFEST)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
            for name, path in sorted(files.items()):
                archive.add(path, name)
        unfinished.chmod(0o600)
        unfinished.rename(destination)
    return manifest


def restore_backup(source: Path, folder: Path, restored_at: datetime) -> Mapping[str, Any]:
    """Bring a backup back into a folder that is empty or not there; return its manifest.

    The folder is marked: nothing of it is sent before it was compared with the platforms. Raises
    FolderError where the folder holds something, or the backup is damaged, not ours, or newer than
    this program. Nothing is left behind then.
    """
    if folder.exists() and any(folder.iterdir()):
        raise FolderError(f"{folder} is not empty; restore into a new folder")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as beside:
        unpacked = Path(beside) / "folder"
        unpacked.mkdir()
        manifest = _unpack(source, unpacked)
        _check(unpacked, manifest, source)
        write_mark(unpacked, str(manifest["made_at"]), restored_at)
        if folder.exists():
            folder.rmdir()
        unpacked.rename(folder)
    return manifest


def _other_databases(folder: Path, database: str, beside: Path) -> Mapping[str, Path]:
    """Copy what else the folder has of databases, after the body's own.

    The house platform is the world outside: it must know every act that the body's database knows
    to be sent, and may know more, which its keys then tell.
    """
    copies = {}
    for path in sorted(folder.glob(f"*{DATABASE_SUFFIX}")):
        if path.name != database and path.is_file():
            copies[path.name] = beside / path.name
            copy_database(path, copies[path.name], lambda _share: None)
    return copies


def _kept(path: Path) -> bool:
    return path.is_file() and (path.suffix in KEPT_SUFFIXES or path.name == MARK_NAME)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _unpack(source: Path, folder: Path) -> Mapping[str, Any]:
    try:
        with tarfile.open(source, "r:") as archive:
            members = archive.getmembers()
            if len(members) > MEMBERS_MAX or any("/" in member.name for member in members):
                raise FolderError(f"{source} is not a Mercat backup")
            archive.extractall(folder, members, filter="data")
        manifest_path = folder / MANIFEST
        manifest: Mapping[str, Any] = json.loads(manifest_path.read_text("utf-8"))
        manifest_path.unlink()
    except (tarfile.TarError, OSError, ValueError) as error:
        raise FolderError(f"{source} is not a whole Mercat backup: {error}") from error
    return manifest


def _check(folder: Path, manifest: Mapping[str, Any], source: Path) -> None:
    if manifest.get("format") != FORMAT or int(manifest.get("schema", 0)) > VERSION:
        raise FolderError(f"{source} was written by a newer Mercat; install that version")
    for name, wanted in manifest["sha256"].items():
        if not (folder / name).is_file() or _sha256(folder / name) != wanted:
            raise FolderError(f"{source} is damaged: {name} is not what was backed up")
    for path in sorted(folder.glob(f"*{DATABASE_SUFFIX}")):
        reader = open_reader(path)
        try:
            fault = quick_check(reader)
            version = schema_version(reader) if path.name == manifest["database"] else 0
        finally:
            reader.close()
        if fault != "ok" or version > VERSION:
            raise FolderError(f"{source} holds a database that cannot be used ({fault})")
