"""January 2017 and January 2024: posts that nobody of the body made, with a credential of its own.

A former employee of a national park still had access to its account; a regulator's account was
taken over by way of a telephone number. Both were told of it by the public. No gate can stop what
goes past it: here it is seen within seconds, the account halts, and what was there is kept.
"""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from services.bootstrap_timelines import timeline_turns_of
from services.house.threads import HouseAct
from services.policy.audit_sentences import told as told_in_words
from services.policy.incident_reading import IncidentReading
from services.runtime.errors import NotAllowedError
from tests.handover_town import HandoverTown

STOLEN = "The fund is approved. Write to coins.example and be early."
CALM = "Our office opens at nine tomorrow."
WHY = "looked at with the platform"


@pytest.fixture
def town(tmp_path: Path) -> Iterator[HandoverTown]:
    """A town whose accounts have been read back once."""
    made = HandoverTown(tmp_path)
    made.own_post()
    timeline_turns_of(made.town.speaking).turn()
    yield made
    made.stop()


def steal(town: HandoverTown, text: str = STOLEN) -> str:
    """Post as the town with its own credential, past Mercat; return the id there."""
    house = town.town.embedded.house
    assert house is not None
    act = HouseAct("statement", text=text, language="en")
    return house.carry_out("town", act, town.town.speaking.credential("town")).remote_id


def look(town: HandoverTown) -> int:
    """Have the accounts read back once more, a few seconds later."""
    town.clock.advance(10)
    return timeline_turns_of(town.town.speaking).turn()


def incident(town: HandoverTown) -> dict[str, Any]:
    """Return the one open incident, as people see it."""
    reading = IncidentReading(town.town.store)
    (found,) = reading.in_state("open")
    return dict(reading.one(found["id"]))


def test_a_post_made_with_a_stolen_credential_is_found_and_its_evidence_kept(
    town: HandoverTown,
) -> None:
    """What it said, where and when, word for word with its digest, whatever becomes of the post."""
    remote_id = steal(town)

    found = look(town)

    told = incident(town)
    (evidence,) = told["evidence"]
    assert 1 == found
    assert ("town", remote_id, True) == (told["account"], told["remote_id"], told["halted"])
    assert (remote_id, STOLEN) == (evidence["remote_id"], evidence["text"])
    assert sha256(STOLEN.encode()).hexdigest() == evidence["digest"]
    assert remote_id in str(evidence["link"])
    assert 1 == town.audited("incident.opened", incident=told["id"], acts=1)
    assert 1 == town.audited("halt.placed")


def test_nothing_of_the_queue_goes_out_beside_a_thief(town: HandoverTown) -> None:
    """What was approved before stays approved and here; the other account speaks on."""
    act = town.agree(town.act("dee", "statement", text=CALM), "bob")
    stolen = steal(town)

    look(town)
    town.turn()
    other = town.do("answer", "dee", kind="statement", account="library", text=CALM, why=WHY)
    town.agree(other, "bob")
    town.turn()

    row = town.town.row("acts", act["id"])
    assert row is not None
    assert "approved" == row["state"]
    assert town.town.row("sendings", act["id"]) is None
    sent = town.town.row("sendings", other["id"])
    assert sent is not None
    assert "sent" == sent["state"]
    assert [stolen] == [each.split()[1] for each in town.breaches()]


def test_it_takes_two_people_to_let_the_account_speak_again(town: HandoverTown) -> None:
    """Saying what it was releases nothing; after two released it, what waited goes out."""
    act = town.agree(town.act("dee", "statement", text=CALM), "bob")
    stolen = steal(town)
    look(town)
    incident_id = incident(town)["id"]

    with pytest.raises(NotAllowedError):
        town.do("incident-close", "ann", incident_id=incident_id, finding="hijacked", why=WHY)
    closing = {"incident_id": incident_id, "finding": "hijacked", "why": WHY}
    sentence = town.do("incident-close", "dee", **closing)["sentence"]
    town.turn()
    before = town.town.row("sendings", act["id"])
    for who in ("gail", "dee"):
        town.do("release", who, kind="account", name="town", why="the password is changed")
    town.turn()

    after = town.town.row("sendings", act["id"])
    assert "two people" in sentence
    assert "Change its password" in sentence
    assert before is None
    assert after is not None
    assert "sent" == after["state"]
    assert 0 == look(town)
    assert [stolen] == [each.split()[1] for each in town.breaches()]


def test_what_is_found_while_an_incident_is_open_is_added_to_it(town: HandoverTown) -> None:
    """Also past a release: the account is halted anew, and there is one incident, not two."""
    steal(town)
    look(town)
    for who in ("gail", "dee"):
        town.do("release", who, kind="account", name="town", why="it looked over")
    steal(town, "And another.")

    look(town)

    told = incident(town)
    assert [STOLEN, "And another."] == [each["text"] for each in told["evidence"]]
    assert (2, True) == (told["acts"], told["halted"])
    assert 1 == town.audited("incident.added", incident=told["id"])


def test_the_record_says_so_in_words() -> None:
    """Whoever reads the audit learns what was found and what it came to."""
    said = {"facts": {"acts": 2, "finding": "hijacked"}}

    opened = told_in_words("incident.opened", said, "mercat")
    closed = told_in_words("incident.closed", said, "dee")

    assert "nobody sent from here" in opened
    assert "dee closed the incident: hijacked." == closed
