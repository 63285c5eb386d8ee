"""One account's runner: what it begins, how it ends it, and when it leaves things alone."""

import pytest

from schemas.act import ActPerformed
from schemas.codec import decode_event
from services.publish.sender import CLEAR_TRIES_MAX
from services.runtime.effects import Key
from tests.unit.publish.platform_double import Fault
from tests.unit.publish.samples import content
from tests.unit.publish.stand import Stand

PERFORMED_TOPIC = "acts.performed.v1"


def performed(stand: Stand) -> list[ActPerformed]:
    """Return what others were told."""
    records = stand.memory.log.read(PERFORMED_TOPIC, 0, 100)
    events = [decode_event(PERFORMED_TOPIC, record.value) for record in records]
    return [event for event in events if isinstance(event, ActPerformed)]


def test_an_approved_act_is_sent_and_told() -> None:
    """The row, the audit and the topic say the same of it, and name what it rests on."""
    stand = Stand()
    stand.gate.approve("act-1")

    stand.run()

    sent = stand.sending()
    (event,) = performed(stand)
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
    assert [] == performed(stand)


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
    assert [remote_id] * bool(remote_id) == [event.data.remote_id for event in performed(stand)]


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


def test_a_halt_holds_from_the_next_act_on_and_a_release_lets_them_go() -> None:
    """Approved acts stay approved under a halt, and go out in their order after it."""
    stand = Stand()
    for number in (1, 2, 3):
        stand.gate.approve(f"act-{number}")
    stand.gate.halt()
    stand.run(seconds=5)
    under_halt = len(stand.platform.asked)
    stand.gate.release()
    stand.runner.wake()
    stand.run()

    assert 0 == under_halt
    texts = [effect.act.text for effect in stand.platform.effects]
    assert [f"Answer of act-{number}." for number in (1, 2, 3)] == texts


def test_an_act_halted_by_itself_does_not_keep_the_others() -> None:
    """A halt of one person or theme leaves the rest of the account speaking."""
    stand = Stand()
    stand.gate.approve("act-1")
    stand.gate.approve("act-2")
    stand.gate.halted_acts.add("act-1")

    stand.run()

    assert "approved" == stand.gate.state("act-1")
    assert "sent" == stand.sending("act-2").state


def test_an_act_put_off_and_then_halted_does_not_keep_the_others() -> None:
    """It keeps its place until the release, and others go before it."""
    stand = Stand()
    stand.platform.faults.append("deferred")
    stand.gate.approve("act-1")
    stand.run()
    stand.gate.halted_acts.add("act-1")
    stand.gate.approve("act-2")
    stand.run(seconds=60)

    assert "deferred" == stand.sending("act-1").state
    assert "sent" == stand.sending("act-2").state


def test_nothing_overtakes_an_act_that_could_not_be_judged() -> None:
    """Without an engine the line stands still; with it, it goes on in its order."""
    stand = Stand()
    stand.gate.approve("act-1")
    stand.gate.approve("act-2")
    stand.gate.judging = False
    stand.run(seconds=3)
    asked = {*stand.gate.asked}
    stand.gate.judging = True
    stand.run()

    assert {"act-1"} == asked
    assert ["r-1", "r-2"] == [stand.sending(f"act-{number}").remote_id for number in (1, 2)]


def test_a_halt_stops_the_key_and_reading_back_settles() -> None:
    """Asking again could carry it out now, so under a halt the account is only read."""
    stand = Stand()
    stand.platform.faults.append("lost before")
    stand.gate.approve("act-1")
    stand.turn()
    stand.gate.halt()
    stand.run(seconds=60)

    assert 1 == len(stand.platform.asked)
    assert [] == stand.platform.effects
    assert ("reconciled", "held") == (stand.sending().state, stand.gate.state("act-1"))


def test_without_an_engine_a_key_waits_where_nothing_else_tells() -> None:
    """A person is not asked for what the key will tell once the engine is back."""
    stand = Stand({"reads_back": False})
    stand.platform.faults.append("lost before")
    stand.gate.approve("act-1")
    stand.turn()
    stand.gate.judging = False
    stand.run(seconds=60)
    waiting = stand.sending()
    stand.gate.judging = True
    stand.run()

    assert ("unknown", False) == (waiting.state, waiting.awaits_person)
    assert "sent" == stand.sending().state


def test_a_clearance_that_was_overtaken_is_asked_for_afresh() -> None:
    """Nothing goes out on leave that changed while it was being asked about."""
    stand = Stand()
    stand.gate.approve("act-1")
    stand.gate.overtaken = CLEAR_TRIES_MAX - 1

    stand.run()

    assert "sent" == stand.sending().state
    assert CLEAR_TRIES_MAX == len(stand.gate.asked)


def test_an_act_overtaken_each_time_is_held() -> None:
    """After three tries it is a person's, with a sentence."""
    stand = Stand()
    stand.gate.approve("act-1")
    stand.gate.overtaken = CLEAR_TRIES_MAX

    stand.run()

    assert "held" == stand.gate.state("act-1")
    assert "approve it again" in str(stand.memory.rows[Key("acts", "act-1")]["sentence"])
    assert [] == stand.platform.asked


def test_an_outcome_is_kept_until_the_store_takes_it() -> None:
    """A full disk loses no answer of the platform's, and it is not asked again meanwhile."""
    stand = Stand()
    stand.gate.approve("act-1")
    stand.platform.meanwhile = lambda: setattr(stand, "refusals", 4)

    stand.run(seconds=10)

    assert "sent" == stand.sending().state
    assert 1 == len(stand.platform.asked)


def test_a_store_that_refuses_begins_nothing() -> None:
    """What cannot be written down is not sent."""
    stand = Stand(refusals=3)
    stand.gate.approve("act-1")

    waits = [stand.turn() for _ in range(3)]
    asked = len(stand.platform.asked)
    stand.run()

    assert waits == sorted(waits)
    assert 0 == asked
    assert "sent" == stand.sending().state


def test_without_a_credential_nothing_is_begun() -> None:
    """The sentence says what is missing, and the act waits in line."""
    stand = Stand(credential=None)
    stand.gate.approve("act-1")

    stand.run(seconds=5)

    assert [] == stand.gate.asked
    assert not stand.runner.working
    assert "There is no credential" in stand.runner.sentence


@pytest.mark.parametrize("remote_id", ["", "r" * 513, "r-1"])
def test_an_answer_without_an_id_of_its_own_tells_nothing(remote_id: str) -> None:
    """An id that cannot be kept, or is another act's, is not written down as this act's."""
    stand = Stand({"takes_keys": False, "reads_back": False})
    stand.gate.approve("act-1")
    stand.run()
    stand.gate.approve("act-2")
    stand.platform.answered_id = remote_id

    stand.run(seconds=60)

    assert stand.sending("act-2").awaits_person
