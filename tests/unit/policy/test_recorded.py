"""Decisions read back from the audit, and those that cannot be replayed."""

import json
from typing import Any

import pytest

from services.policy.recorded import Recorded, recorded_of
from tests.unit.policy.rehearsals import ANGER, entry, reason


def _read(**values: Any) -> Recorded:
    found = recorded_of(entry(reason(), **values))
    assert isinstance(found, Recorded)
    return found


def test_a_decision_is_read_with_its_facts_and_reasons() -> None:
    """What decided then is all there."""
    found = _read()

    assert ("act-1", "verdict-1", "town", "hold") == (
        found.act_id,
        found.verdict_id,
        found.account,
        found.decision,
    )
    assert [ANGER] == [each["rule"] for each in found.reasons]
    assert found.went_out


def test_whole_words_come_before_those_of_the_facts() -> None:
    """Facts have no long text, and cut descriptions; the entry's own words are whole."""
    media = json.dumps([{"kind": "image", "alt": "A long description."}])

    found = _read(payload={"text": "All of it.", "media": media})

    assert ("All of it.", ["A long description."]) == (found.text, found.alts)


def test_words_that_did_not_fit_are_taken_from_the_facts() -> None:
    """An entry without words of its own may still have facts with them."""
    whole = entry(reason())
    assert whole.payload is not None
    payload = json.loads(whole.payload)
    del payload["text"], payload["media"]

    found = recorded_of(whole._replace(payload=json.dumps(payload).encode()))

    assert isinstance(found, Recorded)
    assert "We emptied it this morning." == found.text


@pytest.mark.parametrize(("parent", "text"), [("live", "What?"), ("gone", None), ("none", None)])
def test_the_post_answered_counts_while_it_was_there(parent: str, text: str | None) -> None:
    """What was gone when the act was judged was not read then either."""
    found = _read(facts={"conversation__parent": parent}, parent_text="What?")

    assert text == found.setting.parent
    assert ("post" if parent == "none" else "reply") == found.setting.kind


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"payload": {"facts": {"left_out": True}}}, "too_long"),
        ({"payload": {"verdict": {"failure": "No engine."}}}, "unjudged"),
        ({"payload": {"facts": {}}}, "unreadable"),
        ({"payload": {"verdict": None}}, "unreadable"),
    ],
)
def test_what_cannot_be_replayed_says_why(values: dict[str, Any], why: str) -> None:
    """Nothing is guessed at."""
    assert why == recorded_of(entry(**values))


def test_reasons_left_out_are_not_made_up() -> None:
    """An entry that held not all reasons cannot say what the other rules had said."""
    verdict: dict[str, Any] = {"decision": "hold", "reasons": [], "revision": "r", "failure": None}

    found = recorded_of(entry(payload={"verdict": {**verdict, "reasons_left_out": 2}}))

    assert "too_long" == found


def test_what_was_erased_is_gone() -> None:
    """An entry whose payload is no more has nothing to replay."""
    assert "erased" == recorded_of(entry()._replace(payload=None))


def test_bytes_that_are_no_decision_end_nothing() -> None:
    """A payload in another form is one decision that is left out."""
    assert "unreadable" == recorded_of(entry()._replace(payload=b"[1]"))
