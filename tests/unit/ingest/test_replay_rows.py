"""Lines of a replayed file: one item each, whatever stands in them."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.csv_records import CsvForm
from services.ingest.replay_rows import csv_sighting, json_sighting
from services.ingest.sighting import Refused, Sighting
from tests.unit.ingest.samples import ORIGIN, refusal, seen

TOWN = replace(ORIGIN, rows_name_source=True)
FORM = CsvForm(("no", "words", "when", "fate"))
COLUMNS = {"id": "no", "text": "words", "posted_at": "when", "kind": "fate"}


def test_a_json_line_is_read() -> None:
    """One object, one post; what the line does not say it need not."""
    post = seen(json_sighting(b'{"id": "1", "text": "Bins"}\n', {}, TOWN, "line 1"))

    assert (post.native_id, post.text) == ("1", "Bins")


def test_json_keys_may_be_mapped_and_others_are_passed_over() -> None:
    """A platform's export is read under its own names."""
    line = json.dumps({"status_id": "9", "content": "Bins", "likes": 12, "text": "no"}).encode()

    post = seen(json_sighting(line, {"id": "status_id", "text": "content"}, TOWN, "line 1"))

    assert (post.native_id, post.text) == ("9", "Bins")


def test_null_counts_as_absent() -> None:
    """Exports write null for what a post does not have."""
    post = seen(json_sighting(b'{"id":"1","text":"Bins","author":null}', {}, TOWN, "line 1"))

    assert post.author is None


def test_a_csv_record_is_read_by_its_column_map() -> None:
    """Empty values count as absent, removals too are told by a column."""
    post = seen(csv_sighting([b"1,Bins,2026-03-02T09:00:00Z,\n"], FORM, COLUMNS, TOWN, "line 2"))
    gone = seen(csv_sighting([b"1,,,removed\n"], FORM, COLUMNS, TOWN, "line 3"))

    assert post.raw == b"1,Bins,2026-03-02T09:00:00Z,\n"
    assert (post.kind, post.text) == ("received", "Bins")
    assert (gone.kind, gone.native_id) == ("removed", "1")


POISON = {
    "bad JSON": (b'{"id": "2", "text": "Bins"', "not JSON"),
    "a megabyte": (b'{"id": "2", "text": "' + b"x" * 1_000_000 + b'"}', "too long"),
    "deep nesting": (b'{"id":"2","x":' + b"[" * 2_000 + b"]" * 2_000 + b"}", "too deep"),
    "lone surrogate": (b'{"id": "2", "text": "\\ud83d"}', "not Unicode"),
    "wrong type": (b'{"id": 2, "text": "Bins"}', "wrong type"),
    "a list": (b'["2", "Bins"]', "wrong type"),
    "wrong bytes": (b'{"id": "2", "text": "\xe9"}', "not Unicode"),
    "year 9999": (b'{"id":"2","text":"Bins","posted_at":"9999-01-01T00:00:00Z"}', "bad date"),
    "missing id": (b'{"text": "Bins"}', "missing field"),
    "NUL in the id": (b'{"id": "2\\u0000", "text": "Bins"}', "bad value"),
}


@pytest.mark.parametrize("poison", POISON)
def test_poison_is_refused_alone(poison: str) -> None:
    """One clear refusal for the bad line, and its neighbours are read."""
    line, cause = POISON[poison]
    lines = [b'{"id": "1", "text": "Before"}', line, b'{"id": "3", "text": "After"}']

    before, bad, after = (
        json_sighting(one, {}, TOWN, f"town.jsonl, line {number}")
        for number, one in enumerate(lines, start=1)
    )

    assert (seen(before).text, seen(after).text) == ("Before", "After")
    assert cause == refusal(bad).cause
    assert refusal(bad).detail.startswith("town.jsonl, line 2: ")
    assert refusal(bad).raw == line[:65_536]


@pytest.mark.parametrize(
    ("written", "expected"),
    [("nul\\u0000!", "nul!"), ("\\u202egnp.exe", "gnp.exe"), ("a\\u0007b", "ab")],
)
def test_poison_that_can_be_cleaned_is_cleaned(written: str, expected: str) -> None:
    """A NUL or an override in a text costs the sender nothing but that sign."""
    line = f'{{"id": "2", "text": "{written}"}}'.encode()

    assert expected == seen(json_sighting(line, {}, TOWN, "line 2")).text


JSON_FIELDS = st.dictionaries(
    st.sampled_from(["id", "text", "posted_at", "media", "kind", "source"]) | st.text(max_size=5),
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=5,
    ),
)


@given(JSON_FIELDS)
def test_any_json_gives_one_item(fields: dict[str, object]) -> None:
    """Any object at all is a sighting or a refusal."""
    item = json_sighting(json.dumps(fields).encode(), {}, TOWN, "line 1")

    assert isinstance(item, Sighting | Refused)


@given(st.binary())
def test_any_bytes_give_one_item(line: bytes) -> None:
    """Any line at all, as JSON or as CSV, is a sighting or a refusal."""
    as_json = json_sighting(line, {}, TOWN, "line 1")
    as_csv = csv_sighting([line], FORM, COLUMNS, TOWN, "line 1")

    assert isinstance(as_json, Sighting | Refused)
    assert isinstance(as_csv, Sighting | Refused)
