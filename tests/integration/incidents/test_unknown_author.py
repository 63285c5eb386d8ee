"""May 2020: a post against ministers from a civil service's account; a month on, nobody knew whose.

Here party politics is refused or waits for two; and of whatever goes out, the record says who wrote
it, who agreed, under which leave and by which rules.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.handover_town import HandoverTown

POLITICAL = "Arrogant and shameless. Can you imagine working for these liars in the government?"
PLAIN = "The town hall opens at nine on Monday."


@pytest.fixture
def town(tmp_path: Path) -> Iterator[HandoverTown]:
    """A town whose duty officer speaks for it."""
    made = HandoverTown(tmp_path)
    yield made
    made.stop()


def entries(town: HandoverTown) -> list[dict[str, Any]]:
    """Return what the account's chain says, in order."""
    rows = town.town.store.select("audit_chain_after", ("account:town", 0, 1_000))
    found: list[dict[str, Any]] = []
    for row in rows:
        body = row["body"]
        assert isinstance(body, bytes)
        found.append(json.loads(body))
    return found


def test_words_against_a_government_do_not_go_out(town: HandoverTown) -> None:
    """Whoever wrote them, and whoever would agree; the attempt has its author."""
    act = town.act("dee", "statement", text=POLITICAL)
    town.turn()

    assert "denied" == act["state"]
    assert "content/party_politics" in {reason["rule"] for reason in act["reasons"]}
    assert 0 == town.audited("sending.sent")
    (asked,) = [each for each in entries(town) if each["kind"] == "act.proposed"]
    assert town.person_id("dee") == asked["actor"]["person_id"]


def test_of_what_went_out_the_record_names_everybody(town: HandoverTown) -> None:
    """Author, approver, leave and rules: nobody signs in as the account, so nobody is nameless."""
    town.done("dee", "statement", text=PLAIN)
    by_kind = {each["kind"]: each for each in entries(town)}
    cleared, drafted = by_kind["act.cleared"], by_kind["act.drafted"]
    facts = cleared["facts"]

    assert town.person_id("dee") == drafted["actor"]["person_id"]
    assert [town.person_id("bob")] == facts["approvers"].split()
    assert facts["grant"]
    assert town.town.speaking.bundle.revision == facts["revision"]
    assert "sending.sent" in by_kind
    assert [] == town.breaches()
