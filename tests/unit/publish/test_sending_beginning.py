"""An act about to begin: what the gate, a halt, the store and the vault have against it."""

from services.publish.sending_beginning import CLEAR_TRIES_MAX
from services.runtime.effects import Key
from tests.unit.publish.stand import Stand


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
