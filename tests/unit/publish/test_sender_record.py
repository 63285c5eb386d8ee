"""What one account's runner leaves on record, how it is measured, and how its thread ends."""

import json
from collections.abc import Iterator

import pytest

from services.publish.sender_parts import POLL_SECONDS
from services.runtime.effects import Key
from services.runtime.errors import StateConflictError
from services.runtime.failpoints import SPEAKING_FAILPOINTS, forget_orders, order_at_failpoints
from tests.fakes import wait_until
from tests.unit.publish.platform_double import LATE_SECONDS
from tests.unit.publish.stand import Stand


@pytest.fixture(autouse=True)
def _no_order_left() -> Iterator[None]:
    yield
    forget_orders()


def test_the_audit_keeps_the_platforms_words_apart_from_the_chain() -> None:
    """Ids and links of a platform may name people: they stand where they can be erased."""
    stand = Stand()
    stand.gate.approve("act-1")

    stand.run()

    entry = stand.memory.table("audit_entries")[-1]
    payload = stand.memory.table("audit_payloads")[-1]
    assert ("account:town", "subject of act-1") == (entry["chain"], entry["subject"])
    assert "r-1" not in entry["body"].decode()
    assert {"remote_id": "r-1", "link": "https://town.example/r-1"} == json.loads(
        payload["ciphertext"]
    )


def test_an_erased_subject_leaves_an_entry_without_words() -> None:
    """The act is on the record, and nothing that tells of the person."""
    stand = Stand()
    stand.sealer.erased.add("subject of act-1")
    stand.gate.approve("act-1")

    stand.run()

    entry = stand.memory.table("audit_entries")[-1]
    payload = stand.memory.table("audit_payloads")[-1]
    assert ("sending.sent", "body") == (entry["kind"], entry["subject"])
    assert {} == json.loads(payload["ciphertext"])


def test_metrics_count_what_became_of_acts() -> None:
    """Results are counted by platform, and the queue is what waits now."""
    stand = Stand()
    stand.platform.faults.append("refused")
    stand.gate.approve("act-1")
    stand.gate.approve("act-2")
    stand.turn()
    queued = stand.counted("mercat_publish_queue_acts")
    stand.run(seconds=2)

    name = "mercat_publish_sendings_total"
    assert 2.0 == queued
    assert 1.0 == stand.counted(name, platform="double", result="refused")
    assert 1.0 == stand.counted(name, platform="double", result="sent")
    assert 0.0 == stand.counted("mercat_publish_queue_acts")
    assert 2.0 == stand.counted("mercat_publish_send_seconds_count", platform="double")


def test_the_drain_of_a_halt_is_measured() -> None:
    """A halt during an act holds when that act has ended."""
    stand = Stand()
    stand.gate.approve("act-1")

    def halted_meanwhile() -> None:
        stand.gate.halt()
        stand.runner.halted()
        stand.clock.advance(0.3)

    stand.platform.meanwhile = halted_meanwhile
    stand.run()

    assert pytest.approx(0.3) == stand.runner.drain.last_seconds
    assert 1.0 == stand.counted("mercat_publish_halt_drain_seconds_count")


def test_an_act_that_may_be_out_there_is_never_begun_anew() -> None:
    """An approval of what was sent already is a bug that stops the runner."""
    stand = Stand()
    stand.gate.approve("act-1")
    stand.run()
    row = stand.memory.rows[Key("acts", "act-1")]
    stand.memory.rows[Key("acts", "act-1")] = {**row, "state": "approved"}

    with pytest.raises(StateConflictError):
        stand.turn()


def test_every_place_of_a_sending_is_reached() -> None:
    """Each failpoint of sendings can be hit, so that a kill at it tests something."""
    reached: set[str] = set()
    order_at_failpoints(reached.add)
    stand = Stand()
    stand.platform.faults.append("lost before")
    stand.gate.approve("act-1")
    stand.turn()
    stand.gate.halt()

    stand.run(seconds=60)

    assert {name for name in SPEAKING_FAILPOINTS if name.startswith("sending.")} == reached


def test_the_thread_sends_what_it_is_woken_for_and_stops() -> None:
    """An approval is sent without waiting for a poll, and stopping ends the thread."""
    stand = Stand()
    stand.runner.start()
    stand.gate.approve("act-1")
    stand.runner.wake()
    wait_until(lambda: bool(stand.platform.effects))

    stand.runner.stop()

    assert "sent" == stand.sending().state
    assert (None, None) == (stand.runner.crashed_with, stand.runner.stopped_because)


def test_a_bug_ends_the_thread_and_is_handed_up() -> None:
    """Whoever started the runner sees what it died of; the row says that an act was begun."""
    stand = Stand()

    def broken() -> None:
        raise RuntimeError("a bug of the platform's adapter")

    stand.platform.meanwhile = broken
    stand.gate.approve("act-1")
    stand.runner.start()
    wait_until(lambda: stand.runner.crashed_with is not None)
    stand.runner.stop()

    assert isinstance(stand.runner.crashed_with, RuntimeError)
    assert not stand.runner.working
    assert "sending" == stand.sending().state


def test_stopping_writes_down_the_last_answer() -> None:
    """An answer that the store refused is written down before the thread ends."""
    stand = Stand()
    stand.gate.approve("act-1")
    stand.platform.meanwhile = lambda: setattr(stand, "refusals", 1)
    stand.turn()
    stand.runner.start()

    stand.runner.stop()

    assert "sent" == stand.sending().state


def test_nothing_to_do_is_polled_for() -> None:
    """An idle runner looks again after a second."""
    assert Stand().turn() == POLL_SECONDS
    assert POLL_SECONDS < LATE_SECONDS
