"""Models as bytes, and what is refused."""

import json
import pickle
import zlib
from collections.abc import Callable
from dataclasses import replace
from hashlib import blake2b
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.classify.model import Head, Model, ModelInvalidError
from services.classify.model_format import FILE_SIZE_BYTES_MAX, pack_model, unpack_model
from tests.unit.classify.samples import small_model

PACKED = pack_model(small_model(), {"seed": "7"})


def resigned(packed: bytes, change: Callable[[dict[str, Any]], object]) -> bytes:
    """Return a file whose header was changed and whose digest was made to fit."""
    magic, header_line, rest = packed.split(b"\n", 2)
    header = json.loads(header_line)
    change(header)
    header["digest"] = ""
    unsigned = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    header["digest"] = blake2b(unsigned + b"\n" + rest, digest_size=16).hexdigest()
    signed = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    return b"\n".join((magic, signed, rest))


def test_a_model_comes_back_as_it_was() -> None:
    """Words, pairs, labels and numbers survive; the digest is the file's own."""
    before = small_model()

    after = unpack_model(PACKED, "sample")

    assert before.heads == after.heads
    assert before.vocabulary.words == after.vocabulary.words
    np.testing.assert_array_equal(before.vocabulary.pairs, after.vocabulary.pairs)
    np.testing.assert_array_equal(before.weights, after.weights)
    np.testing.assert_allclose(before.bias, after.bias)
    assert before.digest != after.digest


def test_the_same_model_gives_the_same_bytes() -> None:
    """Nothing in a file hangs on when or where it was written."""
    assert PACKED == pack_model(small_model(), {"seed": "7"})


def test_another_model_has_another_digest() -> None:
    """The digest covers what is said about the model too."""
    other = unpack_model(pack_model(small_model(), {"seed": "8"}), "other")

    assert unpack_model(PACKED, "sample").digest != other.digest


@given(st.integers(0, len(PACKED) - 1), st.integers(1, 255))
def test_a_changed_byte_is_refused(place: int, change: int) -> None:
    """Whichever byte was changed, the file is refused by name."""
    changed = bytearray(PACKED)
    changed[place] ^= change

    with pytest.raises(ModelInvalidError, match=r"^sample is no model"):
        unpack_model(bytes(changed), "sample")


@given(st.integers(0, len(PACKED) - 1))
def test_a_file_cut_short_is_refused(length: int) -> None:
    """Half a file is no model."""
    with pytest.raises(ModelInvalidError, match="sample is no model"):
        unpack_model(PACKED[:length], "sample")


@pytest.mark.parametrize(
    "packed",
    [b"", b"PK\x03\x04", pickle.dumps({"weights": 1}), b"\x93NUMPY", b"MERCAT-MODEL\n{}\n"],
)
def test_another_kind_of_file_is_refused(packed: bytes) -> None:
    """Pickles above all: they could run."""
    with pytest.raises(ModelInvalidError, match="Train it anew"):
        unpack_model(packed, "sample")


def test_a_file_too_large_is_refused_unread() -> None:
    """The limit is looked at before anything else."""
    with pytest.raises(ModelInvalidError, match="over 8,000,000 bytes"):
        unpack_model(PACKED + bytes(FILE_SIZE_BYTES_MAX), "sample")


def test_a_file_that_unpacks_to_too_much_is_refused() -> None:
    """A small file that swells is stopped at the size its header names."""
    magic, header, _ = PACKED.split(b"\n", 2)
    bomb = b"\n".join((magic, header, zlib.compress(bytes(50_000_000))))

    with pytest.raises(ModelInvalidError, match="not as long as its header says"):
        unpack_model(resigned(bomb, lambda _: None), "sample")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"format": 2}, "format 2, not 1"),
        ({"extra": 1}, "Extra inputs"),
        ({"heads": []}, "heads are not"),
        ({"words_size_bytes": 10**9}, "less than or equal"),
        ({"shapes": {}}, "arrays are not"),
        ({"bucket_count": 0}, "greater than or equal"),
    ],
)
def test_a_header_out_of_bounds_is_refused(change: dict[str, Any], reason: str) -> None:
    """A digest that fits does not make a header right."""
    with pytest.raises(ModelInvalidError, match=reason):
        unpack_model(resigned(PACKED, lambda header: header.update(change)), "sample")


def broken(**changes: Any) -> Model:
    """Return the small model with other parts."""
    model = small_model()
    vocabulary = {k[1:]: v for k, v in changes.items() if k.startswith("_")}
    rest = {k: v for k, v in changes.items() if not k.startswith("_")}
    return replace(model, vocabulary=replace(model.vocabulary, **vocabulary), **rest)


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        (broken(bias=np.full(17, np.nan)), "out of bounds"),
        (broken(bias=np.full(17, np.inf)), "out of bounds"),
        (broken(bias=np.zeros(3)), "bias does not fit"),
        (broken(_pairs=np.array([1 << 30])), "pair of words it does not have"),
        (broken(_pairs=np.array([-1])), "pair of no words"),
        (broken(_words=("bin",) * 10), "a word twice"),
        (broken(_words=(*small_model().vocabulary.words[:-1], "x" * 41)), "too long"),
        (broken(_bucket_count=99), "values do not fit"),
        (broken(_values=small_model().vocabulary.values * 0), "does not count texts"),
        (broken(heads=small_model().heads[::-1]), "heads are not"),
        (
            broken(heads=(*small_model().heads[:3], Head("intent", tuple("abcdef")))),
            "label that intent does not know",
        ),
    ],
)
def test_a_model_out_of_bounds_is_refused(model: Model, reason: str) -> None:
    """A file well made may still hold what would fail, or mislead, later."""
    with pytest.raises(ModelInvalidError, match=reason):
        unpack_model(pack_model(model, {}), "sample")


def test_a_model_too_large_is_not_written() -> None:
    """The writer keeps the limit that the reader asks for."""
    weights = np.random.default_rng(7).normal(size=small_model().weights.shape)
    large = broken(weights=weights, _words=tuple(f"w{n}" for n in range(10)))
    about = {str(n): "x" * 300_000 for n in range(30)}

    with pytest.raises(ModelInvalidError, match="train with fewer words"):
        pack_model(large, about)
