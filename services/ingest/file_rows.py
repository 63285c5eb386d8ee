"""Rows of a text file, plain or gzip, from any place in it: bounded lines, whole CSV records."""

import gzip
import zlib
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO, Final, Self, cast

from services.ingest.csv_records import CsvForm, Encoding, csv_form, record_length
from services.ingest.sighting import RAW_BYTES_MAX, UnreadableItemError
from services.runtime.errors import SettingsError, SourceUnavailableError

LINE_BYTES_MAX: Final = 524_288
"""The longest post, every sign of it escaped, takes half of this."""

HEAD_BYTES_MAX: Final = 4_096
_CHUNK_BYTES: Final = 65_536
_SIZE_FIELD_BYTES: Final = 4


@dataclass(frozen=True, slots=True)
class Row:
    """The lines of one row, where it stood, and where the next one begins."""

    lines: tuple[bytes, ...]
    line_number: int
    offset: int
    offset_after: int
    too_long: bool = False

    @property
    def line_after(self) -> int:
        """The number of the first line behind this row."""
        return self.line_number + len(self.lines)


@dataclass(frozen=True, slots=True)
class _Line:
    content: bytes
    offset_after: int
    too_long: bool


class RowFile:
    """An open file, read row by row.

    `csv_delimiter` is None for JSON Lines. In a `growing` file a last line without its end is not
    yet read: it may still be written. Trouble with the file raises SourceUnavailableError.
    """

    def __init__(
        self,
        path: Path,
        *,
        csv_delimiter: str | None = None,
        encoding: Encoding = "utf-8",
        growing: bool = False,
    ) -> None:
        self._path = path
        self._growing = growing
        self._ahead: deque[_Line] = deque()
        self.form: CsvForm | None = None
        with reading(path):
            self._plain = cast("BinaryIO", path.open("rb"))
            zipped = path.suffix == ".gz"
            self._file = (
                cast("BinaryIO", gzip.GzipFile(fileobj=self._plain)) if zipped else self._plain
            )
            self._packed_bytes = max(1, path.stat().st_size)
            self._unpacked_bytes = _size_within(path) if zipped else self._packed_bytes
        self.offset = 0
        self.line_number = 1
        if csv_delimiter is not None:
            self._read_header(csv_delimiter, encoding)

    def _read_header(self, delimiter: str, encoding: Encoding) -> None:
        line = self._read_line()
        if line is None:
            return
        try:
            self.form = csv_form(line.content, delimiter, encoding)
        except UnreadableItemError as error:
            self.close()
            raise SettingsError(f"{self._path.name}, line 1: {error}") from None
        self.offset = line.offset_after
        self.line_number = 2

    def seek(self, offset: int, line_number: int) -> None:
        """Go on at a place that an earlier row gave."""
        with reading(self._path):
            self._file.seek(offset)
        self._ahead.clear()
        self.offset = offset
        self.line_number = line_number

    def next_row(self) -> Row | None:
        """Return the next row that is not blank, or None where none is there (yet)."""
        while True:
            if not self._ahead and not self._look_further():
                return None
            count = self._row_length()
            if count == 0:
                return None
            row = self._take(count)
            if row.too_long or b"".join(row.lines).strip():
                return row

    def fraction_read(self) -> float:
        """Return how much of the file was read, from 0 to 1.

        Rows count as read when they are taken: a packed file may be in memory whole by then.
        """
        if self.offset <= self._unpacked_bytes:
            return self.offset / self._unpacked_bytes
        with reading(self._path):
            return min(1.0, self._plain.tell() / self._packed_bytes)

    def close(self) -> None:
        """Close the file."""
        self._file.close()
        self._plain.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _row_length(self) -> int:
        if self.form is None:
            return 1
        while True:
            if any(line.too_long for line in self._ahead):
                return 1
            lines = [line.content for line in self._ahead]
            count = record_length(lines, self.form, more_may_follow=True)
            if count:
                return count
            if not self._look_further():
                return 0 if self._growing else 1

    def _look_further(self) -> bool:
        line = self._read_line()
        if line is not None:
            self._ahead.append(line)
        return line is not None

    def _take(self, count: int) -> Row:
        taken = [self._ahead.popleft() for _ in range(count)]
        row = Row(
            tuple(line.content for line in taken),
            self.line_number,
            self.offset,
            taken[-1].offset_after,
            too_long=any(line.too_long for line in taken),
        )
        self.offset = row.offset_after
        self.line_number = row.line_after
        return row

    def _read_line(self) -> _Line | None:
        with reading(self._path):
            start = self._file.tell()
            content = self._file.readline(LINE_BYTES_MAX)
            ended = content.endswith(b"\n")
            too_long = not ended and len(content) == LINE_BYTES_MAX
            if too_long:
                ended = self._skip_line()
            if not content or (self._growing and not ended):
                self._file.seek(start)
                return None
            kept = content[:RAW_BYTES_MAX] if too_long else content
            return _Line(kept, self._file.tell(), too_long)

    def _skip_line(self) -> bool:
        while chunk := self._file.readline(_CHUNK_BYTES):
            if chunk.endswith(b"\n"):
                return True
        return False


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn what goes wrong with a file into SourceUnavailableError, in words that name the file."""
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise SourceUnavailableError(
            f"{path} is damaged or not whole ({error}); copy it again"
        ) from error
    except OSError as error:
        reason = error.strerror or error
        raise SourceUnavailableError(f"{path} cannot be read: {reason}") from error


def head_of(path: Path, head_bytes: int = HEAD_BYTES_MAX) -> tuple[int, str]:
    """Return the length and the digest of a file's beginning, by which it is known again.

    By its beginning, not by its inode: a copy or a restored backup is the same recording, and a
    file that grew is still itself.
    """
    with reading(path), path.open("rb") as file:
        head = file.read(head_bytes)
    return len(head), blake2b(head, digest_size=16).hexdigest()


def is_same_file(path: Path, head_bytes: object, head_digest: object) -> bool:
    """Return whether a file begins as it did when `head_of` gave these two."""
    if not isinstance(head_bytes, int) or not 0 <= head_bytes <= HEAD_BYTES_MAX:
        return False
    return head_of(path, head_bytes) == (head_bytes, head_digest)


def _size_within(path: Path) -> int:
    """Return what a gzip file says it holds, in bytes modulo 4 GiB (RFC 1952, ISIZE); 1 at least.

    It is that of the last part where a file has several, so it serves for a progress bar only.
    """
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _SIZE_FIELD_BYTES))
        return max(1, int.from_bytes(file.read(_SIZE_FIELD_BYTES), "little"))
