"""CSV as people and spreadsheets write it, record by record, so that a slip spoils one alone."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from services.ingest.read_json import decode_utf8
from services.ingest.sighting import RefusalCause, UnreadableItemError

RECORD_LINES_MAX: Final = 200
"""How many lines one record may span: a quote left open must not swallow the file."""

Encoding = Literal["utf-8", "windows-1252"]


@dataclass(frozen=True, slots=True)
class CsvForm:
    """How a CSV file is written: the names in its header, the sign between values, the encoding."""

    header: tuple[str, ...]
    delimiter: str = ","
    encoding: Encoding = "utf-8"


def csv_form(header_line: bytes, delimiter: str, encoding: Encoding) -> CsvForm:
    """Return how a file is written whose first line is this.

    Raises UnreadableItemError where the line cannot be read or names a column twice.
    """
    names = tuple(name.strip() for name in _values([header_line], delimiter, encoding))
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise UnreadableItemError(
            "not CSV", f"the header names {', '.join(repeated)} twice; rename one of the columns"
        )
    return CsvForm(names, delimiter, encoding)


def csv_values(lines: Sequence[bytes], form: CsvForm) -> list[str]:
    """Return a record's values, one for each name in the header.

    Raises UnreadableItemError where the lines are not one whole record of that many values.
    """
    values = _values(lines, form.delimiter, form.encoding)
    if len(values) != len(form.header):
        cause: RefusalCause = "missing field" if len(values) < len(form.header) else "not CSV"
        raise UnreadableItemError(
            cause,
            f"{len(values)} values where the header names {len(form.header)}; "
            "check for a missing value or for one that needs quotes",
        )
    return values


def record_length(lines: Sequence[bytes], form: CsvForm, *, more_may_follow: bool) -> int:
    """Return how many of these lines make up the first record; 0 where it needs further lines.

    A quote that stays open for `RECORD_LINES_MAX` lines, or to the end, counts as a slip in the
    first line: that line alone is the record, so that its neighbours are read.
    """
    if b'"' not in lines[0]:
        return 1
    try:
        texts = [_decoded(line, form.encoding) for line in lines]
    except UnreadableItemError:
        return 1
    # The empty line behind the last is reached only from within an open quote.
    reader = csv.reader([*texts, ""], delimiter=form.delimiter, strict=True)
    try:
        next(reader)
    except csv.Error:
        still_open = reader.line_num > len(lines)
        return 0 if still_open and more_may_follow and len(lines) < RECORD_LINES_MAX else 1
    return reader.line_num


def _values(lines: Sequence[bytes], delimiter: str, encoding: Encoding) -> list[str]:
    texts = [_decoded(line, encoding) for line in lines]
    try:
        records = list(csv.reader(texts, delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise UnreadableItemError(
            "not CSV", f"not CSV: {error}; check that every quote is closed"
        ) from None
    if len(records) != 1 or not records[0]:
        raise UnreadableItemError("not CSV", "not one row of values; check the line ends")
    return records[0]


def _decoded(line: bytes, encoding: Encoding) -> str:
    if encoding == "utf-8":
        return decode_utf8(line)
    try:
        return line.decode("cp1252")
    except UnicodeDecodeError as error:
        raise UnreadableItemError(
            "not Unicode", f"byte {error.start} is not windows-1252; save the file as UTF-8"
        ) from None
