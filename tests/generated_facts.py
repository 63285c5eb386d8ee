"""Facts made up from the shape alone: any value that a field may have, all of Unicode too."""

import random
from collections.abc import Callable, Mapping
from typing import Any, Final

from services.policy.fact_shape import FactShape

SCHEMA: Final[Mapping[str, Any]] = FactShape.model_json_schema()
SEVERAL_MAX: Final = 3
LENGTHS: Final = (0, 1, 2, 5, 12, 40)
NASTY: Final = (
    *('"', "\\", "\n", "\x00", "\x7f", "{}", "`", "%s", "$", "true", "null", "1", "0", "é", "ß"),
    *("\u0130", "\u202e", "\u200b", "\ufeff", "\U0001f986", "\U0001f468\u200d\U0001f469"),
    *("\u0301", "\uffff"),
)
NUMBERS: Final = (0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 20, 30, 60, 120, 299, 300, 500, 501, 3_600, 86_400)


def generated_facts(seed: int) -> dict[str, Any]:
    """Return facts by a seed; whether they are not too large is for who asks to see."""
    made: dict[str, Any] = _value(SCHEMA, random.Random(seed))
    return made


def _value(schema: Mapping[str, Any], draw: random.Random) -> Any:
    if "$ref" in schema:
        return _value(SCHEMA["$defs"][schema["$ref"].rsplit("/", 1)[1]], draw)
    if "anyOf" in schema:
        return _value(draw.choice(schema["anyOf"]), draw)
    if "enum" in schema:
        return draw.choice(schema["enum"])
    if "const" in schema:
        return schema["const"]
    return _MADE[schema["type"]](schema, draw)


def _fraction(_: Mapping[str, Any], draw: random.Random) -> float:
    return round(draw.choice((0.0, 0.5, draw.uniform(0, 400))), 6)


def _boolean(_: Mapping[str, Any], draw: random.Random) -> bool:
    return draw.random() < 0.5


def _nothing(_: Mapping[str, Any], __: random.Random) -> None:
    return None


def _object(schema: Mapping[str, Any], draw: random.Random) -> dict[str, Any]:
    required = set(schema.get("required", ()))
    named = {
        name: _value(field, draw)
        for name, field in schema.get("properties", {}).items()
        if name in required or draw.random() < 0.5
    }
    others = schema.get("additionalProperties")
    if isinstance(others, Mapping):
        for _ in range(draw.randrange(SEVERAL_MAX)):
            named[_words(draw, 12)] = _value(others, draw)
    return named


def _array(schema: Mapping[str, Any], draw: random.Random) -> list[Any]:
    most = min(SEVERAL_MAX, schema.get("maxItems", SEVERAL_MAX))
    return [
        _value(schema["items"], draw) for _ in range(draw.randint(schema.get("minItems", 0), most))
    ]


def _string(schema: Mapping[str, Any], draw: random.Random) -> str:
    if "pattern" in schema:
        return draw.choice(("5a", "a5")) * 32
    text = _words(draw, schema.get("maxLength", LENGTHS[-1]))
    return text or ("x" if schema.get("minLength") else "")


def _integer(schema: Mapping[str, Any], draw: random.Random) -> int:
    least = schema.get("minimum", 0)
    # Small ones mostly, where thresholds are, and the largest now and then.
    most = schema.get("exclusiveMaximum", 2**31) - 1
    number = draw.choice(
        (0, 0, 0, draw.choice(NUMBERS), draw.choice(NUMBERS), draw.randint(0, most))
    )
    return int(max(least, number))


def _words(draw: random.Random, length_max: int) -> str:
    length = min(draw.choice(LENGTHS), length_max)
    return "".join(_character(draw) for _ in range(length))[:length_max]


def _character(draw: random.Random) -> str:
    if draw.random() < 0.4:
        return draw.choice(NASTY)
    while 0xD800 <= (point := draw.randrange(0x110000)) <= 0xDFFF:
        pass
    return chr(point)


_MADE: Final[Mapping[str, Callable[[Mapping[str, Any], random.Random], Any]]] = {
    "object": _object,
    "array": _array,
    "string": _string,
    "integer": _integer,
    "number": _fraction,
    "boolean": _boolean,
    "null": _nothing,
}
