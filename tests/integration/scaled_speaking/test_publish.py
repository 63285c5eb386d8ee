"""From the desk to the public over PostgreSQL and OPA, by one process or by several."""

import json
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from services.bootstrap_speaking_services import PublishService
from services.publish.house_platform import FAULTS_VARIABLE
from services.runtime.failpoints import forget_orders, order_at_failpoints
from tests.fakes import wait_until
from tests.integration.scaled_speaking.scaled_remains import scaled_remains
from tests.mercat_process import run
from tests.postgres_server import free_port
from tests.scaled_town import ScaledTown
from tests.simulation.checkers_speaking import speaking_breaches
from tests.speaking_town import ACCOUNTS

TEXT = "The library opens at nine on Saturday."
ACTS_EACH = 8
STANDS_BY = "stands by"
END_SECONDS_MAX = 60.0


@contextmanager
def publishing(town: ScaledTown) -> Iterator[PublishService]:
    """Open and start one more publish service, and end it cleanly."""
    service = town.publish()
    service.start()
    try:
        yield service
    finally:
        service.stop()


def breaches(town: ScaledTown, address: str) -> list[str]:
    """Return whatever a run broke of what is promised."""
    return speaking_breaches(scaled_remains(town, address))


def many(town: ScaledTown) -> dict[str, str]:
    """Have some acts of each account agreed to; return their texts by their ids."""
    texts = [f"{account} {number}" for number in range(ACTS_EACH) for account in ACCOUNTS]
    return {town.approved(text, text.split()[0]): text for text in texts}


def standing_by(service: PublishService) -> int:
    """Return for how many accounts a service only stands by."""
    return sum(STANDS_BY in sender.sentence for sender in service.senders.all)


def test_an_approved_act_goes_from_the_desk_to_the_public(town: ScaledTown, address: str) -> None:
    """Rows, audit, platform and what others are told agree, and OPA gave the verdict."""
    with publishing(town):
        act = town.approved(TEXT)
        wait_until(lambda: town.state(act) == "sent")

    assert 1 == town.shown(TEXT)
    assert [] == breaches(town, address)
    assert [act] == [told.act_id for told in scaled_remains(town, address).performed]


def test_two_processes_send_everything_once_and_in_order(town: ScaledTown, address: str) -> None:
    """Each account is sent for by one of them, and each act stands in public once."""
    with publishing(town) as one, publishing(town) as other:
        acts = many(town)
        wait_until(lambda: {town.state(act) for act in acts} == {"sent"})
        wait_until(lambda: standing_by(one) + standing_by(other) == len(ACCOUNTS))

    assert [1] * len(acts) == [town.shown(text) for text in acts.values()]
    assert [] == breaches(town, address)


def test_a_process_that_ends_hands_its_accounts_over(town: ScaledTown) -> None:
    """What was approved meanwhile goes out by the other, without a person doing anything."""
    with publishing(town) as first:
        wait_until(lambda: first.senders.all[0].sentence == "nothing waits to be sent")
        with publishing(town) as second:
            wait_until(lambda: standing_by(second) == len(ACCOUNTS))
            first.senders.stop()

            act = town.approved(TEXT)

            wait_until(lambda: town.state(act) == "sent")
            assert 0 == standing_by(second)


@pytest.mark.parametrize(
    ("place", "takes_keys"),
    [
        ("sending.begin.after", True),
        ("sending.perform.before", True),
        ("sending.perform.after", True),
        ("sending.perform.after", False),
    ],
)
def test_another_takes_over_what_a_killed_process_was_sending(
    town: ScaledTown,
    address: str,
    opa_port: int,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    *,
    place: str,
    takes_keys: bool,
) -> None:
    """Wherever it died, the act stands in public once, and the record says what became of it."""
    faults = tmp_path / "faults.json"
    faults.write_text(json.dumps({"takes_keys": takes_keys}), "utf-8")
    monkeypatch.setenv(FAULTS_VARIABLE, str(faults))
    act = town.approved(TEXT)
    module = "tests.integration.scaled_speaking.publisher"
    given = [str(town.folder), address, str(opa_port), place]
    killed = run(*given, env=os.environ, program=module)
    assert (-signal.SIGKILL, "sending") == (killed.code, town.state(act))

    with publishing(town):
        wait_until(lambda: town.state(act) in ("sent", "reconciled"))

    assert 1 == town.shown(TEXT)
    assert [] == breaches(town, address)


class HeldUp:
    """Stops the first request to a platform just before it is made, until it may go on."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        self.goes_on = threading.Event()
        order_at_failpoints(self._reached)

    def _reached(self, place: str) -> None:
        if place == "sending.perform.before" and not self.asked.is_set():
            self.asked.set()
            self.goes_on.wait(END_SECONDS_MAX)


@pytest.fixture
def held_up() -> Iterator[HeldUp]:
    """The first request, held up."""
    made = HeldUp()
    yield made
    made.goes_on.set()
    forget_orders()


def test_a_process_that_lost_its_leases_while_sending_begins_nothing_more(
    town: ScaledTown, address: str, held_up: HeldUp
) -> None:
    """Its request is under way when another takes over: one act, and both processes go on."""
    with publishing(town) as first:
        act, later = town.approved(TEXT), town.approved("And on Sunday.")
        assert held_up.asked.wait(END_SECONDS_MAX)
        with publishing(town) as second:
            cut_leases(address)
            wait_until(lambda: town.state(act) in ("sent", "reconciled"))
            held_up.goes_on.set()
            wait_until(lambda: town.state(later) == "sent")
            crashes = (first.crash(), second.crash())

    assert (None, None) == crashes
    assert (1, 1) == (town.shown(TEXT), town.shown("And on Sunday."))
    assert [] == breaches(town, address)


def test_nothing_is_sent_while_the_engine_is_away(town: ScaledTown, address: str) -> None:
    """What is approved keeps its place, says why, and goes out by an engine that answers."""
    act = town.approved(TEXT)
    away = ScaledTown(town.folder, address, free_port())
    try:
        with publishing(away) as service:
            sender = next(each for each in service.senders.all if each.account == "library")
            wait_until(lambda: "not running" in sender.sentence)
            engine = next(each for each in service.statuses() if each.name == "rules")
            assert (False, True) == (engine.working, engine.needed)
            assert town.state(act) is None
        held = away.do("draft", "ann", kind="statement", account="library", text="Held.")
        assert "held" == away.do("propose", "ann", act_id=held["id"])["state"]
    finally:
        away.stop()

    with publishing(town):
        wait_until(lambda: town.state(act) == "sent")

    assert [] == breaches(town, address)


def test_a_halt_at_the_desk_holds_for_a_process_elsewhere(town: ScaledTown, address: str) -> None:
    """It measures how long what was on its way outlived the order, and begins nothing after it."""
    with publishing(town) as service:
        before = town.approved(TEXT)
        wait_until(lambda: town.state(before) == "sent")
        drains = [sender.drain for sender in service.senders.all]
        wait_until(lambda: all(STANDS_BY not in each.sentence for each in service.senders.all))
        town.do("halt", "otto", kind="everything", why="as ordered")
        after = town.approved("Not now.")

        wait_until(lambda: None not in [drain.last_seconds for drain in drains])
        held_back = town.state(after)
        for who in ("gail", "dee"):
            town.do("release", who, kind="everything", why="all is well")
        wait_until(lambda: town.state(after) == "sent")

    assert held_back is None
    assert [0.0, 0.0] == [drain.last_seconds for drain in drains]
    assert [] == breaches(town, address)


def test_what_outlives_a_halt_ordered_elsewhere_is_measured(
    town: ScaledTown, address: str, held_up: HeldUp
) -> None:
    """An act whose request was under way ends, and how long it took to is on the meter."""
    with publishing(town) as service:
        act = town.approved(TEXT)
        assert held_up.asked.wait(END_SECONDS_MAX)
        drain = next(each.drain for each in service.senders.all if each.account == "library")
        town.do("halt", "otto", kind="account", name="library", why="as ordered")
        held_up.goes_on.set()
        wait_until(lambda: drain.last_seconds is not None)
        wait_until(lambda: town.state(act) == "sent")

    assert drain.last_seconds is not None
    assert drain.last_seconds > 0
    assert [] == breaches(town, address)


def cut_leases(address: str) -> None:
    """Have the server end every connection that keeps a lease, as a network would."""
    ended = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE application_name = 'mercat leases' AND datname = current_database()"
    )
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(ended)
