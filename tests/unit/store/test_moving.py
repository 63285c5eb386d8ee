"""A move's decisions: into what it may go, how rows are carried over, how two sides differ."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.runtime.effects import Value
from services.runtime.errors import FolderError
from services.store.moving import (
    COPYING,
    MOVED,
    NULL_SIGN,
    Claim,
    Difference,
    Found,
    Stored,
    batches,
    beginning,
    carried,
    differences,
    told_differences,
)
from services.store.statements import columns_of
from services.store.tables import TABLES

OURS = "0011223344556677"
OTHERS = "8899aabbccddeeff"
NOTHING = Found(None, None, None)


def row(table: str, row_id: str, **values: Value) -> Stored:
    """Return a row with some columns set."""
    return (row_id, *(values.get(name) for name in columns_of(table)[1:]))


def objections(ids: str) -> list[Stored]:
    """Return rows under one-letter ids."""
    return [row("objections", each, source=each) for each in ids]


def test_an_empty_database_may_be_filled() -> None:
    """A move begins where nothing is."""
    assert "new" == beginning(NOTHING, OURS, None)


def test_a_move_that_was_broken_off_goes_on() -> None:
    """The folder has the token that the database knows: nobody worked on it since."""
    found = Found(Claim(OURS, "t", COPYING), None, "cases")

    assert "on" == beginning(found, OURS, "t")


@pytest.mark.parametrize("token", [None, "u"])
def test_a_folder_that_was_worked_on_meanwhile_is_copied_anew(token: str | None) -> None:
    """What was copied of it may be old by now."""
    found = Found(Claim(OURS, "t", COPYING), OURS, "cases")

    assert "anew" == beginning(found, OURS, token)


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (Found(Claim(OTHERS, "t", COPYING), None, None), f"another installation ({OTHERS}"),
        (Found(Claim(OTHERS, "t", MOVED), OTHERS, "cases"), f"another installation ({OTHERS}"),
        (Found(Claim(OURS, "t", MOVED), OURS, "cases"), "may have been at work there since"),
        (Found(None, OTHERS, "cases"), f"installation {OTHERS}"),
        (Found(None, OURS, None), f"installation {OURS}"),
        (Found(None, None, "cases"), "somebody (table cases)"),
    ],
)
def test_a_database_that_is_not_ours_to_fill_is_refused(found: Found, why: str) -> None:
    """Whatever is there that this folder did not bring stays; the cure is a new database."""
    with pytest.raises(FolderError, match=re.escape(why)) as refusal:
        beginning(found, OURS, "t")

    assert "new database" in str(refusal.value)


@given(
    sizes=st.lists(st.integers(0, 50), max_size=60),
    rows_max=st.integers(1, 9),
    bytes_max=st.integers(1, 120),
)
def test_batches_are_bounded_and_leave_nothing_out(
    sizes: list[int], rows_max: int, bytes_max: int
) -> None:
    """Rows come in order, and only the last of a batch may lead over its size."""
    rows: list[Stored] = [("i" * size,) for size in sizes]

    found = list(batches(rows, rows_max, bytes_max))

    assert rows == [each for batch in found for each in batch]
    assert all(0 < len(batch) <= rows_max for batch in found)
    assert all(sum(len(str(each[0])) for each in batch[:-1]) < bytes_max for batch in found)


def test_a_row_without_null_characters_is_carried_as_it_is() -> None:
    """Emptiness, bytes and any text that is no null character stay the same."""
    stored = row("dead_letters", "a", detail="ä\u2400\ufffe", value=b"\0\xff", size_bytes=2**63 - 1)

    assert stored == carried("dead_letters", stored)


def test_a_null_character_in_a_text_is_shown_by_its_sign() -> None:
    """PostgreSQL cannot keep it, and nothing else of the text is lost."""
    stored = row("dead_letters", "a", detail="one\0two\0")

    kept = carried("dead_letters", stored)

    assert row("dead_letters", "a", detail=f"one{NULL_SIGN}two{NULL_SIGN}") == kept


@pytest.mark.parametrize(
    ("table", "stored", "place"),
    [
        ("objections", row("objections", "a\0b"), f"objections a{NULL_SIGN}b: id"),
        (
            "audit_entries",
            row("audit_entries", "town:1", subject="\0"),
            "audit_entries town:1: sub",
        ),
    ],
)
def test_a_null_character_that_must_not_change_stops_the_move(
    table: str, stored: Stored, place: str
) -> None:
    """Ids and the record are named with place and cure."""
    with pytest.raises(FolderError, match=re.escape(place)) as refusal:
        carried(table, stored)

    assert "restore the folder from a backup" in str(refusal.value)


@pytest.mark.parametrize(
    ("values", "place"),
    [
        ({"detail": b"bytes"}, "detail holds bytes where str"),
        ({"size_bytes": "12"}, "size_bytes holds str where int"),
        ({"value": "text"}, "value holds str where bytes"),
        ({"value": 3}, "value holds int where bytes"),
    ],
)
def test_a_value_of_another_kind_is_named(values: dict[str, Value], place: str) -> None:
    """SQLite keeps anything anywhere; a damaged folder is not moved."""
    with pytest.raises(FolderError, match=f"dead_letters a: {place} belongs"):
        carried("dead_letters", row("dead_letters", "a", **values))


def test_a_row_without_an_id_is_named() -> None:
    """SQLite takes an empty text key for a row; nobody else does."""
    with pytest.raises(FolderError, match="id holds NoneType"):
        carried("objections", (None, None, None, None))


def test_the_same_rows_do_not_differ() -> None:
    """Nothing is said where nothing is wrong."""
    assert [] == list(differences("objections", objections("abc"), objections("abc")))


@pytest.mark.parametrize(
    ("here", "there", "found"),
    [
        ("abc", "ac", [("b", "is missing in the database")]),
        ("abc", "", [(each, "is missing in the database") for each in "abc"]),
        ("ab", "abz", [("z", "is in the database and not in the folder")]),
        ("b", "ab", [("a", "is in the database and not in the folder")]),
        ("Zaé", "Zbé", [("a", "is missing in the database"), ("b", "is in the database and not")]),
    ],
)
def test_a_row_on_one_side_alone_is_found(
    here: str, there: str, found: list[tuple[str, str]]
) -> None:
    """Each is named, whichever side it is on, and the rows behind it are still compared."""
    told = list(differences("objections", objections(here), objections(there)))

    assert [each for each, _ in found] == [each.row_id for each in told]
    assert all(what in each.what for (_, what), each in zip(found, told, strict=True))


@given(data=st.data())
def test_each_changed_row_is_found_with_its_columns(data: st.DataObject) -> None:
    """Of any table, whatever columns of whatever rows were changed."""
    table = data.draw(st.sampled_from(sorted(TABLES)))
    ids = sorted(data.draw(st.sets(st.text(min_size=1, max_size=4), max_size=8)), key=str.encode)
    here = [row(table, each) for each in ids]
    changed = {each for each in ids if data.draw(st.booleans())}
    column = data.draw(st.sampled_from(columns_of(table)[1:]))
    there = [row(table, each, **{column: 1} if each in changed else {}) for each in ids]

    told = list(differences(table, here, there))

    what = f"{column} is not what the folder has"
    assert [Difference(table, each, what) for each in ids if each in changed] == told


def test_only_the_first_differences_are_told_in_full() -> None:
    """A database of another body does not fill the terminal."""
    found = [Difference("cases", str(number), "is missing") for number in range(1_007)]

    told = told_differences(found).splitlines()

    assert "  cases 0: is missing" == told[0]
    assert "  and 1,002 more" == told[-1]
    assert len(told) == 6
