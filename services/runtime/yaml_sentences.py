"""What to say of a setting that does not fit its model: plain sentences, each with its cure."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any, Final, get_args

from pydantic import BaseModel

Path = tuple[str | int, ...]

GIVEN_LENGTH_MAX: Final = 60
_KEYS_SHOWN_MAX: Final = 20
_SECRET_WORDS: Final = ("secret", "password", "token", "key")

_DEMANDS: Final[dict[str, str]] = {
    "string_type": "must be text; put it in quotes",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "list_type": "must be a list; write [one, two] or a line with a dash for each",
    "tuple_type": "must be a list; write [one, two] or a line with a dash for each",
    "set_type": "must be a list; write [one, two] or a line with a dash for each",
    "frozen_set_type": "must be a list; write [one, two] or a line with a dash for each",
    "dict_type": "must hold settings; write a line `name: value` for each, indented",
    "model_type": "must hold settings; write a line `name: value` for each, indented",
    "model_attributes_type": "must hold settings; write a line `name: value` for each, indented",
    "date_from_datetime_parsing": "must be a date; write it as 2026-12-31",
    "date_parsing": "must be a date; write it as 2026-12-31",
    "date_type": "must be a date; write it as 2026-12-31",
    "time_parsing": "must be a time of day; write it as 09:00",
    "time_type": "must be a time of day; write it as 09:00",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be {ge} or more",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be {le} or less",
    "string_too_short": "must be {min_length} characters or more",
    "string_too_long": "must be {max_length} characters or fewer",
    "too_short": "must have {min_length} entries or more",
    "too_long": "must have {max_length} entries or fewer",
}


def path_text(path: Path) -> str:
    """Return a path as people write it, list places counted from 1: `rules[3].then.team`."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part + 1}]"
        else:
            text += f".{part}" if text else part
    return text


def closest(word: str, known: Iterable[str]) -> str:
    """Return `; did you mean X?` for the known word nearest to this one, or nothing."""
    matches = get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return f"; did you mean {matches[0]}?" if matches else ""


def sentence_for(model: type[BaseModel], path: Path, detail: Mapping[str, Any]) -> str:
    """Return what to say of one of pydantic's error details at a path of a model."""
    kind = detail["type"]
    context = detail.get("ctx", {})
    if kind == "extra_forbidden":
        return _unknown_key(model, path)
    if kind == "value_error":
        return f"{context['error']}"
    if kind == "missing":
        return "is missing; add it."
    return f"{_demand(kind, context, detail['msg'])}{_given(path, detail)}."


def _demand(kind: str, context: Mapping[str, Any], message: str) -> str:
    if kind == "literal_error":
        return "must be " + str(context["expected"]).replace("'", "")
    if kind == "string_pattern_mismatch":
        return f"does not have the form {context['pattern']}"
    return _DEMANDS.get(kind, message).format_map(context)


def _given(path: Path, detail: Mapping[str, Any]) -> str:
    name = str(path[-1]).lower() if path else ""
    value = detail["input"]
    if isinstance(value, dict | list) or any(word in name for word in _SECRET_WORDS):
        return ""
    if value is None:
        return " (nothing was given)"
    shown = str(value)
    if len(shown) > GIVEN_LENGTH_MAX:
        shown = f"{shown[:GIVEN_LENGTH_MAX]}…"
    return f" (given: {shown})"


def _unknown_key(model: type[BaseModel], path: Path) -> str:
    known = sorted(_keys_at(model, path[:-1]))
    guess = closest(str(path[-1]), known)
    if guess:
        return f"is not a setting known here{guess}"
    return f"is not a setting known here; take it out, or use one of {_some(known)}."


def _some(known: list[str]) -> str:
    more = "" if len(known) <= _KEYS_SHOWN_MAX else ", …"
    return ", ".join(known[:_KEYS_SHOWN_MAX]) + more


def _keys_at(model: type[BaseModel], path: Path) -> set[str]:
    annotation: Any = model
    for part in path:
        if isinstance(part, int):
            continue
        # A key that no model has is a key of a mapping: what may stand below is unchanged by it.
        found = [each[part] for each in map(_fields, _models_in(annotation)) if part in each]
        annotation = found[0] if found else annotation
    return {name for each in _models_in(annotation) for name in _fields(each)}


def _fields(model: type[BaseModel]) -> dict[str, Any]:
    return {field.alias or name: field.annotation for name, field in model.model_fields.items()}


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in get_args(annotation) for model in _models_in(part)]
