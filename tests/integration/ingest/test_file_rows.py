"""Rows of real files: bounded lines, whole records, places to go on from."""

import gzip
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from services.ingest.file_rows import LINE_BYTES_MAX, RowFile, head_of, is_same_file
from services.runtime.errors import SettingsError, SourceUnavailableError


@pytest.fixture
def opened() -> Iterator[Callable[..., RowFile]]:
    """Open files that are closed when the test is over."""
    with ExitStack() as stack:
        yield lambda path, **how: stack.enter_context(RowFile(path, **how))


def rows(file: RowFile) -> list[tuple[int, bytes]]:
    """Return the line number and bytes of every row left."""
    found = []
    while (row := file.next_row()) is not None:
        found.append((row.line_number, b"".join(row.lines)))
    return found


def test_blank_lines_are_passed_over_and_counted(
    tmp_path: Path, opened: Callable[..., RowFile]
) -> None:
    """A row's line number is the one an editor shows."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"one\n\n  \r\ntwo")

    assert rows(opened(path)) == [(1, b"one\n"), (4, b"two")]


def test_reading_goes_on_anywhere(tmp_path: Path, opened: Callable[..., RowFile]) -> None:
    """The place behind any row is a place to begin from, in a plain file and in a packed one."""
    content = b"".join(b"row %d\n" % number for number in range(50))
    plain, packed = tmp_path / "a.jsonl", tmp_path / "a.jsonl.gz"
    plain.write_bytes(content)
    packed.write_bytes(gzip.compress(content))

    for path in (plain, packed):
        file = opened(path)
        first = [file.next_row() for _ in range(20)][-1]
        assert first is not None
        again = opened(path)
        again.seek(first.offset_after, first.line_after)
        assert rows(file) == rows(again)
        assert file.fraction_read() == 1.0


@pytest.mark.parametrize("packed", [False, True])
def test_the_share_read_grows_with_the_rows_taken(
    tmp_path: Path, opened: Callable[..., RowFile], *, packed: bool
) -> None:
    """Half the rows taken is half the file, though a packed file is long in memory by then."""
    content = b'{"id": "1"}\n' * 100
    path = tmp_path / ("rows.jsonl.gz" if packed else "rows.jsonl")
    path.write_bytes(gzip.compress(content) if packed else content)
    file = opened(path)

    for _ in range(50):
        file.next_row()

    assert 0.5 == file.fraction_read()


def test_a_record_of_several_lines_is_one_row(
    tmp_path: Path, opened: Callable[..., RowFile]
) -> None:
    """The next row's line number counts every line."""
    path = tmp_path / "a.csv"
    path.write_bytes(b'id,text\n1,"one\ntwo"\n2,next\n')

    assert rows(opened(path, csv_delimiter=",")) == [(2, b'1,"one\ntwo"\n'), (4, b"2,next\n")]


def test_a_quote_left_open_spoils_its_line_alone(
    tmp_path: Path, opened: Callable[..., RowFile]
) -> None:
    """Everything below it is read."""
    path = tmp_path / "a.csv"
    path.write_bytes(b'id,text\n1,"open\n' + b"2,next\n" * 300)

    found = rows(opened(path, csv_delimiter=","))

    assert found[0] == (2, b'1,"open\n')
    assert found[1:] == [(line_number, b"2,next\n") for line_number in range(3, 303)]


@pytest.mark.parametrize("delimiter", [None, ","])
def test_an_endless_line_is_cut_and_its_neighbours_are_read(
    tmp_path: Path, opened: Callable[..., RowFile], delimiter: str | None
) -> None:
    """Memory holds a part of it; the row says that it was too long."""
    path = tmp_path / "a.txt"
    path.write_bytes(b"a,b\n" + b'"' + b"x" * (3 * LINE_BYTES_MAX) + b"\n1,after\n")
    file = opened(path, csv_delimiter=delimiter)
    if delimiter is None:
        file.next_row()

    long, after = file.next_row(), file.next_row()

    assert long is not None
    assert long.too_long
    assert len(long.lines[0]) == 65_536
    assert after is not None
    assert (after.line_number, after.lines, after.too_long) == (3, (b"1,after\n",), False)


def test_an_endless_line_is_no_part_of_a_record(
    tmp_path: Path, opened: Callable[..., RowFile]
) -> None:
    """A quote left open above it spoils its own line, and the endless one its own."""
    path = tmp_path / "a.csv"
    path.write_bytes(b'a,b\n1,"open\nx",' + b"y" * LINE_BYTES_MAX + b"\n2,after\n")
    file = opened(path, csv_delimiter=",")

    found = [(row.line_number, row.too_long) for row in iter(file.next_row, None)]

    assert found == [(2, False), (3, True), (4, False)]


def test_a_line_still_being_written_waits(tmp_path: Path, opened: Callable[..., RowFile]) -> None:
    """In a growing file a row counts once its line has ended."""
    path = tmp_path / "a.csv"
    path.write_bytes(b"id,text\n1,one\n2,tw")
    file = opened(path, csv_delimiter=",", growing=True)
    before = rows(file)

    with path.open("ab") as more:
        more.write(b"o\n")

    assert before == [(2, b"1,one\n")]
    assert rows(file) == [(3, b"2,two\n")]


def test_a_record_still_being_written_waits(tmp_path: Path, opened: Callable[..., RowFile]) -> None:
    """So does one whose quote is open yet."""
    path = tmp_path / "a.csv"
    path.write_bytes(b'id,text\n1,"one\n')
    file = opened(path, csv_delimiter=",", growing=True)
    before = rows(file)

    with path.open("ab") as more:
        more.write(b'two"\n')

    assert before == []
    assert rows(file) == [(2, b'1,"one\ntwo"\n')]


def test_trouble_with_a_file_names_the_file(tmp_path: Path, opened: Callable[..., RowFile]) -> None:
    """Absent, a folder, cut short: a sentence each, and the caller tries again later."""
    packed = tmp_path / "cut.jsonl.gz"
    packed.write_bytes(gzip.compress(b"row\n" * 10_000)[:40])
    false = tmp_path / "false.jsonl.gz"
    false.write_bytes(b"not packed\n")

    with pytest.raises(SourceUnavailableError, match=r"none\.jsonl cannot be read: No such file"):
        opened(tmp_path / "none.jsonl")
    with pytest.raises(SourceUnavailableError, match="cannot be read: Is a directory"):
        opened(tmp_path)
    with pytest.raises(SourceUnavailableError, match=r"cut\.jsonl\.gz is damaged or not whole"):
        rows(opened(packed))
    with pytest.raises(SourceUnavailableError, match=r"false\.jsonl\.gz is damaged"):
        rows(opened(false))


def test_a_header_that_cannot_be_read_names_its_file(
    tmp_path: Path, opened: Callable[..., RowFile]
) -> None:
    """The settings or the file have to change before anything can be read."""
    path = tmp_path / "a.csv"
    path.write_bytes(b"id,id\n")

    with pytest.raises(SettingsError, match=r"a\.csv, line 1: the header names id twice"):
        opened(path, csv_delimiter=",")


def test_a_file_is_known_again_by_its_beginning(tmp_path: Path) -> None:
    """Growth and copying leave it the same; another beginning makes another file."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"one\n")
    head_bytes, head_digest = head_of(path)

    path.write_bytes(b"one\ntwo\n")
    assert is_same_file(path, head_bytes, head_digest)
    path.write_bytes(b"uno\ntwo\n")
    assert not is_same_file(path, head_bytes, head_digest)
    path.write_bytes(b"on")
    assert not is_same_file(path, head_bytes, head_digest)
    assert not is_same_file(path, None, head_digest)
    assert not is_same_file(path, 10**9, head_digest)
