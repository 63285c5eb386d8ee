"""Null characters are kept out at every door, since one of the two stores has no place for them."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from schemas.codec import encode_event
from schemas.topics import POSTS_RECEIVED
from services.commands import ObjectionArguments, RerouteArguments, RetryArguments
from services.commands_cases import CloseArguments, SplitArguments
from services.ingest.normalise import clean_text
from services.runtime.effects import Key, Reject
from services.runtime.null_characters import holds_null
from services.runtime.ports import Record
from services.runtime.step import Intake, Outcome, intake_of, step
from tests.fakes import MOMENT, CountingStage, received

TEXTS = st.text(st.sampled_from("\0ab\\u0"), max_size=8)


class Pair(BaseModel):
    """Something with texts inside."""

    left: str
    right: Any = None


@given(inner=TEXTS)
def test_a_null_character_is_found_however_deep(inner: str) -> None:
    """In models, tuples, mappings, and nowhere where there is none."""
    value = (1, None, b"\0", {"a": [Pair(left="b", right=({inner: 2.0},))]})

    assert ("\0" in inner) is holds_null(value)


@pytest.mark.parametrize(
    ("arguments", "given"),
    [
        (ObjectionArguments, {"author": "ann", "reason": "a\0b"}),
        (ObjectionArguments, {"author": "ann\0"}),
        (RetryArguments, {"letters": ("a", "b\0")}),
        (RerouteArguments, {"post": "p", "team": "t", "reason": "why\0", "requested_by": "bo"}),
        (CloseArguments, {"case": "c", "reason": "it\0is", "requested_by": "bo"}),
        (SplitArguments, {"case": "c", "reason": "it is", "requested_by": "b\0", "posts": ("p",)}),
    ],
)
def test_whoever_asks_for_something_is_told_of_it(
    arguments: type[BaseModel], given: dict[str, Any]
) -> None:
    """What a person typed is refused with the place."""
    given = {"outcome": "answered", **given} if arguments is CloseArguments else given

    with pytest.raises(ValidationError, match="null character in it; remove it"):
        arguments.model_validate(given)


def taken(value: bytes) -> Outcome:
    """Return what a stage makes of a record as a log gives it."""
    intake = intake_of(Record(POSTS_RECEIVED.name, 0, "one", value))
    return step(CountingStage(), [intake], dict.fromkeys, MOMENT)


def event(text: str) -> bytes:
    """Return the bytes of a post with these words."""
    return encode_event(received(1, text, conversation_id="one"))


def test_an_event_with_one_is_set_aside() -> None:
    """Whoever wrote it into a topic stops no stage by it."""
    outcome = taken(event("a\0b"))

    (letter,) = [row for key, row in outcome.writes.items() if key.table == "dead_letters"]
    assert letter is not None
    assert ("null character", None) == (letter["cause"], letter["event_id"])


@pytest.mark.parametrize("text", ["a\\u0000b", "\\\\u0000", "\x01"])
def test_an_event_that_only_looks_as_if_it_had_one_is_handled(text: str) -> None:
    """Words about null characters are words."""
    assert 1 == taken(event(text)).handled


def test_a_dead_letter_shows_what_it_cannot_keep() -> None:
    """A handler's complaint may quote anything."""
    outcome = step(
        CountingStage(),
        [Intake("source:feed", "item \0", b"", Reject("odd", "found \0 there"))],
        dict.fromkeys,
        MOMENT,
    )

    (row,) = outcome.writes.values()
    assert row is not None
    assert ("item \\0", "found \\0 there") == (row["place"], row["detail"])
    assert not holds_null(outcome.appends[0].event)


@given(text=TEXTS)
def test_what_comes_in_from_outside_is_cleaned_of_it(text: str) -> None:
    """The door's cleaning leaves none, whatever came."""
    assert not holds_null(clean_text(json.loads(json.dumps(text))))


def test_a_key_is_looked_at_too() -> None:
    """An id is a text like any other."""
    assert holds_null(Key("posts", "\0"))
