"""Reads logs of calls and visits as they are written: one file that grows, or a folder of files."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from services.ingest.configuration import ContactLogSettings
from services.ingest.contact_rows import absent_columns, contact_sighting
from services.ingest.file_rows import Row, RowFile, head_of, is_same_file, reading
from services.ingest.sighting import Refused, Sighting, UnreadableItemError, refused
from services.ingest.source import ITEMS_COUNT_MAX, Poll, State
from services.runtime.errors import SettingsError, SourceUnavailableError

FILES_COUNT_MAX: Final = 1_000

FileState = Mapping[str, Any]
"""`offset` and `line` of the next row; `head_bytes` and `head_digest` by which a file is known."""


class FileContactLog:
    """A source that reads every whole line once; a line still being written waits for its end.

    State: `files` maps a file's name to its `FileState`. A file that was written anew under its
    old name is read from the start; rows seen before are known by their ids.
    """

    def __init__(self, settings: ContactLogSettings) -> None:
        self.name = settings.name
        self._settings = settings
        self._path = Path(settings.path)

    def poll(self, state: State) -> Poll:
        """Return the rows that were written since, file by file in the order of their names."""
        paths = self._paths()
        before: Mapping[str, FileState] = state.get("files", {})
        after: dict[str, FileState] = {
            path.name: before[path.name] for path in paths if path.name in before
        }
        items: list[Sighting | Refused] = []
        for path in paths:
            room = ITEMS_COUNT_MAX - len(items)
            if room == 0:
                break
            found, after[path.name] = self._read(path, before.get(path.name, {}), room)
            items.extend(found)
        is_full = len(items) == ITEMS_COUNT_MAX
        return Poll(
            items=items,
            state={"files": after},
            wait_seconds=None if is_full else self._settings.poll_seconds,
        )

    def close(self) -> None:
        """Nothing stays open between polls."""

    def _paths(self) -> list[Path]:
        with reading(self._path):
            if not self._path.exists():
                raise SourceUnavailableError(
                    f"{self._path} is not there; create it or correct the path of {self.name}"
                )
            if not self._path.is_dir():
                return [self._path]
            paths = sorted(path for path in self._path.glob("*.csv") if path.is_file())
        if len(paths) > FILES_COUNT_MAX:
            raise SourceUnavailableError(
                f"{self._path} holds {len(paths):,} files and may hold {FILES_COUNT_MAX:,}; "
                "move those away that were read"
            )
        return paths

    def _read(
        self, path: Path, state: FileState, room: int
    ) -> tuple[list[Sighting | Refused], FileState]:
        is_known = is_same_file(path, state.get("head_bytes"), state.get("head_digest"))
        if is_known and state["offset"] == path.stat().st_size:
            return [], state
        settings = self._settings
        try:
            file = RowFile(
                path, csv_delimiter=settings.delimiter, encoding=settings.encoding, growing=True
            )
        except SettingsError as error:
            return self._header_refused(path, state, str(error), is_known=is_known)
        with file:
            if file.form is None:
                return [], {}
            absent = absent_columns(file.form, settings)
            if absent:
                reason = (
                    f"{path.name}, line 1: no column {', '.join(absent)}; name the columns of the "
                    f"file under columns of source {self.name}"
                )
                return self._header_refused(path, state, reason, is_known=is_known)
            if is_known:
                file.seek(int(state["offset"]), int(state["line"]))
            items = self._items(file, path, room)
            return items, _file_state(path, file.offset, file.line_number)

    def _items(self, file: RowFile, path: Path, room: int) -> list[Sighting | Refused]:
        items: list[Sighting | Refused] = []
        while len(items) < room:
            row = file.next_row()
            if row is None:
                break
            items.append(self._item(row, file, path))
        return items

    def _item(self, row: Row, file: RowFile, path: Path) -> Sighting | Refused:
        place = f"{path.name}, line {row.line_number}"
        if row.too_long or file.form is None:
            error = UnreadableItemError("too long", "the line is longer than any entry may be")
            return refused(error, place, b"".join(row.lines))
        return contact_sighting(row.lines, file.form, self._settings, row.line_number, place)

    def _header_refused(
        self, path: Path, state: FileState, reason: str, *, is_known: bool
    ) -> tuple[list[Sighting | Refused], FileState]:
        """Say once that a file cannot be read, and leave it until its beginning changes."""
        if is_known:
            return [], state
        refusal = Refused(f"{path.name}, line 1", "missing field", reason, b"")
        return [refusal], _file_state(path, 0, 1)


def _file_state(path: Path, offset: int, line_number: int) -> FileState:
    head_bytes, head_digest = head_of(path)
    return {
        "offset": offset,
        "line": line_number,
        "head_bytes": head_bytes,
        "head_digest": head_digest,
    }
