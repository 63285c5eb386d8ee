"""One account's runner: what it sends, in which order, and how each act ends."""

import pytest

from tests.unit.publish.platform_double import Fault
from tests.unit.publish.stand import Stand


def test_an_approved_act_is_sent_and_told() -> None:
    """The row, the audit and the topic say the same of it, and name what it rests on."""
    stand = Stand()
    stand.gate.approve("act-1")

    stand.run()

    sent = stand.sending()
    (event,) = stand.performed()
    assert ("sent", 1, "r-1") == (sent.state, sent.attempt, sent.remote_id)
    assert ["sending.begun", "sending.sent"] == stand.kinds()
    assert ("act-1", sent.digest, "verdict-1", "grant-1", ("morag",), "r-1") == (
        event.data.act_id,
        event.data.digest,
        event.data.verdict_id,
        event.data.grant_id,
        event.data.approvers,
        event.data.remote_id,
    )
    assert "town" == event.subject
    assert "nothing waits to be sent" == stand.runner.sentence


def test_it_is_written_down_that_an_act_begins_before_the_platform_hears_of_it() -> None:
    """While the platform is asked, the row already says so, with the key that it is given."""
    stand = Stand()
    seen: list[tuple[str, str]] = []
    stand.platform.meanwhile = lambda: seen.append(
        (stand.sending().state, stand.sending().request_key)
    )
    stand.gate.approve("act-1")

    stand.run()

    assert [("sending", stand.platform.asked[0].key)] == seen


def test_acts_go_out_in_the_order_of_approval() -> None:
    """The second is not begun before the first has ended."""
    stand = Stand()
    for number in (3, 1, 2):
        stand.gate.approve(f"act-{number}")

    stand.run()

    texts = [effect.act.text for effect in stand.platform.effects]
    assert ["Answer of act-3.", "Answer of act-1.", "Answer of act-2."] == texts


def test_a_refused_act_ends() -> None:
    """What the platform will not take is not asked for again."""
    stand = Stand()
    stand.platform.faults.append("refused")
    stand.gate.approve("act-1")

    stand.run(seconds=120)

    assert ("refused", "not here") == (stand.sending().state, stand.sending().detail)
    assert 1 == len(stand.platform.asked)
    assert [] == stand.performed()


def test_an_act_put_off_begins_again_through_the_gate_and_nothing_overtakes_it() -> None:
    """A platform that says later is asked later, for the same act first."""
    stand = Stand()
    stand.platform.faults.append("deferred")
    stand.gate.approve("act-1")
    stand.gate.approve("act-2")

    stand.run()
    early = len(stand.platform.asked)
    stand.run(seconds=60)

    assert 1 == early
    assert ("sent", 2) == (stand.sending().state, stand.sending().attempt)
    assert ["act-1", "act-1", "act-2"] == stand.gate.asked
    assert ["r-1", "r-2"] == [stand.sending(f"act-{number}").remote_id for number in (1, 2)]


def test_an_act_put_off_that_the_gate_then_denies_is_not_sent() -> None:
    """It is a person's again, and may be sent once it is approved afresh."""
    stand = Stand()
    stand.platform.faults.append("deferred")
    stand.gate.approve("act-1")
    stand.run()
    stand.gate.denied.add("act-1")
    stand.run(seconds=60)
    held = stand.sending()
    stand.gate.denied.clear()
    stand.gate.approve("act-1")
    stand.run()

    assert ("refused", "gate") == (held.state, held.settled_by)
    assert ("sent", "sending") == (stand.sending().state, stand.gate.state("act-1"))


@pytest.mark.parametrize("fault", ["lost before", "lost after", "late", "hidden"])
def test_a_key_settles_what_is_in_doubt(fault: Fault) -> None:
    """The same request with the same key tells, and takes effect once."""
    stand = Stand()
    stand.platform.faults.append(fault)
    stand.gate.approve("act-1")

    stand.run(seconds=60)

    assert "sent" == stand.sending().state
    assert 1 == len(stand.platform.of(stand.sending().request_key))
    assert 1 == len({request.key for request in stand.platform.asked})
    assert ["sending.begun", "sending.unknown", "sending.begun", "sending.sent"] == stand.kinds()
