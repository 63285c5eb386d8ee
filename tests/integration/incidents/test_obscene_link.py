"""April 2014: an airline's answer to a customer carried an obscene picture, for about an hour.

A link had been pasted from somewhere else. Here a link that is not the body's own waits for a
second look, a shortened one is refused, a picture needs a description; and nobody looks at their
own.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.runtime.errors import NotAllowedError
from tests.handover_town import HandoverTown
from tests.speaking_town import case_id

SORRY = "We are sorry to hear that. Please send us a few words by way of"
PASTED = f"{SORRY} https://pictures.example/4f1c9a"
SHORTENED = f"{SORRY} https://bit.ly/4f1c9a"


@pytest.fixture
def town(tmp_path: Path) -> Iterator[HandoverTown]:
    """A town whose duty officer answers people."""
    made = HandoverTown(tmp_path)
    made.town.post(0)
    yield made
    made.stop()


def answered(town: HandoverTown, text: str, **order: Any) -> dict[str, Any]:
    """Have the duty officer answer the first case."""
    return town.do("answer", "dee", case_id=case_id(0), text=text, **order)


def rules_of(act: dict[str, Any]) -> set[str]:
    """Return which rules had something to say."""
    return {reason["rule"] for reason in act["reasons"]}


def sent_count(town: HandoverTown) -> int:
    """Return how much went out."""
    town.turn()
    return town.audited("sending.sent")


def test_a_link_from_elsewhere_waits_for_a_second_look(town: HandoverTown) -> None:
    """The reason says that it leads elsewhere, so that whoever agrees opens it first."""
    act = answered(town, PASTED)

    assert ("held", True) == (act["state"], "content/link_elsewhere" in rules_of(act))
    assert 0 == sent_count(town)


def test_a_shortened_link_is_refused(town: HandoverTown) -> None:
    """Nobody can see where it leads, so nobody can agree to it."""
    act = answered(town, SHORTENED)

    assert ("denied", True) == (act["state"], "content/link_shortened" in rules_of(act))
    assert 0 == sent_count(town)


def test_a_picture_that_nobody_described_waits(town: HandoverTown) -> None:
    """Whoever has to say what is on it has looked at it."""
    media = [{"kind": "image", "sha256": "a" * 64, "alt": None}]

    act = answered(town, "We are sorry to hear that.", media=media)

    assert ("held", True) == (act["state"], "content/alt_text" in rules_of(act))


def test_whoever_pasted_it_does_not_look_for_two(town: HandoverTown) -> None:
    """The refusal stands on record."""
    act = answered(town, PASTED)

    with pytest.raises(NotAllowedError):
        town.agree(act, "dee")
    assert 0 == sent_count(town)


def test_consent_is_to_exactly_what_was_seen(town: HandoverTown) -> None:
    """A link that is put in after somebody agreed voids what they agreed to."""
    act = answered(town, "We are sorry to hear that, and will look into it on Friday.")
    agreed = town.agree(act, "bob")
    edited = town.do("edit", "dee", act_id=agreed["id"], version=agreed["version"], text=PASTED)

    assert "approved" == agreed["state"]
    assert "draft" == edited["state"]
    assert 0 == sent_count(town)
    assert [] == town.breaches()
