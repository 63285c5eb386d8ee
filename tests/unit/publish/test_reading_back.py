"""An act in doubt, looked for where its platform lists what was done."""

import pytest

from tests.unit.publish.platform_double import Fault
from tests.unit.publish.samples import content
from tests.unit.publish.stand import Stand


@pytest.mark.parametrize(
    ("fault", "state", "remote_id"),
    [
        ("lost before", "held", None),
        ("lost after", "sending", "r-1"),
        ("late", "sending", "r-1"),
        ("hidden", "sending", "r-1"),
    ],
)
def test_reading_back_settles_where_no_key_is_taken(
    fault: Fault, state: str, remote_id: str | None
) -> None:
    """The platform is asked once only; what is not there by then is held for a person."""
    stand = Stand({"takes_keys": False})
    stand.platform.faults.append(fault)
    stand.gate.approve("act-1")

    stand.run(seconds=120)

    assert 1 == len(stand.platform.asked)
    assert ("reconciled", remote_id) == (stand.sending().state, stand.sending().remote_id)
    assert state == stand.gate.state("act-1")
    assert [remote_id] * bool(remote_id) == [event.data.remote_id for event in stand.performed()]


def test_a_person_is_asked_where_nothing_tells_and_the_line_goes_on() -> None:
    """An act of which only a person can tell keeps nobody else waiting."""
    stand = Stand({"takes_keys": False, "reads_back": False})
    stand.platform.faults.append("lost after")
    stand.gate.approve("act-1")
    stand.gate.approve("act-2")

    stand.run(seconds=60)

    assert stand.sending("act-1").awaits_person
    assert "sent" == stand.sending("act-2").state
    assert 1.0 == stand.counted("mercat_publish_unknown_sendings")


def test_a_likeness_just_before_is_not_taken_for_the_act_in_doubt() -> None:
    """What may be another act in doubt is left to a person to tell apart."""
    stand = Stand({"takes_keys": False, "reads_back": False, "shown_seconds": 1.0})
    stand.platform.faults.extend(["lost after", "lost before"])
    stand.gate.approve("act-1", content("Thank you."))
    stand.run(seconds=5)
    stand.platform.facts = Stand({"takes_keys": False}).platform.facts
    stand.gate.approve("act-2", content("Thank you."))
    stand.run(seconds=60)

    assert stand.sending("act-1").awaits_person
    assert stand.sending("act-2").awaits_person


def test_an_act_already_known_by_its_id_is_not_taken_for_another() -> None:
    """An act with the same words that was sent a moment ago is not the one in doubt."""
    stand = Stand({"takes_keys": False})
    stand.gate.approve("act-1", content("Thank you."))
    stand.run()
    stand.platform.faults.append("lost before")
    stand.gate.approve("act-2", content("Thank you."))
    stand.run(seconds=60)

    assert ("sent", "r-1") == (stand.sending("act-1").state, stand.sending("act-1").remote_id)
    assert "held" == stand.gate.state("act-2")
