r"""A model as bytes: one JSON header and raw arrays. Nothing in it can run.

    MERCAT-MODEL\n
    {"format": 1, "digest": ..., "heads": ..., "arrays": [{"name", "type", "shape"} ...]}\n
    the words, one a line, and the arrays one after another, deflated

The digest covers the header (without the digest itself) and the deflated rest. It finds damage and
mix-ups; it is no signature: whoever can write the file can write its digest.
"""

import zlib
from collections.abc import Mapping
from hashlib import blake2b
from math import prod
from typing import Any, Final, get_args

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from schemas.classification import Intent, Sentiment, TeamId, Urgency
from services.classify.lexing import TOKEN_LENGTH_MAX
from services.classify.model import (
    HEADS,
    WORD_NUMBER_BITS,
    WORDS_COUNT_MAX,
    Head,
    Model,
    ModelInvalidError,
    Vocabulary,
)

FORMAT: Final = 1
FILE_SIZE_BYTES_MAX: Final = 8_000_000
_UNPACKED_SIZE_BYTES_MAX: Final = 96_000_000
_HEADER_SIZE_BYTES_MAX: Final = 64_000
_WEIGHT_MAX: Final = 10_000.0
_MAGIC: Final = b"MERCAT-MODEL\n"
_ARRAYS: Final = {"pairs": "<i8", "values": "<f2", "weights": "<f2", "bias": "<f4"}
_LABELS: Final[Mapping[str, frozenset[str]]] = {
    "sentiment": frozenset(get_args(Sentiment)),
    "urgency": frozenset(get_args(Urgency)),
    "intent": frozenset(get_args(Intent)),
}
_STRICT: Final = ConfigDict(frozen=True, extra="forbid")


class _Head(BaseModel):
    model_config = _STRICT
    name: str
    labels: tuple[TeamId, ...] = Field(min_length=2, max_length=100)


class _Header(BaseModel):
    model_config = _STRICT
    format: int
    digest: str = Field(default="", pattern=r"^([0-9a-f]{32})?$")
    heads: tuple[_Head, ...] = Field(max_length=len(HEADS))
    words_size_bytes: int = Field(ge=0, le=_UNPACKED_SIZE_BYTES_MAX)
    bucket_count: int = Field(ge=1, le=1 << 20)
    shapes: dict[str, tuple[int, ...]]
    about: dict[str, str] = Field(max_length=40)


def pack_model(model: Model, about: Mapping[str, str]) -> bytes:
    """Return the bytes of a model's file; the same model and `about` give the same bytes.

    `about` says what it was trained on and how well it did, for people. The digest is made here:
    what `model.digest` holds is not used. Raises ModelInvalidError where the file would be larger
    than it may be.
    """
    vocabulary = model.vocabulary
    words = "\n".join(vocabulary.words).encode()
    arrays: dict[str, NDArray[Any]] = {
        "pairs": vocabulary.pairs,
        "values": vocabulary.values,
        "weights": model.weights,
        "bias": model.bias,
    }
    raw = b"".join(array.astype(_ARRAYS[name]).tobytes() for name, array in arrays.items())
    rest = zlib.compress(words + raw, 9)
    header = _Header(
        format=FORMAT,
        heads=tuple(_Head(name=head.name, labels=head.labels) for head in model.heads),
        words_size_bytes=len(words),
        bucket_count=vocabulary.bucket_count,
        shapes={name: array.shape for name, array in arrays.items()},
        about=dict(about),
    )
    signed = header.model_copy(update={"digest": _digest(header, rest)})
    packed = _MAGIC + signed.model_dump_json().encode() + b"\n" + rest
    if len(packed) > FILE_SIZE_BYTES_MAX:
        raise ModelInvalidError(
            f"the model would take {len(packed):,} bytes, of {FILE_SIZE_BYTES_MAX:,} that a model"
            " file may: train with fewer words"
        )
    return packed


def unpack_model(packed: bytes, name: str) -> Model:
    """Return the model that a file's bytes hold; `name` is what errors call the file.

    Raises ModelInvalidError where they are no model, were changed, are of another format, or hold
    anything out of bounds.
    """
    try:
        return _unpacked(packed)
    except (ValueError, zlib.error) as fault:
        reason = _first_reason(fault)
        raise ModelInvalidError(
            f"{name} is no model this program can use: {reason}. Train it anew with"
            " `mercat model train`, or take the file that came with this version"
        ) from fault


def _unpacked(packed: bytes) -> Model:
    _require(len(packed) <= FILE_SIZE_BYTES_MAX, f"it is over {FILE_SIZE_BYTES_MAX:,} bytes")
    _require(packed.startswith(_MAGIC), "it does not start as a model does")
    end = packed.find(b"\n", len(_MAGIC), len(_MAGIC) + _HEADER_SIZE_BYTES_MAX)
    _require(end > 0, "its header is missing or too long")
    header = _Header.model_validate_json(packed[len(_MAGIC) : end])
    _require(header.format == FORMAT, f"it is of format {header.format}, not {FORMAT}")
    rest = packed[end + 1 :]
    _require(header.digest == _digest(header, rest), "its digest does not match its content")
    arrays_size = _arrays_size_bytes(header)
    raw = _inflated(rest, header.words_size_bytes + arrays_size)
    words = tuple(raw[: header.words_size_bytes].decode().split("\n"))
    arrays = _arrays(header, raw[header.words_size_bytes :])
    vocabulary = Vocabulary(words, arrays["pairs"], header.bucket_count, arrays["values"])
    heads = tuple(Head(head.name, head.labels) for head in header.heads)
    model = Model(heads, vocabulary, arrays["weights"], arrays["bias"], header.digest)
    _check(model)
    return model


def _check(model: Model) -> None:
    vocabulary = model.vocabulary
    words = vocabulary.words
    _require(tuple(head.name for head in model.heads) == HEADS, f"its heads are not {HEADS}")
    for head in model.heads:
        allowed = _LABELS.get(head.name, frozenset(head.labels))
        _require(set(head.labels) <= allowed, f"it has a label that {head.name} does not know")
        _require(len(set(head.labels)) == len(head.labels), f"{head.name} has a label twice")
    _require(len(words) < WORDS_COUNT_MAX, f"it has over {WORDS_COUNT_MAX:,} words")
    _require(max(map(len, words)) <= TOKEN_LENGTH_MAX, "it has a word that is too long")
    _require(len(set(words)) == len(words), "it has a word twice")
    pairs = vocabulary.pairs
    _require(bool(np.all(np.diff(pairs) > 0)), "its pairs are not in order")
    _require(bool(np.all(pairs >= 0)), "it has a pair of no words")
    numbers = np.concatenate((pairs >> WORD_NUMBER_BITS, pairs & (WORDS_COUNT_MAX - 1)))
    _require(bool(np.all(numbers < len(words))), "it has a pair of words it does not have")
    features = vocabulary.feature_count
    _require(vocabulary.values.shape == (features,), "its values do not fit its features")
    _require(model.weights.shape == (features, model.label_count), "its weights do not fit")
    _require(model.bias.shape == (model.label_count,), "its bias does not fit its labels")
    # The first mark is counted once in each text: without it an empty text has no length.
    _require(vocabulary.values[vocabulary.first_mark] > 0, "it does not count texts")
    for array in (vocabulary.values, model.weights, model.bias):
        # A comparison with NaN is false, so this refuses what is not a number too.
        _require(bool(np.all(np.abs(array) <= _WEIGHT_MAX)), "it has a number out of bounds")


def _arrays_size_bytes(header: _Header) -> int:
    _require(set(header.shapes) == set(_ARRAYS), f"its arrays are not {', '.join(_ARRAYS)}")
    sizes = [side for shape in header.shapes.values() for side in shape]
    _require(all(0 <= side <= _UNPACKED_SIZE_BYTES_MAX for side in sizes), "an array is too large")
    return sum(
        prod(header.shapes[name]) * np.dtype(kind).itemsize for name, kind in _ARRAYS.items()
    )


def _arrays(header: _Header, raw: bytes) -> dict[str, NDArray[Any]]:
    arrays: dict[str, NDArray[Any]] = {}
    offset = 0
    for name, kind in _ARRAYS.items():
        count = prod(header.shapes[name])
        array = np.frombuffer(raw, kind, count, offset).reshape(header.shapes[name])
        arrays[name] = array.astype(np.int64 if name == "pairs" else np.float32)
        offset += array.nbytes
    return arrays


def _inflated(rest: bytes, size_bytes: int) -> bytes:
    _require(size_bytes <= _UNPACKED_SIZE_BYTES_MAX, "it unpacks to more than it may")
    inflater = zlib.decompressobj()
    raw = inflater.decompress(rest, size_bytes + 1)
    _require(len(raw) == size_bytes and inflater.eof, "it is not as long as its header says")
    return raw


def _digest(header: _Header, rest: bytes) -> str:
    unsigned = header.model_copy(update={"digest": ""}).model_dump_json().encode()
    return blake2b(unsigned + b"\n" + rest, digest_size=16).hexdigest()


def _require(holds: bool, otherwise: str) -> None:  # noqa: FBT001  # reads as a sentence
    if not holds:
        raise ValueError(otherwise)


def _first_reason(fault: Exception) -> str:
    if isinstance(fault, ValidationError):
        first = fault.errors(include_url=False)[0]
        return f"its header at {'.'.join(map(str, first['loc'])) or 'the start'}: {first['msg']}"
    if isinstance(fault, zlib.error):
        return "its arrays cannot be unpacked"
    return str(fault)
