"""JSON from strangers ends in a value or in one sentence."""

import json
import sys
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.read_json import DEPTH_MAX, read_json
from services.ingest.sighting import UnreadableItemError

JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(JSON_VALUES)
def test_what_json_can_hold_is_read(value: Any) -> None:
    """Every JSON value comes back as it was."""
    assert value == read_json(json.dumps(value).encode())


@given(st.binary())
def test_any_bytes_end_in_a_value_or_a_sentence(content: bytes) -> None:
    """Nothing but an UnreadableItemError is ever raised."""
    with suppress(UnreadableItemError):
        assert read_json(content) == json.loads(content.decode("utf-8-sig"))


@pytest.mark.parametrize(
    ("content", "cause", "reason"),
    [
        (b"", "not JSON", "at character 0"),
        (b'{"id": }', "not JSON", "at character 7"),
        (b"{'id': 1}", "not JSON", "check quotes"),
        (b'{"id": NaN}', "not JSON", "NaN is not JSON"),
        (b"[-Infinity]", "not JSON", "-Infinity"),
        (b'{"text": "\xff"}', "not Unicode", "byte 10 is not valid UTF-8"),
        (b"[" * 2_000 + b"]" * 2_000, "too deep", "deeper than 64"),
        (b'{"a":' * 2_000 + b"1" + b"}" * 2_000, "too deep", "deeper than 64"),
        (b"[" * 100_000, "too deep", "deeper than 64"),
        (b"9" * (sys.get_int_max_str_digits() + 1), "not JSON", "too many digits"),
    ],
)
def test_bad_json_is_refused_in_a_sentence(content: bytes, cause: str, reason: str) -> None:
    """The cause is one that ops count by, the sentence says where and what."""
    with pytest.raises(UnreadableItemError, match=reason) as caught:
        read_json(content)

    assert caught.value.cause == cause


def test_depth_is_counted_outside_strings_only() -> None:
    """A post full of brackets is not deep, and neither are many posts side by side."""
    brackets = {"text": "[" * 500 + '\\"' + "{" * 500}

    assert brackets == read_json(json.dumps(brackets).encode())
    assert read_json(json.dumps([{}] * 500).encode()) == [{}] * 500


def test_the_depth_allowed_is_allowed() -> None:
    """The bound itself passes; one more does not."""
    nested = b"[" * DEPTH_MAX + b"]" * DEPTH_MAX

    assert len(read_json(nested)) == 1
    with pytest.raises(UnreadableItemError):
        read_json(b"[" + nested + b"]")


def test_a_byte_order_mark_is_passed_over() -> None:
    """Windows programs begin a file with one."""
    assert read_json(b'\xef\xbb\xbf{"id": "1"}') == {"id": "1"}
