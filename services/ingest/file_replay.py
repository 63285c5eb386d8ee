"""Plays a recorded file back at its own pace, and goes on after a stop where it was."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from services.ingest.configuration import ReplaySettings
from services.ingest.file_rows import Row, RowFile, head_of, is_same_file
from services.ingest.pace import Anchor, Pace
from services.ingest.post_row import Origin
from services.ingest.replay_rows import csv_sighting, json_sighting
from services.ingest.sighting import Refused, Sighting, UnreadableItemError, refused
from services.ingest.source import ITEMS_COUNT_MAX, Poll, State
from services.runtime.clock import Clock, from_epoch_ms, to_epoch_ms
from services.runtime.errors import SettingsError

WAIT_SECONDS_MAX: Final = 30.0
"""A long silence in a recording is waited out in parts, so that the source is seen to be alive."""


class FileReplay:
    """A source that reads a file once, from the line its state names.

    State: `offset` and `line` of the next row, `head_bytes` and `head_digest` by which the file is
    known, `posted_at_ms` of the last post given. Another file under the same path starts anew.
    """

    def __init__(self, settings: ReplaySettings, clock: Clock) -> None:
        self.name = settings.name
        self._settings = settings
        self._clock = clock
        self._path = Path(settings.path)
        zone = ZoneInfo(settings.zone) if settings.zone else None
        self._origin = Origin(settings.name, settings.channel, zone, rows_name_source=True)
        self._pace = Pace(settings.times_faster if settings.pace == "recorded" else None)
        self._file: RowFile | None = None
        self._anchor: Anchor | None = None
        self._held: Row | None = None
        self._state: State = {}

    def poll(self, state: State) -> Poll:
        """Return the posts that are due, in the file's order; finished at its end."""
        file = self._opened(state)
        items, wait_seconds = self._due_items(file)
        finished = self._held is None and len(items) < ITEMS_COUNT_MAX
        self._state = {**self._state, **self._position(file), **_last_posted_at(items)}
        return Poll(
            items=items,
            state=self._state,
            wait_seconds=min(wait_seconds, WAIT_SECONDS_MAX) or None,
            finished=finished,
            progress=1.0 if finished else file.fraction_read(),
        )

    def _due_items(self, file: RowFile) -> tuple[list[Sighting | Refused], float]:
        """Return what is due, and the seconds until the row that is held back for its moment."""
        items: list[Sighting | Refused] = []
        while len(items) < ITEMS_COUNT_MAX:
            self._held = self._held or file.next_row()
            if self._held is None:
                break
            item = self._item(self._held, file)
            wait_seconds = self._wait_seconds(item)
            if wait_seconds > 0:
                return items, wait_seconds
            items.append(item)
            self._held = None
        return items, 0.0

    def _position(self, file: RowFile) -> State:
        if self._held is not None:
            return {"offset": self._held.offset, "line": self._held.line_number}
        return {"offset": file.offset, "line": file.line_number}

    def close(self) -> None:
        """Close the file; the next poll opens it again at its state."""
        if self._file is not None:
            self._file.close()
        self._file = None
        self._held = None
        self._anchor = None

    def _opened(self, state: State) -> RowFile:
        if self._file is not None and state == self._state:
            return self._file
        self.close()
        settings = self._settings
        delimiter = settings.delimiter if settings.format == "csv" else None
        file = RowFile(self._path, csv_delimiter=delimiter, encoding=settings.encoding)
        self._file = file
        self._check_columns(file)
        if is_same_file(self._path, state.get("head_bytes"), state.get("head_digest")):
            file.seek(int(state["offset"]), int(state["line"]))
            self._state = dict(state)
        else:
            head_bytes, head_digest = head_of(self._path)
            self._state = {
                "head_bytes": head_bytes,
                "head_digest": head_digest,
                "offset": file.offset,
                "line": file.line_number,
                "posted_at_ms": None,
            }
        self._restore_anchor()
        return file

    def _check_columns(self, file: RowFile) -> None:
        if file.form is None:
            return
        columns = self._settings.columns
        wanted = {*columns.values(), columns.get("id", "id")}
        absent = sorted(wanted - set(file.form.header))
        if absent:
            self.close()
            raise SettingsError(
                f"{self._path} has no column {', '.join(absent)}; its columns are "
                f"{', '.join(file.form.header)}: name the right ones under columns of source "
                f"{self.name}"
            )

    def _restore_anchor(self) -> None:
        posted_at_ms = self._state["posted_at_ms"]
        if posted_at_ms is not None:
            self._anchor = Anchor(from_epoch_ms(int(posted_at_ms)), self._clock.elapsed_seconds())

    def _wait_seconds(self, item: Sighting | Refused) -> float:
        posted_at = item.posted_at if isinstance(item, Sighting) else None
        elapsed_seconds = self._clock.elapsed_seconds()
        if self._anchor is None and posted_at is not None:
            self._anchor = Anchor(posted_at, elapsed_seconds)
        return self._pace.wait_seconds(self._anchor, posted_at, elapsed_seconds)

    def _item(self, row: Row, file: RowFile) -> Sighting | Refused:
        place = f"{self._path.name}, line {row.line_number}"
        if row.too_long:
            error = UnreadableItemError(
                "too long", "the line is longer than any post; see that each post has its own line"
            )
            return refused(error, place, b"".join(row.lines))
        columns = self._settings.columns
        if file.form is None:
            return json_sighting(row.lines[0], columns, self._origin, place)
        return csv_sighting(row.lines, file.form, columns, self._origin, place)


def _last_posted_at(items: Sequence[Sighting | Refused]) -> State:
    """Return the time of the last post that has one: where a resumed replay picks up its pace."""
    for item in reversed(items):
        if isinstance(item, Sighting) and item.posted_at is not None:
            return {"posted_at_ms": to_epoch_ms(item.posted_at)}
    return {}
